"""Reading a data set again: what changed is seen everywhere, and what does not hang on it is kept."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.dataset import VIEWS
from core.pipeline.audit import audit_key, run_audit
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.workspace import HOME_VARIABLE, workspace_for

RNG = np.random.default_rng(3)
COUNT = 30
IDS = [f"glitch{number:04d}" for number in range(COUNT)]
LABELS = ["Blip"] * 15 + ["Whistle"] * 15


def quiet(progress):
    """Nobody watches."""


def picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (17, 14), number * 7 % 250).save(out, "png")
    return out.getvalue()


def rows(**changed) -> pd.DataFrame:
    columns = {
        "sample_id": IDS,
        "picture": [picture(number) for number in range(COUNT)],
        "label": LABELS,
        "snr": np.linspace(5, 50, COUNT),
        "detector": ["H1", "L1"] * (COUNT // 2),
        "event_time": np.arange(COUNT) + 1261473529.5,
    }
    return pd.DataFrame(columns | changed)


CHANGES = {
    "snr": {"snr": np.linspace(6, 50, COUNT)},
    "split": {"split": ["train", "test"] * (COUNT // 2)},
    "detector": {"detector": ["L1"] * COUNT},
    "time": {"event_time": np.arange(COUNT) + 1261473530.5},
    "added column": {"colour": ["red"] * COUNT},
    "label": {"label": ["Whistle", *LABELS[1:]]},
}


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """``packed(write=None) -> Workspace`` of a Parquet file with pictures inside, with ready-made vectors."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    source = tmp_path / "set.parquet"
    rows().to_parquet(source)
    workspace = workspace_for(source)
    read_dataset(workspace)
    random = np.random.default_rng(3)
    matrix = np.concatenate([random.normal(0, 0.1, (15, 6)) + np.eye(6)[axis] for axis in (0, 1)])
    np.save(tmp_path / "vectors.npy", matrix.astype(np.float32))
    (tmp_path / "vectors.txt").write_text("\n".join(IDS))
    save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy")))
    return workspace


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_metadata_is_read_and_the_map_is_kept(packed, change):
    before = prepare(packed, report=quiet)
    key = prepared_key(packed)
    # Another tool splits the file otherwise; the pictures are the same.
    rows(**change).to_parquet(packed.source, row_group_size=7, compression="zstd")
    read = read_dataset(packed)
    assert read.fingerprint != before.dataset.fingerprint
    assert read.pictures_fingerprint == before.dataset.pictures_fingerprint
    stages = []
    after = prepare(packed, report=lambda progress: stages.append(progress.stage))
    assert stages == []
    assert prepared_key(packed) != key
    name, values = next(iter(change.items()))
    assert after.samples[name].tolist() == list(values)
    assert read_snapshot(packed).samples[name].tolist() == list(values)
    assert (after.embedding.fingerprint, after.neighbours.fingerprint, after.layout.fingerprint) == (
        before.embedding.fingerprint,
        before.neighbours.fingerprint,
        before.layout.fingerprint,
    )
    assert after.clustering.fingerprint == before.clustering.fingerprint
    assert after.previews.folder == before.previews.folder


def test_the_audit_does_not_outlive_changed_metadata(packed):
    prepared = prepare(packed, report=quiet)
    run_audit(prepared, report=quiet)
    assert audit_key(load_prepared(packed)) is not None
    rows(snr=np.linspace(6, 50, COUNT)).to_parquet(packed.source)
    read_dataset(packed)
    assert audit_key(load_prepared(packed)) is None


def test_another_picture_makes_everything_anew(packed):
    before = prepare(packed, report=quiet)
    pictures = [picture(number) for number in range(COUNT)]
    rows(picture=[*pictures[:-1], picture(500)]).to_parquet(packed.source)
    read_dataset(packed)
    assert prepared_key(packed) is None
    assert prepare(packed, report=quiet).embedding.fingerprint != before.embedding.fingerprint


def test_pictures_in_another_order_are_not_taken_for_the_same(packed):
    prepare(packed, report=quiet)
    rows().iloc[::-1].to_parquet(packed.source, index=False)
    read_dataset(packed)
    assert prepared_key(packed) is None
    after = prepare(packed, report=quiet)
    assert after.samples.index.tolist() == IDS[::-1]
    assert after.samples["label"].tolist() == LABELS[::-1]


def test_a_glitch_moved_to_another_label_keeps_the_map(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    folder = tmp_path / "set"
    for number, (name, label) in enumerate(zip(IDS, LABELS, strict=True)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for view in VIEWS[:2]:
            (folder / label / f"H1_{name}_spectrogram_{view}.png").write_bytes(picture(number))
    workspace = workspace_for(folder)
    before = read_dataset(workspace)
    for file in (folder / "Blip").glob(f"H1_{IDS[0]}_*"):
        file.rename(folder / "Whistle" / file.name)
    after = read_dataset(workspace)
    assert after.samples.at[IDS[0], "label"] == "Whistle"
    assert after.fingerprint != before.fingerprint
    assert after.pictures_fingerprint == before.pictures_fingerprint
    # The pictures lie elsewhere, which the snapshot knows.
    moved = read_snapshot(workspace)
    location = moved.pictures.set_index("sample_id").loc[IDS[0], "location"].iloc[0]
    assert location.startswith("Whistle/") and moved.store.read(location) == picture(0)


def test_ready_made_vectors_follow_names_that_moved(tmp_path, make_workspace):
    workspace = make_workspace(["Blip"] * 4, np.eye(4))
    before = prepare(workspace, report=quiet)
    (workspace.source / "Blip").rename(workspace.source / "Tomte")
    read_dataset(workspace)
    assert prepared_key(workspace) is None and load_settings(workspace).vectors
    assert before.dataset.fingerprint != read_snapshot(workspace).fingerprint


def test_a_snapshot_of_an_older_version_is_read_anew(packed):
    read = read_snapshot(packed)
    pointer = packed.cache / "dataset.json"
    pointer.write_text(json.dumps({"folder": json.loads(pointer.read_text())["folder"]}))
    assert read_snapshot(packed) is None
    assert read.fingerprint == read_dataset(packed).fingerprint

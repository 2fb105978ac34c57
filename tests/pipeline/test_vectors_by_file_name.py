"""Ready-made vectors keyed by file name load in both units: one sample a glitch, and one a picture."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.dataset import VIEWS
from core.embed.model import EmbedParams
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for

IDS = ["aaaaaaaaaa", "bbbbbbbbbb", "L1_1261473529.5625", "dddddddddd"]
WIDTH = 6


def file_name(sample_id, view, suffix=".png"):
    start = f"{sample_id}00000" if sample_id.startswith("L1_") else f"L1_{sample_id}"
    return f"{start}_spectrogram_{view}{suffix}"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A workspace of four glitches with four views, and a vector for every picture by its file name."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    vectors = {}
    generator = np.random.default_rng(0)
    for number, sample_id in enumerate(IDS):
        folder = tmp_path / "set" / ("Blip" if number < 2 else "Whistle")
        folder.mkdir(parents=True, exist_ok=True)
        for view in VIEWS:
            Image.new("L", (17, 14), 40 * number).save(folder / file_name(sample_id, view))
            vectors[sample_id, view] = generator.normal(size=WIDTH).astype(np.float32)
    workspace = workspace_for(tmp_path / "set")
    read_dataset(workspace)
    return workspace, vectors


def write(tmp_path, keys, matrix, kind):
    if kind == "csv":
        path = tmp_path / "vectors.csv"
        table = pd.DataFrame(matrix, columns=[f"d{place}" for place in range(matrix.shape[1])])
        table.assign(file_name=keys).to_csv(path, index=False)
    else:
        path = tmp_path / "vectors.npy"
        np.save(path, matrix)
        (tmp_path / "vectors.txt").write_text("\n".join(keys))
    return path


KEYS = {
    "names": lambda sample_id, view: file_name(sample_id, view),
    "paths on another machine": lambda sample_id, view: f"/data/them/Blip/{file_name(sample_id, view)}",
    "without suffix": lambda sample_id, view: file_name(sample_id, view, suffix=""),
}


@pytest.mark.parametrize("kind", ["csv", "npy"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("unit", ["glitch", "picture"])
def test_every_picture_finds_its_vector(tmp_path, data, unit, key, kind):
    workspace, vectors = data
    shuffled = np.random.default_rng(1).permutation(len(vectors))
    names = [list(vectors)[place] for place in shuffled]
    matrix = np.stack([vectors[name] for name in names])
    path = write(tmp_path, [key(*name) for name in names], matrix, kind)
    save_settings(workspace, Settings(embed=EmbedParams(unit=unit), vectors=str(path)))
    prepared = prepare(workspace, report=lambda progress: None)
    assert prepared.embedding.unit == unit and prepared.problems == ()
    units = {name: vector / np.linalg.norm(vector) for name, vector in vectors.items()}
    if unit == "picture":
        assert sorted(prepared.samples.index) == sorted(f"{sample_id}/{view}" for sample_id, view in vectors)
        expected = np.stack([units[tuple(row.rsplit("/", 1))] for row in prepared.embedding.ids])
        assert sorted(prepared.embedding.sample_ids) == sorted(sample_id for sample_id, _ in vectors)
    else:
        # Four unit blocks side by side have the length 2 (DESIGN, decision 1).
        expected = np.stack(
            [np.concatenate([units[row, view] for view in VIEWS]) / 2 for row in prepared.embedding.ids]
        )
    assert np.allclose(prepared.embedding.matrix, expected, atol=1e-5)


def test_a_picture_without_a_vector_is_left_out_by_name(tmp_path, data):
    workspace, vectors = data
    names = list(vectors)[1:]
    path = write(tmp_path, [file_name(*name) for name in names], np.stack([vectors[name] for name in names]), "npy")
    save_settings(workspace, Settings(embed=EmbedParams(unit="picture"), vectors=str(path)))
    prepared = prepare(workspace, report=lambda progress: None)
    assert len(prepared.samples) == 15
    assert [problem.where for problem in prepared.problems] == ["aaaaaaaaaa/0.5"]

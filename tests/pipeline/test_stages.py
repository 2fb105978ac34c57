"""All stages in a row: results kept, found again, made anew only for what changed; degenerate data sets."""

import subprocess
import sys

import numpy as np
import pytest

from core.errors import Cancelled, GlitchAuditError
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.space.clustering import ClusterParams
from core.space.layout import LayoutParams
from core.workspace import PROJECT_ROOT, workspace_for

RNG = np.random.default_rng(0)
TWO_BLOBS = np.concatenate([RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[0], RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[1]])
TWO_LABELS = ["Blip"] * 20 + ["Whistle"] * 20


def quiet(progress):
    """Nobody watches."""


def test_two_groups_become_two_clusters_and_are_found_again(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)
    assert prepared_key(workspace) is None and load_prepared(workspace) is None
    prepared = prepare(workspace, report=quiet)
    clusters = prepared.clustering.labels
    assert set(clusters[:20]) != set(clusters[20:])
    assert prepared.samples["label"].tolist() == TWO_LABELS
    again = load_prepared(workspace)
    assert np.array_equal(again.layout.coordinates, prepared.layout.coordinates)
    assert np.array_equal(again.clustering.labels, clusters)
    assert again.previews.pages == 1


def test_every_stage_is_reported_with_its_counts(make_workspace):
    seen = []
    prepare(make_workspace(TWO_LABELS, TWO_BLOBS), report=seen.append)
    last = {progress.stage: (progress.done, progress.total) for progress in seen}
    assert last["Finding neighbours"] == (40, 40)
    assert last["Making previews"] == (40, 40)
    assert last["Laying out the map (UMAP)"] == (1, 1)


def test_other_clusters_leave_the_map_as_it_is(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)
    before = prepare(workspace, report=quiet)
    settings = load_settings(workspace)
    save_settings(workspace, Settings(settings.embed, settings.layout, ClusterParams(5, 5), settings.vectors))
    stages = []
    after = prepare(workspace, report=lambda progress: stages.append(progress.stage))
    assert after.layout.fingerprint == before.layout.fingerprint
    assert after.clustering.fingerprint != before.clustering.fingerprint
    assert set(stages) == {"Clustering (HDBSCAN)"}


def test_another_seed_is_another_map(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)
    before = prepare(workspace, report=quiet)
    save_settings(workspace, Settings(layout=LayoutParams(seed=7), vectors=load_settings(workspace).vectors))
    assert prepare(workspace, report=quiet).layout.fingerprint != before.layout.fingerprint


def test_stopping_keeps_what_was_finished(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)

    def stop_at_layout(progress):
        if progress.stage.startswith("Laying out the map"):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        prepare(workspace, report=stop_at_layout)
    stages = []
    prepare(workspace, report=lambda progress: stages.append(progress.stage))
    assert "Finding neighbours" not in stages


@pytest.mark.parametrize(
    ("labels", "matrix"),
    [
        (["Blip"], np.eye(1, 4)),
        (["Blip", "Whistle"], np.eye(2, 4)),
        (["Blip"] * 12, np.tile(np.eye(1, 4), (12, 1))),
        (["Blip"] * 30, RNG.normal(size=(30, 4))),
        ([f"label{number}" for number in range(15)], np.eye(15)),
    ],
    ids=["one sample", "two samples", "all duplicates", "one label", "a label each"],
)
def test_degenerate_data_sets_go_through(make_workspace, labels, matrix):
    prepared = prepare(make_workspace(labels, matrix), report=quiet)
    assert np.isfinite(prepared.layout.coordinates).all()
    assert len(prepared.clustering.labels) == len(labels) == len(prepared.samples)


def test_coordinates_alone_are_the_map(make_workspace):
    random = np.random.default_rng(1)
    places = np.concatenate([random.normal(0, 0.2, (20, 2)), random.normal(5, 0.2, (20, 2))]).astype(np.float32)
    prepared = prepare(make_workspace(TWO_LABELS, places), report=quiet)
    assert np.array_equal(prepared.layout.coordinates, places)
    nearest = prepared.neighbours.indices[0, 0]
    assert nearest == np.argsort(np.hypot(*(places - places[0]).T))[1]


def test_a_picture_that_cannot_be_read_is_left_out_of_the_previews_and_the_run_goes_on(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)
    (workspace.source / "Blip" / "sample003.png").write_bytes(b"broken")
    read_dataset(workspace)
    prepared = prepare(workspace, report=quiet)
    assert np.isnan(prepared.intensity[prepared.row_of["Blip/sample003"]])
    assert np.isfinite(prepared.intensity).sum() == 39


def test_a_data_set_that_was_not_read_is_one_sentence(tmp_path):
    with pytest.raises(GlitchAuditError, match="has not been read yet"):
        prepare(workspace_for(tmp_path / "never"), report=quiet)


def test_showing_cached_results_imports_nothing_heavy(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)
    prepare(workspace, report=quiet)
    code = (
        "import sys; from pathlib import Path\n"
        "from core.pipeline.stages import load_prepared\n"
        "from core.workspace import workspace_for\n"
        f"assert load_prepared(workspace_for(Path({str(workspace.source)!r}))) is not None\n"
        "print([name for name in ('torch', 'umap', 'numba', 'hdbscan', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_written_into_the_data_set(make_workspace):
    workspace = make_workspace(TWO_LABELS, TWO_BLOBS)
    before = sorted((path, path.stat().st_mtime_ns) for path in workspace.source.rglob("*"))
    prepare(workspace, report=quiet)
    assert sorted((path, path.stat().st_mtime_ns) for path in workspace.source.rglob("*")) == before

"""What one machine prepared, another one opens: nothing is made anew, and the results are the same."""

import numpy as np

from core.artifact_store import store
from core.artifact_store.store import STORE_VARIABLE
from core.pipeline import from_pictures, stages
from core.pipeline.settings import load_settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.workspace import HOME_VARIABLE, workspace_for

RNG = np.random.default_rng(0)
TWO_BLOBS = np.concatenate([RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[0], RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[1]])
TWO_LABELS = ["Blip"] * 20 + ["Whistle"] * 20


def test_another_machine_makes_nothing_anew(make_workspace, tmp_path, monkeypatch):
    monkeypatch.setenv(STORE_VARIABLE, f"memory://{tmp_path.name}/far")
    first = make_workspace(TWO_LABELS, TWO_BLOBS)
    made = prepare(first, report=lambda progress: None)

    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "another"))
    store._store.cache_clear()
    second = workspace_for(first.source)
    assert second.root != first.root
    read_dataset(second)
    save_settings(second, load_settings(first))
    for name in ("find_neighbours", "compute_layout", "cluster"):
        monkeypatch.setattr(stages, name, None)
    monkeypatch.setattr(from_pictures, "own_embedding", None)
    assert prepared_key(second) == prepared_key(first)
    found = load_prepared(second)
    assert found.fingerprint == made.fingerprint
    assert np.array_equal(found.layout.coordinates, made.layout.coordinates)
    assert np.array_equal(found.vectors.matrix, made.vectors.matrix)
    # Its audit and all that comes after go on from there.
    assert prepare(second, report=lambda progress: None).fingerprint == made.fingerprint
    store._store.cache_clear()

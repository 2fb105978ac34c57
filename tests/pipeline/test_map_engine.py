"""Which engine lays out the map: the one that is named, then the one that made the map that is kept."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.pipeline import stage_keys, stages
from core.pipeline.settings import Settings, load_settings
from core.pipeline.stages import load_prepared, prepare
from core.space import gpu_engines
from core.space.clustering import ClusterParams

RANDOM = np.random.default_rng(1)
LABELS = ["Blip"] * 30 + ["Whistle"] * 30
MATRIX = np.concatenate([RANDOM.normal(0, 0.1, (30, 8)) + np.eye(8)[0], RANDOM.normal(0, 0.1, (30, 8)) + np.eye(8)[1]])


@pytest.fixture
def cuml(monkeypatch):
    """cuML is there, in a version that the test may change, or None; returns what it was asked to do."""
    asked = {"version": "26.8", "maps": 0}

    def installed(name):
        if asked["version"] is None:
            raise GlitchAuditError("not installed here")
        return f"{name} {asked['version']}"

    def laid_out(start, indices, distances, **more):
        asked["maps"] += 1
        return start + 1

    monkeypatch.setattr(stage_keys, "installed_map_engine", installed)
    monkeypatch.setattr("core.space.layout.laid_out_by_cuml", laid_out)
    monkeypatch.setattr(
        "core.space.clustering.clustered_by_cuml",
        lambda points, **more: (np.zeros(len(points), int), np.ones(len(points))),
    )
    return asked


def made(workspace, engine=""):
    return prepare(
        workspace, report=lambda progress: None, settings=replace(load_settings(workspace), map_engine=engine)
    )


def test_cuml_is_asked_by_name_and_its_map_outlives_it(make_workspace, cuml):
    workspace = make_workspace(LABELS, MATRIX)
    by_cpu = made(workspace)
    by_gpu = made(workspace, "cuML")
    assert cuml["maps"] == 2 and load_settings(workspace).map_engine == "cuML 26.8"
    assert by_gpu.fingerprint != by_cpu.fingerprint and (by_gpu.clustering.labels == 0).all()
    assert by_gpu.neighbours.fingerprint == by_cpu.neighbours.fingerprint
    for cuml["version"] in ("26.10", None):
        for asked in ("", "cuML", "cuML 26.8"):
            assert made(workspace, asked).fingerprint == by_gpu.fingerprint
    assert cuml["maps"] == 2
    assert load_prepared(workspace).fingerprint == by_gpu.fingerprint


def test_back_to_the_cpu_is_its_map_of_before(make_workspace, cuml):
    workspace = make_workspace(LABELS, MATRIX)
    by_cpu = made(workspace)
    made(workspace, "cuML")
    assert made(workspace, "CPU").fingerprint == by_cpu.fingerprint
    assert load_settings(workspace).map_engine == ""


def test_a_map_that_has_to_be_made_anew_is_made_by_what_is_there(make_workspace, cuml):
    workspace = make_workspace(LABELS, MATRIX)
    made(workspace, "cuML")
    again = replace(load_settings(workspace), layout=replace(Settings().layout, seed=7))
    cuml["version"] = "26.10"
    prepare(workspace, report=lambda progress: None, settings=again)
    assert load_settings(workspace).map_engine == "cuML 26.10"
    cuml["version"] = None
    prepare(workspace, report=lambda progress: None, settings=replace(again, layout=replace(again.layout, seed=8)))
    assert load_settings(workspace).map_engine == ""


def test_other_cluster_sizes_make_the_map_anew_under_the_version_that_makes_it(make_workspace, cuml):
    workspace = make_workspace(LABELS, MATRIX)
    made(workspace, "cuML")
    cuml["version"] = "26.10"
    other = replace(load_settings(workspace), clustering=ClusterParams(min_cluster_size=9), map_engine="")
    prepare(workspace, report=lambda progress: None, settings=other)
    assert load_settings(workspace).map_engine == "cuML 26.10" and cuml["maps"] == 4


def test_asked_for_where_it_is_not_nothing_is_made_and_the_map_stays(make_workspace, cuml):
    workspace = make_workspace(LABELS, MATRIX)
    by_cpu = made(workspace)
    cuml["version"] = None
    with pytest.raises(GlitchAuditError, match="not installed here"):
        made(workspace, "cuML")
    assert load_prepared(workspace).fingerprint == by_cpu.fingerprint


def test_settings_of_before_and_of_an_older_app_can_be_read():
    from dataclasses import asdict

    from core.pipeline.settings import settings_from_json

    kept = asdict(Settings())
    assert settings_from_json({name: value for name, value in kept.items() if name != "map_engine"}) == Settings()
    # An older app builds the layout's parameters from all that stands there, so nothing may be added.
    assert set(kept["layout"]) == {"n_neighbors", "min_dist", "metric", "seed", "components"}


def test_places_that_were_brought_are_nobodys(make_workspace, cuml):
    workspace = make_workspace(LABELS, MATRIX[:, :2])
    made(workspace, "cuML")
    assert cuml["maps"] == 0 and load_settings(workspace).map_engine == ""
    assert stages.load_prepared(workspace) is not None and gpu_engines.MAP_ENGINES == ("CPU", "cuML")

"""Which engine searches a very large set, and that what was made stays what is shown, whatever is installed later."""

from dataclasses import replace

import numpy as np
import pytest

from core.embed.model import Embedding
from core.errors import GlitchAuditError
from core.pipeline import stage_keys as stage
from core.pipeline.settings import Settings, load_settings, save_settings, settings_from_json
from core.pipeline.snapshot import read_snapshot
from core.workspace import demo_workspace, store_artifact

LARGE, MIDDLE, SMALL = 250_000, 60_000, 50_000


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """FAISS 9.9, whatever is installed here; the list can be emptied, or hold another version."""
    versions = ["9.9"]
    monkeypatch.setattr("core.space.neighbour_engines.missing_packages", lambda wanted: () if versions else wanted)
    monkeypatch.setattr("core.space.neighbour_engines._faiss_version", lambda: versions[0])
    return versions


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("GLITCH_AUDIT_HOME", str(tmp_path))
    return demo_workspace()


def settled(workspace, rows, settings=None, width=3):
    embedding = Embedding(ids=("s",) * rows, matrix=np.zeros((1, width), np.float32), unit="glitch")
    return stage.settle_engine(workspace, settings or Settings(), read_snapshot(workspace), embedding)


def keep_neighbours(workspace, settings):
    """As if they had been found with these settings."""
    key = stage.stage_keys(read_snapshot(workspace), settings).neighbours
    store_artifact(workspace, "neighbours", key, lambda folder: (folder / "there").touch())
    save_settings(workspace, settings)


@pytest.mark.parametrize(("rows", "engine"), [(SMALL, ""), (MIDDLE, "pynndescent"), (LARGE, "FAISS 9.9")])
def test_the_engine_goes_with_the_size(workspace, rows, engine):
    assert settled(workspace, rows).neighbours == engine


def test_asked_for_by_name_it_searches_whatever_is_not_searched_exactly(workspace):
    by_name = Settings(neighbours="FAISS")
    assert settled(workspace, MIDDLE, by_name).neighbours == "FAISS 9.9"
    assert settled(workspace, SMALL, by_name).neighbours == ""
    assert settled(workspace, LARGE, Settings(neighbours="pynndescent")).neighbours == "pynndescent"


def test_coordinates_that_are_the_map_need_no_engine(workspace):
    assert settled(workspace, LARGE, width=2).neighbours == ""


def test_without_faiss_a_large_set_is_searched_as_before_and_asking_for_it_is_refused(workspace, installed):
    installed.clear()
    assert settled(workspace, LARGE).neighbours == "pynndescent"
    with pytest.raises(GlitchAuditError, match="not installed"):
        settled(workspace, LARGE, Settings(neighbours="FAISS"))


@pytest.mark.parametrize("later", [[], ["10.0"]], ids=["taken away", "another version"])
def test_neighbours_that_are_kept_stay_whatever_is_installed_later(workspace, installed, later):
    keep_neighbours(workspace, settled(workspace, LARGE))
    installed[:] = later
    # The form of the page names no engine.
    assert settled(workspace, LARGE, Settings()).neighbours == "FAISS 9.9"
    anew = "FAISS 10.0" if later else "pynndescent"
    wider = replace(Settings(), layout=replace(Settings().layout, n_neighbors=50))
    assert settled(workspace, LARGE, wider).neighbours == anew


def test_neighbours_of_before_there_was_faiss_stay(workspace):
    keep_neighbours(workspace, Settings())
    assert settled(workspace, LARGE).neighbours == ""


def test_the_default_and_pynndescent_by_name_are_one(workspace):
    keys = {stage.stage_keys(read_snapshot(workspace), Settings(neighbours=name)) for name in ("", "pynndescent")}
    assert len(keys) == 1


def test_the_engine_is_kept_with_the_settings_and_older_files_are_read(workspace):
    save_settings(workspace, Settings(neighbours="FAISS 9.9"))
    assert load_settings(workspace).neighbours == "FAISS 9.9"
    older = {"embed": {}, "layout": {}}
    assert settings_from_json(older).neighbours == ""

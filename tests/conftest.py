"""A small data set on disk with ready-made vectors, so that the stages run in a second and without torch."""

import gc
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset import GLITCHES
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.workspace import HOME_VARIABLE, workspace_for
from tests.long_files import LONG_FILES
from tests.slow_files import SLOW_FILES, SLOW_ROOMS

TESTS = Path(__file__).parent


def pytest_addoption(parser):
    """Add the options that leave tests out."""
    parser.addoption("--fast", action="store_true", help="leave out what is slow, without as much as importing it")
    parser.addoption("--no-long", action="store_true", help="leave out what `make test-long` runs")


def pytest_ignore_collect(collection_path, config):
    """With ``--fast``: leave out the slow files; with ``--no-long``: the long ones."""
    if config.getoption("--fast") and is_slow(collection_path):
        return True
    long = collection_path.is_relative_to(TESTS) and collection_path.relative_to(TESTS).as_posix() in LONG_FILES
    return True if config.getoption("--no-long") and long else None


def is_slow(path: Path) -> bool:
    """Whether the file, or its whole room, is in the list of slow ones."""
    inside = path.relative_to(TESTS) if path.is_relative_to(TESTS) else path
    return inside.as_posix() in SLOW_FILES or inside.parts[:1] in [(room,) for room in SLOW_ROOMS]


@pytest.hookimpl(hookwrapper=True)
def pytest_collection():
    """Collect without looking for rubbish, and never again among what was imported: a third of the collection."""
    gc.disable()
    yield
    gc.enable()
    gc.freeze()


def pytest_unconfigure():
    """Give back what was kept from the collector: some libraries tell of what is never freed."""
    gc.unfreeze()


def pytest_collection_modifyitems(config, items):
    """Mark what is slow, leave it out with ``--fast``, and begin with the longest, so that no core idles at the end."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: (not item.get_closest_marker("browser"), not item.get_closest_marker("slow")))
    if config.getoption("--fast"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


@pytest.fixture(autouse=True)
def own_main():
    """Puts the main module back where AppTest has left its script in its place: new processes run that first."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def make_workspace(tmp_path, monkeypatch):
    """``make_workspace(labels, matrix) -> Workspace``: one gray picture a sample, no results yet."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))

    def make(labels, matrix, **settings):
        folder = tmp_path / "data"
        for number, label in enumerate(labels):
            (folder / label).mkdir(parents=True, exist_ok=True)
            Image.new("L", (17, 14), number % 250).save(folder / label / f"sample{number:03d}.png")
        ids = [f"{label}/sample{number:03d}" for number, label in enumerate(labels)]
        np.save(tmp_path / "vectors.npy", np.asarray(matrix, np.float32))
        (tmp_path / "vectors.txt").write_text("\n".join(ids))
        workspace = workspace_for(folder)
        read_dataset(workspace)
        # They stand for glitches, whose screens and words most tests are about.
        settings.setdefault("kind", GLITCHES)
        save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy"), **settings))
        return workspace

    return make

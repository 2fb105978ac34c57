"""A small data set on disk with ready-made vectors, so that the stages run in a second and without torch."""

import sys

import numpy as np
import pytest
from PIL import Image

from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.workspace import HOME_VARIABLE, workspace_for


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
        save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy"), **settings))
        return workspace

    return make

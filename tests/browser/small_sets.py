"""Small data sets on disk with a map each, made in a second and without torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import Prepared, prepare
from core.workspace import Workspace, workspace_for


def title_of(name: str) -> str:
    """What the menu calls the workspace ``name``: its folder's name, without the hash that tells workspaces apart."""
    return name.rsplit("-", 1)[0]


def small_set(folder: Path, name: str, *, samples: int, labels: tuple[str, ...] = ("Blip", "Whistle")) -> Workspace:
    """A data set ``name`` of gray pictures under ``folder``, prepared on a plane; the home is the environment's."""
    pictures = folder / name
    ids = []
    for number in range(samples):
        label = labels[number % len(labels)]
        (pictures / label).mkdir(parents=True, exist_ok=True)
        Image.new("L", (17, 14), number % 250).save(pictures / label / f"{name}{number:03d}.png")
        ids.append(f"{label}/{name}{number:03d}")
    workspace = workspace_for(pictures)
    read_dataset(workspace)
    lay_out(workspace, folder, ids, seed=0)
    return workspace


def lay_out(workspace: Workspace, folder: Path, ids: list[str], *, seed: int) -> Prepared:
    """Prepare the data set with places of this seed: another seed is another layout of the same samples."""
    places = np.random.default_rng(seed).uniform(-1, 1, (len(ids), 2)).astype(np.float32)
    vectors = folder / f"{workspace.name}-{seed}.npy"
    np.save(vectors, places)
    vectors.with_suffix(".txt").write_text("\n".join(ids), encoding="utf-8")
    save_settings(workspace, Settings(vectors=str(vectors)))
    return prepare(workspace, report=lambda progress: None)

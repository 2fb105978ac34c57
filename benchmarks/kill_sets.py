"""What the works begin with that the benchmark ``faults`` kills: a small data set, a ledger, both, nothing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

from core.dataset import open_dataset
from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.pipeline import snapshot
from core.workspace import HOME_VARIABLE, Workspace, workspace_for

SAMPLES = 60


def silent(progress: object) -> None:
    """A progress that nobody is told of."""


def data_set(folder: Path) -> Path:
    """Sixty small pictures of two labels, with coordinates of their own, so that preparing takes a second."""
    source = folder / "data"
    generator = np.random.default_rng(3)
    points = np.concatenate([generator.normal(centre, 0.1, (SAMPLES // 2, 2)) for centre in (0, 5)])
    names = []
    for number in range(SAMPLES):
        label = "Blip" if number < SAMPLES // 2 else "Whistle"
        (source / label).mkdir(parents=True, exist_ok=True)
        Image.new("L", (17, 14), number).save(source / label / f"s{number:02d}.png")
        names.append(f"{label}/s{number:02d}")
    np.save(folder / "vectors.npy", points.astype(np.float32))
    (folder / "vectors.txt").write_text("\n".join(names))
    return source


def workspace_of(folder: Path) -> Workspace:
    """The workspace of the data set in a scenario's folder."""
    os.environ[HOME_VARIABLE] = str(folder / "home")
    # What strangers bring is parsed in a process of its own, which would take most of a kill's time.
    snapshot._opened = open_dataset
    return workspace_for(folder / "data")


def ledger_of(folder: Path):
    """The scenario's ledger."""
    return open_ledger(folder / "corrections.duckdb")


def empty(folder: Path) -> None:
    """Nothing to begin with."""


def only_data(folder: Path) -> None:
    """The data set alone."""
    data_set(folder)


def with_corrections(folder: Path) -> None:
    """A data set and a ledger with proposals on it."""
    data_set(folder)
    dataset = open_dataset(folder / "data")
    ledger = ledger_of(folder)
    chosen = Selection(tuple(dataset.samples.index[:10]), "lasso", dataset_fingerprint=dataset.fingerprint)
    for person in ("Ada", "Ben"):
        propose(ledger, chosen, dataset.samples["label"], "Tomte", author=person, app_version="0")
    ledger.close()

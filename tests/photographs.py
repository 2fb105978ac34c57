"""A small data set of photographs with a CSV beside them, prepared and audited without torch, and with a proposal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from core.dataset import PICTURES
from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.pipeline.audit import run_audit
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import Prepared, prepare
from core.workspace import workspace_for

LABELS = ("cat",) * 20 + ("dog",) * 19 + ("cat",)
"""The last one looks like the dogs."""


def write_animals(folder: Path) -> list[str]:
    """Write 40 colour pictures in folders by label, with weight and coat in ``facts.csv``; returns their ids."""
    random = np.random.default_rng(5)
    lines = ["file,weight,coat"]
    for number, label in enumerate(LABELS):
        (folder / label).mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (16, 20, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / label / f"{number:02d}.png")
        lines.append(f"{label}/{number:02d}.png,{3 + number / 10},{('brown', 'black')[number % 2]}")
    (folder / "facts.csv").write_text("\n".join(lines))
    return [f"{label}/{number:02d}" for number, label in enumerate(LABELS)]


def audited_photographs(place: Path) -> Prepared:
    """Return the animals below ``place``, prepared by ready-made vectors and audited; Ada calls two of them dogs."""
    random = np.random.default_rng(1)
    ids = write_animals(place / "animals")
    plane = np.concatenate([random.normal(0, 0.3, (20, 2)), random.normal((6, 0), 0.3, (20, 2))])
    np.save(place / "vectors.npy", plane.astype(np.float32))
    (place / "vectors.txt").write_text("\n".join(ids))
    workspace = workspace_for(place / "animals")
    assert read_dataset(workspace).kind.kind == PICTURES
    save_settings(workspace, Settings(vectors=str(place / "vectors.npy")))
    prepared = prepare(workspace, report=lambda progress: None)
    run_audit(prepared, report=lambda progress: None)
    ledger = open_ledger(workspace.ledger_path)
    selection = Selection(("cat/39", "cat/00"), how="click")
    propose(ledger, selection, prepared.samples["label"], "dog", author="Ada", reason="barks", app_version="0.1")
    ledger.close()
    return prepared

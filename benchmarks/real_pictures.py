"""How a trained run names real glitches that it never saw: class folders, and the example sheets of all classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from core.classify.evaluation.card import OtherPictures
from core.classify.naming.classifier import PICTURE, Classifier, calibrated
from core.classify.naming.trained import trained_classifier
from core.classify.training.runs import Run
from core.embed.evaluate import LabelledGlitches, real_glitches, sheet_glitches
from core.embed.preprocess import network_input
from core.files import whole_file
from core.statistics.intervals import wilson_interval

REAL = Path(__file__).parents[1] / ".." / "shared" / "real"
FOLDERS, SHEETS = "class folders", "example sheets"
_FILE = "real.json"
_BATCH = 16


def real_sets(folder: Path = REAL) -> Iterator[tuple[str, LabelledGlitches | None]]:
    """Yield the real glitches that lie here: class folders (3 classes) and sheets (22); None where they are absent."""
    from core.simulate.waveforms import CLASSES

    there, sheets = folder / "training_set", folder / "golden"
    yield FOLDERS, real_glitches(there) if there.is_dir() else None
    yield SHEETS, sheet_glitches(sheets, classes=CLASSES) if sheets.is_dir() else None


def named_by(classifier: Classifier, glitches: LabelledGlitches) -> np.ndarray:
    """Return what the classifier names each glitch, by all four of its pictures; single pictures are averaged."""
    pictures = np.stack(
        [[network_input(energy, size=classifier.size) for energy in views] for views in glitches.pictures]
    )
    count, views = pictures.shape[:2]
    if classifier.unit == PICTURE:
        pictures = pictures.reshape(count * views, 1, *pictures.shape[2:])
    present = np.ones(pictures.shape[:2], dtype=bool)
    slices = [slice(first, first + _BATCH) for first in range(0, len(pictures), _BATCH)]
    scores = np.concatenate([classifier.score(pictures[some], present[some])[0] for some in slices])
    shares = calibrated(classifier, scores, pictures=pictures.shape[1])
    if classifier.unit == PICTURE:
        shares = shares.reshape(count, views, -1).mean(axis=1)
    return np.array(classifier.labels, dtype=object)[shares.argmax(axis=1)]


def on_real_pictures(run: Run, folder: Path = REAL) -> list[OtherPictures]:
    """Return how often the run is right on each set of real glitches that lies here, worked out once a run."""
    kept = run.folder / _FILE
    if kept.exists():
        return [OtherPictures(**content) for content in json.loads(kept.read_text(encoding="utf-8"))]
    classifier = trained_classifier(run)
    found = []
    for name, glitches in real_sets(folder):
        if glitches is None:
            continue
        named = named_by(classifier, glitches)
        right, total = int((named == glitches.labels).sum()), len(named)
        low, high = wilson_interval(right, total, confidence=0.95)
        labels = len(set(glitches.labels))
        recall = np.mean([np.mean(named[glitches.labels == label] == label) for label in set(glitches.labels)])
        remark = f"real glitches of {labels} labels; mean recall of the labels {recall:.3f}"
        found.append(OtherPictures(name, total, right, float(low), float(high), remark))
    with whole_file(kept) as temporary:
        temporary.write_text(json.dumps([asdict(one) for one in found]), encoding="utf-8")
    return found

"""Prints how well backbones tell glitches apart: ``python -m core evaluate-backbone --real ../shared/real``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from core.embed.backbones import OFFLINE_DEFAULT, backbone_named
from core.embed.evaluate import (
    LabelledGlitches,
    embed_glitches,
    knn_accuracy,
    pixel_components,
    probe_accuracy,
    real_glitches,
    sheet_glitches,
    simulated_glitches,
    transfer_accuracy,
)
from core.embed.glitch_head import glitch_scores, load_glitch_head
from core.embed.runner import make_runner
from core.statistics.intervals import wilson_interval

RANDOM_WEIGHTS = "random weights"
PIXELS = "pixels, 64 principal components"


@dataclass(frozen=True)
class Accuracy:
    """Shares between 0 and 1 of glitches named rightly; None where there is no data.

    Attributes:
        method: a backbone's name, ``RANDOM_WEIGHTS`` or ``PIXELS``.
        simulated, real: held-out simulated glitches, and real ones of the training-set folder, named by their 5 nearest
            among the others of their kind.
        real_probe: the real ones by a linear probe, cross-validated.
        real_by_simulated, sheets_by_simulated: the real ones, and those on the example sheets, by the 5 nearest
            simulated.
        real_by_head, sheets_by_head: the same, named by the backbone's own head, one of 22 classes.
        counts: glitches behind the columns that begin with ``simulated``, ``real`` and ``sheets``.
    """

    method: str
    simulated: float
    real: float | None = None
    real_probe: float | None = None
    real_by_simulated: float | None = None
    sheets_by_simulated: float | None = None
    real_by_head: float | None = None
    sheets_by_head: float | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def interval(self, column: str) -> tuple[float, float]:
        """Return the 95 % Wilson interval of a column's share."""
        total = self.counts[column.split("_", maxsplit=1)[0]]
        return wilson_interval(round(getattr(self, column) * total), total)


def evaluate_backbone(
    methods: Sequence[str] = (OFFLINE_DEFAULT, RANDOM_WEIGHTS, PIXELS),
    *,
    simulated: int = 440,
    seed: int = 2_000_003,
    real_folder: Path | None = None,
    workers: int = 0,
    on_result: Callable[[Accuracy], None] | None = None,
) -> list[Accuracy]:
    """Measure accuracy by glitch: four views joined, k = 5, each glitch left out of its own vote.

    ``methods`` are backbone names, ``RANDOM_WEIGHTS`` (the default's architecture untrained, seed 0) or ``PIXELS``;
    ``simulated`` held-out glitches are drawn; ``real_folder`` holds ``training_set/<label>/`` and
    ``golden/<label>.png``. Raises GlitchAuditError for an unknown backbone, or weights that cannot be had.
    """
    from core.simulate.waveforms import CLASSES

    sets = {"simulated": simulated_glitches(simulated, seed=seed, workers=workers)}
    if real_folder is not None:
        sets["real"] = real_glitches(real_folder / "training_set")
        sets["sheets"] = sheet_glitches(real_folder / "golden", classes=CLASSES)
    results = []
    for method in methods:
        vectors = _vectors(method, sets)
        known, known_labels = vectors["simulated"], sets["simulated"].labels
        real: dict[str, float] = {}
        if real_folder is not None:
            labels, sheet_labels = sets["real"].labels, sets["sheets"].labels
            real = {
                "real": knn_accuracy(vectors["real"], labels),
                "real_probe": probe_accuracy(vectors["real"], labels),
                "real_by_simulated": transfer_accuracy(known, known_labels, vectors["real"], labels),
                "sheets_by_simulated": transfer_accuracy(known, known_labels, vectors["sheets"], sheet_labels),
            }
            if method == OFFLINE_DEFAULT:
                real["real_by_head"] = _head_accuracy(vectors["real"], labels)
                real["sheets_by_head"] = _head_accuracy(vectors["sheets"], sheet_labels)
        counts = {name: len(part.labels) for name, part in sets.items()}
        result = Accuracy(method, knn_accuracy(known, known_labels), **real, counts=counts)
        results.append(result)
        if on_result is not None:
            on_result(result)
    return results


def _head_accuracy(vectors: np.ndarray, labels: np.ndarray) -> float:
    head = load_glitch_head()
    named = np.array(head.labels, dtype=object)[glitch_scores(head, vectors).argmax(axis=1)]
    return float(np.mean(named == labels))


def _vectors(method: str, sets: dict[str, LabelledGlitches]) -> dict[str, np.ndarray]:
    if method == PIXELS:
        # One set of components for all sets, so that simulated and real vectors can be compared.
        together = LabelledGlitches([views for part in sets.values() for views in part.pictures], np.array([]))
        rows = pixel_components(together, size=backbone_named(OFFLINE_DEFAULT).size)
        ends = np.cumsum([len(part.pictures) for part in sets.values()])[:-1]
        return dict(zip(sets, np.split(rows, ends), strict=True))
    network = None
    if method == RANDOM_WEIGHTS:
        import torch

        from core.embed.network import residual_network

        torch.manual_seed(0)
        network = residual_network(backbone_named(OFFLINE_DEFAULT).architecture, channels=1).eval()
    backbone = backbone_named(OFFLINE_DEFAULT if method == RANDOM_WEIGHTS else method)
    runner = make_runner(backbone, precision="float32", network=network)
    return {name: embed_glitches(part, runner, size=backbone.size) for name, part in sets.items()}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m core evaluate-backbone", description=__doc__)
    parser.add_argument("methods", nargs="*", default=[OFFLINE_DEFAULT, RANDOM_WEIGHTS, PIXELS])
    parser.add_argument("--simulated", type=int, default=440)
    parser.add_argument("--seed", type=int, default=2_000_003)
    parser.add_argument("--real", type=Path, help="folder with training_set/ and golden/")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    columns = [entry.name for entry in fields(Accuracy) if entry.name not in ("method", "counts")]
    print(f"{'accuracy by glitch, 95 % interval':34}" + "".join(f"{name:>23}" for name in columns))

    def cell(result: Accuracy, column: str) -> str:
        value = getattr(result, column)
        if value is None:
            return "-"
        low, high = result.interval(column)
        return f"{value:.3f} ({low:.2f} to {high:.2f})"

    def show(result: Accuracy) -> None:
        print(f"{result.method:34}" + "".join(f"{cell(result, column):>23}" for column in columns), flush=True)

    evaluate_backbone(
        options.methods,
        simulated=options.simulated,
        seed=options.seed,
        real_folder=options.real,
        workers=options.workers,
        on_result=show,
    )


if __name__ == "__main__":
    main()

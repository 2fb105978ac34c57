"""How often the interval of the rare labels' mean F1 holds what endless samples would give.

    python -m benchmarks.rare_intervals [--sets 300]

Made-up classifiers of 22 labels as common as in Gravity Spy's training set. Each label is named rightly with a chance
of its own, rare ones less often; a wrong name is another label, by how common that is. Each test set is drawn anew, and
the mean F1 of the rarest third with its interval is compared with that of endless samples. Where a rare label does not
occur in a test set and is not named, the mean goes over the others, so that the interval speaks of fewer labels than
the truth does: the third column says how many of the eight occur. Added to benchmarks/results/rare_intervals.txt.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from core.classify.evaluation.rare import mean_f1, rarest_labels
from core.simulate.waveforms import TRAINING_SET_COUNTS

RESULTS = Path(__file__).parent / "results" / "rare_intervals.txt"
CASES = ((200, 0.1), (500, 0.1), (500, 0.3), (1200, 0.1), (1200, 0.3))


def chances(wrong: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each label, and the chance of each name (columns) for each label (rows)."""
    shares = np.array(list(TRAINING_SET_COUNTS.values()), dtype=float)
    shares /= shares.sum()
    # Rare labels are wrong up to three times as often as common ones.
    own = np.clip(wrong * (1 + 2 * (1 - shares / shares.max())) * rng.uniform(0.5, 1.5, len(shares)), 0, 0.95)
    names = np.tile(shares, (len(shares), 1))
    np.fill_diagonal(names, 0)
    names *= (own / names.sum(axis=1))[:, None]
    np.fill_diagonal(names, 1 - own)
    return shares, names


def truth_of(shares: np.ndarray, names: np.ndarray, rare: np.ndarray) -> float:
    """The mean F1 of the rare labels over endless samples."""
    joint = shares[:, None] * names
    f1 = 2 * np.diag(joint) / (joint.sum(axis=1) + joint.sum(axis=0))
    return float(f1[rare].mean())


def measured(glitches: int, wrong: float, *, sets: int) -> tuple[float, float, float]:
    """Return the share of intervals that hold the truth, their mean width, and how many rare labels occur."""
    labels = np.array(list(TRAINING_SET_COUNTS), dtype=object)
    rare = rarest_labels(pd.Series(dict(TRAINING_SET_COUNTS)))
    places = np.array([int(np.flatnonzero(labels == label)[0]) for label in rare])
    held, width, there = 0, 0.0, 0.0
    for number in range(sets):
        rng = np.random.default_rng([glitches, round(100 * wrong), number])
        shares, names = chances(wrong, rng)
        label = rng.choice(len(labels), glitches, p=shares)
        named = (names.cumsum(axis=1)[label] < rng.random((glitches, 1))).sum(axis=1).clip(max=len(labels) - 1)
        table = pd.DataFrame({"label": labels[label], "predicted": labels[named], "glitch": np.arange(glitches)})
        _, low, high = mean_f1(table, rare, bootstrap=400, seed=number)
        held += low <= truth_of(shares, names, places) <= high
        width += high - low
        there += np.isin(places, label).sum()
    return held / sets, width / sets, there / sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=300, help="test sets a case")
    options = parser.parse_args()
    lines = [
        when_and_where(),
        f"python -m benchmarks.rare_intervals {' '.join(sys.argv[1:])}".rstrip(),
        f"{options.sets} test sets a case; 95 % intervals of the mean F1 of the rarest 8 of 22 labels",
        "glitches  wrong of the commonest  interval holds the truth  mean width  rare labels that occur",
    ]
    print("\n".join(lines), flush=True)
    for glitches, wrong in CASES:
        share, width, there = measured(glitches, wrong, sets=options.sets)
        lines.append(f"{glitches:8d}  {wrong:22.1f}  {share:24.3f}  {width:10.3f}  {there:22.1f}")
        print(lines[-1], flush=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()

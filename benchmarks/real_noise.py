"""Suspects against cleanlab, logit margin and neighbours where the wrong labels are those that people really gave.

    python -m benchmarks.real_noise [--seeds 10] [--weights FOLDER] [--cache FOLDER] [--dry]

4,000 pictures of CIFAR-10H (../shared/real/labels, to measure with only), embedded as benchmarks/human_labels.py says.
What the errors are says :func:`benchmarks.real_noise_methods.noisy_labels`. cleanlab ranks by its scores (self
confidence, normalized margin, confidence-weighted entropy; the first two adjusted by label as well) on out-of-fold
probabilities of logistic regression and of ten neighbours, and on our own. The best rival is taken afterwards, for each
cell, by the very figure it is compared in. Logit margin is of averaged in-sample probabilities (Pickler and others
2025).

Intervals of gains: 95 %, by Student's t over the seeds' paired differences, then by bootstrap over pictures, the same
draws for all seeds and methods, shifted to the gain. What each seed gave is kept in the folder of --cache, so that a
stopped run goes on from there.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.human_labels import CACHE, Embedded, load_embedded
from benchmarks.machine import when_and_where
from benchmarks.real_noise_methods import CELLS, MODELS, OURS, PEOPLE, Cell, all_scores, noisy_labels, placed
from core.audit.label_noise import label_noise
from core.audit.suspects import VERSION, Suspects
from core.audit.total_wrong import DRAWN_RANK, total_wrong, with_drawn
from core.errors import GlitchAuditError
from core.statistics.intervals import drawn_interval, mean_interval, wilson_interval

RESULT = Path(__file__).parent / "results" / "real_noise.txt"
GOAL, HONEST = 0.03, 0.03
DRAWS = 200

JUDGED = (50, 100, 200)

Scores = list[dict[str, np.ndarray]]
"""Of each seed, the suspicion of each sample by method."""

Measured = tuple[Scores, list[np.ndarray], list[dict[str, float]]]
"""With what is wrong, bool (n,), and what was said, of each seed."""


def average_precision(wrong: np.ndarray, score: np.ndarray) -> float:
    """Average precision, 0 to 1, of equal scores in the order of the data."""
    hits = wrong[np.argsort(-score, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def at_the_rate(wrong: np.ndarray, score: np.ndarray) -> float:
    """The share of wrong labels among as many of the most suspect ones as are wrong in all."""
    return float(wrong[np.argsort(-score, kind="stable")[: wrong.sum()]].mean())


def measure(data: Embedded, cells: tuple[Cell, ...], seeds: int, kept: Path) -> dict[Cell, Measured]:
    """Suspicion, what is wrong, and what was said of flags and totals, by cell; what was measured before is in kept."""
    found: dict[Cell, Measured] = {cell: ([], [], []) for cell in cells}
    shared = placed(data)
    for seed in range(seeds):
        for cell in cells:
            path = kept / f"{cell.kind} {cell.rate} {seed} version {VERSION}.pickle"
            if not path.exists():
                labels = noisy_labels(data, cell, seed)
                scores, suspects = all_scores(data, labels, seed, shared)
                wrong = labels != data.truth
                kept.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pickle.dumps((scores, wrong, _said(suspects, labels, wrong, seed))))
                print(f"  {cell.name}, seed {seed}", file=sys.stderr, flush=True)
            # Written by this very function, in a folder of its own.
            for values, value in zip(found[cell], pickle.loads(path.read_bytes()), strict=True):
                values.append(value)
    return found


def _said(suspects: Suspects, labels: np.ndarray, wrong: np.ndarray, seed: int) -> dict[str, float]:
    flagged = suspects.table["flagged"].to_numpy()
    total, low, high = suspects.expected_right(suspects.table.index)
    of_flags = suspects.expected_right(suspects.table.index[flagged])[0]
    joint = label_noise(suspects, labels, np.arange(len(labels)), draws=20)["wrong"].sum()
    return {
        "wrong": wrong.sum(),
        "flagged": flagged.sum(),
        "right": wrong[flagged].sum(),
        "said": of_flags,
        "total": total,
        "held": low <= wrong.sum() <= high,
        "joint": joint,
        **_judged(suspects, wrong, seed),
    }


def _judged(suspects: Suspects, wrong: np.ndarray, seed: int) -> dict[str, float]:
    """The total by so many judged samples: drawn at random, half of them among the most suspect fifth."""
    # Names that hang on the seed, because what is drawn hangs on the names.
    names = [f"{seed} {row}" for row in range(len(wrong))]
    entries = with_drawn(suspects.table.assign(glitch=names), size=max(JUDGED))
    order = np.argsort(-entries[DRAWN_RANK].to_numpy(), kind="stable")
    verdicts = np.where(wrong, "accept", "keep")
    found = {}
    for count in JUDGED:
        judged = pd.DataFrame({"verdict": verdicts[order[:count]]}, index=[names[row] for row in order[:count]])
        total = total_wrong(entries, judged)
        found |= {
            f"judged {count} total": total.total,
            f"judged {count} half": (total.high - total.low) / 2,
            f"judged {count} held": total.low <= wrong.sum() <= total.high,
        }
    return found


def compared(
    scores: Scores, wrongs: list[np.ndarray], rivals: list[str], figure: Callable[[np.ndarray, np.ndarray], float]
) -> tuple[str, float, float, str]:
    """The best rival, its mean and ours, and the gain with both intervals in words."""
    means = {name: np.array([figure(w, s[name]) for s, w in zip(scores, wrongs, strict=True)]) for name in rivals}
    best = max(rivals, key=lambda name: means[name].mean())
    ours = np.array([figure(w, s[OURS]) for s, w in zip(scores, wrongs, strict=True)])
    gain = ours - means[best]
    low, high = mean_interval(gain) if len(gain) > 1 else (np.nan, np.nan)
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(DRAWS):
        rows = random.integers(len(wrongs[0]), size=len(wrongs[0]))
        pairs = [(w[rows], s[OURS][rows], s[best][rows]) for s, w in zip(scores, wrongs, strict=True)]
        drawn.append(np.mean([figure(w, a) - figure(w, b) for w, a, b in pairs]))
    # A picture that is drawn twice stands beside itself in the ranking, which lifts all figures a little.
    least, most = drawn_interval(np.array(drawn) - np.mean(drawn) + gain.mean())
    words = (
        f"ours {ours.mean():.3f}  rival {means[best].mean():.3f}  gain {gain.mean():+.3f}  "
        f"seeds ({low:+.3f} to {high:+.3f})  pictures ({least:+.3f} to {most:+.3f})  {best}"
    )
    return best, float(gain.mean()), float(ours.mean()), words


def ranking(results: dict[Cell, Measured]) -> list[str]:
    """Ours against the best rival by cell, among all rivals and among those that have their own probabilities."""
    lines = []
    for title, figure in (("average precision", average_precision), ("precision at the noise rate", at_the_rate)):
        for against, keep in (
            ("the best of all rivals", lambda name: name != OURS),
            ("the best of those with probabilities of their own", lambda name: not name.startswith((OURS, MODELS[2]))),
        ):
            lines += ["", f"{title}, ours against {against}"]
            gains = []
            for cell, (scores, wrongs, _) in results.items():
                _, gain, _, words = compared(scores, wrongs, [name for name in scores[0] if keep(name)], figure)
                gains += [gain] if cell in PEOPLE else []
                lines.append(f"  {cell.name:<20} {words}")
            reached = sum(gain >= GOAL for gain in gains)
            ahead = sum(gain > 0 for gain in gains)
            verdict = "met" if reached == len(gains) else "MISSED"
            lines.append(
                f"  people's errors: ahead in {ahead} of {len(gains)}, by {100 * GOAL:.0f} points in {reached} "
                f"(goal: all, {verdict}); mean gain {100 * np.mean(gains):+.1f} points"
            )
    return lines


def by_method(results: dict[Cell, Measured]) -> list[str]:
    """Mean average precision of each method in each cell."""
    cells = list(results)
    lines = ["", "average precision by method: " + ", ".join(cell.name for cell in cells)]
    for name in next(iter(results.values()))[0][0]:
        means = [
            np.mean([average_precision(w, s[name]) for s, w in zip(*results[cell][:2], strict=True)]) for cell in cells
        ]
        lines.append(f"  {name:<60} {'  '.join(f'{value:.3f}' for value in means)}")
    return lines


def honesty(results: dict[Cell, Measured]) -> list[str]:
    """What was said of flags and totals, and what is so."""
    lines = ["", "flags, pooled over seeds: said right and right (Wilson), off by"]
    for cell, (_, _, rows) in results.items():
        said = pd.DataFrame(rows)
        flags, right = int(said["flagged"].sum()), int(said["right"].sum())
        low, high = wilson_interval(right, flags)
        off = said["said"].sum() / max(flags, 1) - right / max(flags, 1)
        lines.append(
            f"  {cell.name:<20} {said['flagged'].mean():6.1f} a run  said {said['said'].sum() / max(flags, 1):.3f}  "
            f"right {right / max(flags, 1):.3f} ({low:.3f} to {high:.3f})  off by {100 * off:+.1f} points "
            f"({'honest' if abs(off) <= HONEST else 'not within 3'})"
        )
    lines += ["", "total of wrong labels: sum of chances and confident joint over what is wrong (smallest to largest)"]
    for cell, (_, _, rows) in results.items():
        said = pd.DataFrame(rows)
        ratio, joint = said["total"] / said["wrong"], said["joint"] / said["wrong"]
        lines.append(
            f"  {cell.name:<20} {said['wrong'].mean():6.1f} wrong  chances {ratio.mean():.2f} ({ratio.min():.2f} to "
            f"{ratio.max():.2f}), interval held {int(said['held'].sum())}/{len(said)}  joint {joint.mean():.2f} "
            f"({joint.min():.2f} to {joint.max():.2f})"
        )
    lines += ["", "total by a random sample that people judge: mean over what is wrong, half the interval, held"]
    for cell, (_, _, rows) in results.items():
        said = pd.DataFrame(rows)
        parts = [
            f"{count} judged {(said[f'judged {count} total'] / said['wrong']).mean():.2f}, "
            f"+-{said[f'judged {count} half'].mean():.0f}, {int(said[f'judged {count} held'].sum())}/{len(said)}"
            for count in JUDGED
        ]
        lines.append(f"  {cell.name:<20} {said['wrong'].mean():6.1f} wrong  {'   '.join(parts)}")
    for count in JUDGED:
        held = sum(row[f"judged {count} held"] for _, _, rows in results.values() for row in rows)
        of = sum(len(rows) for _, _, rows in results.values())
        low, high = wilson_interval(held, of)
        lines.append(f"  {count} judged: the interval held {held}/{of} ({low:.2f} to {high:.2f})")
    return lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--weights", type=Path, default=None)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--dry", action="store_true", help="print, and leave the file of results as it is")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    try:
        data = load_embedded(options.weights, options.cache)
    except GlitchAuditError as reason:
        parser.exit(1, f"{reason}\n")
    lines = [
        when_and_where(),
        f"python -m benchmarks.real_noise --seeds {options.seeds}",
        f"{len(data.truth)} pictures x {data.matrix.shape[1]}, {len(data.classes)} labels, seeds 0 to "
        f"{options.seeds - 1}, suspects version {VERSION}; parameters of ours chosen on a random half of the pictures "
        "with seeds 100 to 102",
    ]
    results = measure(data, CELLS, options.seeds, options.cache / "real_noise")
    lines += ranking(results) + by_method(results) + honesty(results)
    lines.append(f"{time.perf_counter() - began:.0f} s since it was started; what was measured before was kept")
    print("\n".join(lines))
    if not options.dry:
        with RESULT.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

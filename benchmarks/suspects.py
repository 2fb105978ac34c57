"""Suspects against cleanlab 2.9 on the same embeddings, with errors planted in corpora whose labels are right.

    python -m benchmarks.suspects [--seeds 5] [--cache FOLDER]

Corpora: the demo without its own faults, a fresh simulated one (drawn and embedded once, kept in the cache folder),
scikit-learn's digits, and the real training set of ../shared/real. Errors: uniform, or along look-alike pairs; 2, 5, 10
and 20 % of the labels. The best of cleanlab's six methods is taken afterwards, for each corpus and kind of errors, by
the very figures it is compared in. All methods leave the same groups together. Parameters of ours were chosen on
seeds from 100 on; the seeds here begin at 0. Intervals: 95 %, paired bootstrap over seeds and rates.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.layout import vectors_like_the_demo
from benchmarks.suspects_corpora import KINDS, NAMES, RATES, Corpus, load_corpus, make_case, plant
from benchmarks.suspects_methods import CLEANLAB, ON_OURS, OURS, TUNED, VOTE, all_scores
from core.audit.suspects import find_suspects
from core.statistics.intervals import drawn_interval

RESULT = Path(__file__).parent / "results" / "suspects.txt"
GOAL = 0.03
DRAWS = 4000
MORE_SEEDS = {"real": 4}
"""A corpus of 47 samples needs more seeds for a steady mean."""

CALIBRATED = (OURS, VOTE, "logistic regression, self_confidence", "kNN, self_confidence")
_BINS = (0, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0001)


def measure(corpus: Corpus, seeds: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ranking by method, chances by sample, and flags by run, of all kinds, rates and seeds in one corpus."""
    from sklearn.metrics import average_precision_score

    ranking, chances, flags = [], [], []
    for kind in KINDS:
        for rate in RATES:
            for seed in range(seeds * MORE_SEEDS.get(corpus.name, 1)):
                labels, wrong = plant(corpus, kind, rate, seed)
                scores, suspects = all_scores(corpus, labels, seed=seed)
                where = {"corpus": corpus.name, "kind": kind, "rate": rate, "seed": seed}
                for method, score in scores.items():
                    first = np.argsort(-score, kind="stable")[: wrong.sum()]
                    precision = wrong[first].mean()
                    average = average_precision_score(wrong, score)
                    ranking.append({**where, "method": method, "average": average, "precision": precision})
                told = {method: scores[method] for method in CALIBRATED} | {OURS: suspects.table["chance_wrong"]}
                chances.append(pd.DataFrame({**where, "wrong": wrong, **{k: np.asarray(v) for k, v in told.items()}}))
                flags.append({**where, **_flags(suspects, wrong)})
            print(f"  {corpus.name}, {kind}, {rate:.0%}", file=sys.stderr, flush=True)
    return pd.DataFrame(ranking), pd.concat(chances), pd.DataFrame(flags)


def _flags(suspects, wrong: np.ndarray) -> dict[str, float]:
    flagged = suspects.table["flagged"].to_numpy()
    expected, low, high = suspects.expected_right(suspects.table.index[flagged])
    right = int(wrong[flagged].sum())
    return {
        "planted": int(wrong.sum()),
        "flagged": int(flagged.sum()),
        "right": right,
        "expected": expected,
        "covered": low <= right <= high,
    }


def best_methods(ranking: pd.DataFrame, methods: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """For each corpus and kind, the method with the highest mean average precision."""
    means = ranking[ranking["method"].isin(methods)].groupby(["corpus", "kind", "method"])["average"].mean()
    return {key: group.idxmax()[2] for key, group in means.groupby(level=["corpus", "kind"])}


def comparison(ranking: pd.DataFrame, rivals: dict[tuple[str, str], str], column: str) -> list[str]:
    """Ours against the rival of each corpus and kind, and the mean over all of them."""
    wide = ranking.pivot_table(index=["corpus", "kind", "rate", "seed"], columns="method", values=column)
    lines, means, draws = [], [], []
    random = np.random.default_rng(0)
    for corpus in NAMES:
        for kind in KINDS:
            if (corpus, kind) not in rivals:
                continue
            cell, rival = wide.loc[(corpus, kind)], rivals[corpus, kind]
            gain = (cell[OURS] - cell[rival]).to_numpy()
            drawn = gain[random.integers(len(gain), size=(DRAWS, len(gain)))].mean(axis=1)
            means.append((cell[OURS].mean(), cell[rival].mean()))
            draws.append(drawn)
            lines.append(f"  {corpus:<10} {kind:<12} {_row(*means[-1], drawn)}  {rival}")
    together = np.mean(draws, axis=0)
    lines.append(f"  {'mean':<10} {'':<12} {_row(*np.mean(means, axis=0), together)}")
    return lines


def _row(ours: float, rival: float, drawn: np.ndarray) -> str:
    low, high = drawn_interval(drawn)
    return f"ours {ours:.4f}  rival {rival:.4f}  gain {ours - rival:+.4f} ({low:+.4f} to {high:+.4f})"


def calibration(chances: pd.DataFrame, flags: pd.DataFrame) -> list[str]:
    """How far the chances agree with what was planted."""
    lines = ["share of wrong labels, expected by chance_wrong and observed, all corpora, kinds, rates and seeds:"]
    place = np.digitize(chances[OURS], _BINS[1:-1])
    for number, group in chances.groupby(place):
        span = f"{_BINS[number]:.2f} to {_BINS[number + 1]:.2f}"
        expected, observed = group[OURS].mean(), group["wrong"].mean()
        lines.append(f"  {span}  {len(group):7d} samples  expected {expected:.3f}  observed {observed:.3f}")
    lines.append("Brier score and expected calibration error (10 bins), mean over corpora; cleanlab's is 1 - quality:")
    for method in CALIBRATED:
        brier = [((group[method] - group["wrong"]) ** 2).mean() for _, group in chances.groupby("corpus")]
        error = [_calibration_error(group[method], group["wrong"]) for _, group in chances.groupby("corpus")]
        lines.append(f"  {method:<38} Brier {np.mean(brier):.4f}  calibration error {np.mean(error):.4f}")
    lines.append("flags (chance_wrong at least 0.5), mean a run, and how often the interval held the number right:")
    for (corpus, kind), group in flags[flags["planted"] > 0].groupby(["corpus", "kind"], sort=False):
        mean = group[["planted", "flagged", "right", "expected"]].mean()
        lines.append(
            f"  {corpus:<10} {kind:<12} planted {mean['planted']:6.1f}  flagged {mean['flagged']:6.1f}  "
            f"right {mean['right']:6.1f}  expected right {mean['expected']:6.1f}  held {group['covered'].mean():.2f}"
        )
    return lines


def _calibration_error(chance: pd.Series, wrong: pd.Series) -> float:
    place = np.minimum((chance.to_numpy() * 10).astype(int), 9)
    count = np.bincount(place, minlength=10)
    gap = np.bincount(place, weights=chance, minlength=10) - np.bincount(place, weights=wrong, minlength=10)
    return float(np.abs(gap).sum() / count.sum())


def false_flags(corpora: list[Corpus]) -> list[str]:
    """How many labels are flagged where all are right."""
    lines = ["flags where nothing was planted:"]
    for corpus in corpora:
        table = find_suspects(corpus.case(corpus.truth), groups=corpus.groups).table
        lines.append(f"  {corpus.name:<10} {int(table['flagged'].sum())} of {len(table)}")
    return lines


def speed(samples: int = 34_332, classes: int = 22) -> list[str]:
    """Seconds for a data set of the size of the reference audit's, neighbours given."""
    matrix = vectors_like_the_demo(samples)
    towards = matrix @ np.random.default_rng(0).normal(size=(matrix.shape[1], classes))
    case = make_case(matrix, np.array([f"label{number:02d}" for number in towards.argmax(axis=1)]))
    wall, busy = time.perf_counter(), time.process_time()
    find_suspects(case)
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    verdict = "met" if wall <= 180 else "MISSED"
    return [
        f"{samples} x {matrix.shape[1]}, {classes} labels: {wall:.0f} s, {busy:.0f} of processor (bar 180: {verdict})"
    ]


def report(ranking: pd.DataFrame, chances: pd.DataFrame, flags: pd.DataFrame) -> list[str]:
    """All tables, as lines."""
    best = best_methods(ranking, CLEANLAB)
    lines = ["", "average precision, ours against the best of cleanlab's six for each corpus and kind of errors"]
    table = comparison(ranking, best, "average")
    lines += [*table, *_verdicts(ranking, best)]
    lines += ["", "precision at the noise rate, against the same"]
    lines += comparison(ranking, best, "precision")
    lines += ["", "average precision against a plain vote of the ten nearest neighbours"]
    lines += comparison(ranking, dict.fromkeys(best, VOTE), "average")
    lines += ["", "beyond the bar: against the best of nine, with logistic regression's C chosen for these corpora too"]
    lines += comparison(ranking, best_methods(ranking, CLEANLAB + TUNED), "average")
    lines += ["", "what the score adds: against the best of cleanlab's scores on our own probabilities"]
    lines += comparison(ranking, best_methods(ranking, ON_OURS), "average")
    lines += ["", "average precision by rate, ours / the best of cleanlab's six"]
    for corpus, kind in best:
        chosen = ranking[(ranking["corpus"] == corpus) & (ranking["kind"] == kind)]
        by_rate = chosen.pivot_table(index="rate", columns="method", values="average")
        cells = [f"{rate:.0%} {row[OURS]:.3f}/{row[best[corpus, kind]]:.3f}" for rate, row in by_rate.iterrows()]
        lines.append(f"  {corpus:<10} {kind:<12} {'   '.join(cells)}")
    return [*lines, "", *calibration(chances, flags)]


def _verdicts(ranking: pd.DataFrame, best: dict[tuple[str, str], str]) -> list[str]:
    means = ranking.groupby(["corpus", "kind", "method"])["average"].mean()
    gains = [means[(*key, OURS)] - means[(*key, rival)] for key, rival in best.items()]
    headroom = 1 - np.mean([means[(*key, rival)] for key, rival in best.items()])
    ahead = sum(gain > 0 for gain in gains)
    return [
        f"  ahead in {ahead} of {len(gains)} (goal: all, {'met' if ahead == len(gains) else 'MISSED'}); "
        f"mean gain {100 * np.mean(gains):.2f} points (goal {100 * GOAL:.0f}, "
        f"{'met' if np.mean(gains) >= GOAL else 'MISSED'}), of {100 * headroom:.2f} that cleanlab's best leaves",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--corpora", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "glitch-audit-suspects")
    parser.add_argument("--dry", action="store_true", help="print, and leave the file of results as it is")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    corpora = [load_corpus(name, options.cache.resolve()) for name in options.corpora]
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_processor()}, {os.cpu_count()} cores",
        f"python -m benchmarks.suspects {' '.join(sys.argv[1:])}".rstrip(),
        *(f"  {c.name}: {len(c.truth)} samples x {c.matrix.shape[1]}, {len(set(c.truth))} labels" for c in corpora),
    ]
    lines.append(
        f"seeds 0 to {options.seeds - 1} (real: 4 times as many); parameters of ours chosen on seeds from 100 on"
    )
    measured = [measure(corpus, options.seeds) for corpus in corpora]
    lines += report(*(pd.concat(tables) for tables in zip(*measured, strict=True)))
    lines += [*false_flags(corpora), *speed()]
    lines.append(f"{time.perf_counter() - began:.0f} s in all")
    print("\n".join(lines))
    if not options.dry:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        with RESULT.open("a", encoding="utf-8") as results:
            results.write("\n".join(lines) + "\n\n")


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    names = [line for line in about.read_text().splitlines() if line.startswith("model name")] if about.exists() else []
    return names[0].split(":")[1].strip() if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()

"""What the suspects' flags are worth where people made the errors: as said, and after so many labels were judged.

    python -m benchmarks.flags_judged [--seeds 10] [--half] [--develop] [--corpora demo digits] [--corpora-seeds 3]
        [--cache FOLDER] [--dry]

4,000 pictures of CIFAR-10H with the errors of benchmarks/real_noise.py, or with --half the random half of them that
nothing was chosen on (--develop: the other half with seeds 100 to 102, on which core/audit/recalibration.py's constants
and the chances' error were chosen); then corpora of benchmarks/suspects.py with planted errors. Judged labels are those
that begin the random sample of :mod:`core.audit.total_wrong`, or the most suspect ones; the judge is always right.
Flags that are judged count as they were judged.

Each figure is the points that are said too much of the flags, pooled over runs, in brackets the mean distance a run,
half the 95 % interval in points, and in how many runs it held what is so.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.human_labels import CACHE, Embedded, load_embedded
from benchmarks.machine import when_and_where
from benchmarks.real_noise_methods import CELLS, noisy_labels, placed
from benchmarks.suspects_corpora import KINDS, RATES, load_corpus, plant
from core.audit.recalibration import by_judged, flags_right
from core.audit.suspects import VERSION, Suspects, find_suspects
from core.audit.total_wrong import DRAWN_RANK, with_drawn
from core.errors import GlitchAuditError
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "flags_judged.txt"
CORPORA_CACHE = Path(tempfile.gettempdir()) / "glitch-audit-suspects"
JUDGED = (50, 100, 200)
RANDOM, MOST_SUSPECT = "a random sample", "the most suspect"
ORDERS = (RANDOM, MOST_SUSPECT)
NOBODY = "nobody"
HONEST = 0.03
HALF_SEED = 5
DEVELOPED = (100, 101, 102)

BINS = (0.5, 0.7, 0.9, 1.01)
DRAWS = 10
"""Random samples a run: one of 50 holds ten flags, so the luck of a single draw would hide what is measured."""

ENOUGH = 300
"""Flags that are not judged, of all runs and draws of a cell, below which their own figure is luck."""

Row = dict[str, float | str]
Run = tuple[str, int, Suspects, np.ndarray]
"""The cell's name, the seed, what was found, and which labels are wrong, bool (n,)."""


def half_of(data: Embedded, *, develop: bool) -> Embedded:
    """Return the random half of the pictures that constants were chosen on, or the other one."""
    first = np.random.default_rng(HALF_SEED).permutation(len(data.truth))[: len(data.truth) // 2]
    rows = np.sort(first) if develop else np.setdiff1d(np.arange(len(data.truth)), first)
    return replace(data, matrix=data.matrix[rows], truth=data.truth[rows], votes=data.votes[rows])


def runs_of_people(data: Embedded, seeds: tuple[int, ...]) -> Iterator[Run]:
    """The suspects of each cell and seed of benchmarks/real_noise.py."""
    shared = placed(data)
    for cell in CELLS:
        for seed in seeds:
            labels = noisy_labels(data, cell, seed)
            case = replace(shared.case, samples=shared.case.samples.assign(label=labels))
            found = find_suspects(case, groups=np.arange(len(labels)), smoother=lambda _: shared.smoother)
            yield cell.name, seed, found, labels != data.truth


def runs_of_corpus(name: str, seeds: tuple[int, ...], cache: Path) -> Iterator[Run]:
    """The suspects of one corpus with planted errors, of each kind, rate and seed."""
    corpus = load_corpus(name, cache)
    for kind in KINDS:
        for rate in RATES:
            for seed in seeds:
                labels, wrong = plant(corpus, kind, rate, seed)
                found = find_suspects(corpus.case(labels), groups=corpus.groups)
                yield f"{name}, {kind}", seed, found, np.asarray(wrong)


def measured(run: Run) -> list[Row]:
    """What was said of the flags of one run, by how many labels were judged in which order."""
    name, seed, suspects, wrong = run
    table = suspects.table
    flagged = table["flagged"].to_numpy(dtype=bool)
    right = int(wrong[flagged].sum())
    facts: Row = {"cell": name, "flags": int(flagged.sum()), "right": right}

    def said(order: str, judged: int, total: tuple[float, float, float], bins: Row) -> Row:
        expected, low, high = total
        held = low <= right <= high
        said_of = {"said": expected, "half": (high - low) / 2, "off": abs(expected - right), "held": held}
        return {**facts, "order": order, "judged": judged, **said_of, **bins}

    chances = table["chance_wrong"].to_numpy(dtype=float)
    rows = [said(NOBODY, 0, suspects.expected_right(table.index[flagged]), _by_bin(chances, chances, wrong, flagged))]
    for draw in range(DRAWS):
        # Names that hang on cell, seed and draw, because what is drawn hangs on the names.
        names = [f"{name} {seed} {draw} {row}" for row in range(len(table))]
        entries = with_drawn(table.assign(glitch=names), size=max(JUDGED))
        for order in ORDERS if draw == 0 else ORDERS[:1]:
            by = entries[DRAWN_RANK] if order == RANDOM else entries["score"]
            first = np.argsort(-by.to_numpy(dtype=float), kind="stable")
            for count in JUDGED:
                chosen = first[:count]
                verdicts = np.where(wrong[chosen], "accept", "keep")
                judged = pd.DataFrame({"verdict": verdicts}, index=[names[row] for row in chosen])
                line = by_judged(entries, judged, error=suspects.chance_error)
                if line is None:
                    rows.append(said(order, count, suspects.expected_right(table.index[flagged]), {}))
                    continue
                rest = flagged & ~np.isin(np.arange(len(table)), chosen)
                bins = _by_bin(chances, line.chances(chances), wrong, rest)
                rows.append(said(order, count, flags_right(entries[flagged], judged, line), bins))
    return rows


def _by_bin(chances: np.ndarray, now: np.ndarray, wrong: np.ndarray, rows: np.ndarray) -> Row:
    """By stated chance, of those ``rows``: how many, what is said of them ``now``, and how many are wrong."""
    found: Row = {}
    for low, high in pairwise(BINS):
        inside = rows & (chances >= low) & (chances < high)
        found |= {f"n {low}": int(inside.sum()), f"said {low}": now[inside].sum(), f"right {low}": wrong[inside].sum()}
    return found


def table_of(runs: Iterator[Run]) -> list[str]:
    """Two lines a cell, then all together: what was said of the flags, pooled over runs, less what is so."""
    rows = pd.DataFrame([row for run in runs for row in measured(run)])
    lines = []
    for cell, group in rows.groupby("cell", sort=False):
        first = group[group["order"] == NOBODY]
        right = first["right"].sum() / max(first["flags"].sum(), 1)
        lines.append(f"  {cell:<22} {first['flags'].mean():5.1f} flags a run, right {right:.3f}, {_said(first)}")
        for order in ORDERS:
            parts = (group[(group["order"] == order) & (group["judged"] == count)] for count in JUDGED)
            said = "   ".join(f"{count}: {_said(part)}" for count, part in zip(JUDGED, parts, strict=True))
            lines.append(f"    {order:<18} {said}")
    return [*lines, *_in_all(rows), *_bins(rows)]


def _said(rows: pd.DataFrame) -> str:
    flags = max(int(rows["flags"].sum()), 1)
    off = float(rows["said"].sum() - rows["right"].sum()) / flags
    each = float((rows["off"] / rows["flags"].clip(lower=1)).mean())
    half = 100 * rows["half"].sum() / flags
    return f"{100 * off:+5.1f} ({100 * each:4.1f}) +-{half:4.1f} {int(rows['held'].sum())}/{len(rows)}"


def _in_all(rows: pd.DataFrame) -> list[str]:
    lines = []
    for (order, judged), group in rows.groupby(["order", "judged"], sort=False):
        sums = group.groupby("cell")[["said", "right", "flags"]].sum()
        off = ((sums["said"] - sums["right"]) / sums["flags"].clip(lower=1)).abs()
        held = int(group["held"].sum())
        low, high = wilson_interval(held, len(group))
        who = "as said" if order == NOBODY else f"{judged} judged, {order}"
        honest = f"within 3 points in {int((off <= HONEST).sum())} of {len(off)}, off by at most {100 * off.max():.1f}"
        share = f"the interval held {held}/{len(group)} ({low:.2f} to {high:.2f})"
        lines.append(f"  {who:<29} {honest}{_of_the_rest(group)}; {share}")
    return lines


def _of_the_rest(rows: pd.DataFrame) -> str:
    """How far what is said of flags that are not judged is off, in cells with enough of them for a figure."""
    totals = {
        what: sum(rows.groupby("cell")[f"{what} {low}"].sum() for low, _ in pairwise(BINS))
        for what in ("n", "said", "right")
    }
    enough = totals["n"] >= ENOUGH
    if not enough.any():
        return ""
    off = ((totals["said"] - totals["right"]) / totals["n"])[enough].abs()
    return f", of those not judged by at most {100 * off.max():.1f} in {len(off)} cells with {ENOUGH} or more"


def _bins(rows: pd.DataFrame) -> list[str]:
    """By stated chance, the flags that are not judged: said and right, before and after."""
    lines = []
    for (cell, judged), group in rows[rows["order"] != MOST_SUSPECT].groupby(["cell", "judged"], sort=False):
        if judged not in (0, JUDGED[1]):
            continue
        parts = []
        for low, high in pairwise(BINS):
            count = group[f"n {low}"].sum()
            said, right = (group[f"{what} {low}"].sum() / max(count, 1) for what in ("said", "right"))
            parts.append(f"{low} to {min(high, 1)}: {said:.2f}, right {right:.2f} of {count / len(group):.1f}")
        lines.append(f"  {cell:<22} {'as said' if not judged else f'{judged} judged':<10} {'   '.join(parts)}")
    return ["  by stated chance, flags that are not judged, mean a run", *lines]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--develop", action="store_true")
    parser.add_argument("--corpora", nargs="*", default=[])
    parser.add_argument("--corpora-seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--dry", action="store_true", help="print, and leave the file of results as it is")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    try:
        data = load_embedded(None, options.cache)
    except GlitchAuditError as reason:
        parser.exit(1, f"{reason}\n")
    seeds = DEVELOPED if options.develop else tuple(range(options.seeds))
    if options.half or options.develop:
        data = half_of(data, develop=options.develop)
    lines = [
        when_and_where(),
        "python -m benchmarks.flags_judged " + " ".join(sys.argv[1:] if arguments is None else arguments),
        f"{len(data.truth)} pictures, seeds {seeds[0]} to {seeds[-1]}, suspects version {VERSION}",
        *table_of(runs_of_people(data, seeds)),
    ]
    for name in options.corpora:
        some = tuple(range(options.corpora_seeds))
        title = f"{name}, 2, 5, 10 and 20 % planted, seeds 0 to {some[-1]}"
        lines += ["", title, *table_of(runs_of_corpus(name, some, CORPORA_CACHE))]
    lines.append(f"{time.perf_counter() - began:.0f} s")
    print("\n".join(lines))
    if not options.dry:
        with RESULT.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

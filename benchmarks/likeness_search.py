"""How good the likeness search is, beside a plain nearest neighbour, and how long it takes.

    python -m benchmarks.likeness_search [--seeds 20] [--real ../shared/real/training_set]

For each label of a corpus whose labels are all right, examples are drawn: one, three or five. "search" is
``core.space.likeness_search``; "nearest" ranks by the nearest of the wanted examples alone, as a plain nearest
neighbour does; "less half" is the mean likeness to the wanted less half of that to the unwanted (Rocchio 1971). With
unwanted examples, these are the first three wrong ones among the 30 that the wanted ones alone find: so these rows are
the queries that need them, and harder than those above. Given is the share of right ones among the first 10, and among
the first 50, or as many as there are. The intervals (95 %) are of the difference to "nearest", paired, over the labels.

The corpora: demo, the packed demo without its planted faults; real, 47 real glitches of three labels, of which two have
enough; digits, 1,797 handwritten digits, which our network never saw. The score was chosen on the seeds 900 to 909 of
demo, digits and CIFAR-10's pixels, among ten others; these are the seeds from 0 on.

Times: 34,332 made-up rows x 2,048 in four views, five wanted and three unwanted examples; median and longest of 20, and
the processor's time, which another load changes less.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import suspects_corpora
from benchmarks.machine import when_and_where
from core.embed.likeness import Vectors
from core.space.likeness_search import SearchIndex, examples_of, likenesses, make_index, search
from core.statistics.intervals import mean_interval

RESULTS = Path(__file__).parent / "results" / "likeness_search.txt"
CORPORA = ("demo", "real", "digits")
WANTED, UNWANTED = (1, 3, 5), (0, 3)
FIRST = (10, 50)
ROWS, WIDTH, VIEWS, TIMES = 34_332, 2048, 4, 20
_LOOKED_AT = 30


def order_by_search(index: SearchIndex, like: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """Rows by the likeness search."""
    return search(index, examples_of(index, like), examples_of(index, unlike)).rows


def order_by_nearest(index: SearchIndex, like: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """Rows by the nearest wanted example."""
    return np.argsort(-likenesses(index, examples_of(index, like)).max(axis=1), kind="stable")


def order_less_half(index: SearchIndex, like: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """Rows by the mean likeness to the wanted less half of that to the unwanted examples."""
    scores = likenesses(index, examples_of(index, like)).mean(axis=1)
    if len(unlike):
        scores = scores - 0.5 * likenesses(index, examples_of(index, unlike)).mean(axis=1)
    return np.argsort(-scores, kind="stable")


ORDERS: dict[str, Callable[[SearchIndex, np.ndarray, np.ndarray], np.ndarray]] = {
    "search": order_by_search,
    "nearest": order_by_nearest,
    "less half": order_less_half,
}


def precisions(
    index: SearchIndex, truth: np.ndarray, *, wanted: int, unwanted: int, seeds: int
) -> tuple[dict[str, np.ndarray], int]:
    """Shares of right ones, float (labels, 2), by method, mean of the seeds; and how many queries there were."""
    names, counts = np.unique(truth, return_counts=True)
    found: dict[str, list[np.ndarray]] = {name: [] for name in ORDERS}
    queries = 0
    for label in names[counts >= wanted + FIRST[0]]:
        own = np.flatnonzero(truth == label)
        shares: dict[str, list[list[float]]] = {name: [] for name in ORDERS}
        for seed in range(seeds):
            like = np.random.default_rng([seed, wanted]).choice(own, size=wanted, replace=False)
            unlike = _refused(index, truth, label, like)[:unwanted] if unwanted else np.zeros(0, int)
            if unwanted and not len(unlike):
                continue
            queries += 1
            for name, order in ORDERS.items():
                rows = order(index, like, unlike)
                right = truth[rows[~np.isin(rows, [*like, *unlike])]] == label
                shares[name].append([right[: min(first, len(own) - wanted)].mean() for first in FIRST])
        for name, values in shares.items():
            if values:
                found[name].append(np.mean(values, axis=0))
    return {name: np.array(values) for name, values in found.items()}, queries


def _refused(index: SearchIndex, truth: np.ndarray, label: str, like: np.ndarray) -> np.ndarray:
    rows = search(index, examples_of(index, like)).rows
    rows = rows[~np.isin(rows, like)][:_LOOKED_AT]
    return rows[truth[rows] != label]


def lines_of(name: str, matrix: np.ndarray, truth: np.ndarray, seeds: int) -> list[str]:
    """The figures of one corpus."""
    index = make_index(Vectors(np.ascontiguousarray(matrix, np.float32)))
    lines = [f"{name}: {len(truth):,} samples, {len(np.unique(truth))} labels, {seeds} draws a label"]
    for unwanted in UNWANTED:
        for wanted in WANTED:
            found, queries = precisions(index, truth, wanted=wanted, unwanted=unwanted, seeds=seeds)
            lines.append(f"  {wanted} wanted, {unwanted or 'none'} unwanted: {queries} queries")
            if not queries:
                continue
            for place, first in enumerate(FIRST):
                text = ", ".join(f"{method} {values[:, place].mean():.3f}" for method, values in found.items())
                gain = found["search"][:, place] - found["nearest"][:, place]
                low, high = mean_interval(gain) if len(gain) > 1 else (np.nan, np.nan)
                lines.append(
                    f"    first {first}: {text}; search - nearest {gain.mean():+.3f} ({low:+.3f} to {high:+.3f})"
                )
    return lines


def time_lines() -> list[str]:
    """How long the making of the index and one search take."""
    random = np.random.default_rng(0)
    blocks = random.standard_normal((ROWS, VIEWS, WIDTH // VIEWS), dtype=np.float32)
    blocks /= np.linalg.norm(blocks, axis=2, keepdims=True) * np.sqrt(np.float32(VIEWS))
    matrix = blocks.reshape(ROWS, WIDTH)
    weights = np.where(random.random((ROWS, VIEWS)) < 0.1, np.float32(0.25), np.float32(1))
    lines = [f"Times: {ROWS:,} rows x {WIDTH:,} in {VIEWS} views"]
    for name, vectors in (("all views there", Vectors(matrix)), ("views missing", Vectors(matrix, weights))):
        began = time.perf_counter()
        index = make_index(vectors, views=VIEWS)
        made = time.perf_counter() - began
        for view in (None, 1):
            usable = np.arange(ROWS) if view is None else np.flatnonzero(index.weights[:, view] == 1)
            taken, worked = [], []
            for _ in range(TIMES):
                rows = random.choice(usable, size=8, replace=False)
                began, busy = time.perf_counter(), time.process_time()
                search(index, examples_of(index, rows[:5]), examples_of(index, rows[5:]), view=view)
                taken.append(time.perf_counter() - began)
                worked.append(time.process_time() - busy)
            what = "all views" if view is None else "one view"
            lines.append(
                f"  {name}, {what}: {np.median(taken):.3f} s, longest {max(taken):.3f} s, of the processor's time, all "
                f"cores together, {np.median(worked):.3f} s; index once {made:.2f} s"
            )
    return lines


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--real", type=Path, default=suspects_corpora.REAL)
    options = parser.parse_args()
    suspects_corpora.REAL = options.real.resolve()
    lines = [when_and_where(), f"python -m benchmarks.likeness_search --seeds {options.seeds}"]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in CORPORA:
            if name == "real" and not options.real.is_dir():
                told = [f"real: left out, as {options.real} is not there"]
            else:
                corpus = suspects_corpora.load_corpus(name, Path(folder))
                told = lines_of(name, corpus.matrix, corpus.truth, options.seeds)
            lines += told
            print("\n".join(told), flush=True)
    told = time_lines()
    lines += told
    print("\n".join(told), flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

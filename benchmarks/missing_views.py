"""What missing views cost: neighbour accuracy, what clusters and suspects are made of, time.

    python -m benchmarks.missing_views [--seeds 10] [--real ../shared/real] [--before 1ad7708] [--accuracies]

Views are dropped at random, each kept with 0.5, at least one of every glitch. Arms:

- ``zeros``: rows with zeros for missing views, as before;
- ``common``: the mean cosine over the views that both have, 0 where they have none;
- ``donors``: missing views from the likest glitches that have them, counting a quarter: ours until 2026-12-01, and
  still so with other backbones;
- ``learnt``: missing views as what was learnt on simulated glitches expects them (core/embed/expected_views.py), no
  donors, counting a half;
- ``alike``: as ours, but every view counting alike;
- ``ours``: donors and what is expected together, counting a half (core/space/filling.py).

Corpora: the demo's glitches without a planted fault, by their true labels; fresh simulated glitches, drawn for this;
the same in small data sets, four of a label, another four each time; beside the fresh ones, three kinds that neither
the backbone nor what was learnt has seen, of which alone the accuracy is; the real pictures (the training set's 47 and
the example sheets' 47, 22 labels); and the training set's 47 alone, 3 labels. Everything was chosen on the demo with
drawings of seeds below 1,000 and on simulated glitches of other seeds, many with parameters outside the trained ranges
(benchmarks/backbones.py: held_out_glitches), donors and the quarter on the sheets as well; the seeds here begin at
9,000. Intervals: 95 %, bootstrap over glitches.

"loses" is in points of accuracy, against complete glitches; the bar is 3. "of zeros' loss" is that loss as a share of
what zeros lose.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
import types
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.layout import vectors_like_the_demo
from benchmarks.unlike_draws import later_classes
from core.audit.confounding import confounding
from core.audit.model import AuditInput
from core.audit.suspects import find_suspects
from core.dataset.model import VIEWS as VIEW_NAMES
from core.embed.backbones import OFFLINE_DEFAULT, backbone_named
from core.embed.evaluate import (
    LabelledGlitches,
    embed_glitches,
    knn_labels,
    real_glitches,
    sheet_glitches,
    simulated_glitches,
)
from core.embed.expected_views import learn_views, learnt_for
from core.embed.likeness import Vectors
from core.embed.model import EmbedParams, load_embedding
from core.embed.runner import Runner, make_runner
from core.space.clustering import cluster, default_cluster_params, space_to_cluster
from core.space.filling import Filling, fill_in, find_filling
from core.space.layout import LayoutParams, compute_layout
from core.space.neighbours import NeighbourParams, _exact, find_neighbours
from core.statistics.intervals import drawn_interval
from core.workspace import DATA_FOLDER, DEMO_RESULTS, PROJECT_ROOT

RESULT = Path(__file__).parent / "results" / "missing_views.txt"
FIRST_SEED = 9_000
FRESH_SEED, FRESH_GLITCHES = 31_000_003, 440
VIEWS = 4
ARMS = ("zeros", "common", "donors", "learnt", "alike", "ours")
SORTED_BY = ("zeros", "common", "donors", "ours")
EACH = 4
LATER = "fresh and three kinds that were learnt nowhere, asked about these alone"
WRONG = 0.08
_RESAMPLES = 2_000


def drop_views(count: int, seed: int) -> np.ndarray:
    """Which views are kept, bool (count, VIEWS): each with 0.5, at least one."""
    random = np.random.default_rng(seed)
    seen = random.random((count, VIEWS)) < 0.5
    while (bare := ~seen.any(axis=1)).any():
        seen[bare] = random.random((int(bare.sum()), VIEWS)) < 0.5
    return seen


def arms_of(matrix: np.ndarray, seen: np.ndarray) -> dict[str, Vectors]:
    """The rows and weights of every arm."""
    blocks = matrix.reshape(len(matrix), VIEWS, -1) * seen[:, :, None]
    zeros = blocks.reshape(len(matrix), -1)
    zeros = (zeros / np.linalg.norm(zeros, axis=1, keepdims=True)).astype(np.float32)
    learnt = learnt_for(EmbedParams(), VIEW_NAMES)
    ours = fill_in(zeros, seen, find_filling(zeros, seen, learnt=learnt), learnt=learnt)
    nobody = Filling(np.full((*seen.shape, 2), -1), np.zeros((*seen.shape, 2), np.float32), "")
    return {
        "zeros": Vectors(zeros),
        "common": Vectors(zeros, seen.astype(np.float32)),
        "donors": fill_in(zeros, seen, find_filling(zeros, seen)),
        "learnt": fill_in(zeros, seen, nobody, learnt=learnt),
        "alike": Vectors(ours.matrix),
        "ours": ours,
    }


def load_corpora(real: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Rows of complete glitches and their labels."""
    embedding = load_embedding(next(DEMO_RESULTS.glob("embedding-*")))
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[list(embedding.ids)]
    sound = (truth["fault"] == "none").to_numpy()
    found = {"demo": (embedding.matrix[sound], truth["true_label"].to_numpy(dtype=str)[sound])}
    backbone = backbone_named(OFFLINE_DEFAULT)
    runner = make_runner(backbone, precision="float32")
    fresh = simulated_glitches(FRESH_GLITCHES, seed=FRESH_SEED, varied=True)
    found["fresh"] = (embed_glitches(fresh, runner, size=backbone.size), fresh.labels.astype(str))
    found[LATER] = _with_later_kinds(*found["fresh"], runner)
    if real.is_dir():
        from core.simulate.waveforms import CLASSES

        parts = real_glitches(real / "training_set"), sheet_glitches(real / "golden", classes=CLASSES)
        rows = [embed_glitches(part, runner, size=backbone.size) for part in parts]
        labels = [part.labels.astype(str) for part in parts]
        found["real, 22 labels"] = (np.concatenate(rows), np.concatenate(labels))
        found["real, 3 labels"] = (rows[0], labels[0])
    return found


def _with_later_kinds(matrix: np.ndarray, labels: np.ndarray, runner: Runner) -> tuple[np.ndarray, np.ndarray]:
    """The glitches, and 60 each of three kinds that were learnt nowhere."""
    later = later_classes(np.random.default_rng(FRESH_SEED))
    names = np.repeat(list(later), [len(kind) for kind in later.values()])
    glitches = LabelledGlitches([list(views) for kind in later.values() for views in kind], names)
    more = embed_glitches(glitches, runner, size=backbone_named(OFFLINE_DEFAULT).size)
    return np.concatenate([matrix, more]), np.concatenate([labels, names])


def _right(
    matrix: np.ndarray, labels: np.ndarray, seed: int, k: int, asked: np.ndarray | None, each: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Whether each glitch is named rightly, by arm, NaN for those left out; and how many views it kept."""
    rows = np.arange(len(matrix))
    if each:
        random = np.random.default_rng([seed, 2])
        parts = [random.choice(np.flatnonzero(labels == label), each, replace=False) for label in np.unique(labels)]
        rows = np.sort(np.concatenate(parts))
    seen = drop_views(len(rows), seed)
    arms = {"complete": Vectors(matrix[rows]), **arms_of(matrix[rows], seen)}
    found = {arm: np.full(len(matrix), np.nan) for arm in arms}
    kept = np.zeros(len(matrix), int)
    kept[rows] = seen.sum(axis=1)
    for arm, vectors in arms.items():
        named = knn_labels(vectors.matrix, labels[rows], k=k, weights=vectors.weights)
        found[arm][rows] = named == labels[rows]
    return (found, kept) if asked is None else ({arm: right[asked] for arm, right in found.items()}, kept[asked])


def accuracies(
    matrix: np.ndarray, labels: np.ndarray, seeds: int, k: int, *, asked: np.ndarray | None = None, each: int = 0
) -> list[str]:
    """Accuracy of the k nearest others' vote, by arm and by number of views kept, as lines.

    Of the rows ``asked`` about alone, or of all; with ``each`` in data sets of so many glitches of a label, drawn anew
    each time.
    """
    drawings = [_right(matrix, labels, seed, k, asked, each) for seed in range(FIRST_SEED, FIRST_SEED + seeds)]
    right = {arm: np.array([found[arm] for found, _ in drawings]) for arm in ("complete", *ARMS)}
    views = np.array([kept for _, kept in drawings])
    used = ~np.isnan(right["complete"]).all(axis=0)
    means = {arm: np.nanmean(found[:, used], axis=0) for arm, found in right.items()}
    complete, count = means["complete"], int(used.sum())
    drawn = np.random.default_rng(0).integers(count, size=(_RESAMPLES, count))
    zeros_lose = (complete - means["zeros"])[drawn].mean(axis=1)
    lines = [f"  k = {k}: complete {_with_interval(complete, drawn)}"]
    for arm in ARMS:
        by_views = [f"{np.nanmean(right[arm][views == number]):.3f}" for number in range(1, VIEWS + 1)]
        lose = (complete - means[arm])[drawn].mean(axis=1)
        points = [100 * number for number in (np.mean(complete - means[arm]), *drawn_interval(lose))]
        of_zeros = "zeros lose nothing"
        if (least := np.mean(complete - means["zeros"])) > 0:
            with np.errstate(divide="ignore", invalid="ignore"):
                low, high = np.nanquantile(lose / zeros_lose, [0.025, 0.975])
            loss = np.mean(complete - means[arm]) / least
            of_zeros = f"{loss:.2f} ({low:.2f} to {high:.2f}) of zeros' loss"
        lines.append(
            f"    {arm:<7} {_with_interval(means[arm], drawn)}   by views kept, 1 to {VIEWS}: {' '.join(by_views)}   "
            f"loses {points[0]:.1f} ({points[1]:.1f} to {points[2]:.1f})   {of_zeros}"
        )
    return lines


def what_clusters_sort(matrix: np.ndarray, labels: np.ndarray, seeds: int) -> list[str]:
    """Clusters against the pattern of missing views, beside their null of shuffled patterns, as lines."""
    lines = ["  clusters: of which views a glitch lacks they tell (by chance; by chance among glitches of a label), p"]
    for arm in SORTED_BY:
        cells = []
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            seen = drop_views(len(matrix), seed)
            case = _case(arms_of(matrix, seen)[arm], labels)
            params = default_cluster_params(len(matrix))
            wide = compute_layout(case.matrix, case.neighbours, space_to_cluster(params, LayoutParams()))
            # Rows of zeros have no weights, so the meter is told of the pattern in the same way for all arms.
            told = _with(case, clusters=cluster(wide, params).labels, weights=seen.astype(np.float32))
            row = confounding(told).loc["missing views"]
            cells.append(
                f"{row['share']:.2f} ({row['chance_share']:.2f}; {row['label_share']:.2f}) p {row['p_value']:.3f}"
                + (" MOSTLY SORT" if row["dominates"] else "")
            )
        lines.append(f"    {arm:<7} {'   '.join(cells)}")
    return lines


def what_suspects_are(matrix: np.ndarray, labels: np.ndarray, seeds: int) -> list[str]:
    """Suspects among rightly labelled glitches against the pattern of missing views, as lines."""
    from scipy.stats import kruskal
    from sklearn.metrics import average_precision_score

    names = np.unique(labels)
    lines = [
        f"  suspects, {WRONG:.0%} wrong labels planted: average precision; flagged though right, by views kept; "
        "p of the score by pattern of views (Kruskal and Wallis)"
    ]
    rows: dict[str, list[tuple]] = {arm: [] for arm in SORTED_BY}
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        seen, random = drop_views(len(matrix), seed), np.random.default_rng([seed, 1])
        wrong = random.random(len(labels)) < WRONG
        given = labels.astype(object)
        given[wrong] = [random.choice(names[names != label]) for label in labels[wrong]]
        pattern = seen @ (1 << np.arange(VIEWS))
        for arm, vectors in arms_of(matrix, seen).items():
            if arm not in rows:
                continue
            table = find_suspects(_case(vectors, given.astype(str)), groups=np.arange(len(labels))).table
            score, flagged = table["score"].to_numpy(), table["flagged"].to_numpy()
            groups = [score[~wrong & (pattern == number)] for number in np.unique(pattern)]
            by_views = [flagged[~wrong & (seen.sum(axis=1) == count)].mean() for count in range(1, VIEWS + 1)]
            rows[arm].append((average_precision_score(wrong, score), *by_views, kruskal(*groups).pvalue))
    for arm, found in rows.items():
        means = np.mean(found, axis=0)
        by_views = " ".join(f"{100 * share:.1f} %" for share in means[1 : VIEWS + 1])
        p_values = " ".join(f"{one[-1]:.2g}" for one in found)
        lines.append(f"    {arm:<7} {means[0]:.3f}   {by_views}   p {p_values}")
    return lines


def times(before: str, samples: int = 12_000, repeats: int = 5) -> list[str]:
    """Seconds of the neighbour search without missing views, before and now, in turn; and with them."""
    matrix = vectors_like_the_demo(samples)
    old = _module_at(before, "core/space/neighbours.py")
    took: dict[str, list[float]] = {"before": [], "now": []}
    for _ in range(repeats):
        for name, search in (("before", old.find_neighbours), ("now", find_neighbours)):
            began = time.process_time()
            search(matrix, embedding_fingerprint="benchmark")
            took[name].append(time.process_time() - began)
    seen = drop_views(samples, FIRST_SEED)
    began = time.process_time()
    fill_in(matrix, seen, find_filling(matrix, seen))
    by_donors = time.process_time() - began
    units = matrix.reshape(samples, VIEWS, -1)
    learnt = learn_views(units / np.linalg.norm(units, axis=2, keepdims=True))
    began = time.process_time()
    ours = fill_in(matrix, seen, find_filling(matrix, seen, learnt=learnt), learnt=learnt)
    filled = time.process_time() - began
    find_neighbours(ours.matrix, weights=ours.weights, embedding_fingerprint="benchmark")
    lacking = time.process_time() - began - filled
    asked = np.random.default_rng(0).choice(samples, 500, replace=False)
    exact, _ = _exact(ours.matrix, asked, 30, weights=ours.weights)
    large = NeighbourParams(exact_up_to=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = find_neighbours(ours.matrix, large, weights=ours.weights, embedding_fingerprint="b").indices[asked]
    recall = np.mean([len(set(one) & set(other)) / 30 for one, other in zip(exact, found, strict=True)])
    least = {name: min(values) for name, values in took.items()}
    return [
        f"processor seconds, {samples} x {matrix.shape[1]}, least of {repeats} in turn: no view missing, before "
        f"({before}) {least['before']:.2f}, now {least['now']:.2f}, ratio {least['now'] / least['before']:.3f}",
        f"  views missing: filling in by donors alone {by_donors:.2f}, now {filled:.2f}, neighbours {lacking:.2f}",
        f"  the way of more than 50,000 samples (pynndescent proposes, the likeness chooses): recall {recall:.3f}",
    ]


def _case(vectors: Vectors, labels: np.ndarray) -> AuditInput:
    count = len(labels)
    neighbours = find_neighbours(
        vectors.matrix, NeighbourParams(count=30), weights=vectors.weights, embedding_fingerprint="benchmark"
    )
    return AuditInput(
        samples=pd.DataFrame({"label": labels}, index=pd.Index([f"s{row:05d}" for row in range(count)], dtype="str")),
        matrix=vectors.matrix,
        neighbours=neighbours,
        coordinates=vectors.matrix[:, :2],
        clusters=np.zeros(count, np.int32),
        glitches=np.arange(count),
        fingerprint="benchmark",
        weights=vectors.weights,
    )


def _with(case: AuditInput, **changes: object) -> AuditInput:
    return AuditInput(**{**vars(case), **changes})


def _with_interval(values: np.ndarray, drawn: np.ndarray) -> str:
    low, high = drawn_interval(values[drawn].mean(axis=1))
    return f"{values.mean():.3f} ({low:.3f} to {high:.3f})"


def _module_at(commit: str, path: str) -> types.ModuleType:
    """A module of the project as it was at a commit."""
    source = subprocess.run(
        ["git", "show", f"{commit}:{path}"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    ).stdout
    module = types.ModuleType("before")
    # dataclasses look their module up by name.
    sys.modules["before"] = module
    exec(compile(source, path, "exec"), module.__dict__)
    return module


def main() -> None:
    """Print all tables and append them to the file of results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--cluster-seeds", type=int, default=5)
    parser.add_argument("--real", type=Path, default=PROJECT_ROOT.parent / "shared" / "real")
    parser.add_argument("--before", default="1ad7708")
    parser.add_argument("--accuracies", action="store_true", help="the accuracies alone")
    options = parser.parse_args()
    began = time.perf_counter()
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"python -m benchmarks.missing_views {' '.join(sys.argv[1:])}".rstrip()
    ]

    def tell(more: list[str]) -> None:
        print("\n".join(more), flush=True)
        lines.extend(more)

    corpora = load_corpora(options.real)
    for name, (matrix, labels) in corpora.items():
        # Small corpora need more drawings for the same certainty.
        seeds = options.seeds if len(matrix) > 200 else 4 * options.seeds
        tell([f"{name}: {len(matrix)} glitches, {len(np.unique(labels))} labels, {seeds} drawings"])
        asked = np.arange(FRESH_GLITCHES, len(matrix)) if name == LATER else None
        for k in (1, 5):
            tell(accuracies(matrix, labels, seeds, k, asked=asked))
        if name == "fresh":
            tell([f"fresh, {EACH} of a label at a time, {4 * seeds} drawings"])
            tell(accuracies(matrix, labels, 4 * seeds, 1, each=EACH))
    if not options.accuracies:
        tell(["demo, what missing views make"])
        tell(what_suspects_are(*corpora["demo"], options.cluster_seeds))
        tell(what_clusters_sort(*corpora["demo"], options.cluster_seeds))
        tell(times(options.before))
    tell([f"{time.perf_counter() - began:.0f} s in all"])
    with RESULT.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()

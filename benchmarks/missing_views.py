"""What missing views cost: neighbour accuracy, what clusters and suspects are made of, time.

    python -m benchmarks.missing_views [--seeds 10] [--real ../shared/real] [--before 1ad7708]

Views are dropped at random, each kept with 0.5, at least one of every glitch. Arms:

- ``zeros``: rows with zeros for missing views, as before;
- ``common``: the mean cosine over the views that both have, 0 where they have none;
- ``filled``: missing views filled in, and every view counting alike;
- ``ours``: filled in, and filled-in views counting a quarter (core/embed/likeness.py).

Corpora: the demo's glitches without a planted fault, by their true labels; fresh simulated glitches, drawn for this and
never looked at before; the real pictures (the training set's 47 and the example sheets' 47, 22 labels); and the
training set's 47 alone, 3 labels. The donors, their number and the quarter were chosen on the demo and the sheets
with drawings of seeds below 1,000; the seeds here begin at 9,000. Intervals: 95 %, bootstrap over glitches.

"loss / zeros' loss" is the accuracy lost against complete glitches, as a share of what zeros lose; the bar is a third.
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
from core.audit.confounding import confounding
from core.audit.model import AuditInput
from core.audit.suspects import find_suspects
from core.embed.backbones import OFFLINE_DEFAULT, backbone_named
from core.embed.evaluate import embed_glitches, knn_labels, real_glitches, sheet_glitches, simulated_glitches
from core.embed.likeness import Vectors
from core.embed.model import load_embedding
from core.embed.runner import make_runner
from core.space.clustering import cluster, default_cluster_params, space_to_cluster
from core.space.filling import fill_in, find_filling
from core.space.layout import LayoutParams, compute_layout
from core.space.neighbours import NeighbourParams, _exact, find_neighbours
from core.statistics.intervals import drawn_interval
from core.workspace import DATA_FOLDER, DEMO_RESULTS, PROJECT_ROOT

RESULT = Path(__file__).parent / "results" / "missing_views.txt"
FIRST_SEED = 9_000
FRESH_SEED, FRESH_GLITCHES = 31_000_003, 440
VIEWS = 4
ARMS = ("zeros", "common", "filled", "ours")
BAR = 1 / 3
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
    ours = fill_in(zeros, seen, find_filling(zeros, seen))
    return {
        "zeros": Vectors(zeros),
        "common": Vectors(zeros, seen.astype(np.float32)),
        "filled": Vectors(ours.matrix),
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
    if real.is_dir():
        from core.simulate.waveforms import CLASSES

        parts = real_glitches(real / "training_set"), sheet_glitches(real / "golden", classes=CLASSES)
        rows = [embed_glitches(part, runner, size=backbone.size) for part in parts]
        labels = [part.labels.astype(str) for part in parts]
        found["real, 22 labels"] = (np.concatenate(rows), np.concatenate(labels))
        found["real, 3 labels"] = (rows[0], labels[0])
    return found


def accuracies(matrix: np.ndarray, labels: np.ndarray, seeds: int, k: int) -> list[str]:
    """Accuracy of the k nearest others' vote, by arm and by number of views kept, as lines."""
    complete = knn_labels(matrix, labels, k=k) == labels
    right: dict[str, list[np.ndarray]] = {arm: [] for arm in ARMS}
    kept = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        seen = drop_views(len(matrix), seed)
        kept.append(seen.sum(axis=1))
        for arm, vectors in arms_of(matrix, seen).items():
            right[arm].append(knn_labels(vectors.matrix, labels, k=k, weights=vectors.weights) == labels)
    views = np.array(kept)
    drawn = np.random.default_rng(0).integers(len(matrix), size=(_RESAMPLES, len(matrix)))
    means = {arm: np.mean(found, axis=0) for arm, found in right.items()}
    zeros_lose = (complete - means["zeros"])[drawn].mean(axis=1)
    lines = [f"  k = {k}: complete {_with_interval(complete.astype(float), drawn)}"]
    for arm in ARMS:
        by_views = [f"{np.array(right[arm])[views == count].mean():.3f}" for count in range(1, VIEWS + 1)]
        lose = (complete - means[arm])[drawn].mean(axis=1)
        of_zeros = "zeros lose nothing"
        if (least := np.mean(complete - means["zeros"])) > 0:
            with np.errstate(divide="ignore", invalid="ignore"):
                low, high = np.nanquantile(lose / zeros_lose, [0.025, 0.975])
            loss = np.mean(complete - means[arm]) / least
            of_zeros = f"loss / zeros' loss {loss:.2f} ({low:.2f} to {high:.2f})"
        lines.append(
            f"    {arm:<7} {_with_interval(means[arm], drawn)}   by views kept, 1 to {VIEWS}: {' '.join(by_views)}   "
            f"{of_zeros}"
        )
    return lines


def what_clusters_sort(matrix: np.ndarray, labels: np.ndarray, seeds: int) -> list[str]:
    """Clusters against the pattern of missing views, beside their null of shuffled patterns, as lines."""
    lines = ["  clusters: of which views a glitch lacks they tell (by chance; by chance among glitches of a label), p"]
    for arm in ("zeros", "common", "ours"):
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
    rows: dict[str, list[tuple]] = {arm: [] for arm in ("zeros", "common", "ours")}
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
    ours = fill_in(matrix, seen, find_filling(matrix, seen))
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
        f"  views missing: filling in {filled:.2f}, neighbours {lacking:.2f}",
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
        for k in (1, 5):
            tell(accuracies(matrix, labels, seeds, k))
    tell(["demo, what missing views make"])
    tell(what_suspects_are(*corpora["demo"], options.cluster_seeds))
    tell(what_clusters_sort(*corpora["demo"], options.cluster_seeds))
    tell(times(options.before))
    tell([f"{time.perf_counter() - began:.0f} s in all"])
    with RESULT.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()

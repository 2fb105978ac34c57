"""How often drifts are found where none is, and where one is: made-up embeddings with known curves.

    python -m benchmarks.drifts [--corpora 200] [--seed 0]

Every corpus has 15 groups of 15 to 120 samples in 64 dimensions, with noise in all of them, at distances at which
some of them touch. Groups are cut into up to 6 clusters, as a clustering cuts what is large, and 5 % of the samples are
called noise. Round groups are normal clouds or evenly filled discs of 2 to 10 dimensions, up to 1.5 times as long as
wide. Planted curves are bent lines 6 to 25 times as long as wide with 40 to 200 samples.

Then how a known order is cut by its labels, with as many curves of 60 samples: two labels with a stretch between them
in which labels fail, as in the demo; two labels that fail as often anywhere; one mix of three labels throughout.
``--cuts`` does this alone, in a minute.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from core.audit.drift import DriftParams, find_drifts
from core.audit.drift.cutting import change_points
from core.audit.model import AuditInput
from core.space.neighbours import find_neighbours
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "drifts.txt"
DIMENSIONS = 64
GROUPS = 15
WIDTH = 0.25
NOISE_SHARE = 0.05
AMBIENT = 0.02


def round_group(rng: np.random.Generator) -> np.ndarray:
    """(m, 64), a cloud or a disc without a long axis."""
    count, dimensions = int(rng.integers(15, 121)), int(rng.choice([2, 2, 3, 5, 10]))
    cloud = rng.normal(size=(count, dimensions))
    if rng.random() < 0.5:
        cloud *= (rng.random(count) ** (1 / dimensions) / np.linalg.norm(cloud, axis=1))[:, None] * np.sqrt(dimensions)
    cloud[:, 0] *= rng.uniform(1, 1.5)
    return WIDTH * cloud @ _frame(dimensions, rng)


def curve(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(m, 64) samples along a bent line, and their places (m,)."""
    count, ratio = int(rng.integers(40, 201)), rng.uniform(6, 25)
    place = np.sort(rng.random(count)) if rng.random() < 0.5 else np.linspace(0, 1, count)
    frame = _frame(6, rng)
    turn = rng.uniform(0, 1.5 * np.pi)
    bent = np.stack([np.sin(turn * place), 1 - np.cos(turn * place)], axis=1) / max(turn, 1e-3)
    path = bent @ frame[:2] + 0.15 * np.sin(2 * np.pi * place + rng.uniform(0, 6))[:, None] * frame[2]
    # An even spread of 1 has a standard deviation of 1 / sqrt(12).
    across = rng.normal(size=(count, 3)) / (ratio * np.sqrt(12))
    return WIDTH * 6 * (path + across @ frame[3:]), place


def corpus(rng: np.random.Generator, *, planted: bool) -> tuple[AuditInput, np.ndarray]:
    """An audit input, and for each sample its place on the planted curve (NaN off it)."""
    parts, places, clusters, number = [], [], [], 0
    for group in range(GROUPS):
        points, place = curve(rng) if planted and group == 0 else (round_group(rng), None)
        pieces = int(rng.integers(1, 7)) if len(points) >= 60 or place is not None else 1
        cut = _pieces(points, pieces, rng)
        # Centres at a few widths: each group touches some others.
        parts.append(points + rng.normal(size=DIMENSIONS) * WIDTH * rng.uniform(0.25, 0.8))
        places.append(np.full(len(points), np.nan) if place is None else place)
        clusters.append(cut + number)
        number += pieces
    points = np.concatenate(parts)
    points += rng.normal(size=points.shape) * AMBIENT
    # One more coordinate, far larger than the others, makes directions on the sphere out of places in space.
    sphere = np.column_stack([points, np.full(len(points), 10.0)])
    matrix = (sphere / np.linalg.norm(sphere, axis=1, keepdims=True)).astype(np.float32)
    called = np.concatenate(clusters)
    called[rng.random(len(called)) < NOISE_SHARE] = -1
    samples = pd.DataFrame({"label": "X"}, index=pd.Index([f"s{row}" for row in range(len(matrix))], name="sample_id"))
    case = AuditInput(
        samples=samples,
        matrix=matrix,
        neighbours=find_neighbours(matrix),
        coordinates=matrix[:, :2],
        clusters=called.astype(np.int32),
        glitches=np.arange(len(matrix)),
        fingerprint="made up",
    )
    return case, np.concatenate(places)


def cut_lines(count: int, seed: int) -> list[str]:
    """Return how often curves of 60 samples are cut into so many parts, by how their labels were drawn."""
    rng = np.random.default_rng([seed, 60])
    place = (np.arange(60) + 0.5) / 60
    true = np.where(place < 0.5, "A", "B")
    parts = {"a stretch of failures between two labels": [], "as many failures anywhere": [], "one mix": []}
    for _ in range(count):
        fails = rng.random(60) < 0.6 * np.exp(-(((place - 0.5) / 0.2) ** 2))
        failed = rng.choice(["C", "D"], 60)
        drawn = (
            np.where(fails, failed, true),
            np.where(rng.permutation(fails), failed, true),
            rng.choice(["A", "B", "C"], 60, p=[0.7, 0.2, 0.1]),
        )
        for found, labels in zip(parts.values(), drawn, strict=True):
            found.append(len(change_points(labels)) + 1)
    lines = []
    for name, found in parts.items():
        shares = []
        for number in (1, 2, 3):
            low, high = wilson_interval(found.count(number), count)
            shares.append(f"{number}: {found.count(number) / count:.3f} ({low:.3f} to {high:.3f})")
        lines.append(f"cut into parts, {name}: {', '.join(shares)}, more: {sum(n > 3 for n in found) / count:.3f}")
    return lines


def _frame(dimensions: int, rng: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(DIMENSIONS, dimensions)))[0].T


def _pieces(points: np.ndarray, pieces: int, rng: np.random.Generator) -> np.ndarray:
    from sklearn.cluster import KMeans

    if pieces == 1:
        return np.zeros(len(points), dtype=int)
    return KMeans(pieces, n_init=1, random_state=int(rng.integers(2**31))).fit_predict(points)


def search_lines(corpora: int, seed: int) -> list[str]:
    """Return how often drifts are found where none is, and where one is, and how well."""
    from scipy.stats import spearmanr

    rng = np.random.default_rng(seed)
    began = time.perf_counter()
    false, false_drifts = 0, 0
    for _ in range(corpora):
        case, _places = corpus(rng, planted=False)
        drifts = find_drifts(case, params=DriftParams(subsamples=2))
        false += bool(drifts)
        false_drifts += len(drifts)
    found, beside, shares, purities, orders = 0, 0, [], [], []
    for _ in range(corpora):
        case, places = corpus(rng, planted=True)
        members = dict(zip(case.samples.index, places, strict=True))
        hit = False
        for drift in find_drifts(case, params=DriftParams(subsamples=2)):
            along = np.array([members[sample_id] for sample_id in drift.sample_ids])
            inside = np.isfinite(along)
            if inside.sum() < 0.5 * np.isfinite(places).sum():
                beside += 1
                continue
            hit = True
            shares.append(inside.sum() / np.isfinite(places).sum())
            purities.append(inside.mean())
            orders.append(abs(spearmanr(along[inside], drift.position[inside]).statistic))
        found += hit
    low, high = wilson_interval(false, corpora)
    least, most = wilson_interval(found, corpora)
    return [
        f"nothing planted: {false} of {corpora} corpora with a drift ({false / corpora:.3f}, "
        f"{low:.3f} to {high:.3f}), {false_drifts} drifts",
        f"a curve planted: found in {found} of {corpora} ({found / corpora:.3f}, {least:.3f} to "
        f"{most:.3f}); {beside} drifts beside it",
        f"of the curve's samples in the drift {np.mean(shares):.3f}, of the drift's samples on the curve "
        f"{np.mean(purities):.3f}; rank correlation with the place: mean {np.mean(orders):.3f}, "
        f"5th percentile {np.quantile(orders, 0.05):.3f}",
        f"{time.perf_counter() - began:.0f} s",
    ]


def main() -> None:
    """Print and append the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cuts", action="store_true", help="only how a known order is cut")
    chosen = parser.parse_args()
    lines = [f"{when_and_where()}; python -m benchmarks.drifts {' '.join(sys.argv[1:])}"]
    if not chosen.cuts:
        lines += search_lines(chosen.corpora, chosen.seed)
    lines += cut_lines(chosen.corpora, chosen.seed)
    text = "\n".join(lines) + "\n\n"
    print(text)
    with RESULT.open("a", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()

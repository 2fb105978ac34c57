"""Vectors and labels of any number of glitches, drawn from the packed demo's, for the benchmark of scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.layout import DIMENSIONS, ROOT
from core.embed.combine import unit_rows

NEAR = 10
BESIDE = 1 / 3
WRONG = 0.05
_BLOCK = 50_000


def draw(samples: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Float32 (samples, 512), rows of length 1, and the number of the demo's glitch that each was drawn around.

    Each row is a convex mixture of a glitch of the demo's 1.0 s view and two of its ten nearest (weights uniform on
    the triangle), and beside their plane by noise in all 512 dimensions, a third as long as the way to the two. No
    row repeats another, and which rows are nearest is decided by the noise as much as by the plane: an index of few
    cells does not find them by knowing the demo's 1,200 places.
    """
    view = demo_view()
    nearest = np.argsort(-(view @ view.T), axis=1)[:, 1 : NEAR + 1]
    random = np.random.default_rng([20_261_201, seed])
    around = random.integers(len(view), size=samples)
    matrix = np.empty((samples, DIMENSIONS), np.float32)
    for start in range(0, samples, _BLOCK):
        block = slice(start, min(start + _BLOCK, samples))
        first = around[block]
        count = len(first)
        pair = random.random((count, NEAR)).argsort(axis=1)[:, :2]
        shares = random.dirichlet(np.ones(3), size=count).astype(np.float32)
        ways = view[np.take_along_axis(nearest[first], pair, axis=1)] - view[first, None]
        beside = random.standard_normal((count, DIMENSIONS), np.float32) * np.float32(BESIDE / np.sqrt(DIMENSIONS))
        beside *= np.linalg.norm(ways, axis=2).mean(axis=1)[:, None]
        matrix[block] = unit_rows(view[first] + np.einsum("ij,ijd->id", shares[:, 1:], ways) + beside)
    return matrix, around


def around_of(samples: int, *, seed: int) -> np.ndarray:
    """The place in :func:`demo_view` of the glitch that each row of :func:`draw` is drawn around, int (n,)."""
    return np.random.default_rng([20_261_201, seed]).integers(len(pictured()), size=samples)


def labels_of(around: np.ndarray, *, seed: int) -> np.ndarray:
    """The labels of the demo's glitches that the rows were drawn around, str (n,), one in twenty another's."""
    from core.pipeline.stages import load_prepared
    from core.workspace import demo_workspace

    names = load_prepared(demo_workspace()).samples["label"].to_numpy(dtype=str)
    labels = names[pictured()][around]
    random = np.random.default_rng([20_261_202, seed])
    return np.where(random.random(len(labels)) < WRONG, random.permutation(labels), labels)


def demo_view() -> np.ndarray:
    """The demo's 1.0 s views, float32 (about 1,200, 512), rows of length 1."""
    view = _packed()[pictured()]
    return view / np.linalg.norm(view, axis=1, keepdims=True)


def _packed() -> np.ndarray:
    packed: Path = next((ROOT / "data" / "demo_results").glob("embedding-*/embedding.npy"))
    return np.load(packed).astype(np.float32)[:, DIMENSIONS : 2 * DIMENSIONS]


def pictured() -> np.ndarray:
    """The rows of the demo's glitches whose 1.0 s view there is, int (about 1,200,)."""
    return np.flatnonzero(np.linalg.norm(_packed(), axis=1) > 0)

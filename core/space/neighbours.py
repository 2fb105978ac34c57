"""The nearest samples of each sample in embedding space, found once and shared by layout, search and suspects."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.embed.likeness import divide_by_weights, weighted_rows
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact
from core.space.gpu_engines import is_cuvs, proposed_by_cuvs
from core.space.neighbour_engines import ENGINES_IN_WORDS, PYNNDESCENT, SETTINGS_VERSION, is_faiss, proposed_by_faiss

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

# A block of similarities stays near 128 MB: large enough for a fast matrix product, small beside the embedding itself.
_BLOCK_VALUES = 2**25
# The squares of a block of rows are a copy of it: not of all rows at once.
_CHECKED_ROWS = 65_536
# Float32 dot products of 512 to 2,048 terms are good to a few 1e-7, so further decimals are the processor's noise.
# Rounding keeps most equal distances equal. It cannot keep all: those that straddle a rounding edge still come apart.
_DECIMALS = 6
# Candidates a wanted neighbour: rows with filled-in views rank nearly as the likeness does.
_PROPOSED = 3
# The same where no view is missing, for an engine that compares in half precision.
_PROPOSED_OF_ALL = 2

TOLERANCE = 2e-6
"""How far a distance may lie from the true one: a rounding step, and as much again for the float32 product."""


@dataclass(frozen=True)
class NeighbourParams:
    """How neighbours are found.

    ``count`` leaves the sample itself out. Data sets of more than ``exact_up_to`` samples are searched with
    ``engine``, which ``seed`` is for: pynndescent, or FAISS or cuVS with its version
    (:mod:`core.space.neighbour_engines`). Where views are missing three times as many are proposed, by FAISS and cuVS
    at least twice as many, and the likeness chooses among them.
    """

    count: int = 30
    exact_up_to: int = 50_000
    seed: int = 42
    engine: str = PYNNDESCENT

    def __post_init__(self) -> None:
        if self.count < 1:
            raise GlitchAuditError(f"The number of neighbours must be at least 1, not {self.count}.")
        if self.engine != PYNNDESCENT and not is_faiss(self.engine) and not is_cuvs(self.engine):
            raise GlitchAuditError(f"Neighbours are searched with {ENGINES_IN_WORDS}, not with '{self.engine}'.")


@dataclass(frozen=True)
class Neighbours:
    """The k nearest samples of each of n samples, nearest first, the sample itself left out.

    Every processor and block size gives the same neighbours up to ties: each distance is within :data:`TOLERANCE` of
    the true one, so samples nearly equally far may swap places. Rows equal bit for bit are always equally near.
    ``indices`` is int32 (n, k), equally near samples in row order; ``distances`` float32 (n, k), cosine distances, 0 to
    2, or 1 - likeness where views are missing; ``fingerprint`` of the embedding, the parameters and this stage's
    version.
    """

    indices: np.ndarray
    distances: np.ndarray
    fingerprint: str


def neighbours_fingerprint(embedding_fingerprint: str, params: NeighbourParams) -> str:
    """Return the name under which the result is cached, known before the work is done."""
    plain = {"count": params.count, "exact_up_to": params.exact_up_to, "seed": params.seed}
    # Fingerprints of before there was a choice of engines stay as they were.
    engine = () if params.engine == PYNNDESCENT else ([params.engine, SETTINGS_VERSION],)
    return fingerprint("neighbours", VERSION, embedding_fingerprint, plain, *engine)


def find_neighbours(
    matrix: np.ndarray,
    params: NeighbourParams | None = None,
    *,
    weights: np.ndarray | None = None,
    embedding_fingerprint: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Neighbours:
    """Return the ``min(count, n - 1)`` nearest samples of each by cosine distance, or by ``1 - likeness``.

    ``matrix`` is float32 (n, d), rows L2-normalised; a row of zeros (a sample without picture) is at distance 1 from
    all, and so are samples that cannot be compared. ``weights`` is float32 (n, views), as in
    :class:`core.embed.likeness.Vectors`. ``embedding_fingerprint`` is what both are known by; hashed from their bytes
    if not given. Raises GlitchAuditError where the matrix has values that are not finite, ValueError where it is not
    two-dimensional or its rows are not normalised.
    """
    params = params or NeighbourParams()
    matrix = _checked(matrix)
    if embedding_fingerprint is None:
        more = () if weights is None else (weights.tobytes(),)
        embedding_fingerprint = fingerprint(list(matrix.shape), matrix.tobytes(), *more)
    rows = len(matrix)
    count = min(params.count, max(rows - 1, 0))
    if count == 0:
        indices, distances = np.zeros((rows, 0), np.int32), np.zeros((rows, 0), np.float32)
    elif rows <= params.exact_up_to:
        indices, distances = _exact(matrix, np.arange(rows), count, on_progress, weights=weights)
    elif is_faiss(params.engine) or is_cuvs(params.engine):
        wide = min((_PROPOSED_OF_ALL if weights is None else _PROPOSED) * count, rows - 1)
        told = _part(on_progress, 0, 50)
        proposed = (
            proposed_by_cuvs(matrix, wide, on_progress=told)
            if is_cuvs(params.engine)
            else proposed_by_faiss(matrix, wide, seed=params.seed, on_progress=told)
        )
        indices, distances = _chosen(matrix, weights, proposed, count, _part(on_progress, 50, 100))
    elif weights is None:
        indices, distances = _approximate(matrix, count, params.seed)
    else:
        proposed, _ = _approximate(matrix, min(_PROPOSED * count, rows - 1), params.seed)
        indices, distances = _chosen(matrix, weights, proposed, count, on_progress)
    on_progress(rows, rows)
    return Neighbours(indices, distances, neighbours_fingerprint(embedding_fingerprint, params))


def save_neighbours(neighbours: Neighbours, folder: Path) -> None:
    """Write the neighbours into ``folder``."""
    arrays = {"indices": neighbours.indices, "distances": neighbours.distances}
    save_artifact(folder, kind="neighbours", arrays=arrays, facts={"fingerprint": neighbours.fingerprint})


def load_neighbours(folder: Path) -> Neighbours:
    """Read what :func:`save_neighbours` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, facts = load_artifact(folder, kind="neighbours")
    return Neighbours(arrays["indices"], arrays["distances"], facts["fingerprint"])


def _checked(matrix: np.ndarray) -> np.ndarray:
    if matrix.ndim != 2:
        raise ValueError(f"the embedding must have two dimensions, not {matrix.ndim}")
    matrix = np.ascontiguousarray(matrix, dtype=np.float32)
    lengths = np.empty(len(matrix), np.float32)
    for start in range(0, len(matrix), _CHECKED_ROWS):
        block = slice(start, start + _CHECKED_ROWS)
        lengths[block] = np.linalg.norm(matrix[block], axis=1)
    if not np.isfinite(lengths).all():
        bad = int(np.flatnonzero(~np.isfinite(lengths))[0])
        raise GlitchAuditError(
            f"The embedding has values that are not finite numbers, first in row {bad}; compute or export it again."
        )
    if not np.all((np.abs(lengths - 1) < 1e-2) | (lengths == 0)):
        raise ValueError(
            "the rows of the embedding must be L2-normalised (length 1, or 0 for a sample without picture)"
        )
    return matrix


def _exact(
    matrix: np.ndarray,
    wanted: np.ndarray,
    count: int,
    on_progress: OnProgress = ignore_progress,
    *,
    weights: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    rows = len(matrix)
    if weights is not None:
        matrix = weighted_rows(matrix, weights)
    indices = np.empty((len(wanted), count), np.int32)
    distances = np.empty((len(wanted), count), np.float32)
    block_rows = int(np.clip(_BLOCK_VALUES // rows, 16, 1024))
    similarities = np.empty((block_rows, rows), np.float32)
    copies, originals = _copies(matrix)
    # The product runs on all cores by itself; numpy's searching does not, but lets other threads run beside it.
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as threads:
        for start in range(0, len(wanted), block_rows):
            on_progress(start, len(wanted))
            block = wanted[start : start + block_rows]
            values = np.matmul(matrix[block], matrix.T, out=similarities[: len(block)])
            # A product's last columns may run through another kernel, which sums in another order.
            values[:, copies] = values[:, originals]
            if weights is not None:
                divide_by_weights(values, weights[block], weights)
            values[np.arange(len(block)), block] = -np.inf
            parts = np.array_split(values, min(cores, len(block)))
            found = list(threads.map(lambda part: _largest(part, count), parts))
            stop = start + len(block)
            indices[start:stop] = np.concatenate([part for part, _ in found])
            distances[start:stop] = np.concatenate([part for _, part in found])
    return indices, distances


def _copies(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that repeat an earlier one bit for bit, and the first such row of each."""
    seen: dict[bytes, int] = {}
    first = np.array([seen.setdefault(hashlib.blake2b(row).digest(), number) for number, row in enumerate(matrix)])
    copies = np.flatnonzero(first != np.arange(len(matrix)))
    return copies, first[copies]


def _largest(similarities: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    # The count-th largest of the groups' maxima cannot exceed the count-th largest value, so it is a safe threshold
    # that costs one pass at memory speed; what is left to sort is barely more than `count` a row, every tie among it.
    rows, columns = similarities.shape
    group = max(1, columns // max(512, 16 * count))
    whole = columns // group * group
    maxima = similarities[:, :whole].reshape(rows, group, -1).max(axis=1)
    place = maxima.shape[1] - count
    threshold = np.partition(maxima, place, axis=1)[:, place] - 2 * 10.0**-_DECIMALS
    row, column = np.nonzero(similarities >= threshold[:, None])
    distance = np.round(np.maximum(1 - similarities[row, column], 0), _DECIMALS)
    order = np.lexsort((column, distance, row))
    first = np.searchsorted(row, np.arange(rows))
    keep = order[first[:, None] + np.arange(count)]
    return column[keep].astype(np.int32), distance[keep]


def _approximate(matrix: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from pynndescent import NNDescent

    rows = len(matrix)
    search = NNDescent(matrix, n_neighbors=count + 1, metric="cosine", random_state=seed, compressed=False)
    found, distances = search.neighbor_graph
    # pynndescent counts the sample itself, but among duplicates not always first, and marks what it missed with -1.
    distances = np.where((found == np.arange(rows)[:, None]) | (found < 0), np.inf, distances)
    distances = np.round(np.maximum(distances, 0), _DECIMALS)
    row = np.broadcast_to(np.arange(rows)[:, None], found.shape)
    order = np.lexsort((found, distances, row), axis=1)[:, :count]
    indices = np.take_along_axis(found, order, axis=1).astype(np.int32)
    distances = np.take_along_axis(distances, order, axis=1).astype(np.float32)
    short = np.flatnonzero(np.isinf(distances).any(axis=1))
    if len(short):
        indices[short], distances[short] = _exact(matrix, short, count)
    return indices, distances


def _chosen(
    matrix: np.ndarray, weights: np.ndarray | None, proposed: np.ndarray, count: int, on_progress: OnProgress
) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest by likeness of the proposed neighbours int (n, m) of each row, -1 for none."""
    rows = matrix if weights is None else weighted_rows(matrix, weights)
    indices = np.empty((len(rows), count), np.int32)
    distances = np.empty((len(rows), count), np.float32)
    block_rows = max(16, _BLOCK_VALUES // (proposed.shape[1] * rows.shape[1]))

    def choose(start: int) -> None:
        block = slice(start, start + block_rows)
        others = proposed[block]
        values = np.einsum("id,ijd->ij", rows[block], rows[others])
        if weights is not None:
            total = np.einsum("iv,ijv->ij", weights[block], weights[others])
            values = np.divide(values, total, out=values, where=total > 0)
        away = np.round(np.maximum(1 - values, 0), _DECIMALS)
        away[others < 0] = np.inf
        order = np.lexsort((others, away), axis=1)[:, :count]
        indices[block] = np.take_along_axis(others, order, axis=1)
        distances[block] = np.take_along_axis(away, order, axis=1)

    # Gathering rows is what takes the time, and lets other threads run beside it.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        starts = range(0, len(rows), block_rows)
        for start, _ in zip(starts, threads.map(choose, starts), strict=True):
            on_progress(start, len(rows))
    short = np.flatnonzero(np.isinf(distances).any(axis=1))
    if len(short):
        indices[short], distances[short] = _exact(matrix, short, count, weights=weights)
    return indices, distances


def _part(tell: OnProgress, begin: int, end: int) -> OnProgress:
    return lambda done, total: tell(begin + (end - begin) * done // max(total, 1), 100)

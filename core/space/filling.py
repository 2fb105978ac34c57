"""Views that a glitch lacks, filled in from the glitches most like it that have them.

The donors are the two with the least ``(1 - mean cosine over the common views) * sqrt(views / number of common
views)``; the factor is a standard error's, because the mean of few common views is less sure. Their views are averaged
with weights of one over that distance, so that a duplicate gives its own view. One donor gives a noisy guess, many give
an average that is nobody's view (FACTS, section 4; docs/decisions/21-missing-views.md).

Where it was learnt beforehand what seen views tell about missing ones (:mod:`core.embed.expected_views`), what is
expected is one more donor, at the distance ``EXPECTED_AT``: it leads where the data set is small and its donors are far
away, and they lead in a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.embed.combine import unit_rows
from core.embed.expected_views import LearntViews, expected_view
from core.embed.likeness import EXPECTED_WEIGHT, FILLED_WEIGHT, Vectors, weighted_rows
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact

VERSION = 1
"""Raised when the same embedding would be filled in otherwise, so that cached results are dropped."""

DONORS = 2
EXPECTED_AT = 0.02
"""Chosen on simulated glitches that benchmarks/missing_views.py does not use; 0.005 and 0.04 do nearly as well."""

MOST_POSSIBLE_DONORS = 50_000
"""Larger data sets look for donors among so many samples, drawn once, so that the time grows with their size alone."""

_SEED = 0
_BLOCK_VALUES = 2**24
_DECIMALS = 6
_NEAREST = 1e-6


@dataclass(frozen=True)
class Filling:
    """From which samples missing views are filled in.

    ``donors`` is int32 (n, views, 2), rows of the embedding, -1 where the view was seen or nobody can give it;
    ``shares`` float32 (n, views, 2), of each donor, summing to 1, or 0 where there is none, or less where the rest is
    what is expected; ``fingerprint`` of the embedding, what was learnt, and this stage's version.
    """

    donors: np.ndarray
    shares: np.ndarray
    fingerprint: str


def filling_fingerprint(embedding_fingerprint: str, learnt: LearntViews | None = None) -> str:
    """Return the name under which the result is cached, known before the work is done."""
    if learnt is None:
        return fingerprint("filling", VERSION, FILLED_WEIGHT, embedding_fingerprint)
    return fingerprint("filling", VERSION, EXPECTED_WEIGHT, EXPECTED_AT, embedding_fingerprint, learnt.fingerprint)


def find_filling(
    matrix: np.ndarray,
    seen: np.ndarray,
    *,
    learnt: LearntViews | None = None,
    embedding_fingerprint: str = "",
    most_possible_donors: int = MOST_POSSIBLE_DONORS,
    on_progress: OnProgress = ignore_progress,
) -> Filling:
    """Return the donors of every missing view. Raises GlitchAuditError where the matrix has values that are not finite.

    ``matrix`` is float32 (n, views * d); what stands in place of a missing view does not matter; ``seen`` bool (n,
    views). Of more than ``most_possible_donors`` samples only so many, drawn at random, give views. ``learnt`` is about
    these views of this backbone, None where nothing is known of them.
    """
    count, views = seen.shape
    bad = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    if len(bad):
        raise GlitchAuditError(
            f"The embedding has values that are not finite numbers, first in row {bad[0]}; compute or export it again."
        )
    pool = np.arange(count)
    if count > most_possible_donors:
        pool = np.sort(np.random.default_rng(_SEED).permutation(count)[:most_possible_donors])
    weights = seen.astype(np.float32)
    rows = weighted_rows(matrix, weights)
    possible, possible_weights = (rows, weights) if len(pool) == count else (rows[pool], weights[pool])
    holders = [np.flatnonzero(seen[pool, view]) for view in range(views)]
    donors = np.full((count, views, DONORS), -1, np.int32)
    distances = np.full((count, views, DONORS), np.inf, np.float32)
    lacking = np.flatnonzero(~seen.all(axis=1))
    block_rows = int(np.clip(_BLOCK_VALUES // max(len(pool), 1), 16, 1024))
    for start in range(0, len(lacking), block_rows):
        on_progress(start, len(lacking))
        block = lacking[start : start + block_rows]
        away = _unsure_distances(rows[block], weights[block], possible, possible_weights)
        own = np.searchsorted(pool, block)
        own_place = np.flatnonzero((own < len(pool)) & (pool[np.minimum(own, len(pool) - 1)] == block))
        away[own_place, own[own_place]] = np.inf
        for view in range(views):
            need = np.flatnonzero(~seen[block, view])
            donors[block[need], view], distances[block[need], view] = _nearest(away[need], holders[view], pool)
    on_progress(len(lacking), len(lacking))
    # Nobody at all to compare with is at no distance.
    shares = np.where(donors >= 0, 1 / (np.maximum(distances, 0) + _NEAREST), 0)
    total = shares.sum(axis=2, keepdims=True) + (0 if learnt is None else 1 / EXPECTED_AT)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0).astype(np.float32)
    return Filling(donors, shares, filling_fingerprint(embedding_fingerprint, learnt))


def fill_in(
    matrix: np.ndarray, seen: np.ndarray | None, filling: Filling | None, *, learnt: LearntViews | None = None
) -> Vectors:
    """Return the embedding, float32 (n, views * d), with its missing views filled in.

    ``seen`` is bool (n, views), or None where every sample has all views; ``filling`` comes from :func:`find_filling`
    with the same ``learnt``.
    """
    if seen is None or filling is None:
        return Vectors(matrix)
    count, views = seen.shape
    weights = seen.astype(np.float32)
    blocks = weighted_rows(matrix, weights).reshape(count, views, -1)
    filled = blocks.copy()
    for view in range(views):
        need = np.flatnonzero(~seen[:, view] & ((filling.donors[:, view, 0] >= 0) | (learnt is not None)))
        shares, donors = filling.shares[need, view], filling.donors[need, view]
        # A donor that is not there has the share 0, so that it does not matter which row stands in for it.
        given = sum(shares[:, [at]] * blocks[donors[:, at], view] for at in range(DONORS))
        if learnt is not None:
            given = given + (1 - shares.sum(axis=1, keepdims=True)) * expected_view(blocks, seen, view, learnt)
        filled[need, view] = unit_rows(given)
        weights[need, view] = FILLED_WEIGHT if learnt is None else EXPECTED_WEIGHT
    return Vectors(unit_rows(filled.reshape(count, -1)), weights)


def save_filling(filling: Filling, folder: Path) -> None:
    """Write the filling into ``folder``."""
    arrays = {"donors": filling.donors, "shares": filling.shares}
    save_artifact(folder, kind="filling", arrays=arrays, facts={"fingerprint": filling.fingerprint})


def load_filling(folder: Path) -> Filling:
    """Read what :func:`save_filling` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, facts = load_artifact(folder, kind="filling")
    return Filling(arrays["donors"], arrays["shares"], facts["fingerprint"])


def _unsure_distances(
    rows: np.ndarray, weights: np.ndarray, others: np.ndarray, other_weights: np.ndarray
) -> np.ndarray:
    """Return the distances that :func:`find_filling` ranks by, float32 (m, n); infinite without common views."""
    common = weights @ other_weights.T
    known = np.maximum(common, 1)
    away = np.maximum(1 - rows @ others.T / known, 0) * np.sqrt(weights.shape[1] / known)
    return np.where(common > 0, np.round(away, _DECIMALS), np.inf).astype(np.float32)


def _nearest(away: np.ndarray, holders: np.ndarray, pool: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest holders of a view to each row, (m, 2), of equally near ones the first; -1 where too few."""
    donors = np.full((len(away), DONORS), -1, np.int32)
    distances = np.full((len(away), DONORS), np.inf, np.float32)
    if not len(holders) or not len(away):
        return donors, distances
    away, every = away[:, holders], np.arange(len(away))
    for number in range(min(DONORS, len(holders))):
        best = away.argmin(axis=1)
        distances[:, number] = away[every, best]
        donors[:, number] = np.where(np.isfinite(distances[:, number]), pool[holders[best]], -1)
        away[every, best] = np.inf
    return donors, distances

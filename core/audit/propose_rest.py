"""After some decisions of one kind: which other samples are most likely of that kind, too.

Some samples called ``label`` were decided to be ``other``, and perhaps some were kept. How much each sample looks like
the other label is predicted out of sample, among the samples of the two labels alone, by the regression of the suspects
(:mod:`core.audit.suspects.probabilities`): seeds count as ``other``, kept ones as ``label``, and the rest by what a
first run found. How samples of the other label score when they are called otherwise is seen in those that are called
``other``, the seeds among them, each left out of its own prediction; the chance of each sample follows from a mixture
with that component known (:mod:`core.audit.two_kinds`). It is scaled down by what was decided: where fewer of the
decided ones were right than their chances say, all have less. Nothing is offered that lies further from the other label
than nearly all of its own: a third kind may look more like it than like ``label``.

The chances hold as far as those called wrongly are a fair draw of the other label, whatever week or person they are of.
benchmarks/propose_rest.py measures them on planted errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.suspects.probabilities import Smoother, make_smoother
from core.audit.two_kinds import chances_of_kind
from core.embed.likeness import likeness

MODEL = "propose the rest 1"
"""Name and version of the method, which stands in the provenance of what is proposed."""

LEAST_SEEDS, LEAST_OTHERS = 3, 10
LEAST_SHARE = 0.95
_WIDTH, _RIDGE, _LANDMARKS = 2.0, 0.5, 1000
_ROUNDS = 2
_NEAREST = 3
_TYPICAL = 0.02
_SUREST = 0.995


@dataclass(frozen=True)
class Rest:
    """What is offered.

    ``rows`` int (m,), the most likely first, with their ``chances`` (0 to 1) to be right; ``expected`` their mean, NaN
    for none. ``why_not`` is a sentence where nothing is offered.
    """

    rows: np.ndarray
    chances: np.ndarray
    why_not: str = ""

    @property
    def expected(self) -> float:
        """The expected share of right ones among the offered."""
        return float(self.chances.mean()) if len(self.chances) else float("nan")


def propose_rest(
    matrix: np.ndarray,
    labels: np.ndarray,
    *,
    seeds: np.ndarray,
    kept: np.ndarray,
    label: str,
    other: str,
    done: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    least_share: float = LEAST_SHARE,
    seed: int = 0,
) -> Rest:
    """Return the samples called ``label`` that are ``other``, as far as an expected ``least_share`` of them is right.

    Args:
        matrix: float32 (n, d), the embedding, rows of length 1.
        labels: str (n,), as they were before the decisions.
        seeds, kept: int, rows called ``label`` that were decided to be ``other``, and that were kept.
        label, other: the two labels.
        done: bool (n,), rows that are not to be offered; the seeds and the kept ones never are.
        weights: as in :class:`core.embed.likeness.Vectors`.
        groups: int (n,), rows that are not independent, such as views of one glitch; default: all are.
        least_share: the cut.
        seed: of the draw of landmarks where there are many samples.
    """
    called, others = labels == label, labels == other
    pool = np.flatnonzero(called | others)
    own = np.arange(len(labels)) if groups is None else groups
    if len(np.unique(own[seeds])) < LEAST_SEEDS:
        return _nothing(f"Fewer than {LEAST_SEEDS} samples called {label} were decided to be {other} so far.")
    if len(np.unique(own[others])) + len(np.unique(own[seeds])) < LEAST_OTHERS:
        return _nothing(f"Fewer than {LEAST_OTHERS} samples are known to be {other}: too few to compare with.")
    is_seed, is_kept = np.isin(pool, seeds), np.isin(pool, kept)
    smoother = make_smoother(
        matrix[pool],
        np.unique(own[pool], return_inverse=True)[1],
        width=_WIDTH,
        ridge=_RIDGE,
        landmarks=_LANDMARKS,
        seed=seed,
        weights=None if weights is None else weights[pool],
    )
    chances = _chances(smoother, called[pool], is_seed, is_kept)
    typical = _typical(matrix, weights, pool, own, like=others[pool] | is_seed)
    free = called[pool] & ~is_seed & ~is_kept & typical
    if done is not None:
        free &= ~done[pool]
    rows = np.flatnonzero(free)
    order = rows[np.argsort(-chances[rows], kind="stable")]
    shares = np.cumsum(chances[order]) / np.arange(1, len(order) + 1)
    count = int((shares >= least_share).sum())
    if not count:
        return _nothing(f"No other sample called {label} looks enough like {other} to be offered unseen.")
    return Rest(pool[order[:count]], chances[order[:count]])


def _chances(smoother: Smoother, called: np.ndarray, is_seed: np.ndarray, is_kept: np.ndarray) -> np.ndarray:
    """Return the chance of each row of the pool to be of the other kind, float (m,)."""
    known = ~called | is_seed
    found = np.where(known, 1.0, 0.0)
    chances = np.zeros(len(called))
    for _ in range(_ROUNDS):
        scores = smoother.left_out(found[:, None])[:, 0].astype(float)
        # The decided ones count among those called so: they were the most likely ones, and without them the rest would
        # look less likely than it is.
        found_now = chances_of_kind(scores[called], scores[known], of_kind=is_seed[called], of_other=is_kept[called])
        chances[called] = np.minimum(found_now, _SUREST)
        decided = is_seed | is_kept
        expected = chances[decided].sum()
        chances *= min(1.0, (is_seed.sum() + 1) / (expected + 1))
        found = np.where(known, 1.0, np.where(is_kept, 0.0, chances))
    return chances


def _typical(
    matrix: np.ndarray, weights: np.ndarray | None, pool: np.ndarray, own: np.ndarray, *, like: np.ndarray
) -> np.ndarray:
    """Return which rows of the pool lie as near to the other kind as nearly all of its own do, bool (m,)."""
    rows = pool[like]
    sides = (None, None) if weights is None else (weights[pool], weights[rows])
    alike = likeness(matrix[pool], matrix[rows], weights=sides[0], other_weights=sides[1])
    alike[own[pool][:, None] == own[rows][None]] = -np.inf
    count = min(_NEAREST, alike.shape[1] - 1)
    nearest = np.partition(alike, -count, axis=1)[:, -count]
    return nearest >= np.quantile(nearest[like], _TYPICAL)


def _nothing(why_not: str) -> Rest:
    return Rest(np.zeros(0, int), np.zeros(0), why_not)

"""Labels that their nearest others do not tell from another label, as where two names are tossed for one morphology."""

from __future__ import annotations

import numpy as np

from core.statistics.permutation import chance_of_as_much, shuffles_among_groups

NEAREST = 10
MIXED = 0.05
"""Two labels are compared where one has more than this share among the nearest others of the other."""

LUCK = 0.01
SHUFFLES = 199


def tossed_names(labels: np.ndarray, glitches: np.ndarray, neighbours: np.ndarray, *, seed: int = 0) -> frozenset[str]:
    """Return the labels that lie among those of another label no otherwise than by a coin toss between the two names.

    Of two labels that are mixed (:data:`MIXED`), it is counted how often a nearest other with one of the two labels has
    the same one. Chance is both labels shuffled among the glitches that carry either. Where chance gives as much in
    more than :data:`LUCK` of the shuffles, both are returned. So a coin toss passes unseen once in a hundred times, and
    a label of very few samples may be returned because so few cannot tell.

    Args:
        labels: str (n,), "" for none.
        glitches: (n,), the glitch that each row shows; a glitch is no neighbour of its own.
        neighbours: int (n, k), nearest first; the first :data:`NEAREST` of other glitches count.
        seed: of the shuffles.
    """
    names, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    _, shown = np.unique(glitches, return_inverse=True)
    counted = shown[neighbours] != shown[:, None]
    counted &= np.cumsum(counted, axis=1) <= NEAREST
    rows, places = np.nonzero(counted)
    others = neighbours[rows, places]
    among = np.bincount(codes[rows] * len(names) + codes[others], minlength=len(names) ** 2)
    among = among.reshape(len(names), len(names))
    shares = among / np.maximum(among.sum(axis=1, keepdims=True), 1)
    mixed = np.maximum(shares, shares.T) > MIXED
    found = set()
    for one, other in np.argwhere(np.triu(mixed, 1)).tolist():
        if names[one] and _like_a_toss(codes, shown, rows, others, (one, other), seed=seed):
            found |= {str(names[one]), str(names[other])}
    return frozenset(found)


def _like_a_toss(
    codes: np.ndarray, shown: np.ndarray, rows: np.ndarray, others: np.ndarray, pair: tuple[int, int], *, seed: int
) -> bool:
    """Whether the pair's labels agree among neighbours no more often than by chance."""
    either = np.isin(codes, pair)
    place = np.cumsum(either) - 1
    inside = either[rows] & either[others]
    first, second = place[rows[inside]], place[others[inside]]
    kind = codes[either] == pair[0]
    same = [
        float((kind[taken][first] == kind[taken][second]).sum())
        for taken in shuffles_among_groups(shown[either], SHUFFLES, seed=seed)
    ]
    return chance_of_as_much(float((kind[first] == kind[second]).sum()), same) > LUCK

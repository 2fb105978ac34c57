"""How probably each of some scores is of one of two kinds, where scores of that kind are known and of the other not.

A mixture with one component known, by expectation and maximisation (Dempster, Laird and Rubin 1977). Both kinds have
Student's t with four degrees of freedom: its tails are heavy, so that a score far from both kinds is no proof, and its
middle and scale are those of Peel and McLachlan (2000), to which a score counts the less the farther off it lies. With
f the density of the kind that is looked for, h that of the other, and q its share,

    chance(s) = q f(s) / (q f(s) + (1 - q) h(s)),

which is kept from falling as the score rises, and is 0 below the middle of the other kind.
"""

from __future__ import annotations

import numpy as np

_FREEDOM = 4
_STEPS = 60
_PLACING_STEPS = 20
_LEAST_SPREAD = 0.03
_MOST_SHARE = 0.9


def chances_of_kind(
    scores: np.ndarray, reference: np.ndarray, *, of_kind: np.ndarray, of_other: np.ndarray
) -> np.ndarray:
    """Return the chance of each score to be of the kind that is looked for, float (n,); it never falls with the score.

    Args:
        scores: float (n,), of both kinds, in units where 0 to 1 lies between the two.
        reference: float (m,), of that kind alone; at least one.
        of_kind, of_other: bool (n,), scores of which the kind is known. What is returned for them is what would be said
            of others with their score.
    """
    middle, spread = _place(reference, np.ones(len(reference)))
    wanted = _density(scores, middle, spread)
    weight = (scores > (middle + np.median(scores)) / 2).astype(float)
    chances = weight
    for _ in range(_STEPS):
        weight = np.where(of_kind, 1.0, np.where(of_other, 0.0, weight))
        share = min((weight.sum() + 0.5) / (len(weight) + 1), _MOST_SHARE)
        low, width = _place(scores, np.maximum(1 - weight, 1e-6))
        others = _density(scores, low, width)
        chances = _rising(scores, share * wanted / (share * wanted + (1 - share) * others), above=low)
        weight = chances
    return chances


def _place(scores: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    middle = float(np.average(scores, weights=weights))
    spread = max(float(np.sqrt(np.average((scores - middle) ** 2, weights=weights))), _LEAST_SPREAD)
    for _ in range(_PLACING_STEPS):
        near = weights * (_FREEDOM + 1) / (_FREEDOM + ((scores - middle) / spread) ** 2)
        middle = float(np.average(scores, weights=near))
        spread = max(float(np.sqrt((near * (scores - middle) ** 2).sum() / weights.sum())), _LEAST_SPREAD)
    return middle, spread


def _density(scores: np.ndarray, middle: float, spread: float) -> np.ndarray:
    # But for a constant that both kinds share.
    return (1 + ((scores - middle) / spread) ** 2 / _FREEDOM) ** (-(_FREEDOM + 1) / 2) / spread


def _rising(scores: np.ndarray, chances: np.ndarray, *, above: float) -> np.ndarray:
    order = np.argsort(scores, kind="stable")
    rising = np.empty_like(chances)
    rising[order] = np.maximum.accumulate(np.where(scores[order] > above, chances[order], 0.0))
    return rising

"""Like what was wrong: how probably each label is wrong, learnt from the labels that were decided.

Errors have causes that they share: two labels that somebody confuses, a detector, a week, an annotator, a place in the
embedding. The log-odds that a label is wrong are taken as a straight line in its suspicion, plus a Gaussian process
over what labels have in common (Rasmussen and Williams 2006, chapter 3: Laplace's approximation). Where nothing was
decided the line is that of the suspects, so the order stays theirs; each decision moves those that are like it, and the
more so the more they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_STEPS = 50
_CLOSE = 1e-6
_MOST_ODDS = 30.0
_BLOCK_VALUES = 20_000_000


@dataclass(frozen=True)
class LikenessParams:
    """How much labels have in common, as variances of their log-odds; see benchmarks/suspect_queue.py for the choice.

    Attributes:
        place: of what speaks, at one place of the embedding, for one of two labels and against the other.
        reach: how far a place reaches: the distance (1 - likeness) over which the covariance falls to 1 / e.
        pair: of what all labels of one name share that look like one other.
        fact: of what those of one pair share that agree in one fact (week, detector, ...) as well.
        slope: of the suspicion's weight, whose mean is the suspects' own.
        level: of the share of wrong labels.
    """

    place: float = 30.0
    reach: float = 0.2
    pair: float = 0.0
    fact: float = 0.5
    slope: float = 0.01
    level: float = 0.3


@dataclass(frozen=True, eq=False)
class Traits:
    """What labels can have in common.

    Attributes:
        score: float (n,), the suspicion.
        chance: float (n,), 0 to 1, that the label is wrong, as the suspects say; NaN where unknown.
        label, suggested: int (n,), what each is called and looks like.
        facts: int (n, f), values of the facts (week, detector, ...); -1 where unknown.
        matrix: float32 (n, d), rows of length 1; None where places do not count.
    """

    score: np.ndarray
    chance: np.ndarray
    label: np.ndarray
    suggested: np.ndarray
    facts: np.ndarray
    matrix: np.ndarray | None = None


def log_odds_after(
    traits: Traits,
    decided: np.ndarray,
    wrong: np.ndarray,
    params: LikenessParams | None = None,
    *,
    asked: np.ndarray | None = None,
) -> np.ndarray:
    """Return the log-odds that each label is wrong, float (n,), once some labels are decided.

    ``decided`` is int (m,), their rows; ``wrong`` bool (m,), which of those were wrong; ``asked`` int, the rows that
    are moved by it, by default all: the cost goes with their number.
    """
    params = params or LikenessParams()
    line, scale = _line(traits)
    if not len(decided):
        return line
    own = _in_common(traits, decided, decided, params, scale)
    weights = _posterior(own, line[decided], np.asarray(wrong, dtype=float))
    result = line.copy()
    asked = np.arange(len(line)) if asked is None else asked
    step = max(1, _BLOCK_VALUES // len(decided))
    for start in range(0, len(asked), step):
        rows = asked[start : start + step]
        result[rows] += _in_common(traits, rows, decided, params, scale) @ weights
    return result


def _line(traits: Traits) -> tuple[np.ndarray, np.ndarray]:
    """The suspects' log-odds as a straight line in the score, and the score in its own standard deviations."""
    known = np.isfinite(traits.score)
    score = np.where(known, traits.score, traits.score[known].min() if known.any() else 0.0)
    scale = (score - score.mean()) / (score.std() or 1.0)
    chance = np.clip(np.nan_to_num(traits.chance), 0.001, 0.999)
    # Those in doubt say how steep it is: of the others, rounding does.
    middle = (chance > 0.005) & (chance < 0.985)
    odds = np.log(chance / (1 - chance))
    if middle.sum() > 5 and np.ptp(scale[middle]) > 0:
        slope, level = np.polyfit(scale[middle], odds[middle], 1)
    else:
        slope, level = 1.0, float(odds.mean())
    slope = max(slope, 0.1)
    return slope * scale + level, slope * scale


def _in_common(
    traits: Traits, rows: np.ndarray, others: np.ndarray, params: LikenessParams, scale: np.ndarray
) -> np.ndarray:
    """The covariance of the log-odds, float (rows, others)."""
    one, two = traits.label[rows, None], traits.label[others]
    looks, look = traits.suggested[rows, None], traits.suggested[others]
    same_label, same_look = one == two, looks == look
    signs = same_label.astype(np.float32) + same_look - (one == look) - (looks == two)
    shared = np.full(signs.shape, float(params.pair), np.float32)
    for fact in traits.facts.T:
        shared += params.fact * ((fact[rows, None] == fact[others]) & (fact[rows, None] >= 0))
    common = params.level + (same_label & same_look) * shared
    if traits.matrix is not None and params.place:
        common += params.place * signs * np.exp((traits.matrix[rows] @ traits.matrix[others].T - 1) / params.reach)
    return common + params.slope * np.outer(scale[rows], scale[others])


def _posterior(covariance: np.ndarray, mean: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """The gradient of the likelihood at the most probable log-odds: algorithm 3.1 of Rasmussen and Williams.

    A step that would lead down is halved: where a decision surprises, full steps swing ever further.
    """
    weights, odds = np.zeros(len(mean)), mean.copy()
    height = _height(weights, odds, mean, wrong)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(odds, -_MOST_ODDS, _MOST_ODDS)))
        root = np.sqrt(chance * (1 - chance))
        target = root**2 * (odds - mean) + wrong - chance
        inner = np.eye(len(mean)) + root[:, None] * covariance * root
        way = target - root * np.linalg.solve(inner, root * (covariance @ target)) - weights
        along = covariance @ way
        share = 1.0
        while (there := _height(weights + share * way, odds + share * along, mean, wrong)) < height and share > _CLOSE:
            share /= 2
        if there < height:
            break
        weights, odds, height = weights + share * way, odds + share * along, there
        if share * np.abs(along).max() < _CLOSE:
            break
    return weights


def _height(weights: np.ndarray, odds: np.ndarray, mean: np.ndarray, wrong: np.ndarray) -> float:
    """The logarithm of how probable these log-odds are, up to a constant."""
    return float(wrong @ odds - np.logaddexp(0, odds).sum() - 0.5 * weights @ (odds - mean))

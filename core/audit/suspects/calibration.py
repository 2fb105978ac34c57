"""How probable it is that a suspect's label is wrong, learnt without knowing a single wrong label.

Errors are planted in the labels and scored like everything else, so that the scores of wrong labels are known. With f1
the density of planted and f that of all scores, a label is wrong with probability ``share * f1 / f`` (learning from
positive and unlabelled examples, Elkan and Noto 2008). The ratio comes from isotonic regression of "planted" on the
score. The share of wrong labels is the smallest ratio of the two distributions' upper tails: none can be below it
(Blanchard, Lee and Scott 2010). Planted errors must resemble real ones, so it is done three times: each time they are
planted where the last time made labels look right, and along the confusions that looked commonest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.suspects.ranking import Ranker, best_other
from core.progress import OnProgress, ignore_progress

PLANTED_SHARE = 0.05
"""Of the labels in each planting: enough to learn from, few enough to leave the data set as it is."""

SUREST = 0.99
"""Highest chance that is ever given: how errors really come about is not known well enough for more."""

LIKENESS_ERROR = 0.5
"""Standard error, in log-odds, for planted errors being unlike the real ones.

Chosen so that the intervals of ``Suspects.expected_right`` hold in 95 % of the runs on the development seeds of
benchmarks/suspects.py.
"""

_TAILS = np.linspace(0.2, 0.9, 15)
_ROUNDS = (0.5, 0.5, 1.0)
_PRIOR_ERRORS = 2.0
_COUNTS_FROM = 0.2


@dataclass(frozen=True)
class Calibration:
    """Chances that labels are wrong: float (m,), a glitch, 0 to 1, never falling as the score rises.

    ``share`` is the estimated share of wrong labels; ``log_odds_error`` the standard error, in log-odds,
    that all chances share: the estimated share's, and ``LIKENESS_ERROR``.
    """

    chance_wrong: np.ndarray
    share: float
    log_odds_error: float


def calibrate(
    ranker: Ranker,
    codes: np.ndarray,
    log_probabilities: np.ndarray,
    scores: np.ndarray,
    *,
    plantings: int,
    seed: int,
    on_progress: OnProgress = ignore_progress,
) -> Calibration:
    """Return the chance that each label is wrong, from its score.

    ``codes`` is int (m,), the glitches' labels; ``log_probabilities`` float (m, k), out of sample; ``scores`` float
    (m,). Errors are planted ``plantings`` times in the last round, half as often in the two before.
    """
    random = np.random.default_rng([seed, 3])
    times = [max(1, round(plantings * part)) for part in _ROUNDS]
    likely = best_other(log_probabilities, codes)
    chance = np.zeros(len(codes))
    confusions = np.zeros((ranker.classes, ranker.classes))
    for number, repeats in enumerate(times):
        before = sum(times[:number])
        rounds = []
        for repeat in range(repeats):
            on_progress(before + repeat, sum(times))
            alike = repeat % 2 == 0
            wrong, rows = _plant(codes, log_probabilities, 1 - chance, confusions, alike=alike, random=random)
            rounds.append(ranker.score_changed(wrong, rows))
        planted = np.concatenate(rounds)
        share, error = _share_wrong(scores, planted)
        chance = np.clip(share * _density_ratio(scores, planted), 0, SUREST)
        confusions[:] = 0
        np.add.at(confusions, (likely, codes), np.where(chance > _COUNTS_FROM, chance, 0))
    on_progress(sum(times), sum(times))
    return Calibration(chance, share, float(np.hypot(error, LIKENESS_ERROR)))


def _plant(
    codes: np.ndarray,
    log_probabilities: np.ndarray,
    trust: np.ndarray,
    confusions: np.ndarray,
    *,
    alike: bool,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return labels with planted errors and the glitches that carry them; ``confusions`` counts true by given label."""
    count = max(1, round(PLANTED_SHARE * len(codes)))
    rows = random.choice(len(codes), size=count, replace=False, p=trust / trust.sum())
    own = np.arange(count), codes[rows]
    # Half of the plantings hold slips between labels that look alike, half any: before anything is known about the
    # real errors, they may be of either kind. What is known counts the more, the more errors it rests on.
    weights = np.exp(log_probabilities[rows].astype(float) / 2) if alike else np.ones((count, confusions.shape[0]))
    known = confusions[codes[rows]].copy()
    weights[own] = known[own] = 0
    weights = _PRIOR_ERRORS * weights / weights.sum(axis=1, keepdims=True) + known
    reached = weights.cumsum(axis=1)
    wrong = codes.copy()
    wrong[rows] = (reached > random.random((count, 1)) * reached[:, -1:]).argmax(axis=1)
    return wrong, rows


def _share_wrong(scores: np.ndarray, planted: np.ndarray) -> tuple[float, float]:
    marks = np.quantile(planted, _TAILS)
    above = len(scores) - np.searchsorted(np.sort(scores), marks, side="right")
    planted_above = 1 - np.searchsorted(np.sort(planted), marks, side="right") / len(planted)
    usable = planted_above > 0
    if not usable.any():
        return 0.0, 1.0
    # One more than counted: no score in the tail does not prove that none could be there (Laplace).
    ratios = (above[usable] + 1) / len(scores) / planted_above[usable]
    best = int(ratios.argmin())
    error = np.sqrt(1 / (above[usable][best] + 1) + 1 / (planted_above[usable][best] * len(planted)))
    return float(min(ratios[best], 1.0)), float(error)


def _density_ratio(scores: np.ndarray, planted: np.ndarray) -> np.ndarray:
    from sklearn.isotonic import IsotonicRegression

    # One imagined sample above all others, for the same reason as in the share.
    values = np.concatenate([planted, scores, [scores.max()]])
    is_planted = np.concatenate([np.ones(len(planted)), np.zeros(len(scores) + 1)])
    weights = np.where(is_planted == 1, 1 / len(planted), 1 / len(scores))
    regression = IsotonicRegression(out_of_bounds="clip").fit(values, is_planted, sample_weight=weights)
    probability = regression.predict(scores)
    return probability / np.maximum(1 - probability, 1e-9)

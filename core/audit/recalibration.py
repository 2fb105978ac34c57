"""The suspects' chances, bent to fit what people judged, and how many of the flags are right by both.

The chances are learnt from planted errors, and errors that people really made may score otherwise: on pictures that are
hard to tell apart, flags were right up to 26 points less and up to 13 points more often than they said, and nothing but
judged labels tells which (benchmarks/results/flags_judged.txt). So the log-odds that a label is wrong are taken as a
straight line in the log-odds that were said (Cox 1958, "Two further applications of a model for binary regression").
Before anything is judged the line is the chances themselves, as uncertain as
:attr:`core.audit.suspects.Suspects.chance_error`; judged labels move it (Bayesian logistic regression by Laplace's
approximation; Bishop 2006, Pattern Recognition and Machine Learning, sections 4.4 and 4.5).

Which labels are judged must hang on nothing but their scores, or on chance: those count that begin the random sample
(:mod:`core.audit.total_wrong`), and those that begin the queue of the most suspect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.total_wrong import KEPT_AS_RIGHT, SAID_WRONG, answers_in_turn, settled_verdicts
from core.statistics.intervals import drawn_interval

LEAST = 10
"""Clear answers below which the chances stay as they are."""

SLOPE_ERROR = 0.5
"""Standard deviation of the line's slope before anything is judged; its mean is 1.

Chosen, with ``MISFIT``, on a random half of the pictures of benchmarks/flags_judged.py with seeds 100 to 102.
"""

MISFIT = 0.3
"""Standard error in log-odds that stays however many are judged, because the line is not quite straight."""

_LEAST_CHANCE, _MOST_CHANCE = 0.001, 0.99
_STEPS = 50
_CLOSE = 1e-6
_DRAWS = 2000


@dataclass(frozen=True, eq=False)
class Recalibration:
    """The line in log-odds: ``line`` float (2,) is intercept and slope, ``covariance`` float (2, 2) their uncertainty.

    ``judged`` is how many clear answers it rests on.
    """

    line: np.ndarray
    covariance: np.ndarray
    judged: int

    def chances(self, chances: np.ndarray) -> np.ndarray:
        """Return the chances that labels are wrong by what was judged, float (m,), of those that were said.

        The uncertainty of the line is averaged over (MacKay 1992, "The evidence framework applied to classification
        networks"); NaN stays NaN.
        """
        places = _places(np.asarray(chances, dtype=float))
        variance = np.einsum("ij,jk,ik->i", places, self.covariance, places) + MISFIT**2
        found: np.ndarray = _logistic(places @ self.line / np.sqrt(1 + np.pi * variance / 8))
        return found


def recalibrate(chances: np.ndarray, wrong: np.ndarray, *, error: float) -> Recalibration:
    """Return the line that fits what was judged: ``chances`` float (j,) as they were said, ``wrong`` bool (j,).

    ``error`` is the standard error in log-odds that all chances share before anything is judged.
    """
    places, answers = _places(np.asarray(chances, dtype=float)), np.asarray(wrong, dtype=float)
    before = np.array([0.0, 1.0])
    precision = np.diag([1 / max(error, _CLOSE) ** 2, 1 / SLOPE_ERROR**2])
    line = before
    height = _height(line, places, answers, before, precision)
    for _ in range(_STEPS):
        fitted = _logistic(places @ line)
        curvature = (places.T * (fitted * (1 - fitted))) @ places + precision
        step = np.linalg.solve(curvature, places.T @ (answers - fitted) - precision @ (line - before))
        share = 1.0
        # A step that would lead down is halved: full ones may swing ever further.
        while (there := _height(line + share * step, places, answers, before, precision)) < height and share > _CLOSE:
            share /= 2
        if there < height:
            break
        line, height = line + share * step, there
        if np.abs(share * step).max() < _CLOSE:
            break
    fitted = _logistic(places @ line)
    curvature = (places.T * (fitted * (1 - fitted))) @ places + precision
    return Recalibration(line, np.linalg.inv(curvature), len(answers))


def counted_answers(drawn: pd.DataFrame, judged: pd.DataFrame) -> np.ndarray:
    """Return which labels people said to be wrong (1) or right (0), float (m,); NaN where it does not count.

    ``drawn`` is from :func:`core.audit.total_wrong.with_drawn`; ``judged`` has the index ``sample_id`` (the glitch) and
    ``verdict``. Those count with a clear answer that come, in their stratum of the random sample or among the flagged
    ones by suspicion, before the first one without any judgement.
    """
    verdict = drawn["glitch"].astype(str).map(settled_verdicts(judged)).to_numpy(dtype=object)
    counts = answers_in_turn(drawn, verdict)
    flagged = np.flatnonzero(drawn["flagged"].to_numpy(dtype=bool))
    in_order = flagged[np.argsort(-drawn["score"].to_numpy(dtype=float)[flagged], kind="stable")]
    open_ones = np.flatnonzero(pd.isna(verdict[in_order]))
    counts[in_order[: open_ones[0] if len(open_ones) else len(in_order)]] = True
    found = np.full(len(drawn), np.nan)
    found[counts & (verdict == SAID_WRONG)] = 1
    found[counts & (verdict == KEPT_AS_RIGHT)] = 0
    return found


def by_judged(drawn: pd.DataFrame, judged: pd.DataFrame, *, error: float) -> Recalibration | None:
    """Return the line by what people judged of ``drawn``, which has ``chance_wrong``; None where too few count.

    Where every flag is judged few suffice, because nothing is left to be bent. The arguments are those of
    :func:`counted_answers` and :func:`recalibrate`.
    """
    answers, chances = counted_answers(drawn, judged), drawn["chance_wrong"].to_numpy(dtype=float)
    usable = np.isfinite(answers) & np.isfinite(chances)
    flagged = drawn["flagged"].to_numpy(dtype=bool)
    all_judged = flagged.any() and usable[flagged].all()
    if usable.sum() < LEAST and not all_judged:
        return None
    return recalibrate(chances[usable], answers[usable] > 0, error=error)


def flags_right(
    flagged: pd.DataFrame, judged: pd.DataFrame, found: Recalibration, *, confidence: float = 0.95, seed: int = 0
) -> tuple[float, float, float]:
    """Return the expected, low and high number of these flags that are right, that is of labels that are wrong.

    ``flagged`` has ``glitch`` and ``chance_wrong`` as it was said, one row a glitch. Those with a clear answer count as
    people said, whatever made them look; of the others the chances by ``found`` do. The interval covers the luck of the
    draw and what is not known of the line.
    """
    verdict = flagged["glitch"].astype(str).map(settled_verdicts(judged)).to_numpy(dtype=object)
    wrong = int((verdict == SAID_WRONG).sum())
    chances = flagged["chance_wrong"].to_numpy(dtype=float)
    chances = chances[~np.isin(verdict, [SAID_WRONG, KEPT_AS_RIGHT]) & np.isfinite(chances)]
    if not len(chances):
        return float(wrong), float(wrong), float(wrong)
    values, counts = np.unique(chances, return_counts=True)
    random = np.random.default_rng([seed, 12])
    lines = random.multivariate_normal(found.line, found.covariance, size=_DRAWS)
    bent = lines @ _places(values).T + random.normal(0, MISFIT, size=(_DRAWS, 1))
    totals = random.binomial(counts, _logistic(bent)).sum(axis=1) + wrong
    expected = float(counts @ found.chances(values)) + wrong
    low, high = drawn_interval(totals.astype(float), confidence=confidence)
    return expected, min(float(low), expected), max(float(high), expected)


def _places(chances: np.ndarray) -> np.ndarray:
    inside = np.clip(chances, _LEAST_CHANCE, _MOST_CHANCE)
    return np.stack([np.ones(len(inside)), np.log(inside / (1 - inside))], axis=1)


def _logistic(odds: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-odds))
    return found


def _height(
    line: np.ndarray, places: np.ndarray, answers: np.ndarray, before: np.ndarray, precision: np.ndarray
) -> float:
    odds, moved = places @ line, line - before
    return float(answers @ odds - np.logaddexp(0, odds).sum() - moved @ precision @ moved / 2)

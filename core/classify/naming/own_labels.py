"""How sure the shipped classifier may be on a data set, told by that data set's own labels.

Its temperatures were fitted on simulated glitches. Where a data set has labels of classes that it names, one factor on
them is fitted on these labels, after Guo and others (ICML 2017), by the number of views where enough samples have so
many. Labels may be wrong: a share of them is taken to say anything (Natarajan and others, NeurIPS 2013, section 3), so
that a few wrong ones do not make it doubt everything. ``benchmarks/confidence.py`` measures when that pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.classify.evaluation.calibration import COOLEST, HOTTEST, expected_calibration_error, probabilities
from core.statistics.intervals import share_interval

FEWEST_SAMPLES, FEWEST_LABELS = 50, 3
"""Below either, temperatures are left as they are: a factor fitted on fewer is often worse than none."""

FOLDS = 5
MOST_SAMPLES = 6_000
"""More say nothing new of one number; whoever asks draws them by chance."""

WRONG_AT_MOST = 0.1
_ONE_IN_A_HUNDRED = 6.635
# Chi squared of one degree of freedom is above that once in a hundred.
_SEED = 15
_BETWEEN = (0.7, 0.9)
_FEWEST_SAID = 20


@dataclass(frozen=True)
class Said:
    """What a classifier said of some samples, and what their labels say.

    Attributes:
        samples: how many they are.
        sure: mean probability of the label that it named, 0 to 1.
        right: share of them labelled so; ``low`` and ``high`` are its 95 % Wilson interval.
        error: expected calibration error, 0 to 1.
    """

    samples: int
    sure: float
    right: float
    low: float
    high: float
    error: float


@dataclass(frozen=True)
class OwnConfidence:
    """Temperatures fitted on a data set's own labels, and how honest they are on samples that took no part.

    Attributes:
        temperatures: by number of pictures a glitch.
        samples, labels: how many labelled samples and labels they rest on.
        before: what the temperatures that came with the classifier say of these samples.
        after: what temperatures fitted on the other folds say.
        wrong: share of the labels that is taken to be wrong, between 0 and :data:`WRONG_AT_MOST`.
        example: what is said of those that are 70 to 90 % sure; None where these are fewer than 20.
    """

    temperatures: Mapping[int, float]
    samples: int
    labels: int
    before: Said
    after: Said
    wrong: float = 0.0
    example: Said | None = None

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"temperatures": {str(n): value for n, value in self.temperatures.items()}}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> OwnConfidence:
        """From what :meth:`as_json` gave."""
        example = content["example"]
        return cls(
            temperatures={int(n): float(value) for n, value in content["temperatures"].items()},
            samples=content["samples"],
            labels=content["labels"],
            before=Said(**content["before"]),
            after=Said(**content["after"]),
            wrong=content["wrong"],
            example=None if example is None else Said(**example),
        )


def own_confidence(
    scores: np.ndarray, truth: np.ndarray, pictures: np.ndarray, *, temperatures: Mapping[int, float]
) -> OwnConfidence | None:
    """Return temperatures fitted on labelled samples; None where they are too few, or of too few labels.

    ``scores`` are logits (n, labels); ``truth`` int (n,) is the label's number, below 0 for one that the classifier
    does not name; ``pictures`` int (n,) counts each sample's. ``temperatures`` came with the classifier.
    """
    known = np.flatnonzero(truth >= 0)
    labels = len(np.unique(truth[known]))
    if len(known) < FEWEST_SAMPLES or labels < FEWEST_LABELS:
        return None
    # Folds by chance: rows often come sorted by label.
    known = np.random.default_rng(_SEED).permutation(known)
    scores, truth, pictures = np.asarray(scores, np.float64)[known], truth[known], pictures[known]
    came = np.array([_of(temperatures, count) for count in pictures])
    scores = scores / came[:, None]
    fold = np.arange(len(known)) % FOLDS
    factor = np.ones(len(known))
    for number in range(FOLDS):
        learned = fold != number
        by_count, (pooled, _) = _factors(scores[learned], truth[learned], pictures[learned])
        factor[~learned] = [by_count.get(int(count), pooled) for count in pictures[~learned]]
    by_count, (pooled, wrong) = _factors(scores, truth, pictures)
    counts = sorted({*temperatures, *by_count})
    out_of_sample = probabilities(scores / factor[:, None])
    sure = out_of_sample.max(axis=1)
    between = (sure >= _BETWEEN[0]) & (sure < _BETWEEN[1])
    return OwnConfidence(
        temperatures={count: float(_of(temperatures, count) * by_count.get(count, pooled)) for count in counts},
        samples=len(known),
        labels=labels,
        before=said(probabilities(scores), truth),
        after=said(out_of_sample, truth),
        wrong=wrong,
        example=said(out_of_sample[between], truth[between]) if between.sum() >= _FEWEST_SAID else None,
    )


def said(probability: np.ndarray, truth: np.ndarray) -> Said:
    """Return what was said of samples, from probabilities (n, labels) and the numbers of their labels (n,)."""
    sure = probability.max(axis=1)
    right = probability.argmax(axis=1) == truth
    share = float(right.mean()) if len(right) else float("nan")
    low, high = share_interval(share, len(right))
    return Said(
        samples=len(right),
        sure=float(sure.mean()) if len(right) else float("nan"),
        right=share,
        low=low,
        high=high,
        error=expected_calibration_error(sure, right),
    )


def fit_factor(
    scores: np.ndarray, truth: np.ndarray, *, usual: float = 1.0, wrong_at_most: float = WRONG_AT_MOST
) -> tuple[float, float]:
    """Return what divides logits (n, labels) so that the labels (n,) become likeliest, and the share that is wrong.

    The likelihood of a label is ``(1 - e) softmax(scores / factor) + e / labels``; ``e``, between 0 and
    ``wrong_at_most``, is fitted as well. The factor stays the ``usual`` one where the labels do not speak against that
    (likelihood ratio, one in a hundred).
    """
    from scipy.optimize import minimize, minimize_scalar

    rows, labels = np.arange(len(truth)), scores.shape[1]
    shifted = scores - scores.max(axis=1, keepdims=True)
    chosen = shifted[rows, truth]

    def loss(logarithm: float, wrong: float) -> float:
        cool = np.exp(-logarithm)
        likely = np.exp(chosen * cool) / np.exp(shifted * cool).sum(axis=1)
        return float(-np.log(np.maximum((1 - wrong) * likely + wrong / labels, 1e-12)).sum())

    most_wrong = max(wrong_at_most, 1e-9)
    stay = minimize_scalar(lambda wrong: loss(np.log(usual), wrong), bounds=(0.0, most_wrong), method="bounded")
    found = minimize(
        lambda at: loss(at[0], at[1]) / len(truth),
        x0=[np.log(usual), stay.x],
        bounds=[(np.log(COOLEST), np.log(HOTTEST)), (0.0, most_wrong)],
        method="L-BFGS-B",
    )
    if 2 * (stay.fun - len(truth) * found.fun) < _ONE_IN_A_HUNDRED:
        return usual, float(stay.x)
    return float(np.exp(found.x[0])), float(found.x[1])


def _factors(
    scores: np.ndarray, truth: np.ndarray, pictures: np.ndarray
) -> tuple[dict[int, float], tuple[float, float]]:
    """A factor for each number of pictures that enough samples have, and one for all, with the share that is wrong."""
    of_all = fit_factor(scores, truth)
    by_count = {}
    for count in np.unique(pictures):
        those = pictures == count
        # A fold less than all of them.
        if those.sum() >= FEWEST_SAMPLES * (FOLDS - 1) / FOLDS:
            by_count[int(count)] = fit_factor(scores[those], truth[those], usual=of_all[0])[0]
    return by_count, of_all


def _of(temperatures: Mapping[int, float], count: int) -> float:
    return temperatures[min(temperatures, key=lambda known: (abs(known - count), -known))]

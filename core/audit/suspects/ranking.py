"""One number a sample: how strongly everything that is known contradicts its label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.suspects.neighbour_vote import Voters
from core.audit.suspects.probabilities import Smoother, log_softmax, to_probabilities

IMPROBABILITY_WEIGHT = 2.0
"""Of the given label's improbability in the score, beside the margin to the best other label."""


@dataclass(frozen=True)
class Ranker:
    """Scores labels of samples whose places are known; any labels, so that planted errors can be scored as well.

    Attributes:
        smoother: predicts from all other groups.
        voters: the neighbours of other groups.
        classes: number of labels.
        sharpness: turns predictions into probabilities.
        balance: how far the commonness of a label is discounted.
        vote_weight: share of the neighbours' vote in the probabilities.
    """

    smoother: Smoother
    voters: Voters
    classes: int
    sharpness: float
    balance: float
    vote_weight: float

    def log_probabilities(self, codes: np.ndarray) -> np.ndarray:
        """Logarithm of the probability of each label, out of sample, float32 (n, classes).

        The regression's probabilities and the neighbours' vote, their logarithms averaged (a logarithmic opinion pool,
        Genest and Zidek 1986).
        """
        regression = log_softmax(self.sharpness * self.smoother.left_out(_indicators(codes, self.classes)))
        return self._pooled(regression, codes)

    def score(self, codes: np.ndarray, log_probabilities: np.ndarray | None = None) -> np.ndarray:
        """Suspicion of each sample's label, float (n,), with commonness discounted.

        ``log p(best other) - log p(given)``, and twice ``-log p(given)``: the first finds errors between labels that
        look alike, the second errors between labels that do not.
        """
        if log_probabilities is None:
            log_probabilities = self.log_probabilities(codes)
        weighed = log_probabilities - self._discount(codes)
        rows = np.arange(len(codes))
        given = weighed[rows, codes]
        weighed[rows, codes] = -np.inf
        return (weighed.max(axis=1) - (1 + IMPROBABILITY_WEIGHT) * given).astype(float)

    def _pooled(self, regression: np.ndarray, codes: np.ndarray) -> np.ndarray:
        # The labels' shares stand in for one voter more, so that no label is impossible.
        count = self.voters.indices.shape[1]
        votes = (count * self.voters.shares(codes, self.classes) + _shares(codes, self.classes)) / (count + 1)
        return log_softmax((1 - self.vote_weight) * regression + self.vote_weight * np.log(votes))

    def _discount(self, codes: np.ndarray) -> np.ndarray:
        return self.balance * np.log(_shares(codes, self.classes))


def fit_ranker(
    smoother: Smoother, voters: Voters, codes: np.ndarray, *, classes: int, balance: float, vote_weight: float
) -> tuple[Ranker, np.ndarray]:
    """The ranker for a data set, and the log-probabilities of its labels as they are, float32 (n, classes)."""
    regression, sharpness = to_probabilities(smoother.left_out(_indicators(codes, classes)), codes)
    ranker = Ranker(smoother, voters, classes, sharpness, balance, vote_weight)
    return ranker, ranker._pooled(regression, codes)


def best_other(log_probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The most probable label of each sample apart from the given one, int (n,)."""
    others = log_probabilities.copy()
    others[np.arange(len(codes)), codes] = -np.inf
    return others.argmax(axis=1)


def _indicators(codes: np.ndarray, classes: int) -> np.ndarray:
    targets = np.zeros((len(codes), classes), np.float32)
    targets[np.arange(len(codes)), codes] = 1
    return targets


def _shares(codes: np.ndarray, classes: int) -> np.ndarray:
    # Planting may take a label's only sample; it then counts as one.
    counts = np.maximum(np.bincount(codes, minlength=classes), 1)
    return (counts / len(codes)).astype(np.float32)

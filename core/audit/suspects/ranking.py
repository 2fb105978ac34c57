"""One number a glitch: how strongly everything that is known contradicts its label.

A label is a glitch's, so where a glitch has several rows (one a view) they give their evidence together. A view that
does not show what the glitch is named for, as the shortest one of repeating blips, then makes no suspect of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.suspects.neighbour_vote import Voters
from core.audit.suspects.probabilities import Smoother, to_probabilities
from core.statistics.softmax import log_softmax

IMPROBABILITY_WEIGHT = 2.0
"""Of the given label's improbability in the score, beside the margin to the best other label."""


@dataclass(frozen=True)
class Ranker:
    """Scores the labels of glitches whose places are known. Any labels will do, so planted errors are scored as well.

    Attributes:
        glitch_of: int (n,), number of the glitch that each row shows, 0 to m - 1.
        smoother: predicts from all other groups.
        voters: the neighbours of other groups.
        classes: number of labels.
        sharpness: turns predictions into probabilities.
        balance: how far the commonness of a label is discounted.
        vote_weight: share of the neighbours' vote in the probabilities.
    """

    glitch_of: np.ndarray
    smoother: Smoother
    voters: Voters
    classes: int
    sharpness: float
    balance: float
    vote_weight: float

    def log_probabilities(self, codes: np.ndarray) -> np.ndarray:
        """Logarithm of the probability of each label, out of sample, float32 (m, classes), for labels int (m,).

        The regression's probabilities and the neighbours' vote, their logarithms averaged (a logarithmic opinion pool,
        Genest and Zidek 1986), and so over the rows of a glitch.
        """
        rows = codes[self.glitch_of]
        return self._pooled(self.sharpness * self.smoother.left_out(_indicators(rows, self.classes)), rows)

    def score(self, codes: np.ndarray, log_probabilities: np.ndarray | None = None) -> np.ndarray:
        """Suspicion of each glitch's label, float (m,), with commonness discounted.

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

    def _pooled(self, predictions: np.ndarray, codes: np.ndarray) -> np.ndarray:
        # The labels' shares stand in for one voter more, so that no label is impossible.
        count = self.voters.indices.shape[1]
        votes = (count * self.voters.shares(codes, self.classes) + _shares(codes, self.classes)) / (count + 1)
        logarithms = (1 - self.vote_weight) * log_softmax(predictions) + self.vote_weight * np.log(votes)
        return log_softmax(_means(logarithms, self.glitch_of))

    def _discount(self, codes: np.ndarray) -> np.ndarray:
        return self.balance * np.log(_shares(codes, self.classes))


def fit_ranker(
    smoother: Smoother,
    voters: Voters,
    codes: np.ndarray,
    *,
    glitch_of: np.ndarray,
    classes: int,
    balance: float,
    vote_weight: float,
) -> tuple[Ranker, np.ndarray]:
    """The ranker for a data set, and the log-probabilities of its labels as they are, float32 (m, classes).

    Args:
        codes: int (m,), the glitches' labels; the other arguments are the attributes of :class:`Ranker`.
    """
    rows = codes[glitch_of]
    predictions = smoother.left_out(_indicators(rows, classes))
    _, sharpness = to_probabilities(predictions, rows)
    ranker = Ranker(glitch_of, smoother, voters, classes, sharpness, balance, vote_weight)
    return ranker, ranker._pooled(sharpness * predictions, rows)  # noqa: SLF001 - this makes the ranker


def best_other(log_probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The most probable label of each glitch apart from the given one, int (n,)."""
    others = log_probabilities.copy()
    others[np.arange(len(codes)), codes] = -np.inf
    return others.argmax(axis=1)


def _means(values: np.ndarray, glitch_of: np.ndarray) -> np.ndarray:
    if len(np.unique(glitch_of)) == len(values):
        means = np.empty_like(values)
        means[glitch_of] = values
        return means
    order = np.argsort(glitch_of, kind="stable")
    first = np.flatnonzero(np.diff(glitch_of[order], prepend=-1))
    counts = np.diff(np.append(first, len(values)))
    return np.add.reduceat(values[order], first, axis=0) / counts[:, None].astype(np.float32)


def _indicators(codes: np.ndarray, classes: int) -> np.ndarray:
    targets = np.zeros((len(codes), classes), np.float32)
    targets[np.arange(len(codes)), codes] = 1
    return targets


def _shares(codes: np.ndarray, classes: int) -> np.ndarray:
    # Planting may take a label's only sample; it then counts as one.
    counts = np.maximum(np.bincount(codes, minlength=classes), 1)
    return (counts / len(codes)).astype(np.float32)

"""One number a glitch: how strongly everything that is known contradicts its label.

A label belongs to a glitch, so the rows of a glitch (one a view) give their evidence together. A view that does not
show what the glitch is named for, such as the shortest view of repeating blips, then makes no suspect of it.
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
    """Scores any labels of glitches whose places are known, planted errors as well.

    ``glitch_of`` is int (n,), the glitch that each row shows, 0 to m - 1; ``smoother`` predicts from all other groups;
    ``voters`` are the neighbours of other groups; ``sharpness`` turns predictions into probabilities; ``balance`` and
    ``vote_weight`` are as in :class:`core.audit.suspects.model.SuspectParams`; ``known`` int (n,) are the labels of the
    rows that it was made for, ``projection`` float32 (r, classes) what the smoother needs of them.
    """

    glitch_of: np.ndarray
    smoother: Smoother
    voters: Voters
    classes: int
    sharpness: float
    balance: float
    vote_weight: float
    known: np.ndarray
    projection: np.ndarray

    def score(self, codes: np.ndarray, log_probabilities: np.ndarray) -> np.ndarray:
        """Return the suspicion of each glitch's label, float (m,), with commonness discounted.

        ``codes`` int (m,) are the labels, ``log_probabilities`` float (m, classes) out of sample.
        ``log p(best other) - log p(given)`` finds errors between labels that look alike; twice ``-log p(given)`` is
        added and finds errors between labels that do not.
        """
        return _suspicion(log_probabilities - self._discount(codes), codes)

    def score_changed(self, codes: np.ndarray, glitches: np.ndarray) -> np.ndarray:
        """Return the suspicion of ``glitches``, int (p,), where the labels of all are ``codes``, int (m,).

        The cost goes with the number of labels that differ from those that the ranker was made for.
        """
        codes_of_rows = codes[self.glitch_of]
        changed = np.flatnonzero(codes_of_rows != self.known)
        differences = _indicators(codes_of_rows[changed], self.classes) - _indicators(self.known[changed], self.classes)
        projection = self.projection + self.smoother.basis[changed].T @ differences
        place = np.full(len(codes), -1)
        place[glitches] = np.arange(len(glitches))
        rows = np.flatnonzero(place[self.glitch_of] >= 0)
        # Only the rows that are predicted, and their groups, need to be told apart from 0.
        predictions = self.smoother.left_out(_indicators(codes_of_rows, self.classes), rows=rows, projection=projection)
        logarithms = self._pooled(
            self.sharpness * predictions, codes_of_rows, rows=rows, glitch_of=place[self.glitch_of[rows]]
        )
        return _suspicion(logarithms - self._discount(codes), codes[glitches])

    def _pooled(
        self, predictions: np.ndarray, codes: np.ndarray, *, rows: np.ndarray | slice, glitch_of: np.ndarray
    ) -> np.ndarray:
        # The logarithms of the regression's probabilities and of the neighbours' vote are averaged (a logarithmic
        # opinion pool, Genest and Zidek 1986), and then over the rows of a glitch. The labels' shares stand in for one
        # voter more, so that no label is impossible.
        count = self.voters.indices.shape[1]
        shares = self.voters.shares(codes, self.classes, rows=rows)
        votes = (count * shares + _shares(codes, self.classes)) / (count + 1)
        logarithms = (1 - self.vote_weight) * log_softmax(predictions) + self.vote_weight * np.log(votes)
        return log_softmax(_means(logarithms, glitch_of))

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
    """Return the ranker for a data set, and the log-probabilities of its labels, float32 (m, classes).

    ``codes`` is int (m,), the glitches' labels; the other arguments are the attributes of :class:`Ranker`.
    """
    known = codes[glitch_of]
    targets = _indicators(known, classes)
    projection = smoother.project(targets)
    predictions = smoother.left_out(targets, projection=projection)
    _, sharpness = to_probabilities(predictions, known)
    ranker = Ranker(glitch_of, smoother, voters, classes, sharpness, balance, vote_weight, known, projection)
    every = slice(None)
    pooled = ranker._pooled(  # noqa: SLF001 - this makes the ranker
        sharpness * predictions, known, rows=every, glitch_of=glitch_of
    )
    return ranker, pooled


def _suspicion(weighed: np.ndarray, codes: np.ndarray) -> np.ndarray:
    rows = np.arange(len(codes))
    given = weighed[rows, codes]
    weighed[rows, codes] = -np.inf
    return (weighed.max(axis=1) - (1 + IMPROBABILITY_WEIGHT) * given).astype(float)


def best_other(log_probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the most probable label of each glitch apart from the given one, int (n,)."""
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

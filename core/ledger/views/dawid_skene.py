"""Dawid and Skene's model: what the samples are and how people confuse labels, estimated at once.

A. P. Dawid and A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", Applied
Statistics 28 (1979), 20-28. The code is our own because the package crowd-kit needs transformers and tokenizers; tests
hold it to the published figures and to that package's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_array


ITERATIONS = 100
_CONVERGED = 1e-5
"""Log-likelihood an opinion, natural: an iteration that adds less ends the search. Where people share few samples, more
of them only fit chance: on 60 made-up tables of opinions they found no more right labels."""
_LEAST = 1e-10
"""Stands for a probability of 0, whose logarithm would forbid what was merely not seen."""


@dataclass(frozen=True)
class ConfusionModel:
    """The fitted model.

    Attributes:
        probable: chance of each label (columns, in order) for each sample (index, as they first came); rows sum to 1.
        shares: how common each label is among the samples; sums to 1.
        errors: index (person, given label), a column for each true label: the chance that the person gives that label
            to a sample of the true one. A label that a person never gave has no row.
    """

    probable: pd.DataFrame
    shares: pd.Series
    errors: pd.DataFrame

    def accuracy(self) -> pd.Series:
        """Return each person's chance to name a label rightly, labels weighted by how common they are."""
        person = self.errors.index.get_level_values("person")
        given = self.errors.columns.get_indexer(self.errors.index.get_level_values("label"))
        right = self.errors.to_numpy()[np.arange(len(given)), given] * self.shares.to_numpy()[given]
        return pd.Series(right, index=person, name="accuracy").groupby(level="person").sum()


def fit_confusion_model(message: pd.DataFrame, *, iterations: int = ITERATIONS) -> ConfusionModel:
    """Return the model that expectation-maximisation finds within ``iterations``, starting from the shares of opinions.

    ``message`` has ``person``, ``sample_id``, ``label``, one opinion a row, at least one. A person may have several
    rows for a sample, as in Dawid and Skene's own example.
    """
    from scipy.sparse import csr_array

    sample, samples = pd.factorize(message["sample_id"])
    person, people = pd.factorize(message["person"], sort=True)
    label, labels = pd.factorize(message["label"], sort=True)
    kinds, kind = np.unique(person * len(labels) + label, return_inverse=True)
    of_person, given = np.divmod(kinds, len(labels))
    ones = np.ones(len(message))
    opinions = csr_array((ones, (sample, kind)), shape=(len(samples), len(kinds)))
    by_person = csr_array((np.ones(len(kinds)), (of_person, np.arange(len(kinds)))), shape=(len(people), len(kinds)))

    probable = csr_array((ones, (sample, label)), shape=(len(samples), len(labels))).toarray()
    probable /= probable.sum(axis=1, keepdims=True)
    best = -np.inf
    shares, errors = _parameters(probable, opinions, by_person, of_person)
    for _ in range(iterations):
        joint = opinions @ np.log(errors) + np.log(shares.clip(_LEAST))
        most = joint.max(axis=1, keepdims=True)
        likelihood = np.exp(joint - most)
        total = likelihood.sum(axis=1, keepdims=True)
        probable = likelihood / total
        shares, errors = _parameters(probable, opinions, by_person, of_person)
        reached = float((most + np.log(total)).sum()) / len(message)
        if reached - best < _CONVERGED:
            break
        best = reached
    index = pd.MultiIndex.from_arrays([people[of_person], labels[given]], names=["person", "label"])
    return ConfusionModel(
        probable=pd.DataFrame(probable, index=pd.Index(samples, name="sample_id"), columns=labels),
        shares=pd.Series(shares, index=labels, name="share"),
        errors=pd.DataFrame(errors, index=index, columns=labels),
    )


def _parameters(
    probable: np.ndarray, opinions: csr_array, by_person: csr_array, of_person: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares and errors of greatest likelihood, given what each sample probably is."""
    errors = (opinions.T @ probable).clip(_LEAST)
    return probable.mean(axis=0), errors / (by_person @ errors)[of_person]

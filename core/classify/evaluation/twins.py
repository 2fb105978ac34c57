"""Two training runs that differ only in the labels that they learnt from, judged on samples that nobody touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from core.classify.evaluation.before_after import classifier_change
from core.classify.evaluation.evaluate import Evaluation, sample_table
from core.classify.training.labels import load_labels
from core.classify.training.run_folder import identity
from core.classify.training.runs import Run
from core.errors import GlitchAuditError

OTHER_CLASSES = ("taxonomy",)
"""Readings of the labels in which labels are merged, split or renamed."""


@dataclass(frozen=True)
class Twins:
    """The run that learnt the labels as they were brought, and one that learnt another reading and nothing else."""

    brought: tuple[Run, Evaluation]
    read: tuple[Run, Evaluation]


def find_twins(runs: Iterable[tuple[Run, Evaluation]]) -> tuple[Twins, ...]:
    """Return the pairs among evaluated runs, in their order: same data set, parameters and seed, other labels.

    Runs that learnt under other classes were asked another question, and have no counterpart.
    """
    every = list(runs)
    learnt = [one for one in every if one[0].labels_fingerprint and one[0].reading not in OTHER_CLASSES]
    as_brought = [one for one in every if not one[0].labels_fingerprint]
    pairs = ((brought, read) for read in learnt for brought in as_brought)
    return tuple(Twins(brought, read) for brought, read in pairs if _same_but_labels(brought[0], read[0]))


def twins_change(twins: Twins) -> pd.DataFrame:
    """Return how accuracy and macro-F1 changed: see :func:`core.classify.evaluation.before_after.classifier_change`.

    Both parts that are compared hold the same glitches (:func:`core.classify.training.splits.make_split`); of these
    count the samples with the same label in both readings of whom nobody had said anything. Raises GlitchAuditError
    where none is left, or the labels that a run learnt from are gone.
    """
    (_, first), (run, second) = twins.brought, twins.read
    labels = load_labels(run)
    ours, theirs = sample_table(first), sample_table(second)
    common = ours.index.intersection(theirs.index)
    same = (ours.loc[common, "label"] == theirs.loc[common, "label"]).to_numpy()
    if labels is not None:
        same = same & ~labels.table["known"].reindex(common, fill_value=False).to_numpy(dtype=bool)
    common = common[same]
    if not len(common):
        raise GlitchAuditError("No sample that both runs were tested with is left untouched: nothing can be compared.")
    ours, theirs = ours.loc[common], theirs.loc[common]
    names = pd.Index(sorted({*ours["label"], *ours["predicted"], *theirs["predicted"]}))
    truth, before, after = (
        names.get_indexer(column) for column in (ours["label"], ours["predicted"], theirs["predicted"])
    )
    return classifier_change(truth, before, after, groups=pd.factorize(ours["glitch"])[0])


def _same_but_labels(one: Run, other: Run) -> bool:
    return one.dataset_fingerprint == other.dataset_fingerprint and identity(one.params) == identity(other.params)

"""What practice needs of a workspace's results: the known samples, what they are mistaken for, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.known_samples import KnownLabel, known_samples
from core.audit.physical import physical_columns
from core.audit.practice import mistaken_for
from core.audit.suspects import Suspects
from core.audit.telling_apart import best_difference, difference_in_words, seen_measures
from core.dataset import taxonomy_for
from core.dataset.pictures_as_samples import glitch_of
from core.ledger import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.states import DECIDED, sample_states
from core.pipeline.reading import LabelsSaid, reading_of
from core.pipeline.stages import Prepared


@dataclass(frozen=True, eq=False)
class Practice:
    """What can be practised on a data set.

    Attributes:
        known: the labels that can be asked about, each with its known samples as rows of the data set.
        without: the labels of which too few samples are known.
        look_alikes: of each label what it is mistaken for, most first.
        labels: the label now of each row, str (n,).
        sound: bool (n,), rows whose label nothing speaks against, a glitch once.
        samples: the table of the data set.
    """

    known: Mapping[str, KnownLabel]
    without: tuple[str, ...]
    look_alikes: Mapping[str, tuple[str, ...]]
    labels: np.ndarray
    sound: np.ndarray
    samples: pd.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """All labels that may be chosen, sorted."""
        return tuple(sorted([*self.known, *self.without]))

    def difference(self, label: str, other: str) -> str:
        """Return in a sentence what was measured that tells two labels apart best; "" where nothing does so well."""
        measures, units = seen_measures(physical_columns(self.samples))
        first, second = (np.flatnonzero(self.sound & (self.labels == name)) for name in (label, other))
        found = best_difference(measures, first, second, units=units)
        return "" if found is None else difference_in_words(found, label, other)


def practice_of(prepared: Prepared, suspects: Suspects, states: pd.DataFrame) -> Practice:
    """Return what can be practised.

    Args:
        prepared: with the labels as they were brought.
        suspects: of these labels.
        states: from :func:`said_of_samples`.
    """
    samples, table = prepared.samples, suspects.table
    glitches = glitch_of(samples).to_numpy()
    state = states["state"].reindex(glitches).to_numpy()
    decided = state == DECIDED
    disputed = ~decided & ~pd.isna(state)
    said = states.loc[states["state"] == DECIDED, "label"].astype("str")
    labels = reading_of(samples, LabelsSaid(said)).labels.to_numpy(dtype=str)
    known = known_samples(
        table,
        labels=labels,
        glitches=glitches,
        neighbours=prepared.neighbours.indices,
        decided=decided,
        disputed=disputed,
    )
    every = sorted({str(name) for name in labels} - {""})
    taxonomy = taxonomy_for(every)
    fine = decided | (~table["flagged"].to_numpy(dtype=bool) & ~disputed)
    return Practice(
        known=known,
        without=tuple(name for name in every if name not in known),
        look_alikes=mistaken_for(table, {name: taxonomy[name].look_alikes for name in every}),
        labels=labels,
        sound=fine & ~pd.Series(glitches).where(fine).duplicated().to_numpy(),
        samples=samples,
    )


def said_of_samples(ledger: Ledger, rule: DecisionRule | None) -> pd.DataFrame:
    """Return the state of each glitch that anybody said something of, and its decided label, index ``sample_id``."""
    return sample_states(ledger, rule)[["state", "label"]]

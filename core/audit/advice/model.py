"""One piece of advice, and the samples to show with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MERGE = "propose a merge"
SPLIT = "propose a split"
LOOK = "look at the pictures"
COLLECT_COLUMN = "collect a physical column"
COLLECT_SAMPLES = "collect more samples"
NOTHING = "nothing"

TO_SHOW = 12
"""Samples that somebody is asked to look at, all labels or parts together."""

EXAMPLES = 8
"""Samples on each sheet of examples that a merge or a split is shown with."""


@dataclass(frozen=True)
class Words:
    """What is said, in words for people without statistics; each part claims no more than the figures do.

    Attributes:
        sentence: what was found: one plain sentence.
        because: what that rests on, and why it matters: a few short sentences.
        todo: what to do about it, and what to look for; "" where there is nothing to do.
    """

    sentence: str
    because: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Advice:
    """What is to be said of one finding, and what people might do.

    Attributes:
        words: what is said.
        action: one of :data:`MERGE`, :data:`SPLIT`, :data:`LOOK`, :data:`COLLECT_COLUMN`, :data:`COLLECT_SAMPLES` and
            :data:`NOTHING`.
        figures: the same with the numbers, for whoever asks how sure this is.
        labels: those to merge, or the one to split.
        sheets: ids of the samples to look at: one sheet of examples, or one for each of the labels or parts.
        titles: what each of these sheets shows, where there are several.
    """

    words: Words
    action: str
    figures: str
    labels: tuple[str, ...] = ()
    sheets: tuple[tuple[str, ...], ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What was found, in one sentence."""
        return self.words.sentence

    @property
    def said(self) -> str:
        """What was found and why it matters, for where nothing can be clicked: reports, lists, reasons."""
        return f"{self.words.sentence} {self.words.because}".strip()

    @property
    def sample_ids(self) -> tuple[str, ...]:
        """The samples of all sheets, each once."""
        return tuple(dict.fromkeys(name for sheet in self.sheets for name in sheet))

    @property
    def button(self) -> str:
        """What the button says that leads to where this is done; "" where there is nothing to do."""
        count = len(self.sample_ids)
        return {
            MERGE: "Propose one name for all of them" if len(self.labels) > 2 else "Propose one name for both",
            SPLIT: "Propose a name for each kind, with these examples",
            LOOK: f"Look at {count} of these samples on the map" if count > 1 else "Look at the map",
            COLLECT_COLUMN: "Add measurements to the data set",
            COLLECT_SAMPLES: "Add more samples to the data set",
            NOTHING: "",
        }[self.action]


def spread(sample_ids: pd.Index, count: int) -> tuple[str, ...]:
    """Return at most so many of the ids, evenly spaced, the first and the last among them."""
    places = np.unique(np.linspace(0, len(sample_ids) - 1, min(count, len(sample_ids))).round().astype(int))
    return tuple(str(sample_ids[place]) for place in places)

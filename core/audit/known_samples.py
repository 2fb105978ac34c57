"""Known samples: those whose label can be relied on, by label, the easy ones first; practice asks about them.

A label is known where people decided it. Where too few of a label were decided, those stand in on which label and
morphology agree best; nobody checked these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.tossed_names import tossed_names

TYPICAL = 3
"""So many samples of a label are shown as examples of it, and not asked about."""

FEWEST = TYPICAL + 2
"""A label with fewer known samples cannot be practised."""

NEAREST = 10
LEAST_SHARE = 0.8
"""At least this share of a sample's nearest others have to carry its label."""

MOST_DOUBT = 0.05
"""A label that is wrong with a larger chance than this is not known."""


@dataclass(frozen=True, eq=False)
class KnownLabel:
    """The known samples of one label: ``rows`` int, a glitch once, the easiest first, and whether people decided them.

    A sample is the easier the farther its label's probability lies above that of every other label.
    """

    rows: np.ndarray
    checked: bool

    @property
    def typical(self) -> np.ndarray:
        """The rows that are shown as examples."""
        return self.rows[:TYPICAL]

    @property
    def asked(self) -> np.ndarray:
        """The rows that may be asked about, the easiest first."""
        return self.rows[TYPICAL:]


def known_samples(
    suspects: pd.DataFrame,
    *,
    labels: np.ndarray,
    glitches: np.ndarray,
    neighbours: np.ndarray,
    decided: np.ndarray,
    disputed: np.ndarray,
) -> dict[str, KnownLabel]:
    """Return the labels of which enough samples are known, sorted, each with its samples.

    Where people decided :data:`FEWEST` glitches of a label these are its known samples; else those that nobody said
    anything of, whose own label is the most probable one out of sample, wrong with a chance of at most
    :data:`MOST_DOUBT`, and carried by :data:`LEAST_SHARE` of the nearest others: of :data:`NEAREST`, or of as many as
    there are others with that label, so that a rare label is not left out for being rare. A label that lies
    among another one as by a coin toss (:func:`core.audit.tossed_names.tossed_names`) has decided samples only: some of
    its samples have neighbours of the same label by luck.

    Args:
        suspects: the table of ``core.audit.suspects.Suspects``, in the order of the data.
        labels: str (n,), the label now.
        glitches: (n,), the glitch that each row shows; a glitch counts once, and not as its own neighbour.
        neighbours: int (n, k), nearest first.
        decided: bool (n,), whose label people decided.
        disputed: bool (n,), of which people said something that is not decided.
    """
    labels = np.asarray(labels, dtype=str)
    ease = _ease(suspects, labels)
    doubt = suspects["chance_wrong"].to_numpy(dtype=float)
    share = _share_alike(labels, glitches, neighbours)
    agreeing = (suspects["label"].to_numpy(dtype=str) == labels) & (ease > 0) & (share >= LEAST_SHARE)
    # What cannot be told is no small doubt.
    agreeing &= (doubt <= MOST_DOUBT) & ~decided & ~disputed
    agreeing &= ~np.isin(labels, list(tossed_names(labels, glitches, neighbours)))
    found = {}
    for label in np.unique(labels[labels != ""]):
        own = labels == label
        checked = _easiest_first(np.flatnonzero(own & decided), ease, glitches)
        rows = checked if len(checked) >= FEWEST else _easiest_first(np.flatnonzero(own & agreeing), ease, glitches)
        if len(rows) >= FEWEST:
            found[str(label)] = KnownLabel(rows, checked=len(checked) >= FEWEST)
    return found


def _ease(suspects: pd.DataFrame, labels: np.ndarray) -> np.ndarray:
    """How far the label's probability lies above that of the best other one, float (n,); -1 where it is neither."""
    own = suspects["label"].to_numpy(dtype=str) == labels
    suggested = suspects["suggested"].to_numpy(dtype=str) == labels
    lead = (suspects["label_probability"] - suspects["suggested_probability"]).to_numpy(dtype=float)
    # A sample without a suggestion has no other label that its own could lie above.
    return np.nan_to_num(np.where(own, lead, np.where(suggested, -lead, -1.0)), nan=-1.0)


def _share_alike(labels: np.ndarray, glitches: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    _, codes = np.unique(labels, return_inverse=True)
    _, shown = np.unique(glitches, return_inverse=True)
    glitches_of_label = np.bincount(np.unique(np.stack([codes, shown]), axis=1)[0], minlength=int(codes.max()) + 1)
    wanted = np.minimum(NEAREST, glitches_of_label - 1)[codes]
    counted = shown[neighbours] != shown[:, None]
    counted &= np.cumsum(counted, axis=1) <= wanted[:, None]
    alike = (counted & (codes[neighbours] == codes[:, None])).sum(axis=1)
    return alike / np.maximum(counted.sum(axis=1), 1)


def _easiest_first(rows: np.ndarray, ease: np.ndarray, glitches: np.ndarray) -> np.ndarray:
    order = rows[np.argsort(-ease[rows], kind="stable")]
    _, first = np.unique(glitches[order], return_index=True)
    return order[np.sort(first)]

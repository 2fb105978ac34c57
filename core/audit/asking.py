"""Which suspect to ask about next: for each ordering of the queue, what it goes by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.space.neighbours import Neighbours

DOUBT, OTHERS_MOVED, RARITY, ALIKE_WRONG = "doubt", "others_moved", "rarity", "alike_wrong"
"""Columns of the entries that an ordering goes by, the greatest first."""

PRIORITIES = (DOUBT, OTHERS_MOVED, RARITY, ALIKE_WRONG)


def with_priorities(
    entries: pd.DataFrame, *, table: pd.DataFrame, neighbours: Neighbours | None, row_of: dict[str, int]
) -> pd.DataFrame:
    """Return the entries with the columns :data:`PRIORITIES`, float.

    ``doubt``: how close the chance is to one half. ``others_moved``: how many labels in doubt would get another
    neighbour's vote, in expectation. ``rarity``: how few samples carry the rarer of its two labels. ``alike_wrong``:
    the log-odds that the label is wrong after what was decided (:mod:`core.audit.alike_wrong`), where the queue was
    ranked anew; until then ``others_moved``, because what is asked first is what the rest is learnt from.

    ``entries`` are from :func:`core.audit.queue.suspect_entries`, ``table`` is ``Suspects.table``; ``row_of`` says
    where each sample lies among the ``neighbours``, which are None where they say nothing.
    """
    chance = entries["chance_wrong"].to_numpy(dtype=float)
    counts = table["label"].value_counts()
    own, other = (entries[name].map(counts).fillna(len(table)) for name in ("label", "suggested"))
    moved = np.full(len(entries), np.nan)
    if neighbours is not None:
        moved = pd.Series(_others_moved(table, neighbours, row_of), index=table.index).loc[entries.index].to_numpy()
    learnt = entries[ALIKE_WRONG].to_numpy(dtype=float) if ALIKE_WRONG in entries else moved
    return entries.assign(
        **{
            DOUBT: -np.abs(chance - 0.5),
            OTHERS_MOVED: moved,
            RARITY: -np.minimum(own, other).to_numpy(dtype=float),
            ALIKE_WRONG: learnt,
        }
    )


def _others_moved(table: pd.DataFrame, neighbours: Neighbours, row_of: dict[str, int]) -> np.ndarray:
    """The chance that a label changes, times the doubt of those that have it among their neighbours, float (n,)."""
    rows = np.array([row_of[str(sample_id)] for sample_id in table.index], dtype=int)
    chance = np.zeros(len(neighbours.indices))
    chance[rows] = np.nan_to_num(table["chance_wrong"].to_numpy(dtype=float))
    doubt = 4 * chance * (1 - chance)
    reached = np.bincount(
        neighbours.indices.ravel(), weights=np.repeat(doubt, neighbours.indices.shape[1]), minlength=len(chance)
    )
    return (chance * reached)[rows] / neighbours.indices.shape[1]

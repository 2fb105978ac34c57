"""What the judged labels say: how many are wrong in all, and how the chances of the others change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.queue import RANDOM_SAMPLE
from core.audit.recalibration import Recalibration, by_judged
from core.audit.total_wrong import asking_drawn, total_sentence, total_wrong, with_drawn
from core.ledger import Ledger
from pages.parts.suspects.filters import asks_at_random
from pages.parts.suspects.session import standing_judgements
from pages.parts.suspects.source import FoundBy
from pages.parts.widgets.text import escaped

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

Of = tuple[str, tuple[int, ...], str]

BY_JUDGED = "chance_by_judged"
"""Of a queue: the chance that the label is wrong by what was judged; missing or NaN where that says nothing."""


def drawn_asked(entries: pd.DataFrame, first: pd.DataFrame, found_by: FoundBy, *, of: Of, first_of: Of) -> pd.DataFrame:
    """The entries with the random sample that can be asked about; as they are where a classifier found them.

    Args:
        entries: as they are ranked now.
        first: as they were ranked first.
        found_by: who found them; the finds of a classifier are not all samples.
        of: what ``entries`` were made from.
        first_of: what ``first`` was made from.
    """
    return entries if found_by.run is not None else _asking(of, first_of, entries, first)


def total_said(ledger: Ledger, first: pd.DataFrame, found_by: FoundBy, *, of: Of) -> None:
    """Say how many labels are wrong in all, or how to get to know it; ``of`` is what ``first`` was made from."""
    if found_by.run is not None:
        return
    total = total_wrong(_drawn(of, first), standing_judgements(ledger, first))
    st.markdown(escaped(total_sentence(total, order=RANDOM_SAMPLE, chosen=asks_at_random())))


def bent_by_judged(
    ledger: Ledger, first: pd.DataFrame, suspects: Suspects, found_by: FoundBy, *, of: Of
) -> Recalibration | None:
    """Return how what was judged bends the chances of ``first``; None where too little was, or a classifier found them.

    Args:
        ledger: where the judgements stand.
        first: the entries as they were ranked first.
        suspects: what they were made from.
        found_by: who found them.
        of: what ``first`` was made from.
    """
    if found_by.run is not None or (judged := standing_judgements(ledger, first)).empty:
        return None
    return by_judged(_drawn(of, first), judged, error=suspects.chance_error)


def with_bent(queue: pd.DataFrame, bent: Recalibration | None) -> pd.DataFrame:
    """The queue with the column :data:`BY_JUDGED`."""
    chances = queue["chance_wrong"].to_numpy(dtype=float)
    return queue.assign(**{BY_JUDGED: np.full(len(queue), np.nan) if bent is None else bent.chances(chances)})


@st.cache_resource(max_entries=3, show_spinner=False)
def _asking(of: Of, first_of: Of, _entries: pd.DataFrame, _first: pd.DataFrame) -> pd.DataFrame:
    return asking_drawn(_entries, _drawn(first_of, _first))


@st.cache_resource(max_entries=3, show_spinner=False)
def _drawn(of: Of, _first: pd.DataFrame) -> pd.DataFrame:
    return with_drawn(_first)

"""What the orders of the queue go by, made once for each set of finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.asking import with_priorities
from pages.parts.desk.shown import SampleShown
from pages.parts.suspects.source import FoundBy

if TYPE_CHECKING:
    from core.audit.suspects import Suspects


def prioritised(entries: pd.DataFrame, shown: SampleShown, suspects: Suspects, found_by: FoundBy) -> pd.DataFrame:
    """The entries with what each order of the queue goes by."""
    return _prioritised((suspects.fingerprint, found_by.stamp, shown.samples.fingerprint), entries, shown, suspects)


@st.cache_resource(max_entries=3, show_spinner=False)
def _prioritised(
    of: tuple[str, tuple[int, ...], str], _entries: pd.DataFrame, _shown: SampleShown, _suspects: Suspects
) -> pd.DataFrame:
    return with_priorities(_entries, table=_suspects.table, neighbours=_shown.neighbours, row_of=_shown.samples.row_of)

"""The journal of a day: what was proposed, reviewed and decided, by whom."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.ledger.views.history import journal, journal_counts
from pages.parts.desk.blind_samples import WAITS, blind_samples, hidden_comments
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import escaped

DAY = "decisions_day"
"""Key of the day that is looked at."""


def journal_panel(here: AtDesk) -> None:
    """Draw the counts of a day, a row a person as far as one may see them, and every act of it."""
    zone = st.context.timezone or "UTC"
    today = pd.Timestamp.now(tz=zone).date()
    day = st.date_input("Day", today, max_value=today, key=DAY, width=200, bind="query-params")
    acts = journal(here.ledger, day, timezone=zone, asking=here.person)
    if acts.empty:
        st.info("Nothing was done on this day.")
        return
    st.dataframe(journal_counts(acts, here.person).rename_axis("person"), width="content")
    hidden = blind_samples(here)
    unsaid = acts[["act_id", "about"]].isin(hidden_comments(here)).any(axis=1)
    shown = pd.DataFrame(
        {
            "time": acts["created_at"].dt.tz_convert(zone).dt.strftime("%H:%M:%S"),
            "person": acts["author"],
            "name verified": acts["author_verified"],
            "did": acts["what"],
            "reason": acts["reason"].where(~unsaid, WAITS),
            "samples": acts["samples"],
            "sample": acts["sample_id"].where(~acts["sample_id"].isin(hidden), WAITS),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=min(600, 38 * (len(shown) + 1)),
        column_config={name: st.column_config.TextColumn(name, width="medium") for name in ("did", "reason")},
    )
    st.caption(f"Samples that each person proposed, judged, reviewed or decided that day; times of {escaped(zone)}.")

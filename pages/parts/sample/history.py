"""What the ledger says of one sample: where it stands, and every event in order."""

from __future__ import annotations

import streamlit as st

from core.ledger.views.history import sample_history
from core.ledger.views.states import sample_states
from pages.parts.desk.blind_samples import waits_for_me
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_COLOURS = {"decided": "green", "in review": "blue", "conflict": "red", "reopened": "orange"}
_COLUMNS = {
    "created_at": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm:ss"),
    "what": st.column_config.TextColumn("what", width="large"),
    "author_verified": "name verified",
}


def sample_state(here: AtDesk, glitch: str) -> None:
    """A badge with the state of the sample, where anything was said about it."""
    states = sample_states(here.ledger, decision_rule(here), sample_ids=(glitch,))
    if glitch not in states.index or waits_for_me(here, glitch):
        return
    state = states.loc[glitch]
    if state["state"] != "open":
        label = f": {escaped(state['label'])}" if state["label"] else ""
        st.badge(f"{escaped(state['state'])}{label}", color=_COLOURS.get(state["state"], "gray"))


def sample_events(here: AtDesk, glitch: str) -> None:
    """Every proposal, judgement, review, decision and withdrawal, the first one first."""
    ledger = here.ledger
    if trouble := ledger.problem():
        st.warning(f"Its history cannot be read now: {escaped(trouble)}")
        return
    events = sample_history(ledger, glitch)
    if events.empty:
        st.caption("Nothing yet: nobody proposed, judged or reviewed anything about it.")
        return
    if waits_for_me(here, glitch):
        with st.expander("Hidden, because this sample waits for your own review", icon=icons.HIDDEN):
            st.caption("What others said would sway you: review it first, on the page “Review”.")
            _table(events[~events["kind"].str.startswith("comment")])
        return
    _table(events)


def _table(events) -> None:
    st.dataframe(
        events.drop(columns="author_key"),
        hide_index=True,
        column_order=("created_at", "what", "author", "role", "author_verified", "reason"),
        column_config=_COLUMNS,
    )

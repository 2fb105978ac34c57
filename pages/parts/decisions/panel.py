"""The samples about which something was proposed: conflicts first, each with its votes, its decision, its history."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.ledger import Ledger
from core.ledger.names import taken_for
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.history import sample_history, statements
from core.ledger.views.states import sample_states
from core.ledger.views.voting import votes
from pages.parts.decisions.form import decision_form
from pages.parts.desk.blind_samples import WAITS, blind_samples
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reasons import reason_in_words
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import suspect_pictures
from pages.parts.widgets import icons
from pages.parts.widgets.row_list import choose_row
from pages.parts.widgets.text import code_span, escaped

ORDER = ("conflict", "reopened", "in review", "decided")
_REVIEW_PAGE = PAGES / "review.py"
_TITLES = {"conflict": "Conflicts", "reopened": "Reopened", "in review": "In review", "decided": "Decided"}
_MEANINGS = {
    "conflict": "people stand for different labels; a moderator decides",
    "reopened": "it was decided, and a moderator asked for another look",
    "in review": "too few people have said the same so far",
    "decided": "enough people agree and nobody disagrees, or a moderator decided",
}


@st.fragment
def decisions_panel(here: AtDesk, shown: SampleShown) -> None:
    """Draw the list and the chosen sample; choosing another reruns this and nothing else of the page."""
    open_if_asked(here, shown)
    ledger, rule = here.ledger, decision_rule(here)
    hidden = blind_samples(here)
    states = _states(ledger, rule, shown.samples)
    # Of a decided sample that waits for the person's own answer, the decision is not told.
    states = states[~((states["state"] == "decided") & states.index.isin(hidden))]
    _rule_in_words(rule, unproved=not here.providers)
    if states.empty:
        st.info("Nothing was proposed yet, so there is nothing to decide.")
        return
    counts = states["state"].value_counts()
    wanted = st.pills(
        "State",
        [name for name in ORDER if name in counts],
        selection_mode="multi",
        key="decisions_states",
        format_func=lambda name: f"{_TITLES[name]} ({counts.get(name, 0):,})",
        label_visibility="collapsed",
    )
    listed = states[states["state"].isin(wanted or ORDER)]
    if listed.empty:
        st.info("No sample is in this state now.")
        return
    sample_id = _choose(listed, _votes_in_words(ledger), hidden)
    _sample(here, shown, sample_id, listed.loc[sample_id], hidden=sample_id in hidden)


def _states(ledger: Ledger, rule: DecisionRule, samples: Samples) -> pd.DataFrame:
    """The states of this data set's samples, conflicts first, and of equal ones the latest first."""
    states, rows = sample_states(ledger, rule), samples.row_of_glitch
    states = states[states.index.isin(rows) & states["state"].isin(ORDER)]
    states = states.assign(
        rank=states["state"].map(ORDER.index),
        brought=[samples.table["label"].iloc[rows[sample_id]] for sample_id in states.index],
    )
    return states.sort_values(["rank", "last_event_at"], ascending=[True, False], kind="stable")


def _rule_in_words(rule: DecisionRule, *, unproved: bool) -> None:
    words = (
        f"A sample is decided when **{rule.agreeing}** different people, the proposer included, stand for one label "
        "and nobody stands against it; a moderator can decide alone, with a reason."
    )
    if rule.agreeing > 1 and unproved:
        words += " Nobody signs in here, so people are told apart by the names they type, and one can type several."
    st.caption(words)


def _choose(listed: pd.DataFrame, given: pd.Series, hidden: frozenset[str]) -> str:
    """The list; returns the sample that is looked at."""
    ids = list(map(str, listed.index))
    table = pd.DataFrame(
        {
            "state": listed["state"],
            "sample": ids,
            "as brought": listed["brought"],
            "stood for": [WAITS if name in hidden else given.get(name, "") for name in ids],
            "decided": listed["label"],
            "by": listed["decided_by"],
            "last": listed["last_event_at"],
        }
    )
    return choose_row(
        table,
        ids,
        key="decisions_sample",
        column_config={
            "by": st.column_config.TextColumn("decided by"),
            "last": st.column_config.DatetimeColumn("last event (UTC)", format="YYYY-MM-DD HH:mm"),
        },
    )


def _sample(here: AtDesk, shown: SampleShown, sample_id: str, state: pd.Series, *, hidden: bool) -> None:
    samples, ledger = shown.samples, here.ledger
    st.subheader(code_span(sample_id), anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        first = str(samples.ids[samples.row_of_glitch[sample_id]])
        suspect_pictures(shown, first, sample_id, colour=samples.colours[state["brought"]].colour)
    with right:
        st.markdown(_state_in_words(state))
        if hidden:
            st.info("It waits for your own review: what others said is shown when you have given your opinion.")
            st.page_link(_REVIEW_PAGE, label="Go to the review", icon=icons.OPEN_REVIEW)
            return
        message = statements(ledger, sample_id)
        _statements(message)
        decision_form(here, samples, sample_id, state, message)
    with st.expander("Everything that happened to it", icon=icons.HISTORY):
        history_table(ledger, sample_id)


def _votes_in_words(ledger: Ledger) -> pd.Series:
    """The votes on each sample, most first: "Whistle 2, Blip 1"."""
    counts = votes(ledger).groupby("sample_id")["label"].value_counts()
    parts = pd.Series([f"{label} {count:,}" for (_, label), count in counts.items()], index=counts.index, dtype="str")
    return parts.groupby(level="sample_id", sort=False).agg(", ".join)


def _state_in_words(state: pd.Series) -> str:
    brought = f"It was brought as **{escaped(state['brought'])}**. "
    if state["state"] == "decided":
        who = "a moderator" if state["decided_by"] == "moderator" else "agreement"
        return brought + f"**Decided** by {who}: **{escaped(state['label'])}**."
    return brought + f"**{escaped(state['state'].capitalize())}**: {_MEANINGS[state['state']]}."


def _statements(message: pd.DataFrame) -> None:
    """Who stands for what, and why."""
    alike = taken_for(message["author"])
    for row in message.itertuples():
        other = alike.get(row.author)
        apart = f" (not {escaped(other)}: the names look alike)" if other else ""
        vote = f"stands for **{escaped(row.label)}**" if row.label else "stands for no label"
        reason = f" {reason_in_words(row.reason)}" if row.reason else ""
        st.markdown(f"- **{escaped(row.author)}**{apart} {vote}: {escaped(row.what)}.{reason}")


def history_table(ledger: Ledger, sample_id: str) -> None:
    """Draw every event of a sample, first one first."""
    events = sample_history(ledger, sample_id)
    st.dataframe(
        events[["created_at", "author", "role", "author_verified", "what", "reason"]],
        hide_index=True,
        column_config={
            "created_at": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm:ss"),
            "author": "person",
            "author_verified": "name verified",
        },
    )

"""What one person said, the latest first: a page of rows, each with what became of it and the way to undo it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import withdraw, withdraw_decision, withdraw_judgement, withdraw_review
from core.ledger.acts.asking_known import withdraw_known_answer
from core.ledger.views.known_asked import answer_ids
from core.ledger.views.mine import DECISION, JUDGEMENT, PROPOSAL, REVIEW
from core.ledger.views.mine_figures import AGREED, AS_SAID, CONFLICTED, HOLDS, OTHERWISE, TAKEN_BACK, WAITING
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reasons import reason_in_words
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

ROWS = 25
"""How many are shown at once."""

ALL, PROPOSALS, JUDGEMENTS, REVIEWS, DECISIONS = "All", "Proposals", "Judgements", "Reviews", "Decisions"

_KINDS = {JUDGEMENTS: JUDGEMENT, REVIEWS: REVIEW, DECISIONS: DECISION}
_UNDO = {
    PROPOSAL: withdraw,
    JUDGEMENT: withdraw_judgement,
    REVIEW: withdraw_review,
    DECISION: withdraw_decision,
}
_COLOURS = {
    WAITING: "blue",
    AGREED: "green",
    AS_SAID: "green",
    CONFLICTED: "red",
    OTHERWISE: "orange",
    HOLDS: "green",
}


@dataclass(frozen=True)
class ListState:
    """What the session remembers of the list: of what it is, and at which row it begins."""

    of: tuple[str, str] = ("", ALL)
    begin: int = 0


def acts_list(here: AtDesk, acts: pd.DataFrame, *, of: str, name: str) -> None:
    """Draw the list.

    Args:
        here: who is at the desk.
        acts: from ``core.ledger.views.mine``.
        of: the key of the person whose acts they are; empty for the person at the desk.
        name: that person's name; empty for the person at the desk.
    """
    if acts.empty:
        who = f"{escaped(name)} has" if name else "You have"
        st.info(f"{who} said nothing yet: what is proposed, judged and reviewed appears here.")
        if not name:
            st.page_link(PAGES / "suspects.py", label="Begin with a suspect", icon=icons.OPEN_SUSPECTS)
        return
    section = _section(acts)
    chosen = _of_section(acts, section)
    begin = _begin(of, section, len(chosen))
    if chosen.empty:
        st.caption("Nothing of this kind.")
        return
    _pager(begin, len(chosen))
    for place, act in enumerate(chosen.iloc[begin : begin + ROWS].to_dict("records")):
        _row(here, act, place)


def _section(acts: pd.DataFrame) -> str:
    sections = [ALL, PROPOSALS, JUDGEMENTS, REVIEWS]
    if (acts["kind"] == DECISION).any():
        sections.append(DECISIONS)
    keep_choices([Choice("mine_section", ALL, sections)], key="keeping_mine")
    return st.segmented_control(
        "What to list", sections, required=True, key="mine_section", label_visibility="collapsed", **KEPT
    )


def _of_section(acts: pd.DataFrame, section: str) -> pd.DataFrame:
    if section == ALL:
        return acts
    # Who accepts a suggestion proposes it in the same breath: it is in both lists.
    return acts[acts["proposes"].astype(bool) if section == PROPOSALS else acts["kind"] == _KINDS[section]]


def _begin(of: str, section: str, count: int) -> int:
    """At which row the page begins: another list begins at its first row."""
    state = panel(ListState)
    if state.of != (of, section):
        state = change_panel(ListState, of=(of, section), begin=0)
    return min(state.begin, max(0, (count - 1) // ROWS * ROWS))


def _pager(begin: int, count: int) -> None:
    if count <= ROWS:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for word, key, at in (("Newer", "mine_newer", begin - ROWS), ("Older", "mine_older", begin + ROWS)):
            st.button(
                word,
                key=key,
                disabled=not 0 <= at < count,
                on_click=_turn_to,
                args=(at,),
            )
        st.markdown(f"{begin + 1:,} to {min(begin + ROWS, count):,} of {count:,}", width="content")


def _turn_to(begin: int) -> None:
    change_panel(ListState, begin=begin)


def _row(here: AtDesk, act: dict, place: int) -> None:
    with st.container(border=True, key=f"mine_row_{place}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.page_link(
                PAGES / "sample.py",
                label=escaped(act["sample_id"]),
                icon=icons.OPEN_SAMPLE,
                query_params={"sample": act["sample_id"]},
            )
            st.markdown(escaped(act["what"][:1].upper() + act["what"][1:]), width="stretch")
            st.badge(_outcome(act), color=_COLOURS.get(act["outcome"], "gray"))
            _undo_button(here, act)
        st.caption(_details(act))


def _outcome(act: dict) -> str:
    if act["outcome"] == TAKEN_BACK and act["by"]:
        return f"taken back by {escaped(act['by'])}"
    decided = f": {escaped(act['decided'])}" if act["outcome"] == OTHERWISE else ""
    return f"{escaped(act['outcome'])}{decided}"


def _details(act: dict) -> str:
    when = act["created_at"].tz_convert(st.context.timezone or "UTC")
    parts = [escaped(f"{when:%d %b %Y, %H:%M}")]
    if act["label"] and act["label_before"] not in ("", act["label"]):
        parts.append(f"{escaped(act['label_before'])} → {escaped(act['label'])}")
    if act["why_not"] and act["outcome"] != TAKEN_BACK:
        parts.append(escaped(act["why_not"]))
    if act["reason"]:
        parts.append(reason_in_words(act["reason"]))
    return " · ".join(parts)


def _undo_button(here: AtDesk, act: dict) -> None:
    if not act["undo"] or not here.may_take_back(act["author"], act["author_key"]):
        return
    if act["kind"] == DECISION and not here.allowed("decide"):
        return
    several = act["samples"] > 1
    st.button(
        f"Undo all {act['samples']:,}" if several else "Undo",
        key=widget_key("mine_undo", act["act_id"], act["sample_id"]),
        icon=icons.UNDO,
        type="tertiary",
        on_click=_undo,
        args=(act["kind"], act["act_id"], act["sample_id"], int(act["samples"])),
        help="These were proposed in one batch, which is taken back as a whole." if several else None,
    )


def _undo(kind: str, act_id: str, sample_id: str, samples: int) -> None:
    now = at_desk()
    try:
        take_back = withdraw_known_answer if act_id in answer_ids(now.ledger) else _UNDO[kind]
        take_back(now.ledger, act_id, author=now.person)
    except GlitchAuditError as error:
        st.toast(escaped(error), icon=icons.WENT_WRONG)
        return
    what = f"{samples:,} proposals" if samples > 1 else f"the {escaped(kind)} about {code_span(sample_id)}"
    back = " The page Corrections can bring it back." if kind == PROPOSAL else ""
    st.toast(f"Taken back: {what}.{back}", icon=icons.UNDO)

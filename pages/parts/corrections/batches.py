"""The batches of proposals: undo and redo one's own at any later time, or take back a chosen one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import Ledger, batches, restore, withdraw
from core.ledger.views.batches import count_batches, last_to_redo, last_to_undo
from pages.parts.corrections.turning import ROWS, turn_pages
from pages.parts.desk.state import change_panel, take_from_panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

_COLUMNS = {
    "created_at": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm:ss"),
    "label_proposed": "label proposed",
    "author_verified": "name verified",
    "withdrawn_by": "withdrawn by",
}


@dataclass(frozen=True)
class Done:
    """What was done last to a batch: taken back or brought back, of how many samples and which proposed label."""

    taken_back: bool
    samples: int
    label: str


@dataclass(frozen=True)
class BatchesState:
    """What the session remembers of the batches: what was done last, which is told once."""

    done: Done | None = None


def batch_panel(here: AtDesk, *, begin_with_own: bool) -> None:
    """Draw the batches with what the person at the desk may do to them.

    Args:
        here: who is at the desk.
        begin_with_own: whether to show one's own alone at first: others' batches say what they propose, which whoever
            is still to review some of it blind is not to read.
    """
    st.subheader("Batches")
    st.caption("One batch is one click on “Propose”. Withdrawing takes all of it back; nothing is ever deleted.")
    if done := take_from_panel(BatchesState, "done"):
        word = "Withdrawn" if done.taken_back else "Brought back"
        st.toast(f"{word}: {done.samples:,} proposals of {escaped(done.label)}.", icon=icons.DONE)
    ledger = here.ledger
    if here.allowed("withdraw"):
        _undo_and_redo(here, ledger)
    own = bool(here.person.name) and st.toggle("Only my own", value=begin_with_own, key="corrections_mine")
    by = here.person if own else None
    first = turn_pages(count_batches(ledger, by=by), key=widget_key("corrections_batches_page", own))
    table = batches(ledger, by=by, first=first, most=ROWS)
    chosen = st.dataframe(
        table.drop(columns="author_key"),
        hide_index=True,
        # Other rows, on another page or since somebody wrote, are a new table: a row that was chosen in the former one
        # must not stand for another batch.
        key=widget_key("corrections_batches", *table["batch_id"]),
        on_select="rerun",
        selection_mode="single-row",
        column_order=(
            *("created_at", "author", "author_verified", "samples", "label_proposed", "reason", "status"),
            *("withdrawn_by", "how"),
        ),
        column_config=_COLUMNS,
    )
    if chosen.selection.rows and chosen.selection.rows[0] < len(table):
        _act_on(here, ledger, table.iloc[chosen.selection.rows[0]])


def _undo_and_redo(here: AtDesk, ledger: Ledger) -> None:
    if hindered := here.why_not("withdraw"):
        st.caption(f"{escaped(hindered)}: every change carries its author.")
        return
    if not count_batches(ledger, by=here.person):
        return
    with st.container(horizontal=True):
        _button(ledger, withdraw, "Undo my last", last_to_undo(ledger, here.person), icon="undo", key="batch_undo")
        _button(ledger, restore, "Redo my last", last_to_redo(ledger, here.person), icon="redo", key="batch_redo")


def _button(ledger: Ledger, act: Callable, word: str, batch: pd.Series | None, *, icon: str, key: str) -> None:
    what = "" if batch is None else f": {batch['samples']:,} × {escaped(batch['label_proposed'])}"
    if st.button(f"{word}{what}", disabled=batch is None, icon=f":material/{icon}:", key=key):
        _do(ledger, act, batch)


def _act_on(here: AtDesk, ledger: Ledger, batch: pd.Series) -> None:
    if not here.allowed("withdraw"):
        return
    if batch["brought_back"]:
        st.caption("This batch was brought back since: it stands as a later one.")
        return
    gone = batch["status"] == "withdrawn"
    act, word = (restore, "Bring back") if gone else (withdraw, "Withdraw")
    if not here.person.name:
        return
    if not here.may_take_back(batch["author"], batch["author_key"]):
        st.caption(f"{escaped(batch['author'])} wrote this batch: only they or a moderator may take it back.")
        return
    if st.button(f"{word} this batch of {batch['samples']:,}", icon=icons.UNDO, key="batch_act"):
        _do(ledger, act, batch)


def _do(ledger: Ledger, act: Callable, batch: pd.Series) -> None:
    try:
        act(ledger, batch["batch_id"], author=at_desk().person)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return
    done = Done(act is withdraw, int(batch["samples"]), str(batch["label_proposed"]))
    change_panel(BatchesState, done=done)
    st.rerun()

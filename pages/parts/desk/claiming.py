"""What is reserved for the person at the desk, and what for others: “Give me 20”, and the queue that follows from it.

A claim is given back by the button, by another name at the desk, when all of it is done, after half an hour without an
act, and two minutes after its person has closed the last page. In the public demo, where everybody has a ledger of his
own, there are none.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.claims import COUNT, KINDS, MINUTES_WITHOUT_PAGE, claimed_by_others, live_claims, own_claim
from pages.parts.desk.acts import give_back, keep_reserved, on_click, reserve
from pages.parts.desk.presence import note_presence
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk, at_desk


@dataclass(frozen=True)
class ClaimState:
    """The key of the person whose claims this session may have to give back."""

    person: str = ""


@dataclass(frozen=True)
class Reserved:
    """What is reserved of one kind of work.

    Attributes:
        own: the samples that are reserved for the person at the desk.
        others: those that are reserved for others.
        until: when one's own are free again; None where none are.
    """

    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    until: datetime | None = None

    def narrowed(self, queue: pd.DataFrame, column: str, *, done: frozenset[str], at: str) -> pd.DataFrame:
        """The queue of one's own samples while any is left to do, else without those of others.

        Args:
            queue: with the samples' ids in ``column``.
            column: its name.
            done: what there is nothing left to do about.
            at: the sample that is looked at, which nobody takes from under one's hands.
        """
        if self.own - done:
            return queue[queue[column].isin(self.own)]
        others = self.others - {at}
        return queue[~queue[column].isin(others)] if others else queue


def reserved(here: AtDesk, kind: str) -> Reserved:
    """What is reserved now; gives back what was reserved for whoever was at this desk before."""
    if here.public_demo:
        return Reserved()
    _give_back_of_former(here)
    note_presence(here)
    claims = live_claims(here.workspace)
    own = own_claim(claims, here.person.key, kind)
    if own is not None and own.until <= datetime.now(UTC) + timedelta(minutes=MINUTES_WITHOUT_PAGE):
        # The page was closed a moment ago, and its person is here again.
        stay_reserved(kind)
        claims = live_claims(here.workspace)
        own = own_claim(claims, here.person.key, kind)
    others = claimed_by_others(claims, here.person.key, kind)
    return Reserved(frozenset(own.sample_ids), others, own.until) if own else Reserved(others=others)


def claim_button(here: AtDesk, kind: str, found: Reserved, candidates: list[str]) -> None:
    """Offer to reserve the next samples, or to give back those that are.

    Neither has a tooltip: it would lie over the menu by which the queue is chosen. Until when they are reserved is said
    beside the button, how it works in the guide for moderators.

    Args:
        here: who is at the desk.
        kind: of the work.
        found: what is reserved now.
        candidates: the samples that can be reserved, in the order of the queue.
    """
    if here.public_demo or not here.person.key or not here.allowed("claim"):
        return
    if found.own:
        st.button(
            "Give back",
            key="claim_back",
            icon=":material/keyboard_return:",
            on_click=on_click,
            args=(give_back, here.workspace, kind, here.person.key),
        )
        return
    free = [sample_id for sample_id in candidates if sample_id not in found.others]
    count = min(COUNT, len(free))
    if count:
        st.button(
            f"Give me {count:,}",
            key="claim",
            icon=":material/front_hand:",
            on_click=on_click,
            args=(reserve, here.workspace, kind, free),
        )


def own_in_words(found: Reserved, done: frozenset[str]) -> str:
    """How far one is with what is reserved; empty where nothing is."""
    if found.until is None:
        return ""
    until = found.until.astimezone(_zone())
    return f"{len(found.own & done):,} of {len(found.own):,} reserved for you until {until:%H:%M}"


def others_in_words(found: Reserved, waiting: set[str] | frozenset[str]) -> str:
    """How many of those that wait are being looked at by others; empty for none."""
    count = len(found.others & waiting)
    return f"{count:,} {'is' if count == 1 else 'are'} being looked at by others" if count else ""


def free_when_done(here: AtDesk, kind: str, found: Reserved, *, done: frozenset[str]) -> bool:
    """Whether all that was reserved is done; it is given back then, and said."""
    if not found.own or found.own - done:
        return False
    with suppress(GlitchAuditError):
        give_back(here.workspace, kind, here.person.key)
    st.toast(f"All {len(found.own):,} that were reserved for you are done. Thank you!", icon=":material/task_alt:")
    return True


def stay_reserved(kind: str) -> None:
    """Call it after an act: what is reserved stays so for another half an hour."""
    here = at_desk()
    # What cannot be kept is free earlier, which hinders nobody.
    with suppress(GlitchAuditError):
        # Who may keep it is asked only where there is something to keep.
        if not here.public_demo and own_claim(live_claims(here.workspace), here.person.key, kind):
            keep_reserved(here.workspace, kind)


def _give_back_of_former(here: AtDesk) -> None:
    former = panel(ClaimState).person
    if former == here.person.key:
        return
    if former:
        with suppress(GlitchAuditError):
            for kind in KINDS:
                give_back(here.workspace, kind, former)
    change_panel(ClaimState, person=here.person.key)


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

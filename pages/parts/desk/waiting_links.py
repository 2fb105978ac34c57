"""What waits for the person, as a short line of links in the sidebar of every page."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.ledger.views.waiting import Waiting, ledger_extent, waiting
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk


@dataclass(frozen=True)
class WaitingState:
    """What waited when the session asked last, and what that goes by: ledger, how far it had come, person and rule.

    To ask how far the ledger has come takes a twentieth of asking what waits.
    """

    told_by: tuple[object, ...] = ()
    found: Waiting = field(default_factory=Waiting)


def waiting_links(here: AtDesk) -> None:
    """Draw the line; nothing where nothing waits, where nobody is at the desk, or where the ledger does not tell."""
    # Its place is there all the same: what stands below keeps its own.
    with st.container(horizontal=True, gap="small", key="waiting_links"):
        for page, count, meaning in _links(here, _waiting(here)):
            if count:
                st.page_link(PAGES / f"{page.lower()}.py", label=f"{page} **{count:,}**", help=meaning, width="content")


def _links(here: AtDesk, found: Waiting) -> tuple[tuple[str, int, str], ...]:
    """The pages, how much waits there, and what that is."""
    return (
        ("Review", found.review if here.allowed("review") else 0, "Samples that wait for your second opinion"),
        ("Decisions", found.conflicts if here.allowed("decide") else 0, "Samples in conflict that you can settle"),
        ("Mine", found.mine, "Samples for which others stand for another label than you"),
    )


def _waiting(here: AtDesk) -> Waiting:
    if not here.person.name:
        return Waiting()
    try:
        ledger, rule = here.ledger, read_rule(here.workspace.root / FILE_NAME)
        told_by = (ledger.path, ledger_extent(ledger), here.person, rule)
        if panel(WaitingState).told_by != told_by:
            change_panel(WaitingState, told_by=told_by, found=waiting(ledger, here.person, rule))
    except GlitchAuditError:
        return Waiting()
    return panel(WaitingState).found

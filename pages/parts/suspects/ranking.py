"""Ranking the suspects anew with what was decided: at a button, never by itself, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.audit.rank_change import change_sentence
from core.errors import GlitchAuditError
from pages.parts.desk.reading import shown_reading
from pages.parts.desk.results import ranked_anew
from pages.parts.desk.state import change_panel, forget_panel, panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.suspects.session import QueueState, new_queue
from pages.parts.suspects.source import FoundBy
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

OFFERED_FIRST, OFFERED_AFTER = 10, 20
"""Decisions after which the page says that ranking anew may be worth it: the first time, and then each time.

The first ranking saves most, and the sooner the more: see benchmarks/results/suspect_queue.txt.
"""

_HELP = (
    "Ranks the suspects anew with what was decided: your judgements, and what all agreed on, count as known. The order "
    "“like what was wrong” then begins with those that have most in common with labels that were wrong; before that, "
    "with those whose answer would change most others. What you judged does not come back."
)


@dataclass(frozen=True)
class RankingState:
    """What the session remembers of the last ranking.

    Attributes:
        of: fingerprint of the suspects that were ranked anew.
        suspects: as they were ranked; None where they never were.
        sentence: what changed.
        done: how many acts the session had done when it ranked.
        trouble: why it could not be done.
    """

    of: str = ""
    suspects: Suspects | None = None
    sentence: str = ""
    done: int = 0
    trouble: str = ""


def as_ranked(suspects: Suspects, found_by: FoundBy) -> Suspects:
    """The suspects in their last ranking, where these were ranked anew in this session; else as they were found."""
    state = panel(RankingState)
    # A classifier's finds have an order of their own, which says nothing of neighbours.
    if found_by.run is not None or state.suspects is None or state.of != suspects.fingerprint:
        return suspects
    return state.suspects


def rank_button(here: AtDesk, suspects: Suspects, found_by: FoundBy, *, hindered: str) -> None:
    """Offer to rank anew; after so many decisions the button says so, and nothing moves by itself.

    Args:
        here: who is at the desk, and with which data set.
        suspects: as they were found first.
        found_by: who found them.
        hindered: why nothing can be decided now; empty where it can.
    """
    if found_by.run is not None or hindered:
        return
    ranked = _is_ranked(suspects)
    since = _acts() - (panel(RankingState).done if ranked else 0)
    worth_it = since >= (OFFERED_AFTER if ranked else OFFERED_FIRST)
    st.button(
        f"Rank anew ({since:,} judged since)" if worth_it else "Rank anew",
        key="suspect_rank_anew",
        type="primary" if worth_it else "secondary",
        icon=icons.RANK_ANEW,
        help=_HELP,
        on_click=_rank,
        args=(here, suspects),
    )


def ranking_said(suspects: Suspects, found_by: FoundBy) -> None:
    """Say what the last ranking changed, with the way back; nothing where there was none."""
    state = panel(RankingState)
    if state.trouble:
        st.error(escaped(state.trouble))
    if found_by.run is not None or not _is_ranked(suspects):
        return
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(escaped(state.sentence))
    right.button("As it was first", key="suspect_rank_first", icon=":material/restart_alt:", on_click=_back)


def _is_ranked(suspects: Suspects) -> bool:
    state = panel(RankingState)
    return state.suspects is not None and state.of == suspects.fingerprint


def _acts() -> int:
    return sum(len(done.judgement_ids) for done in panel(QueueState).done)


def _rank(here: AtDesk, suspects: Suspects) -> None:
    try:
        kept = shown_reading(here)
        found = ranked_anew(here.workspace, suspects, ledger=here.ledger, person=at_desk().person, kept=kept)
    except GlitchAuditError as error:
        change_panel(RankingState, trouble=str(error))
        return
    change_panel(
        RankingState,
        of=suspects.fingerprint,
        suspects=found.suspects,
        sentence=change_sentence(found.change),
        done=_acts(),
        trouble="",
    )
    new_queue()


def _back() -> None:
    forget_panel(RankingState)
    new_queue()

"""What stands where the queue of suspects is empty, and what was judged so far."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.audit.queue import RANDOM_SAMPLE, VOLUNTEERS
from pages.parts.desk.state import panel
from pages.parts.suspects.card import DONE
from pages.parts.suspects.filters import clear_filters
from pages.parts.suspects.session import QueueState, keep_event
from pages.parts.suspects.slices import leave_slice
from pages.parts.widgets import icons
from pages.parts.widgets.suspect_queue import CardEvent


def nothing_left(
    asked: pd.DataFrame,
    judged: pd.DataFrame,
    decided: frozenset[str],
    *,
    undo: bool,
    with_others: bool,
    volunteers: bool,
    drawn: bool,
) -> None:
    """Say why the queue is empty, and what was judged; arguments as of :func:`why_empty`, ``undo`` offers to undo."""
    again = "Switch “Hide judged” off to look at them again."
    why_empty(asked, decided, with_others=with_others, again=again, volunteers=volunteers, drawn=drawn)
    undo_alone(hindered=not undo)
    so_far(judged)


def why_empty(
    asked: pd.DataFrame,
    decided: frozenset[str],
    *,
    with_others: bool,
    again: str,
    volunteers: bool = True,
    drawn: bool = False,
) -> None:
    """Say why the queue is empty.

    Args:
        asked: what it is about.
        decided: the glitches that were judged.
        with_others: whether others look at all that are left.
        again: how to look at what is judged.
        volunteers: whether volunteers call samples otherwise.
        drawn: whether it is about the random sample.
    """
    if asked.empty and volunteers:
        st.info(f"Choose the order “{VOLUNTEERS}” to look at what volunteers call otherwise.")
    elif asked.empty:
        st.info(f"Choose the order “{RANDOM_SAMPLE}” to get to know how many labels are wrong.")
    elif asked["glitch"].isin(decided).all():
        st.success(f"Every {'one of the random sample' if drawn else 'flagged sample'} is judged. {again}")
    elif with_others:
        st.info("Others are looking at all that are left; come back in half an hour.")
    else:
        st.info("No suspect that is not judged yet passes these filters.")
        st.button("Clear all filters", on_click=_clear_all, icon=icons.CLEAR_FILTERS)


def _clear_all() -> None:
    clear_filters()
    leave_slice()


def undo_alone(*, hindered: bool | str, on_undo: Callable[[], None] | None = None) -> None:
    """Offer to take the last judgement back where no card is left that does; ``on_undo`` asks for it."""
    on_undo = on_undo or (lambda: keep_event(CardEvent("undo", "", "")))
    if panel(QueueState).done and not hindered:
        st.button("Undo", on_click=on_undo, icon=icons.UNDO, shortcut="z")


def so_far(judged: pd.DataFrame) -> None:
    """Say what was decided so far."""
    verdicts = judged.loc[~judged.index.duplicated(), "verdict"].value_counts()
    if len(verdicts):
        parts = ", ".join(f"{count:,} {DONE[verdict]}" for verdict, count in verdicts.items())
        st.caption(f"Judged so far, by everybody: {parts}. What was accepted is on the page “Corrections”.")

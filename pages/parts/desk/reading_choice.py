"""The choice of a reading of the labels, in the sidebar of every page, and the line that says which one is shown."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.glossary import meaning
from core.pipeline.kept_readings import KeptReading
from core.pipeline.reading import BROUGHT, MINE, NOW, TAXONOMY
from pages.parts.desk.labels_now import reading_names
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reading import (
    ReadingState,
    Said,
    ask_for_reading,
    hide_reading_trouble,
    shown_reading,
    what_was_said,
)
from pages.parts.desk.state import panel, set_widget, widget_value
from pages.parts.desk.taxonomy_draft import SECTION
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped, sentence

_KEY = "desk_labels"
_IN_WORDS = {
    NOW: ("as they are now", "decided"),
    MINE: ("as I would have them", "decided or proposed"),
    TAXONOMY: ("under the changed taxonomy", "decided or examples"),
}
WHAT_CHANGED = "What changed"
"""The section of the page Decisions that compares the reading on screen with the labels as they were brought."""


def reading_choice(here: AtDesk) -> None:
    """Draw the menu; nothing before anything was decided or proposed, in the public demo, or where nobody may."""
    shown, wanted = shown_reading(here), panel(ReadingState).wanted
    said = Said() if here.public_demo else what_was_said(here)
    if here.public_demo or not (said.decided or said.mine or said.accepted or shown or wanted):
        return
    now = wanted.partition("-")[0] or (shown.reading if shown else BROUGHT)
    set_widget(_KEY, now)
    st.selectbox(
        "Labels shown",
        readings_offered(said, also=now),
        key=_KEY,
        format_func=names_of(said if wanted else _as_shown(said, shown)).get,
        on_change=_choose,
        disabled=bool(here.hindrance("prepare")),
        help=meaning("reading"),
    )


def _say_what_is_open(said: Said) -> None:
    """Of labels that were split in two new ones or more, nobody has said which sample becomes which."""
    if said.open:
        names = ", ".join(dict.fromkeys(said.open))
        st.caption(
            f"{escaped(names)}: split in several new labels. Nobody said which sample becomes which, so that only "
            "decided samples carry them."
        )


def names_of(said: Said) -> dict[str, str]:
    """What the readings are called where one is chosen."""
    return reading_names(decided=said.decided, mine=said.mine, accepted=said.accepted)


def _as_shown(said: Said, shown: KeptReading | None) -> Said:
    """With as many decided as the reading on screen has: what came later is not in it, and offered beside it."""
    return replace(said, decided=len(shown.said)) if shown is not None and shown.reading == NOW else said


def readings_offered(said: Said, *, also: str = BROUGHT) -> list[str]:
    """The readings that differ from the labels as they were brought, these first, and ``also`` whatever there is."""
    return [BROUGHT, *(name for name in (NOW, MINE, TAXONOMY) if said.of(name) or name == also)]


def reading_line(here: AtDesk, *, linked: bool = True) -> None:
    """Say on the page which labels are shown where they are not those that were brought, and what to do about it.

    ``linked`` offers to go to what changed.
    """
    state, shown = panel(ReadingState), shown_reading(here)
    if state.trouble:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(sentence(escaped(state.trouble)), icon=icons.WENT_WRONG)
            st.button("Hide", on_click=hide_reading_trouble, icon=":material/close:", key="reading_hide")
    if shown is None:
        return
    said = what_was_said(here)
    words, what = _IN_WORDS[shown.reading]
    when = pd.Timestamp(shown.read_at).tz_convert(st.context.timezone or "UTC")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reading_line"):
        st.markdown(
            f"{icons.TAKE_LABEL} Labels **{words}**: {len(shown.said):,} {what}{_renamed(shown)}, read at "
            f"{when:%H:%M}.",
            width="content",
        )
        if (said.more or said.other) and not state.wanted and not here.hindrance("prepare"):
            new = f"{said.other:,} changed" if said.other else f"{said.more:,} more {what}"
            st.button(
                f"Read again ({new})",
                on_click=ask_for_reading,
                args=(shown.reading,),
                icon=":material/refresh:",
                key="reading_again",
            )
        if linked and st.button(WHAT_CHANGED, icon=":material/compare_arrows:", type="tertiary", key="reading_changed"):
            set_widget(SECTION, WHAT_CHANGED)
            st.switch_page(PAGES / "decisions.py")
        st.button(
            "As brought",
            on_click=ask_for_reading,
            args=(BROUGHT,),
            icon=icons.UNDO,
            type="tertiary",
            key="reading_brought",
        )
    if shown.reading == TAXONOMY:
        _say_what_is_open(said)


def _renamed(shown: KeptReading) -> str:
    """How many labels carry another name, in words; "" for none."""
    count = len(shown.becomes)
    return f", {count:,} {'label' if count == 1 else 'labels'} renamed" if count else ""


def _choose() -> None:
    ask_for_reading(widget_value(_KEY, BROUGHT))

"""The state of the data set in figures, each a link to where they are, and as a bar."""

from __future__ import annotations

import html

import streamlit as st

from pages.parts.desk.page_files import PAGES
from pages.parts.start.at_hand import AtHand


def figures(found: AtHand) -> None:
    """Draw them."""
    state = found.standing
    with st.container(border=True, key="start_figures"):
        with st.container(horizontal=True, key="start_numbers"):
            _figure(state.samples, "samples", "map")
            if found.suspects is not None:
                _figure(len(found.suspects), "suspects left", "suspects")
            _figure(state.judged, "judged", "corrections")
            _figure(state.in_review, "in review", "review")
            _figure(state.in_conflict, "in conflict", "decisions")
            _figure(state.decided, "decided", "decisions")
        said = _in_words(found)
        st.html(_bar(found, said))
        st.caption(said)


def _figure(number: int, what: str, page: str) -> None:
    st.page_link(PAGES / f"{page}.py", label=f"**{number:,}** {what}")


def _in_words(found: AtHand) -> str:
    state = found.standing
    if not state.judged:
        if found.suspects:
            return f"{len(found.suspects):,} labels look wrong, and nobody has said anything about them yet."
        return "Nobody has said anything about a label yet."
    looked = f"Of {found.to_look_at:,} samples to look at, " if found.suspects is not None else ""
    return (
        f"{looked}{state.judged:,} are judged: {state.decided:,} decided, {state.in_review:,} wait for a second "
        f"person, {state.in_conflict:,} in conflict."
    )


def _bar(found: AtHand, said: str) -> str:
    state, total = found.standing, max(found.to_look_at, 1)
    parts = (("decided", state.decided), ("review", state.in_review), ("conflict", state.in_conflict))
    inside = "".join(f'<i class="{name}" style="width:{100 * count / total:.2f}%"></i>' for name, count in parts)
    return f'<div class="start-bar" role="img" aria-label="{html.escape(said)}">{inside}</div>'

"""On a phone everything about a selection is stacked: a bar to jump by, and the places that it leads to."""

from __future__ import annotations

import streamlit as st


def sheet_place() -> None:
    """Mark where the sheet begins."""
    st.html('<div id="look-sheet"></div>')


def form_place() -> None:
    """Mark where the form begins."""
    st.html('<div id="look-propose"></div>')


def jump_bar(*, on_sheet: int, still_in: int) -> None:
    """Draw the bar, which page.css shows at the foot of a narrow window alone.

    Args:
        on_sheet: how many samples the sheet has.
        still_in: how many of them a proposal would be for.
    """
    with st.container(key="look_jump"):
        st.markdown(
            f"[Map](#map) [Labels](#selected-samples) [Sheet · {on_sheet:,}](#look-sheet) "
            f"[Propose · {still_in:,}](#look-propose)"
        )

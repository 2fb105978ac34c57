"""What the audit says of these labels, beside the form: before somebody relabels fifty samples one by one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.audit.failure_modes.before_relabelling import TAXONOMY, Advice
from pages.parts.desk.page_files import PAGES
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped


def advice_panel(advice: Sequence[Advice], *, folded: bool = False) -> None:
    """Draw the first sentence, and the others behind a button: the sheet needs the room.

    ``folded`` puts all of them behind it: the rest of the form stands there, and left no picture in view.
    """
    if not advice:
        return
    if folded:
        with st.popover(f"{len(advice)} to consider first", icon=icons.NOTE):
            for item in advice:
                _item(item)
        return
    with st.container(key="form_advice_0", gap="xxsmall"):
        _item(advice[0])
        if others := advice[1:]:
            with st.popover(f"{len(others)} more to consider"):
                for item in others:
                    _item(item)


def _item(item: Advice) -> None:
    """One sentence, with the way to where it leads."""
    st.markdown(escaped(item.sentence))
    if item.leads_to == TAXONOMY:
        st.page_link(PAGES / "decisions.py", label="To the changes of the taxonomy, on Decisions")
    else:
        st.page_link(PAGES / "clusters.py", label="To the failure modes, on Clusters")

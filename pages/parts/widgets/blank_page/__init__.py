"""An invisible part that has the page drawn anew where Streamlit has emptied it.

Streamlit answers a part of the page before, used while the next page is on its way, with a run of that page before; the
browser then takes what it shows for the wrong page and clears it, and nothing draws it again (Streamlit 1.67:
``handleNewSession`` clears the page where the run's page differs from the shown one, also for a fragment's run).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from pages.parts.widgets.component_state import with_shared

_HERE = Path(__file__).parent


def mend_blank_page() -> None:
    """Have a page that was emptied drawn anew, once for every time; call it outside of what a page draws."""
    with st.container(gap=None):
        _component()(key="blank_page", on_blank_change=lambda: None)


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_blank_page", js=with_shared("when_gone.js", _HERE / "blank_page.js")
    )

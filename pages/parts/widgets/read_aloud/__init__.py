"""An invisible part that has screen readers read out what is told for a moment at the page's edge."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from pages.parts.widgets.component_state import with_shared

_HERE = Path(__file__).parent


def read_aloud() -> None:
    """Have every such message read out as it comes."""
    with st.container(gap=None):
        _component()(key="read_aloud")


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_read_aloud", js=with_shared("when_gone.js", _HERE / "read_aloud.js")
    )

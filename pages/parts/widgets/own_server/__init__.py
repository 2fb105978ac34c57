"""An invisible part that lets the page fetch pictures, frames and forms from its own server alone.

Texts are inert wherever they are drawn; this is the second lock. Streamlit 1.67 sets no Content-Security-Policy and has
no option for one, but a browser heeds one that a script writes into the page's head, from then on. A proxy in front
can send one with the page itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).parent / "own_server.js"


def keep_to_own_server() -> None:
    """Forbid the page everything of other servers that could tell them who reads here."""
    with st.container(gap=None):
        _component()(key="own_server")


@cache
def _component():
    return st.components.v2.component("glitch_audit_own_server", js=_SCRIPT.read_text(encoding="utf-8"))

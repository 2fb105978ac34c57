"""An invisible part that brings what follows it onto the screen, when somebody has just asked for it further up."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).parent / "into_sight.js"


@cache
def _component():
    return st.components.v2.component("glitch_audit_into_sight", js=_SCRIPT.read_text(encoding="utf-8"))


def into_sight(serial: int, *, key: str) -> None:
    """Scroll to this place, once for each number that is larger than those before; 0 leaves the page where it is.

    Args:
        serial: how often what follows was asked for in this session.
        key: names this part of the page.
    """
    with st.container(gap=None):
        _component()(key=key, data={"serial": serial, "key": key})

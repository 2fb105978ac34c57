"""What outlives a reload, a link and a second tab, and where it lies: in the visitor's own browser, never here.

The typed name, the last data set and how a sheet starts are cookies of the browser; the data set and the selection of a
tab stand in its address. Streamlit tells of cookies and address when a session begins, so that the first run knows
them already.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import streamlit as st

NAME_COOKIE, DATA_COOKIE = "glitch_audit_name", "glitch_audit_data"
START_COOKIE = "glitch_audit_start"
_SCRIPT = Path(__file__).parent / "keeping.js"


def remembered(cookie: str) -> str:
    """What this browser remembers under the cookie's name; empty where it remembers nothing."""
    text = st.context.cookies.get(cookie)
    return unquote(text) if isinstance(text, str) else ""


def keep(
    address: Mapping[str, str], *, key: str, root: str, cookies: Mapping[str, str] | None = None, occasion: str = ""
) -> None:
    """Write into the browser.

    Args:
        address: what the tab's address is to say, by name; an empty text leaves the name out. Other names stay.
        key: names this part of the page.
        root: the address of the first page; the cookies go back to it and what lies under it.
        cookies: the texts to remember, by name; an empty one is forgotten.
        occasion: another text writes again, where something else has changed the address meanwhile.
    """
    path = urlsplit(root).path or "/"
    # By its key page.css takes it out of the page's flow: it draws nothing, wherever it stands.
    with st.container(gap=None, key=f"unseen_{key}"):
        said = {"address": dict(address), "cookies": dict(cookies or {}), "path": path, "occasion": occasion}
        _component()(key=key, data={**said, "part": key, "turn": _turn(key, said)})


def _turn(key: str, said: dict[str, Any]) -> int:
    """When this part of the page first said this, in ms: a later word has a greater one, in the next session too."""
    before, turn = st.session_state.get(f"{key}_turn", (None, 0))
    if said != before:
        turn = max(turn + 1, time.time_ns() // 1_000_000)
        st.session_state[f"{key}_turn"] = (said, turn)
    return turn


@cache
def _component():
    return st.components.v2.component("glitch_audit_keeping", js=_SCRIPT.read_text(encoding="utf-8"))

"""An invisible part that tells when the person looks at the page again, so that no page has to ask all the time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_looking_again", js=(_HERE / "looking_again.js").read_text(encoding="utf-8")
    )


def looking_again(*, key: str) -> None:
    """Run the fragment around this anew when somebody comes back to the page: by tab, by window, or by mouse."""
    _component()(key=key, on_again_change=lambda: None)

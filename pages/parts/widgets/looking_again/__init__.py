"""An invisible part that tells when the person looks at the page again, so that no page has to ask all the time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from pages.parts.widgets.component_state import with_shared

_HERE = Path(__file__).parent


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_looking_again", js=with_shared("when_gone.js", _HERE / "looking_again.js")
    )


def looking_again(*, key: str) -> None:
    """Run the fragment around this anew when somebody comes back to the page: by tab, by window, or by mouse."""
    _component()(key=key, on_again_change=lambda: None)

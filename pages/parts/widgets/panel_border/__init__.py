"""The border between the map and the panel beside it: dragged, or moved by arrow keys, it makes the panel wider.

The browser alone knows the width, as a CSS variable of the page that page.css has the panel follow, and remembers it in
its own storage: no run of the page is needed, neither to change it nor to have it again.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_HTML = """
<div class="border" role="separator" aria-orientation="vertical" aria-label="Width of the panel" tabindex="0"
  title="Drag to make the panel wider or narrower (arrow keys); a double click or Home sets it back"></div>
"""


def panel_border(*, key: str) -> None:
    """Draw the border; page.css shows it only where the panel stands beside the map."""
    with st.container(key=key):
        _component()(key=f"{key}_handle")


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_panel_border",
        html=_HTML,
        css=(_HERE / "panel_border.css").read_text(encoding="utf-8"),
        js=(_HERE / "panel_border.js").read_text(encoding="utf-8"),
    )

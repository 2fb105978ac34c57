"""The button at the end of a form: one click acts, however late the last text was typed."""

from __future__ import annotations

import streamlit as st

from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_TWO_LINES = 56


def act_button(
    text: str, *, missing: str, key: str | None = None, icon: str | None = None, primary: bool = True, hint: bool = True
) -> bool:
    """Whether to act now: the button was pressed, and nothing is missing.

    The button is never switched off, and never changes its build. A browser tells a text only when its box is left, and
    the press on the button is what leaves it: a button that waits for the text to be told, or is drawn anew between
    down and up because a tooltip comes or goes, swallows that press.

    Args:
        text: on the button.
        missing: what is still needed, in a sentence, or "". It is said when the button is pressed all the same.
        key: the widget's key.
        icon: as Streamlit names it.
        primary: whether the button stands out.
        hint: whether to say what is missing before it is pressed, too.
    """
    pressed = st.button(text, type="primary" if primary else "secondary", icon=icon, key=key)
    if missing and pressed:
        st.warning(escaped(missing), icon=icons.NOTE)
    elif hint:
        # It keeps its room: a page that shrinks under a pressed mouse button moves the button away from it.
        with st.container(height=_TWO_LINES, border=False):
            st.caption(escaped(missing))
    return pressed and not missing

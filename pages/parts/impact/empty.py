"""What the page is for, and what to bring where nothing can be counted."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import set_widget
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import OF, SIMULATED
from pages.parts.widgets.text import escaped

PURPOSE = (
    "**Which glitches cost most?** By how often they come, what vetoing them would take, what signals they could lie "
    "on, how loud they are, and what their labels cost: weighted as you say. What a family costs is not what it is to "
    "blame for."
)
_WHAT_TO_BRING = """
- **Times and detectors** of the glitches, in GPS seconds, on at least five days.
- **Duration, central frequency and bandwidth**, for what signals they could lie on; **SNR**, for how loud they are.
- **A detector** on the page Detector: its livetime, so that rates are true; a range channel, for the volume that a \
veto costs; channels, for what might be prevented.
"""


def empty_state() -> None:
    """Say what to bring, and offer a simulated detector to play with."""
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.subheader("What to bring")
        st.markdown(_WHAT_TO_BRING)
        st.page_link(PAGES / "detector.py", label="To the page Detector", icon=":material/sensors:")
    with right, st.container(border=True):
        st.subheader("Play with a simulated one")
        st.markdown("Forty days of a detector, drawn now, with five families of glitches that have boxes and labels.")
        st.button(
            "Draw a simulated detector",
            type="primary",
            icon=":material/science:",
            key="impact_simulate",
            on_click=set_widget,
            args=(OF, SIMULATED),
        )


def detector_hint(shown: ImpactShown) -> None:
    """Say where a detector that was brought is not beside the glitches."""
    if shown.trouble:
        st.warning(escaped(shown.trouble))
        st.page_link(PAGES / "detector.py", label="To the page Detector", icon=":material/sensors:")

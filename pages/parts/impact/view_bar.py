"""What is shown of which detector: costs, or models."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import widget_value
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import DETECTOR, VIEW

COSTS, MODELS = "What each family costs", "What a model uses"
VIEWS = (COSTS, MODELS)


def view_bar(shown: ImpactShown) -> tuple[str, str]:
    """Draw the choice of view and detector, and return both; a menu only where there are several detectors."""
    detectors = shown.case.detectors
    # What was chosen among several detectors outlives a look at glitches of one.
    several = [Choice(DETECTOR, detectors[0], detectors)] if len(detectors) > 1 else []
    keep_choices([Choice(VIEW, COSTS, VIEWS), *several], key="keeping_impact_view")
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control("Show", VIEWS, required=True, key=VIEW, label_visibility="collapsed", **KEPT)
        if several:
            st.selectbox("Detector", detectors, key=DETECTOR, label_visibility="collapsed", width=120, **KEPT)
    return view, (widget_value(DETECTOR) if several else None) or detectors[0]

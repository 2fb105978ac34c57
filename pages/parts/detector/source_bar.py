"""The bar that says which detector is shown, and what a family is."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.pipeline.detector import BY_CLUSTER, BY_LABEL, BY_SELECTION
from pages.parts.desk.kept_choices import KEPT
from pages.parts.desk.state import set_widget, widget_value
from pages.parts.detector.state import BROUGHT, BY, SELECTION, SIMULATED, SOURCE

_TITLES = {BROUGHT: "The detector that was brought", SIMULATED: "A simulated detector"}
_FAMILIES = {BY_LABEL: "by label", BY_CLUSTER: "by cluster", BY_SELECTION: "a selection"}


def source_bar(*, brought: bool, saved: Mapping[str, str]) -> str:
    """Draw the choice where there is one, and return what is chosen; "" where nothing was brought, nor asked for.

    ``saved`` has the titles of the saved selections by id: one of them can be a family, beside all other glitches.
    """
    if brought and not widget_value(SOURCE):
        set_widget(SOURCE, BROUGHT)
    source = widget_value(SOURCE) or ""
    if not brought:
        if source == SIMULATED:
            st.button(
                "Bring a real one",
                icon=":material/arrow_back:",
                key="detector_back",
                on_click=set_widget,
                args=(SOURCE, ""),
            )
        return source
    with st.container(horizontal=True):
        st.segmented_control(
            "Detector",
            list(_TITLES),
            format_func=_TITLES.get,
            required=True,
            key=SOURCE,
            label_visibility="collapsed",
            **KEPT,
        )
        if source == BROUGHT:
            st.segmented_control(
                "Families",
                [way for way in _FAMILIES if saved or way != BY_SELECTION],
                format_func=_FAMILIES.get,
                required=True,
                key=BY,
                label_visibility="collapsed",
                help="What counts as one family of glitches. A selection that was saved on the map can be one, too: it "
                "is compared beside all other glitches.",
                **KEPT,
            )
            if widget_value(BY) == BY_SELECTION:
                st.selectbox(
                    "Saved selection",
                    list(saved),
                    format_func=lambda name: saved.get(name, name),
                    key=SELECTION,
                    label_visibility="collapsed",
                    **KEPT,
                )
    return widget_value(SOURCE) or ""

"""The truth of a simulated detector, told to who asks."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.kept_choices import KEPT
from pages.parts.desk.state import widget_value
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import SEED, SEEDS
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped


def truth_panel(shown: DetectorShown) -> None:
    """Offer another detector, and fold up what was planted in this one."""
    truth = shown.truth
    with st.container(width=320):
        st.number_input(
            "Another detector, by its number",
            *SEEDS,
            step=1,
            key=SEED,
            help="The same number is the same detector.",
            **KEPT,
        )
    # Each detector's is folded up at first.
    with st.expander(
        "What was planted", icon=":material/visibility:", key=widget_key("detector_planted", widget_value(SEED) or 0)
    ):
        if not truth.goes_with:
            st.markdown("Nothing: no family goes with any channel.")
        coupled = [f"- {escaped(family)} goes with {code_span(name)}" for family, name in truth.goes_with.items()]
        twins = [
            f"- {code_span(twin)} moves with {code_span(name)}, and does nothing" for name, twin in truth.twins.items()
        ]
        others = (
            (truth.confounder, "shares the hour of the day with them, and does nothing"),
            (truth.dead, "was never connected"),
            (truth.unsafe, "sees the strain itself"),
            (truth.other_detector, "belongs to the other detector"),
        )
        rest = [f"- {code_span(name)} {escaped(what)}" for name, what in others if name]
        st.markdown("\n".join([*coupled, *twins, *rest, "- the other families go with nothing"]))

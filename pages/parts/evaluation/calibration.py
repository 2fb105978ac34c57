"""Whether the probabilities can be believed: before and after temperature scaling."""

from __future__ import annotations

import math

import streamlit as st

from core.classify.evaluation.evaluate import Evaluation
from pages.parts.evaluation.figures import reliability_figure
from pages.parts.widgets.charts import show_chart

_SIDES = (
    ("raw", "Before", "expected_calibration_error"),
    ("calibrated", "After temperature scaling", "expected_calibration_error_calibrated"),
)


def calibration_panel(evaluation: Evaluation) -> None:
    """Draw the two reliability diagrams side by side, each with its expected calibration error."""
    dark = st.context.theme.type == "dark"
    st.markdown(
        f"All scores are divided by a temperature of **{evaluation.temperature:.2f}**, fitted on validation samples: "
        + (
            "the classifier was surer than it may be."
            if evaluation.temperature > 1
            else "the classifier was less sure than it may be."
        )
    )
    for column, (kind, title, measure) in zip(st.columns(2), _SIDES, strict=True):
        with column:
            st.subheader(title)
            st.markdown(f"Expected calibration error: **{_with_interval(evaluation, measure)}**")
            show_chart(
                reliability_figure(evaluation.reliability[evaluation.reliability["kind"] == kind], dark=dark),
                key=f"evaluation_reliability_{kind}",
                alt=f"How often it is right by how sure it says it is, {title.lower()}",
            )
    st.caption(
        "On the dashed line it is right as often as it says; below it, it is too sure of itself. Larger points stand "
        "for more answers; whiskers are 95 % intervals. The expected calibration error is the mean distance to it."
    )


def _with_interval(evaluation: Evaluation, measure: str) -> str:
    value, low, high = evaluation.overall.loc[measure, ["value", "low", "high"]]
    return f"{value:.3f}" + ("" if math.isnan(low) else f" ({low:.3f} to {high:.3f})")

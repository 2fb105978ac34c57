"""What changes along a drift's curve: the label mix, the mean of a column, and a test of each column."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.audit.drift import AlongCurve, along_the_curve
from core.fingerprint import fingerprint
from pages.parts.drifts.chosen import OneDrift
from pages.parts.drifts.figures import column_figure, mix_figure
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import escaped


def along_panel(one: OneDrift, by: str) -> None:
    """Draw the label mix and the mean of the column ``by`` along the curve, and which columns change along it."""
    suspicion = one.suspicion
    key = fingerprint(one.drift.fingerprint, b"" if suspicion is None else np.asarray(suspicion, float).tobytes())
    along = _cached_along(key, one)
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2)
    with left:
        st.markdown("**Labels along the curve**")
        mix = mix_figure(along, one.colours, dark=dark)
        show_chart(mix, key="drift_mix", alt="Share of each label by place")
    with right:
        st.markdown(
            f"**Mean {escaped(by)} along the curve**" if by in along.tests.index[1:] else "**Mean along the curve**"
        )
        means = column_figure(along, by, dark=dark)
        if means is None:
            st.caption("Choose a column above to see its mean and interval along the curve.")
        else:
            show_chart(means, key="drift_means", alt=f"Mean {by} by place with its interval")
    _tests(along)


@st.cache_resource(max_entries=16, show_spinner="Following the curve")
def _cached_along(key: str, _one: OneDrift) -> AlongCurve:
    return along_the_curve(_one.case, _one.drift, suspicion=_one.suspicion, intensity=_one.intensity)


def _tests(along: AlongCurve) -> None:
    tests = along.tests.reset_index()
    st.dataframe(
        tests[["column", "correlation", "low", "high", "explained", "chance_explained", "p_value", "q_value", "n"]],
        hide_index=True,
        height="content",
        column_config={
            "column": "what changes",
            "correlation": st.column_config.NumberColumn(
                "rank correlation", format="%.2f", help="with the place along the curve: 1 rises all along, -1 falls"
            ),
            "low": st.column_config.NumberColumn("from", format="%.2f", help="95 % interval of the correlation"),
            "high": st.column_config.NumberColumn("to", format="%.2f", help="95 % interval of the correlation"),
            "explained": st.column_config.NumberColumn(
                "explained", format="%.2f", help="Share of the ranks' variance, or of the label entropy, by place"
            ),
            "chance_explained": st.column_config.NumberColumn(
                "by chance", format="%.2f", help="The same with the samples in random order"
            ),
            "p_value": st.column_config.NumberColumn("p", format="%.3g", help="How often a random order does as well"),
            "q_value": st.column_config.NumberColumn(
                "q", format="%.3g", help="p after Benjamini and Hochberg, for there are several columns"
            ),
            "n": st.column_config.NumberColumn("samples", format="localized"),
        },
    )

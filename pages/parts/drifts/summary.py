"""A drift and its segments in figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.drift import Drift, Segment
from pages.parts.drifts.words import counts, interval, number, share
from pages.parts.widgets.text import escaped


def summary(drift: Drift) -> None:
    """Say how long the drift is, and how sure its order."""
    st.subheader(escaped(drift.name[:1].upper() + drift.name[1:]))
    shape = drift.one_dimensional
    numbers = st.columns(4)
    numbers[0].metric("Samples on the curve", f"{len(drift):,}")
    numbers[1].metric(
        "Agreement of the order",
        number(drift.agreement),
        delta=interval(drift.agreement_low, drift.agreement_high),
        delta_color="off",
        delta_arrow="off",
        help="Mean rank correlation between this order and those found on four fifths of the samples; below it the "
        "range of 95 % of them. 1 is the same order every time.",
    )
    numbers[2].metric(
        "Length over width",
        number(shape.length_to_width, 1),
        delta=f"{number(shape.chance_length_to_width, 1)} for a round cloud",
        delta_color="off",
        delta_arrow="off",
        help="Along the neighbour graph of the embedding, which follows a bent curve along its bend.",
    )
    numbers[3].metric(
        "Explained by the place",
        "cannot tell" if np.isnan(shape.share) else f"{shape.share:.0%}",
        delta="" if np.isnan(shape.p_value) else f"p = {shape.p_value:.2g} for a round cloud",
        delta_color="off",
        delta_arrow="off",
        help="Share of the squared distances along the neighbour graph that one coordinate explains, and how often a "
        "round cloud of the same spread looks as long.",
    )


def segment_table(parts: tuple[Segment, ...]) -> None:
    """Draw the segments as a table, a row each."""
    st.markdown("**Segments**")
    st.dataframe(
        pd.DataFrame(
            {
                "segment": range(1, len(parts) + 1),
                "place": [f"{part.start:.2f} to {part.stop:.2f}" for part in parts],
                "samples": [len(part.sample_ids) for part in parts],
                "labels": [counts(part) for part in parts],
                "seen to be wrong": [
                    share(part.expected_wrong, part.expected_wrong_low, part.expected_wrong_high) for part in parts
                ],
                "differing": [share(part.differing, part.differing_low, part.differing_high) for part in parts],
                "suggestion": [part.suggestion for part in parts],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            "seen to be wrong": st.column_config.TextColumn(
                "seen to be wrong",
                help="Mean chance that a label is wrong, from the suspects, with its 95 % interval. Mistakes that the "
                "embedding finds plausible are not in it: at least so many are wrong",
            ),
            "differing": st.column_config.TextColumn(
                "another label", help="Share with another label than the segment's commonest one, 95 % Wilson interval"
            ),
        },
    )

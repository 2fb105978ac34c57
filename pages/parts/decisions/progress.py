"""How far the work got, per label and per cluster."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evidence.colours import cluster_name
from core.ledger.views.history import progress
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.shown import Samples
from pages.parts.desk.who import AtDesk

_COLUMNS = {
    "samples": st.column_config.NumberColumn("samples", format="localized"),
    "share": st.column_config.ProgressColumn("share looked at", min_value=0, max_value=100, format="%.0f %%"),
    "looked_at": st.column_config.NumberColumn("looked at", format="localized"),
    "in_review": "in review",
    "conflict": "in conflict",
    "changed": st.column_config.NumberColumn("of these changed", help="Decided for another label than the data set's."),
}


def progress_panel(here: AtDesk, samples: Samples) -> None:
    """Draw both tables."""
    ids, places = list(samples.row_of_glitch), list(samples.row_of_glitch.values())
    labels = pd.Series(samples.table["label"].to_numpy()[places], index=ids)
    clusters = pd.Series(samples.clusters[places], index=ids)
    found = progress(here.ledger, labels, clusters, decision_rule(here))
    total = found.labels.sum()
    st.markdown(
        f"Of **{total['samples']:,}** samples **{total['looked_at']:,}** were looked at; **{total['decided']:,}** are "
        f"decided (**{total['changed']:,}** of them changed), {total['in_review']:,} in review, "
        f"{total['conflict']:,} in conflict."
    )
    st.subheader("Per label")
    _table(found.labels)
    st.subheader("Per cluster")
    _table(found.clusters.set_axis([cluster_name(number) for number in found.clusters.index]))


def _table(counts: pd.DataFrame) -> None:
    share = 100 * counts["looked_at"] / counts["samples"]
    order = ("share", "samples", "looked_at", "in_review", "conflict", "decided", "changed")
    st.dataframe(
        counts.assign(share=share).rename_axis(""),
        column_order=order,
        column_config=_COLUMNS,
        height=min(400, 38 * (len(counts) + 1)),
    )

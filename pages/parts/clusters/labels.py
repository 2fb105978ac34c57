"""The labels: where each of them lives, and how many of its samples are estimated to be wrong."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from pages.parts.clusters.verdicts import SUPPORTED
from pages.parts.widgets.text import escaped, interval_text

_TALLEST = 1000


def labels_view(table: pd.DataFrame, verdicts: pd.DataFrame, *, smallest_cluster: int) -> None:
    """Draw the audit's table of labels, largest first, and warn of those whose estimate means something else."""
    withheld = int(table["withheld"].sum())
    st.markdown(
        "Where each label lives, and how many of its samples the embedding would rather call something else, estimated "
        "by a classifier that never saw the sample itself."
        + (f" Labels with too few samples for that estimate: {withheld}." if withheld else ""),
        help="The estimate is the confident joint of confident learning: it counts the samples that the classifier "
        "takes for another label as surely as it usually takes that label's own.",
    )
    st.caption(
        "Read these numbers beside each other, not as a total: on mistakes that people made in 4,000 pictures they "
        "summed to 0.9 to 2.8 times the true number. A random sample, on the page Suspects, tells the total."
    )
    small = table.index[table["n"] < smallest_cluster].tolist()
    if small:
        st.info(
            f"A cluster has at least {smallest_cluster} samples, so {escaped(', '.join(small))} cannot have one of "
            f"{'its' if len(small) == 1 else 'their'} own, however distinct."
        )
    table = table.sort_values("n", ascending=False, kind="stable")
    shown = pd.DataFrame(
        {
            "label": table.index,
            "samples": table["n"].to_numpy(),
            "main cluster": table["main_cluster"].to_numpy(),
            "share there": 100 * table["main_share"].to_numpy(),
            "95 % of it": interval_text(table["main_low"], table["main_high"], percent=True),
            "effective clusters": table["effective_clusters"].to_numpy(),
            "in no cluster": 100 * table["noise_share"].to_numpy(),
            "estimated wrong": table["wrong"].to_numpy(),
            "share wrong": 100 * table["wrong_share"].to_numpy(),
            "95 % of that": interval_text(table["wrong_low"], table["wrong_high"], percent=True),
        }
    )
    percent = st.column_config.NumberColumn(format="%.0f %%")
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= 30 else _TALLEST,
        key="clusters_labels",
        column_config={
            "samples": st.column_config.NumberColumn(format="localized"),
            "main cluster": st.column_config.NumberColumn(format="%d"),
            "share there": percent,
            "95 % of it": st.column_config.TextColumn("interval", help="Wilson interval of the share, 95 %"),
            "effective clusters": st.column_config.NumberColumn(
                format="%.1f", help="2 to the entropy of the clusters that the label lies in"
            ),
            "in no cluster": percent,
            "estimated wrong": st.column_config.NumberColumn(format="%.0f", help="samples"),
            "share wrong": percent,
            "95 % of that": st.column_config.TextColumn("interval ", help="bootstrap interval of the share, 95 %"),
        },
    )
    for names in _split_too_finely(verdicts):
        st.warning(
            f"{escaped(names)}: over-splitting is supported (see “Failure modes”), so their “wrong” means "
            "that the names cannot be told apart, and not that single samples should be relabelled.",
            icon=":material/call_split:",
        )
    st.caption(
        "“Estimated wrong” counts on what the embedding can see: labels that differ in something it is blind to look "
        "wrong, and mistakes that it shares look right. Look at the pictures on the page Suspects before relabelling."
    )


def _split_too_finely(verdicts: pd.DataFrame) -> list[str]:
    supported = verdicts[(verdicts["mode"] == "over-splitting") & (verdicts["verdict"] == SUPPORTED)]
    return [" and ".join(json.loads(names)) for names in supported["labels"]]

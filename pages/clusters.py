"""The clusters: how big, how pure, how mixed; and from each of them to the map."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.audit.metrics import cluster_table
from core.prepare.settings import describe_settings
from core.space.gestures import Gesture
from pages.components.map_panel import set_gesture
from pages.components.session import current_workspace, enter_through_app, prepared_or_stop

enter_through_app()
st.title("Clusters")
prepared = prepared_or_stop(current_workspace())
clusters = prepared.clustering.labels
table = cluster_table(prepared.samples["label"], clusters)
noise = int((clusters < 0).sum())
st.markdown(
    f"{len(table)} clusters hold {len(clusters) - noise:,} of {len(clusters):,} samples; {noise:,} "
    f"({noise / max(1, len(clusters)):.0%}) are noise and belong to none. Choose a row to see its pictures."
)
if table.empty:
    st.info("Every sample is noise: choose smaller clusters on the page “Data and settings”.")
    st.stop()

shown = table.reset_index()[
    ["cluster", "n", "top_label", "purity", "purity_low", "purity_high", "entropy", "entropy_corrected", "ambiguity"]
]
event = st.dataframe(
    shown,
    hide_index=True,
    key="clusters_table",
    on_select="rerun",
    selection_mode="single-row",
    column_config={
        "cluster": st.column_config.NumberColumn("cluster", format="%d"),
        "n": st.column_config.NumberColumn("samples", format="localized"),
        "top_label": "commonest label",
        "purity": st.column_config.ProgressColumn("purity", min_value=0.0, max_value=1.0, format="%.2f"),
        "purity_low": st.column_config.NumberColumn("purity from", format="%.2f", help="Wilson interval, 95 %"),
        "purity_high": st.column_config.NumberColumn("to", format="%.2f", help="Wilson interval, 95 %"),
        "entropy": st.column_config.NumberColumn("entropy (bits)", format="%.2f", help="-sum p log2 p of the labels"),
        "entropy_corrected": st.column_config.NumberColumn(
            "corrected (bits)", format="%.2f", help="with Miller and Madow's correction for small clusters"
        ),
        "ambiguity": st.column_config.NumberColumn(
            "ambiguity", format="localized", help="(1 - purity) x samples: how many carry another label"
        ),
    },
)
if event.selection.rows:
    number = int(shown["cluster"].iloc[event.selection.rows[0]])
    if st.button(f"Open cluster {number} on the map", type="primary", icon=":material/arrow_forward:"):
        set_gesture(Gesture(how="cluster", cluster=number))
        st.switch_page(Path(__file__).parent / "map.py")

choices = describe_settings(prepared.settings, prepared.cluster_params)
st.caption(
    "Ambiguity ranks mostly by size: read it beside the purity's interval. The clusters were found with: "
    + "; ".join(f"{name}: {value}" for name, value in choices.items())
    + "."
)

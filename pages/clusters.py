"""The clusters and the labels: how mixed, how sure, how stable, and which failure mode the evidence supports."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from core.pipeline.settings import describe_settings
from pages.parts.clusters.agreement import agreement_row
from pages.parts.clusters.chosen import follow_cluster
from pages.parts.clusters.confounding import confounding_view
from pages.parts.clusters.depth import cluster_depth
from pages.parts.clusters.labels import labels_view
from pages.parts.clusters.overview import clusters_view
from pages.parts.clusters.verdicts import verdict_board
from pages.parts.data.open_results import audit_or_stop, prepared_or_stop
from pages.parts.desk.page_end import end_page, enter_through_app
from pages.parts.desk.results import taxonomy
from pages.parts.drifts.overview import drift_hint, drifts_view
from pages.parts.map.confounding_banner import confounding_banner
from pages.parts.widgets.text import inert

CLUSTERS, LABELS, VERDICTS, DRIFTS, SORTED = "Clusters", "Labels", "Failure modes", "Drifts", "What else is sorted"


def show_drifts() -> None:
    """Go on to the drifts."""
    st.session_state["clusters_view"] = DRIFTS


here = enter_through_app()
st.title("Clusters", help=meaning("clustering"))
prepared = prepared_or_stop(here)
clusters = prepared.clustering.labels
noise = int((clusters < 0).sum())
count = len(set(clusters.tolist()) - {-1})
st.markdown(
    f"{count} clusters hold {len(clusters) - noise:,} of {len(clusters):,} samples; "
    f"{noise:,} ({noise / max(1, len(clusters)):.0%}) are noise and belong to none."
)
if noise == len(clusters):
    smallest = prepared.cluster_params.min_cluster_size
    st.info(
        f"Every sample is noise: no {smallest} samples lie close together. "
        + (
            "Choose smaller clusters on the page “Data and settings”."
            if len(clusters) > smallest
            else "So few samples cannot form a cluster."
        )
    )
    end_page()

audit = audit_or_stop(here, prepared)
confounding_banner(audit.confounding)
with st.expander("How well clusters and labels agree as a whole", icon=":material/balance:"):
    agreement_row(audit.overall)
colours = taxonomy(prepared.dataset.labels)
follow_cluster(audit.clusters)
view = st.segmented_control(
    "Show",
    (CLUSTERS, LABELS, VERDICTS, DRIFTS, SORTED),
    default=CLUSTERS,
    required=True,
    key="clusters_view",
    label_visibility="collapsed",
)
if view == CLUSTERS:
    number = clusters_view(audit.clusters, colours, fingerprint=prepared.clustering.fingerprint)
    if number is None:
        st.info("Choose a bubble or a row: that cluster's labels, pictures and verdicts appear here.")
    else:
        cluster_depth(here, prepared, audit.clusters.loc[number], audit.verdicts, colours)
        for drift in audit.drifts:
            if number in drift.clusters:
                drift_hint(drift, on_click=show_drifts)
elif view == LABELS:
    labels_view(audit.labels, audit.verdicts, smallest_cluster=prepared.cluster_params.min_cluster_size)
elif view == VERDICTS:
    st.markdown(
        "**Over-splitting**: one shape under several names. **Over-compression**: several shapes under one name. At "
        "most 5 % of data sets with neither would get a single false “supported”, each mode by itself. Over-splitting "
        "is supported only where a difference planted into these very glitches would have been seen: its size stands "
        "in the sentence. Glitches are counted here: near duplicates, and views of one glitch, count once."
    )
    verdict_board(audit.verdicts)
elif view == DRIFTS:
    drifts_view(prepared, audit)
else:
    confounding_view(audit.confounding)

choices = describe_settings(prepared.settings, prepared.cluster_params, prepared.dataset.brought)
st.caption(
    "The clusters were found with: " + "; ".join(inert(f"{name}: {value}") for name, value in choices.items()) + "."
)

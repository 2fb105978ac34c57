"""The clusters and the labels: how mixed, how sure, how stable, and which failure mode the evidence supports."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from core.pipeline.settings import describe_settings
from pages.parts.clusters.agreement import agreement_row
from pages.parts.clusters.by_channels import not_asked_yet
from pages.parts.clusters.chosen import CLUSTERS, VIEW, follow_cluster
from pages.parts.clusters.confounding import confounding_view
from pages.parts.clusters.depth import cluster_depth
from pages.parts.clusters.drifts import drift_advice_view
from pages.parts.clusters.labels import labels_view
from pages.parts.clusters.overview import clusters_view
from pages.parts.clusters.summary import clusters_or_stop, found_with
from pages.parts.clusters.verdicts import verdict_board
from pages.parts.data.open_results import audit_or_stop, prepared_or_stop
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.results import channel_lines_or_none
from pages.parts.desk.shown import drift_of, map_of, sample_of, sheet_of
from pages.parts.desk.state import set_widget
from pages.parts.desk.through_app import enter_through_app
from pages.parts.drifts.overview import drift_hint, drifts_view
from pages.parts.map.confounding_banner import confounding_banner
from pages.parts.sample.dialog import open_if_asked

LABELS, VERDICTS, DRIFTS, SORTED = "Labels", "Failure modes", "Drifts", "What else is sorted"
VIEWS = (CLUSTERS, LABELS, VERDICTS, DRIFTS, SORTED)


def show_drifts() -> None:
    """Go on to the drifts."""
    set_widget(VIEW, DRIFTS)


here = enter_through_app()
st.title("Clusters", help=meaning("clustering"))
prepared = prepared_or_stop(here)
shown = map_of(prepared)
smallest = prepared.cluster_params.min_cluster_size
clusters_or_stop(shown.samples.clusters, smallest_cluster=smallest)
audit = audit_or_stop(here, prepared)
confounding_banner(audit.confounding)
with st.expander("How well clusters and labels agree as a whole", icon=":material/balance:"):
    agreement_row(audit.overall)
follow_cluster(audit.clusters)
keep_choices([Choice(VIEW, CLUSTERS, VIEWS)], key="keeping_clusters")
view = st.segmented_control("Show", VIEWS, required=True, key=VIEW, label_visibility="collapsed", **KEPT)
if view == CLUSTERS:
    number = clusters_view(
        audit.clusters, shown.samples.colours, fingerprint=shown.samples.clustering, words=shown.samples.words
    )
    if number is None:
        st.info("Choose a bubble or a row: that cluster's labels, pictures and verdicts appear here.")
    else:
        cluster_depth(
            here,
            shown,
            sheet_of(prepared),
            audit.clusters.loc[number],
            audit.verdicts,
            lines=channel_lines_or_none(prepared, audit),
        )
        for drift in audit.drifts:
            if number in drift.clusters:
                drift_hint(drift, on_click=show_drifts)
elif view == LABELS:
    labels_view(audit.labels, audit.verdicts, smallest_cluster=smallest)
elif view == VERDICTS:
    sample = sample_of(prepared)
    open_if_asked(here, sample)
    lines = channel_lines_or_none(prepared, audit)
    not_asked_yet(here, lines)
    verdict_board(audit.verdicts, shown, sample, lines=lines)
elif view == DRIFTS:
    drift_advice_view(audit.drifts, shown)
    drifts_view(here, drift_of(prepared), audit)
else:
    confounding_view(audit.confounding, shown)
found_with(
    describe_settings(prepared.settings, prepared.cluster_params, prepared.dataset.brought, words=shown.samples.words)
)

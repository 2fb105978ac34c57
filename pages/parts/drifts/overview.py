"""The one-dimensional continua that were found; one of them at a time."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.audit.drift import Drift
from core.pipeline.audit import Audit
from pages.parts.desk.shown import DriftShown
from pages.parts.desk.who import AtDesk
from pages.parts.drifts.chosen import OneDrift
from pages.parts.drifts.panel import drift_panel
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

CHOSEN = "drift_chosen"
"""Key of the choice of a drift."""


def drifts_view(here: AtDesk, shown: DriftShown, audit: Audit) -> None:
    """Let one continuum be chosen, and draw it."""
    if not audit.drifts:
        st.info(
            "No cluster, and no chain of clusters, was found to be a one-dimensional continuum. Fewer than 20 samples, "
            "or a continuum inside one round cluster, cannot be told; any lasso on the map can be ordered by "
            "intensity and by what is known of the samples."
        )
        return
    number = st.selectbox(
        "Continuum",
        range(len(audit.drifts)),
        format_func=lambda place: _title(audit.drifts[place]),
        key=CHOSEN,
        help="Clusters, or chains of adjoining clusters, whose samples lie along one curve in the embedding.",
    )
    drift = audit.drifts[number]
    suspicion = audit.suspects.table["chance_wrong"].reindex(shown.sheet.samples.ids).to_numpy(dtype=float)
    drift_panel(here, OneDrift(drift, shown.case, suspicion, shown.sheet))


def drift_hint(drift: Drift, *, on_click: Callable[[], None]) -> None:
    """Say that a cluster is part of a continuum, and offer to look at it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"This cluster is part of a continuum of {len(drift.sample_ids):,} samples: {escaped(drift.name)}.",
            icon=":material/timeline:",
        )
        st.button("Look along it", on_click=on_click, key=widget_key("clusters_to", drift.name))


def _title(drift: Drift) -> str:
    return (
        f"{drift.name}: {len(drift.sample_ids):,} samples, order agrees {drift.agreement:.2f} "
        f"({drift.agreement_low:.2f} to {drift.agreement_high:.2f})"
    )

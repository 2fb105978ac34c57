"""What a brought detector's channels say of a label, as evidence beside what the pictures say."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.channel_evidence import ChannelEvidence, evidence_stamp, load_channel_evidence
from core.workspace import Workspace
from pages.parts.desk.shown import Samples
from pages.parts.widgets.text import escaped


def channels_said(workspace: Workspace, samples: Samples, sample_id: str, label: str, other: str) -> str:
    """Return what the channels say between two labels of a sample, safe to draw; empty where they say nothing."""
    evidence = evidence_of(workspace, samples)
    return "" if evidence is None else escaped(evidence.said_of(sample_id, label, other))


def evidence_of(workspace: Workspace, samples: Samples) -> ChannelEvidence | None:
    """Return what the channels say of this data set's labels; None where nothing was brought or compared."""
    stamp = evidence_stamp(workspace)
    return _evidence(str(workspace.root), samples.fingerprint, stamp, workspace, samples) if stamp else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _evidence(root: str, results: str, stamp: str, _workspace: Workspace, _samples: Samples) -> ChannelEvidence | None:
    try:
        return load_channel_evidence(_workspace, _samples.table)
    except GlitchAuditError:
        # The page Detector, where the detector was brought, says what is damaged.
        return None

"""Fringes over a sample's strain: where the motion of an optic says that scattered light would lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.detector.channels.fringes import Fringes, fringes_around
from core.detector.channels.listing import ListedChannel
from core.errors import GlitchAuditError
from core.pipeline.detector import moving_optics
from core.workspace import Workspace
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import Samples
from pages.parts.widgets.text import escaped

OPTIC = "strain_optic"
"""Key of the widget, and the name of its value in the address."""
ABOUT = (
    "The lines are where light scattered off this optic would lie, for one to four passes. Arches of the glitch that "
    "follow a line speak for it; that alone does not make it the one."
)


def fringes_chosen(
    workspace: Workspace, samples: Samples, *, detector: str, time: float, seconds: float
) -> Fringes | None:
    """Ask for one of the optics whose motion was brought, and return its fringes; None where none is there, or chosen.

    ``seconds`` is how long the picture is, with GPS ``time`` in the middle.
    """
    optics = _optics(str(workspace.root), samples.fingerprint, detector, workspace, samples.table, samples.clusters)
    if not optics:
        # They are there under the same key once a detector was brought and read.
        _optics.clear(str(workspace.root), samples.fingerprint, detector, workspace, samples.table, samples.clusters)
        return None
    names = [one.channel.name for one in optics]
    keep_choices([Choice(OPTIC, "", ("", *names))], key="keeping_strain_optic")
    name = st.selectbox(
        "Fringes of",
        ["", *names],
        format_func=lambda one: one or "no optic",
        key=OPTIC,
        help="An optic whose motion was brought on the page Detector: its fringe frequency is drawn over the picture.",
        **KEPT,
    )
    if not name:
        return None
    try:
        found = _fringes(name, time, seconds, optics[names.index(name)])
    except GlitchAuditError as error:
        st.info(escaped(error))
        return None
    if found is None:
        st.info("No file holds the motion of this optic around the glitch.")
    return found


@st.cache_resource(max_entries=16, show_spinner=False)
def _optics(
    root: str, results: str, detector: str, _workspace: Workspace, _samples: pd.DataFrame, _clusters: np.ndarray
) -> tuple[ListedChannel, ...]:
    return moving_optics(_workspace, _samples, _clusters, detector=detector)


@st.cache_resource(max_entries=16, show_spinner="Reading the optic’s motion")
def _fringes(channel: str, time: float, seconds: float, _listed: ListedChannel) -> Fringes | None:
    return fringes_around(_listed, time, within=seconds / 2)

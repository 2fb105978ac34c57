"""How the data set is embedded and laid out: the settings, where they can be changed, and the work with them."""

from __future__ import annotations

import streamlit as st

from core.dataset import Dataset
from core.embed.backbones import BACKBONES, why_backbone
from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.jobs.starting import requested_settings
from core.packages import PREPARING_NEEDS, missing_packages
from core.pipeline.settings import load_settings
from core.pipeline.snapshot import recognised_kind
from pages.parts.data.settings import ask_and_note, say_if_not_taken, settings_form
from pages.parts.desk.page_end import end_page
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import escaped


def why_not_prepare(here: AtDesk) -> str:
    """Why the person may not make a map here, in a sentence; empty where he may."""
    return here.hindrance("change settings") or here.hindrance("prepare")


def settings_panel(here: AtDesk, dataset: Dataset) -> str:
    """Draw the form and ask for results with what was chosen, or say why it cannot be changed here.

    Returns:
        Why the work that was just asked for has not begun; empty where it has, or none was asked for.
    """
    st.subheader("How it is embedded and laid out")
    workspace = here.workspace
    try:
        settings = load_settings(workspace)
    except GlitchAuditError as error:
        st.error(escaped(error))
        end_page()
    if not (dataset.pictures.empty or settings.vectors):
        st.caption(escaped(why_backbone(settings.embed.backbone, dataset.kind.kind)))
    missing = missing_packages(PREPARING_NEEDS)
    if here.public_demo:
        st.caption("How the demo was embedded and laid out cannot be changed here.")
    elif missing:
        st.info(
            f"Packed results are shown here: {escaped(', '.join(missing))} are not installed, as on the "
            "public demo. Install Glitch Audit on your own computer to change settings and to prepare data sets."
        )
    elif hindered := why_not_prepare(here):
        st.caption(escaped(hindered))
    elif job_status(workspace).running:
        say_if_not_taken(workspace)
    else:
        try:
            # What was tried last and failed stands in the form again, so that it can be mended there.
            chosen = settings_form(
                requested_settings(job_status(workspace)) or settings,
                recognised=recognised_kind(workspace).kind,
                samples=len(dataset.samples),
                pictures=len(dataset.pictures),
                backbones=tuple(BACKBONES),
            )
            if chosen is not None:
                ask_and_note(workspace, chosen)
        except GlitchAuditError as error:
            return str(error)
    return ""

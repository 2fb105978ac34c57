"""Data and settings: open a data set, choose how it is embedded and laid out, watch it being prepared."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.glossary import meaning
from pages.parts.data.backing_up import backing_up_panel
from pages.parts.data.job import job_panel
from pages.parts.data.name import name_panel
from pages.parts.data.open_results import in_shown_reading
from pages.parts.data.opening import draw_hint, open_panel
from pages.parts.data.preparing import settings_panel, why_not_prepare
from pages.parts.data.removing import removed_panel, removing_panel
from pages.parts.data.report import report_panel
from pages.parts.data.results import results_panel
from pages.parts.data.source import source_panel
from pages.parts.desk.acts import hint_for_opened
from pages.parts.desk.data_set import dataset_or_stop
from pages.parts.desk.page_end import end_page
from pages.parts.desk.results import is_audited, prepared_or_none
from pages.parts.desk.shown import results_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.widgets.text import escaped

here = enter_through_app()
st.title("Data and settings", help=meaning("data set"))
open_panel(here)
name_panel(here.workspace, may=not here.hindrance("open"))
with st.container(horizontal=True):
    backing_up_panel(here)
    removing_panel(here)
removed_panel(here)
dataset = dataset_or_stop(here.workspace)
if not here.hindrance("open"):
    draw_hint(hint_for_opened(dataset))
source_panel(here, dataset)
refused = settings_panel(here, dataset)
try:
    prepared = prepared_or_none(here.workspace)
except GlitchAuditError as error:
    st.error(escaped(refused or error))
    end_page()
# Its place is there when it says nothing, too: what comes and goes must not move what stands below to another place.
with st.container():
    job_panel(
        here.workspace,
        ready=prepared is not None,
        may=not why_not_prepare(here),
        pictured=not dataset.pictures.empty,
        refused=refused,
    )
if prepared is not None:
    results_panel(results_of(prepared))
    if not here.public_demo:
        report_panel(here, audited=is_audited(in_shown_reading(here, prepared)))

"""The decision rule of the open workspace."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.views.decision_rule import FILE_NAME, DecisionRule, read_rule
from pages.parts.desk.page_end import end_page
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped


def decision_rule(here: AtDesk) -> DecisionRule:
    """When a sample counts as decided here; where the workspace's rule cannot be read, says so and ends the page."""
    try:
        return read_rule(here.workspace.root / FILE_NAME)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        end_page()

"""The results that a page shows; where they are not there yet, what to do about it, and the page ends."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.pipeline.audit import Audit
from core.pipeline.stages import Prepared
from pages.parts.data.job import audit_panel
from pages.parts.data.results_watch import results_watch
from pages.parts.desk.earlier_clusters import leave_earlier_clusters
from pages.parts.desk.page_end import end_page
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reading import shown_reading
from pages.parts.desk.reading_choice import reading_line
from pages.parts.desk.results import audit_or_none, changes_between, prepared_or_none, read_in
from pages.parts.desk.shown import ChangesShown
from pages.parts.desk.state import the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped


def prepared_or_stop(here: AtDesk, *, as_brought: bool = False) -> Prepared:
    """The results of the open data set; where there are none yet, says what to do next and ends the page.

    Args:
        here: who is at the desk, and with which data set.
        as_brought: with the labels as they were brought, whichever reading of them the desk shows.
    """
    try:
        prepared = prepared_or_none(here.workspace)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        _go_to_data_page("Look at the data set")
        end_page()
    # Its place is there when it says nothing, too: what comes and goes above a map would make the browser draw it anew.
    with st.container():
        results_watch(here.workspace, shown=prepared is not None, may_clear=not here.hindrance("prepare"))
        if not as_brought:
            reading_line(here)
    if prepared is None:
        if job_status(here.workspace).running:
            st.info("The map of this data set is being made. It appears here as soon as it is ready.")
            _go_to_data_page("See how far it is")
        else:
            st.info("This data set has no map yet: its pictures have to be embedded and laid out first.")
            _go_to_data_page("Prepare the data set")
        end_page()
    leave_earlier_clusters(prepared.clustering.fingerprint)
    return prepared if as_brought else in_shown_reading(here, prepared)


def in_shown_reading(here: AtDesk, prepared: Prepared) -> Prepared:
    """These results with the labels of the reading that the desk shows."""
    return read_in(prepared, shown_reading(here))


def changes_or_none(here: AtDesk, brought: Prepared) -> ChangesShown | None:
    """What changed from these labels, as they were brought, to the reading that is shown; None without both audits."""
    read = in_shown_reading(here, brought)
    before, after = audit_or_none(brought), audit_or_none(read)
    if before is None or after is None:
        return None
    found = changes_between((brought, before), (read, after))
    if read.known is None:
        return ChangesShown(found, 0)
    unchanged = ~read.samples.index.isin(found.relabelled.index)
    return ChangesShown(found, int(read.known.known.sum()), int((read.known.known & unchanged).sum()))


def audit_or_stop(here: AtDesk, prepared: Prepared, *, as_brought: bool = False) -> Audit:
    """The audit of these results; where there is none yet, offers to make it, shows how far it is, ends the page.

    ``as_brought`` says that they have the labels as they were brought, whichever reading of them the desk shows.
    """
    audit = audit_or_none(prepared)
    if audit is None:
        audit_panel(
            here.workspace, may=not here.hindrance("prepare"), reading_id="" if as_brought else the_desk().reading
        )
        end_page()
    return audit


def _go_to_data_page(text: str) -> None:
    if st.button(text, type="primary", icon=icons.OPEN_DATA):
        st.switch_page(PAGES / "data.py")

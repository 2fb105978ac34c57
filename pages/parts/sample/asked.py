"""Which sample the page shows: the one that its address asks for, or that was typed or clicked."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.addresses import SAMPLE, asked
from pages.parts.desk.page_end import end_page
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import forget_widgets, set_widget, widget_value
from pages.parts.widgets.contact_sheet import SheetEvent
from pages.parts.widgets.text import escaped

WANTED = "sample_wanted"
"""Key of the box in which the id of a sample is typed."""


def go_to(event: SheetEvent) -> None:
    """Show the clicked sample in the run that is about to begin."""
    set_widget(WANTED, event.sample_ids[0])


def sample_or_stop(samples: Samples) -> str:
    """The id of the sample to show; where there is none, asks for one and ends the page."""
    followed = (widget_value(WANTED) or "").strip()
    forget_widgets(WANTED)
    if followed:
        st.query_params[SAMPLE] = followed
    wanted = asked(SAMPLE)
    if wanted is None:
        st.info("Type the id of a sample, or open one from a contact sheet.")
        _box("Id of a sample", samples)
    if wanted not in samples.row_of and wanted in samples.row_of_glitch:
        # Where pictures are the unit, the ledger's name of a glitch leads to its first picture.
        wanted = str(samples.ids[samples.row_of_glitch[wanted]])
    if wanted not in samples.row_of:
        st.warning(
            f"The sample “{escaped(wanted[:200])}” is not on this map: look whether the right data set is open, or "
            "whether it was left out on the page “Data and settings”."
        )
        _box("Id of another sample", samples)
    return wanted


def _box(title: str, samples: Samples) -> None:
    st.text_input(title, key=WANTED, placeholder=str(samples.ids[0]), max_chars=200)
    end_page()

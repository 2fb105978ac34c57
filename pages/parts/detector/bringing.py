"""Bringing a detector: what to bring, where it lies, and how far its reading is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from core.detector.packages import has_gwpy
from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.pipeline.detector import Bringing
from pages.parts.data.job import watch_work
from pages.parts.desk.acts import on_click
from pages.parts.desk.acts_of_detector import bring_detector, forget_detector
from pages.parts.desk.identity import data_roots
from pages.parts.desk.state import change_panel, set_widget, take_from_panel, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.detector.families import start_comparing
from pages.parts.detector.state import BROUGHT, SIMULATED, SOURCE, BringingState
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped

_PLACES, _LIVETIME, _BORDERS = "detector_places", "detector_livetime", "detector_borders"

PURPOSE = (
    "**Which glitches go with what the detector was doing?** Pictures cannot say; the channels that were recorded "
    "beside the strain can, as far as chance allows."
)
WHAT_TO_BRING = """
- **Channels**: minute or second trends, or fast channels, as HDF5 that gwpy writes, frame files (GWF) or CSV of a \
time and a value. Fast ones become their motion in bands of frequency.
- **The livetime**: segments that say when the detector observed. Without them it counts as observing whenever a \
channel was recorded.
- **A list of channels** that says which are safe, and which see the strain itself: those are left out.
- **States** as segments or flags, and **triggers** of channels, where you have them.
"""


def empty_state(here: AtDesk) -> None:
    """Say what to bring, and offer a simulated detector to play with."""
    st.markdown(PURPOSE)
    # To play with comes first: on a phone the two stand below each other.
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.subheader("Play with a simulated one")
        st.markdown(
            "Forty days of a detector, drawn now: nine of its channels and one of another detector, five families of "
            "glitches, and a truth that is only told when you ask. Find out which families go with the ground’s "
            "motion, and which channels only look as if they did."
        )
        st.button(
            "Draw a simulated detector",
            type="primary",
            icon=":material/science:",
            key="detector_simulate",
            on_click=set_widget,
            args=(SOURCE, SIMULATED),
        )
    with right, st.container(border=True):
        st.subheader("Bring a detector")
        st.markdown(WHAT_TO_BRING)
        bringing_form(here, None)


def bringing_form(here: AtDesk, bringing: Bringing | None) -> None:
    """Draw the form with what was brought before; pressed, the files are read by the workspace's job."""
    if here.public_demo:
        st.info("The public demo opens no files. Install Glitch Audit on your own computer to bring a detector.")
        return
    if hindered := here.hindrance("change settings") or here.hindrance("prepare"):
        st.caption(escaped(hindered))
        return
    if not has_gwpy():
        st.caption("HDF5 and CSV are read here; frame files, LIGO_LW and the network need gwpy: see docs/detector.md.")
    roots = data_roots()
    example = str((roots[0] if roots else Path.home()) / "channels") if roots != () else ""
    with st.form("detector_form", border=False):
        st.text_area(
            "Files and folders on the computer that runs Glitch Audit, one a line",
            value="\n".join(bringing.places) if bringing else "",
            placeholder=example,
            height=100,
            key=_PLACES,
        )
        st.text_input(
            "Livetime, a file of segments",
            value=bringing.livetime if bringing else "",
            key=_LIVETIME,
        )
        st.text_input(
            "Borders of epochs, GPS seconds with commas between them",
            value=", ".join(f"{border:.0f}" for border in bringing.borders) if bringing else "",
            key=_BORDERS,
            help="Where the detector was changed, what goes with what may have changed as well: each epoch is judged "
            "for itself.",
        )
        st.form_submit_button("Read and compare", type="primary", icon=icons.OPEN_DATA, on_click=_bring, args=(here,))
    if refused := take_from_panel(BringingState, "refused"):
        st.error(escaped(refused))


def _bring(here: AtDesk) -> None:
    """Bring what was typed, as the callback of the form: the bar above may only be set before it is drawn."""
    places, livetime, borders = (widget_value(key) or "" for key in (_PLACES, _LIVETIME, _BORDERS))
    try:
        bring_detector(here.workspace, places.splitlines(), livetime, borders)
        start_comparing(here)
    except GlitchAuditError as error:
        change_panel(BringingState, refused=str(error))
        return
    set_widget(SOURCE, BROUGHT)


def brought_popover(here: AtDesk, bringing: Bringing) -> None:
    """The same form with what was brought, folded up, and a way to take it away."""
    with st.popover("What was brought", icon=icons.OPEN_DATA):
        bringing_form(here, bringing)
        _take_away_button(here)


def _take_away_button(here: AtDesk) -> None:
    if here.hindrance("change settings") or here.hindrance("prepare"):
        return
    st.button(
        "Take it away",
        icon=icons.REMOVE,
        key="detector_forget",
        help="Nothing is deleted: the files are only no longer looked at.",
        on_click=on_click,
        args=(forget_detector, here.workspace),
    )


def not_read_yet(here: AtDesk, bringing: Bringing) -> None:
    """How far the reading is, or why it ended; a button starts it again."""
    status = job_status(here.workspace)
    may = not here.hindrance("prepare")
    if status.running:
        doing = "The channels are being read and compared" if status.subject == "couple" else "Other work is under way"
        st.info(f"{doing}: this page goes on by itself when it is done.")
        watch_work(here.workspace, may=may)
        return
    ended = status.subject == "couple" and status.state in ("failed", "lost", "cancelled")
    if ended:
        st.error(escaped(status.message))
    st.markdown(f"Brought: {', '.join(code_span(place) for place in bringing.places)}")
    with st.container(horizontal=True):
        if ended:
            compare_button(here, title="Try again", kind="secondary")
        else:
            compare_button(here)
        _take_away_button(here)
    with st.expander("Bring something else", expanded=ended):
        st.markdown(WHAT_TO_BRING)
        bringing_form(here, bringing)


def compare_button(
    here: AtDesk,
    *,
    title: str = "Read and compare",
    kind: Literal["primary", "secondary"] = "primary",
) -> None:
    """The button that compares these families with the channels."""
    if not here.hindrance("prepare") and st.button(
        title, type=kind, icon=":material/compare_arrows:", key="detector_compare"
    ):
        try:
            start_comparing(here)
        except GlitchAuditError as error:
            st.error(escaped(error))
            return
        st.rerun()

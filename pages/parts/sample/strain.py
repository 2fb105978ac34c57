"""A closer look at a sample's strain: other Q, times and frequencies, spectrum, whitened series; or links out."""

from __future__ import annotations

import streamlit as st

from core.detector.strain.closer import CloserLook, LookParams, look_closer
from core.detector.strain.fetched import holds, may_fetch
from core.detector.strain.gps import utc_words
from core.detector.strain.kept_place import kept_place, place_stamp
from core.detector.strain.links import links_out
from core.detector.strain.near_in_time import DETECTOR_COLUMN, time_of
from core.detector.strain.source import StrainSource, open_strain
from core.errors import GlitchAuditError
from core.workspace import DEMO_SOURCE
from pages.parts.desk.acts import on_click
from pages.parts.desk.acts_of_detector import choose_strain, fetch_open_strain, forget_strain
from pages.parts.desk.identity import fetching_allowed
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.who import AtDesk
from pages.parts.sample.fringes import ABOUT, fringes_chosen
from pages.parts.sample.strain_figures import energy_figure, series_figure, spectrum_figure
from pages.parts.widgets import icons
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import code_span, escaped

Q, LONG, LOW, HIGH = "strain_q", "strain_seconds", "strain_low", "strain_high"
"""Keys of the widgets, and the names of their values in the address."""
QS = (0.0, 5.7, 8.0, 11.3, 16.0, 22.6, 32.0, 45.3, 64.0, 96.0, 128.0)
SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
FREQUENCIES = (
    10.0,
    16.0,
    20.0,
    32.0,
    50.0,
    64.0,
    100.0,
    128.0,
    200.0,
    256.0,
    400.0,
    512.0,
    800.0,
    1024.0,
    1500.0,
    2048.0,
)


def strain_panel(here: AtDesk, shown: SampleShown, sample_id: str) -> None:
    """Draw it under its heading; nothing where the sample has no time, or is of the demo, which no detector saw."""
    table = shown.samples.table
    time = time_of(table, sample_id) if shown.samples.words.of_detectors else None
    if time is None or here.workspace.source == DEMO_SOURCE:
        return
    detector = str(table.at[sample_id, DETECTOR_COLUMN]) if DETECTOR_COLUMN in table else ""
    st.subheader("A closer look at the strain")
    st.caption(f"GPS {time:.4f}, {utc_words(time)}")
    place = None if here.public_demo else kept_place(here.workspace)
    source = None
    if place is not None:
        try:
            source = _opened(str(place), place_stamp(place))
        except GlitchAuditError as error:
            st.warning(escaped(error), icon=icons.WENT_WRONG)
    if source is not None:
        _look(here, shown, source, detector, time)
    if not holds(source, detector=detector, time=time):
        _links(time, detector, str(shown.samples.glitches[sample_id]))
    _fetching(here, source, detector, time)
    _choosing(here, chosen=place is not None)


@st.cache_resource(max_entries=8, show_spinner="Looking at the strain files")
def _opened(place: str, stamp: str) -> StrainSource:
    return open_strain(place)


def _look(here: AtDesk, shown: SampleShown, source: StrainSource, detector: str, time: float) -> None:
    params = _params()
    if params is None:
        st.warning("The lowest frequency has to lie below the highest.")
        return
    try:
        look = _looked(source.fingerprint, detector, time, params, source)
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return
    fringes = fringes_chosen(here.workspace, shown.samples, detector=detector, time=time, seconds=look.seconds)
    dark = st.context.theme.type == "dark"
    show_chart(energy_figure(look, dark=dark, fringes=fringes), key="strain_energy", alt="Energy by time and frequency")
    st.caption(_about(look) if fringes is None else f"{_about(look)} {ABOUT}")
    show_chart(series_figure(look, dark=dark), key="strain_series", alt="Whitened strain by time")
    show_chart(spectrum_figure(look, dark=dark), key="strain_spectrum", alt="Amplitude spectrum of the strain")
    st.caption("What is chosen here stands in this page’s address: whoever opens it sees the same.")


@st.cache_data(max_entries=32, show_spinner="Looking closer")
def _looked(fingerprint: str, detector: str, time: float, params: LookParams, _source: StrainSource) -> CloserLook:
    return look_closer(_source, detector, time, params)


def _params() -> LookParams | None:
    """What the widgets say, which the address keeps; None where the frequencies are the wrong way round."""
    keep_choices(
        [
            Choice(Q, 0.0, QS),
            Choice(LONG, 4.0, SECONDS),
            Choice(LOW, FREQUENCIES[0], FREQUENCIES),
            Choice(HIGH, FREQUENCIES[-1], FREQUENCIES),
        ],
        key="keeping_strain",
    )
    first, second, third, fourth = st.columns(4)
    seconds = first.selectbox("Seconds", SECONDS, format_func=lambda one: f"{one:g}", key=LONG, **KEPT)
    q = second.selectbox(
        "Q",
        QS,
        format_func=lambda one: f"{one:g}" if one else "that of the views",
        key=Q,
        help="Waves in a tile: a high Q tells frequencies apart, a low one moments.",
        **KEPT,
    )
    low = third.selectbox("From, Hz", FREQUENCIES, format_func=lambda one: f"{one:g}", key=LOW, **KEPT)
    high = fourth.selectbox("To, Hz", FREQUENCIES, format_func=lambda one: f"{one:g}", key=HIGH, **KEPT)
    if low >= high:
        return None
    return LookParams(seconds=seconds, q=q, lowest=low, highest=high)


def _about(look: CloserLook) -> str:
    words = f"Q {look.q:.1f}. Energy from 0 to 25.5 times the noise’s mean, in the views’ colours."
    if look.seconds > 4:
        words += " Each point shows the loudest of its moments."
    return f"{words} Frequencies from {look.lowest:.0f} to {look.highest:.0f} Hz."


def _links(time: float, detector: str, glitch: str) -> None:
    """Where others show this instant."""
    st.markdown("No strain is at hand here. Others show this instant:")
    for link in links_out(time, detector=detector, sample_id=glitch):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.link_button(escaped(link.title), link.url, icon=":material/open_in_new:")
            if link.typed:
                st.caption(
                    f"type {code_span(f'{time:.4f}' if link.typed == 'time' else glitch)} there", width="content"
                )


def _fetching(here: AtDesk, source: StrainSource | None, detector: str, time: float) -> None:
    """Offer to fetch the strain where it lacks, to whoever may open data sets on a server that may fetch."""
    if not fetching_allowed() or here.hindrance("open"):
        return
    if not may_fetch(here.workspace, source, detector=detector, time=time):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = st.button("Fetch its strain", icon=":material/cloud_download:", key="strain_fetch")
        st.caption("The open file of 4,096 s around it, from gwosc.org; times of observing runs only.", width="content")
    if pressed:
        try:
            fetch_open_strain(here.workspace, detector=detector, time=time)
        except GlitchAuditError as error:
            st.error(escaped(error))
        else:
            st.rerun()


def _choosing(here: AtDesk, *, chosen: bool) -> None:
    """Ask for the folder, of whoever may open data sets."""
    if here.public_demo or here.hindrance("open"):
        return
    with st.popover("Choose the strain", icon=":material/folder_data:"):
        st.caption(
            "A folder with strain files (HDF5 as GWOSC and gwpy write it, or GWF) of this data set’s detectors and "
            "times. It is only read, and remembered for this data set."
        )
        with st.form("strain_form", border=False):
            typed = st.text_input("Folder or file on the computer that runs Glitch Audit", key="strain_place")
            if st.form_submit_button("Use it", type="primary"):
                try:
                    choose_strain(here.workspace, typed)
                except GlitchAuditError as error:
                    st.error(escaped(error))
                else:
                    st.rerun()
        if chosen:
            st.button("Forget it", key="strain_forget", on_click=on_click, args=(forget_strain, here.workspace))

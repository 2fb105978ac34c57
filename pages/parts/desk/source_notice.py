"""The notice that the source of the open data set has changed since it was read, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.snapshot import source_trouble
from pages.parts.desk.acts import read_again
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets.text import inert

_TOLD = "source_trouble_told"


@contextmanager
def source_notice(here: AtDesk) -> Iterator[None]:
    """Around a page: above it stands what has changed in the source, also where the page itself came upon it."""
    place = st.container()
    trouble = _trouble(here)
    st.session_state[_TOLD] = trouble
    if trouble:
        _draw(place, here, trouble)
    yield
    if not trouble and (trouble := _trouble(here)):
        st.session_state[_TOLD] = trouble
        _draw(place, here, trouble)


def tell_of_changed_source() -> None:
    """After pictures were opened: draw the whole page anew where that found a change that it does not tell of yet.

    A part that runs by itself cannot draw the notice, which stands above it.
    """
    if _TOLD in st.session_state and _trouble(at_desk()) != st.session_state[_TOLD]:
        st.rerun()


def _trouble(here: AtDesk) -> str:
    if here.public_demo:
        return ""
    try:
        return source_trouble(here.workspace)
    except GlitchAuditError:
        # A source that is gone is what the page itself speaks of.
        return ""


def _draw(place: st.delta_generator.DeltaGenerator, here: AtDesk, trouble: str) -> None:
    with place:
        st.error(
            f"{inert(trouble)} Until then its pictures are not shown and nothing is written about its samples; the map "
            "is the one of before.",
            icon=":material/sync_problem:",
        )
        if here.hindrance("open"):
            return
        if st.button("Read the data set again", icon=":material/refresh:", type="primary", key="source_read_again"):
            try:
                with st.spinner("Reading the list of pictures"):
                    read_again(here.workspace)
            except GlitchAuditError as error:
                st.error(inert(error))
                return
            st.rerun()

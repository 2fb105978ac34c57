"""The notice that the source of the open data set has changed since it was read, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.snapshot import source_trouble
from core.workspace import Workspace
from pages.parts.desk.acts import read_again
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import escaped


@dataclass(frozen=True)
class NoticeState:
    """Which change in the source of which data set the page tells of; none in the public demo."""

    workspace: Workspace | None = None
    told: str = ""


@contextmanager
def source_notice(here: AtDesk) -> Iterator[None]:
    """Around a page: above it stands what has changed in the source, also where the page itself came upon it."""
    place = st.container()
    workspace = None if here.public_demo else here.workspace
    trouble = _trouble(workspace)
    change_panel(NoticeState, workspace=workspace, told=trouble)
    if trouble:
        _draw(place, here, trouble)
    yield
    if not trouble and (trouble := _trouble(workspace)):
        change_panel(NoticeState, told=trouble)
        _draw(place, here, trouble)


def tell_of_changed_source() -> None:
    """After pictures were opened: draw the whole page anew where that found a change that it does not tell of yet.

    A part that runs by itself cannot draw the notice, which stands above it.
    """
    state = panel(NoticeState)
    if _trouble(state.workspace) != state.told:
        st.rerun()


def _trouble(workspace: Workspace | None) -> str:
    if workspace is None:
        return ""
    try:
        return source_trouble(workspace)
    except GlitchAuditError:
        # A source that is gone is what the page itself speaks of.
        return ""


def _draw(place: st.delta_generator.DeltaGenerator, here: AtDesk, trouble: str) -> None:
    with place:
        st.error(
            f"{escaped(trouble)} Until then its pictures are not shown and nothing is written about its "
            "samples; the map "
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
                st.error(escaped(error))
                return
            st.rerun()

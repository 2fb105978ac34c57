"""How a page learns from ``app.py`` who is at the desk."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from core.workspace import PROJECT_ROOT
from pages.parts.desk.page_end import page_that_may_end
from pages.parts.desk.who import AtDesk

_APP = PROJECT_ROOT / "app.py"
_at_desk: ContextVar[AtDesk | None] = ContextVar("at_desk", default=None)


@contextmanager
def running_page(here: AtDesk) -> Iterator[None]:
    """Around the page that ``app.py`` runs: tells it that the navigation and the sidebar are there, and who is."""
    token = _at_desk.set(here)
    try:
        with page_that_may_end():
            yield
    finally:
        _at_desk.reset(token)


def enter_through_app() -> AtDesk:
    """First line of every page: who is at the desk; runs ``app.py`` where Streamlit started the page by itself.

    The first visitor of a fresh server who opens a page's address directly is served from the folder ``pages``, because
    Streamlit has not met ``app.py``'s navigation yet.
    """
    here = _at_desk.get()
    if here is None:
        runpy.run_path(str(_APP), run_name="__main__")
        st.stop()
    return here

"""A page that ends early, and the run of the app around it that goes on to its end."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st

from core.workspace import PROJECT_ROOT

_APP = PROJECT_ROOT / "app.py"
# Not in the session: after st.stop() nothing can be written there, and the next run would go without the sidebar.
_running = ContextVar("running_through_app", default=False)


class _PageEnd(BaseException):
    """Ends the page; nothing that a page catches is one of these."""


@contextmanager
def running_page() -> Iterator[None]:
    """Around the page that ``app.py`` runs: tells it that the navigation and the sidebar are there.

    A page that ends early ends here, and the run goes on to its end: only there does Streamlit forget the parts of the
    page before. With ``st.stop()`` they would stay. Its own StopException is let through: Streamlit also throws it into
    a run that a newer one has overtaken, and such a run must not reach its end, where it would make Streamlit forget
    the parts that the newer one has drawn.
    """
    token = _running.set(True)
    try:
        with suppress(_PageEnd):
            yield
    finally:
        _running.reset(token)


def end_page() -> NoReturn:
    """End the page here; in a part that runs by itself, end that part."""
    if _running.get():
        raise _PageEnd
    st.stop()


def enter_through_app() -> None:
    """First line of every page: run ``app.py`` where Streamlit started the page by itself.

    The first visitor of a fresh server who opens a page's address directly is served from the folder ``pages``, because
    Streamlit has not met ``app.py``'s navigation yet.
    """
    if not _running.get():
        runpy.run_path(str(_APP), run_name="__main__")
        st.stop()

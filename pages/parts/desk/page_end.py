"""A page that ends early, and the run of the app around it that goes on to its end."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from core.workspace import PROJECT_ROOT

if TYPE_CHECKING:
    from pages.parts.desk.who import AtDesk

_APP = PROJECT_ROOT / "app.py"
# Not in the session: after st.stop() nothing can be written there, and the next run would go without the sidebar.
_at_desk: ContextVar[AtDesk | None] = ContextVar("at_desk", default=None)


class _PageEnd(BaseException):
    """Ends the page; nothing that a page catches is one of these."""


@contextmanager
def running_page(here: AtDesk) -> Iterator[None]:
    """Around the page that ``app.py`` runs: tells it that the navigation and the sidebar are there, and who is.

    A page that ends early ends here, and the run goes on to its end: only there does Streamlit forget the parts of the
    page before. With ``st.stop()`` they would stay. Its own StopException is let through: Streamlit also throws it into
    a run that a newer one has overtaken, and such a run must not reach its end, where it would make Streamlit forget
    the parts that the newer one has drawn.
    """
    token = _at_desk.set(here)
    try:
        with suppress(_PageEnd):
            yield
    finally:
        _at_desk.reset(token)


def end_page() -> NoReturn:
    """End the page here; in a part that runs by itself, end that part."""
    if _at_desk.get() is not None:
        raise _PageEnd
    st.stop()


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

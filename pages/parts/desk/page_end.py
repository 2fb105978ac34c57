"""A page that ends early, and the run of the app around it that goes on to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st

# Not in the session: after st.stop() nothing can be written there, and the next run would go without the sidebar.
_running = ContextVar("running_through_app", default=False)


class _PageEnd(BaseException):
    """Ends the page; nothing that a page catches is one of these."""


@contextmanager
def page_that_may_end() -> Iterator[None]:
    """Around a page: where it ends early it ends here, and the run of the app goes on to its end.

    Only there does Streamlit forget the parts of the page before; with ``st.stop()`` they would stay. Its own
    StopException is let through: Streamlit also throws it into a run that a newer one has overtaken, and such a run
    must not reach its end, where it would make Streamlit forget the parts that the newer one has drawn.
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

"""Addresses that open the same thing for somebody else: `?selection=`, `?sample=`, `?cluster=`, with `&data=`."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core.errors import GlitchAuditError
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_desk, the_desk
from pages.parts.desk.who import AtDesk

SELECTION, SAMPLE, CLUSTER, DATA = "selection", "sample", "cluster", "data"
LABELS = "labels"
"""What the address calls the reading of the labels that is shown, on every page."""

TOUR = "tour"
"""What the address calls the step of the tour, as long as somebody is shown round: a reload does not end it."""

HELD = "held"
"""What Start's address calls the selection on the map, for there `?selection=` leads to the map."""

_OWN_PAGES = {SAMPLE: "sample", CLUSTER: "clusters", SELECTION: "map"}
"""Under which path the page lies that shows each thing."""


def follow_address(page: st.Page) -> None:
    """Open the page that the address asks for; call it before anything is drawn."""
    if (root := _root(page)) != the_desk().root:
        change_desk(root=root)
    if page.url_path:
        return
    # The short forms without a page's name lead to the page that shows the thing.
    for name in (SAMPLE, CLUSTER):
        if asked(name) is not None:
            _go_on(name)
    # Only what the session began with: of what the map wrote into the address a moment ago, one has just gone away.
    if (wanted := asked(SELECTION)) is not None and wanted == the_desk().asked:
        _go_on(SELECTION)


def asked(name: str) -> str | None:
    """What the address says under this name; None where it says nothing."""
    return st.query_params.get(name) or None


def address_of(here: AtDesk, name: str, value: object) -> str:
    """The address that opens this selection, sample or cluster of the data set that is open."""
    parts = {name: value}
    if not here.public_demo:
        parts[DATA] = here.workspace.name
    return f"{root_address()}{_OWN_PAGES[name]}?{urlencode(parts)}"


def copy_link(here: AtDesk, name: str, value: object, *, what: str) -> None:
    """A button that shows the address, with a button to copy it.

    Args:
        here: who is at the desk, and with which data set.
        name: one of "selection", "sample" and "cluster".
        value: its id or number.
        what: the thing in words, "this sample".
    """
    with st.popover("Link", icon=":material/link:", help=f"An address that opens {what} for somebody else"):
        show_link(here, name, value, what=what)


def show_link(here: AtDesk, name: str, value: object, *, what: str) -> None:
    """The address itself, with a button to copy it."""
    st.caption(f"Whoever opens this address sees {what}:")
    st.code(address_of(here, name, value), language=None, wrap_lines=True)


def root_address() -> str:
    """The address of the first page, with the slash at its end."""
    return the_desk().root


def number_asked(name: str) -> int | None:
    """The whole number that the address says under this name; None where it says none.

    Raises:
        GlitchAuditError: it says something else.
    """
    text = asked(name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise GlitchAuditError(f"The address asks for the {name} “{text[:40]}”, but that is no number.") from error


def is_map(page: st.Page) -> bool:
    """Whether this is the page that shows a selection."""
    return page.url_path == _OWN_PAGES[SELECTION]


def _go_on(name: str) -> None:
    st.switch_page(PAGES / f"{_OWN_PAGES[name]}.py", query_params={name: asked(name)})


def _root(page: st.Page) -> str:
    """The address of the first page, with the slash at its end."""
    here = (st.context.url or "/").rstrip("/")
    return f"{here.removesuffix('/' + page.url_path) if page.url_path else here}/"

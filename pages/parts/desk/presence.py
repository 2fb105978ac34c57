"""Who has a page open: when the last page of a person is closed, what is reserved for that person is free soon.

Streamlit tells when a page's connection ends through what a session alone caches: it is released then. A reload and a
short loss of the network end it as well, so nothing is freed at once: the claim is cut to two minutes, and the next run
of a page of that person has it whole again.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from core.errors import GlitchAuditError
from core.workspace import Workspace
from pages.parts.desk.acts import leave_reserved
from pages.parts.desk.who import AtDesk

_lock = threading.Lock()
_open_pages: Counter[tuple[str, str]] = Counter()
"""How many pages a person has open, by the workspace's name and the person's key."""


@dataclass(frozen=True)
class Presence:
    """A page that a person has open."""

    workspace: Workspace
    person_key: str

    @property
    def name(self) -> tuple[str, str]:
        """What tells the pages of one person, with one data set, from all others."""
        return self.workspace.name, self.person_key


def note_presence(here: AtDesk) -> None:
    """Note that the person at the desk has this page open, until it is closed."""
    if here.person.key and not here.public_demo:
        _presence(here.workspace.name, here.person.key, here.workspace)


def page_opened(presence: Presence) -> None:
    """Count a page that was opened."""
    with _lock:
        _open_pages[presence.name] += 1


def page_closed(presence: Presence) -> None:
    """Count a page that was closed; with a person's last one, cut short what is reserved for that person."""
    with _lock:
        _open_pages[presence.name] -= 1
        last = _open_pages[presence.name] <= 0
        if last:
            del _open_pages[presence.name]
    if last:
        # What cannot be written ends by itself.
        with suppress(GlitchAuditError):
            leave_reserved(presence.workspace, presence.person_key)


@st.cache_resource(scope="session", show_spinner=False, on_release=page_closed)
def _presence(workspace: str, person_key: str, _workspace: Workspace) -> Presence:
    presence = Presence(_workspace, person_key)
    page_opened(presence)
    return presence

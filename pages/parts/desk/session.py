"""Who is at the desk, asked anew by each call: for parts that are not yet given an ``AtDesk``."""

from __future__ import annotations

from core.ledger import Ledger
from core.ledger.people import Person, Roles
from core.workspace import Workspace
from pages.parts.desk.who import at_desk


def current_workspace() -> Workspace:
    """The workspace chosen in this session."""
    return at_desk().workspace


def desk_ledger() -> Ledger:
    """The ledger of this session."""
    return at_desk().ledger


def roles() -> Roles:
    """Who has which role at this desk."""
    return at_desk().roles


def person() -> Person:
    """Who is at the desk."""
    return at_desk().person


def reviewer() -> str:
    """The name of the person at the desk, or an empty text."""
    return at_desk().person.name


def allowed(act: str) -> bool:
    """Whether to show what does ``act``."""
    return at_desk().allowed(act)


def why_not(act: str) -> str:
    """What to do before ``act`` is possible."""
    return at_desk().why_not(act)


def hindrance(act: str) -> str:
    """Why somebody at this desk may not do something on the server."""
    return at_desk().hindrance(act)


def nobody_yet() -> str:
    """What to do to be somebody at the desk."""
    return at_desk().nobody_yet


def may_take_back(author: str, author_key: str) -> bool:
    """Whether the person at the desk may withdraw what this author wrote."""
    return at_desk().may_take_back(author, author_key)

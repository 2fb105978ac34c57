"""When somebody was here last, with which data set: in the browser's own memory, never in the ledger.

A visit goes on until nothing was done for half an hour. What happened since the end of the visit before it is news for
as long as it goes on, so that a reload does not make the news vanish.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.fingerprint import fingerprint
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.keeping import remembered

_COOKIE = "glitch_audit_visit_"
_PAUSE = timedelta(minutes=30)
_STEP_S = 300
"""The time is written in steps, or every run would write it anew."""


@dataclass(frozen=True)
class Audited:
    """The suspects as they were: which audit found them, and how many were flagged; "" and 0 where unknown."""

    found: str = ""
    flagged: int = 0


@dataclass(frozen=True)
class Visit:
    """A visit that goes on.

    Attributes:
        before: when the visit before this one ended; None where there was none.
        last: when something was done last.
        audited_before: the suspects at the end of the visit before.
        audited: the suspects now.
    """

    before: datetime | None
    last: datetime
    audited_before: Audited = Audited()
    audited: Audited = Audited()


@dataclass(frozen=True)
class VisitState:
    """The visit of the person at the desk to the data set that is open; ``cookie`` names both."""

    cookie: str = ""
    visit: Visit | None = None


def this_visit(here: AtDesk) -> Visit | None:
    """The visit that goes on; None where nobody said a name, and in the public demo, where nothing is kept."""
    cookie = visit_cookie(here)
    if not cookie:
        return None
    state, now = panel(VisitState), datetime.now(UTC)
    if state.cookie != cookie or state.visit is None:
        state = change_panel(VisitState, cookie=cookie, visit=visit_from(remembered(cookie), now))
    return state.visit


def visit_cookie(here: AtDesk) -> str:
    """The name of the cookie; empty where nothing is to be remembered."""
    if here.public_demo or not here.person.key:
        return ""
    return _COOKIE + fingerprint("visit", here.person.key, here.workspace.name)[:16]


def note_audit(here: AtDesk, audited: Audited) -> None:
    """Remember which suspects this visit has seen."""
    visit = this_visit(here)
    if visit is not None and visit.audited != audited:
        change_panel(VisitState, visit=replace(visit, audited=audited))


def visit_to_keep(here: AtDesk) -> dict[str, str]:
    """What the browser is to remember, by the cookie's name; nothing where nobody is here."""
    visit = this_visit(here)
    if visit is None:
        return {}
    return {visit_cookie(here): visit_text(replace(visit, last=_in_steps(datetime.now(UTC))))}


def visit_from(text: str, now: datetime) -> Visit:
    """The visit that goes on now, by what the browser remembers; a first one where it remembers nothing usable."""
    try:
        before, last, *audits = text.split("|")
        found_before, flagged_before, found, flagged = audits
        ended, began = datetime.fromtimestamp(int(last), UTC), int(before)
        audited_before, audited = Audited(found_before, int(flagged_before)), Audited(found, int(flagged))
        earlier = datetime.fromtimestamp(began, UTC) if began else None
    except (ValueError, OverflowError, OSError):
        return Visit(None, now)
    if now - ended > _PAUSE:
        return Visit(ended, now, audited, audited)
    return Visit(earlier, now, audited_before, audited)


def visit_text(visit: Visit) -> str:
    """The visit as the browser remembers it."""
    before = int(visit.before.timestamp()) if visit.before else 0
    audits = (part for one in (visit.audited_before, visit.audited) for part in (one.found, one.flagged))
    return "|".join(map(str, (before, int(visit.last.timestamp()), *audits)))


def _in_steps(moment: datetime) -> datetime:
    """The beginning of the step: what is told twice does less harm than what is never told."""
    return datetime.fromtimestamp(int(moment.timestamp()) // _STEP_S * _STEP_S, UTC)

"""What changed since the last visit: at most six rows, each with a link to where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.ledger.views.news import LedgerNews, news_since
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.visits import Audited, note_audit, this_visit
from pages.parts.desk.who import AtDesk
from pages.parts.start.at_hand import AtHand
from pages.parts.widgets.text import escaped

MOST_ROWS = 6


def news(here: AtDesk, found: AtHand) -> None:
    """Draw the section; nothing at a first visit."""
    visit = this_visit(here)
    if visit is None:
        return
    if found.audited.found:
        note_audit(here, found.audited)
    if visit.before is None:
        return
    st.header(f"Since your last visit, {escaped(_day(visit.before))}", anchor=False)
    told = LedgerNews()
    if not found.trouble:
        told = news_since(here.ledger, here.person, visit.before, found.glitches, found.rule)
    rows = [*_of_the_ledger(told), *_of_the_audit(visit.audited_before, found.audited)]
    if not rows:
        st.caption("Nothing that concerns you has changed.")
    for place, (sign, text, link, page) in enumerate(rows[:MOST_ROWS]):
        with st.container(horizontal=True, vertical_alignment="center", key=f"start_news_{place}"):
            st.markdown(f"{escaped(sign)} {escaped(text)}", width="stretch")
            st.page_link(PAGES / f"{page}.py", label=escaped(link))


def _of_the_ledger(told: LedgerNews) -> Iterator[tuple[str, str, str, str]]:
    """Each row: its sign, its sentence, what the link says, and the page."""
    if told.contradicted:
        what = f"{_names(told.by)} contradict{'s' if len(told.by) == 1 else ''} you on {_samples(told.contradicted)}"
        yield "⚡", f"{what}: a conflict.", "Answer", "decisions"
    if told.decided_for:
        agreed = f": {_names(told.agreed)} agreed" if told.agreed else ""
        yield "✓", f"{_labels(told.decided_for)} decided as you said{agreed}.", "See them", "decisions"
    if told.decided_otherwise:
        yield "↷", f"{_labels(told.decided_otherwise)} decided otherwise than you said.", "See them", "decisions"
    if told.waiting:
        some = f"{told.waiting:,} new proposal{' waits' if told.waiting == 1 else 's wait'}"
        yield "○", f"{some} for your second opinion.", "Review", "review"
    if told.conflicts:
        some = f"{_samples(told.conflicts)} {'is' if told.conflicts == 1 else 'are'} newly in conflict between others"
        yield "⚡", f"{some}.", "Look", "decisions"


def _of_the_audit(before: Audited, now: Audited) -> Iterator[tuple[str, str, str, str]]:
    if not before.found or not now.found or before.found == now.found:
        return
    change = now.flagged - before.flagged
    more = f"{abs(change):,} suspect{'' if abs(change) == 1 else 's'} {'more' if change > 0 else 'fewer'}"
    yield "↻", f"The audit ran again: {more if change else 'as many suspects as before'}.", "Look", "suspects"


def _day(moment: datetime) -> str:
    here = moment.astimezone(_zone())
    return f"{here:%A} {here.day} {here:%B}"


def _zone() -> tzinfo:
    # A system may know no zones at all, not even UTC's name.
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _names(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]}, {names[1]} and {len(names) - 2:,} more"
    return " and ".join(names)


def _samples(count: int) -> str:
    return f"{count:,} sample{'' if count == 1 else 's'}"


def _labels(count: int) -> str:
    return f"{count:,} label{' is' if count == 1 else 's are'}"

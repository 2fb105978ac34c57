"""What the session remembers of a page of look-alikes, and how a decision about all of it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.audit.look_alikes import Page, next_page, page_provenance, still_open
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger import CaseToJudge, Ledger, SuspectCase, judge_together, new_batch_id
from core.pipeline.claims import SUSPECTS
from core.version import APP_VERSION
from pages.parts.desk.claiming import stay_reserved
from pages.parts.desk.kept_choices import Choice, asked_at_first, keep_texts
from pages.parts.desk.state import change_panel, panel, widget_value
from pages.parts.desk.who import at_desk
from pages.parts.suspects.session import Done, remember_done, take_back
from pages.parts.widgets import icons
from pages.parts.widgets.contact_sheet import SheetEvent
from pages.parts.widgets.text import escaped
from pages.parts.widgets.together_card import TogetherEvent

MAX_TYPED = 1000
"""Characters of a typed reason: what is said of the page comes behind it."""

_PAIR, _OUT, _ASIDE = (Choice(f"suspect_page_{name}", []) for name in ("pair", "out", "aside"))
"""In the address: labels of the page, what is taken out of it, and of those before."""


@dataclass(frozen=True)
class TogetherState:
    """What the session remembers of the page on screen.

    Attributes:
        of: what the page was taken from: the finds, the filters, what is reserved. From others comes another page.
        page_id: made when the page was first shown: its judgements follow from it, and are written once.
        page: as it was shown.
        out: rows of the queue that are taken out of it.
        set_aside: rows that were taken out of pages before, or skipped: they are on no page again in this session.
        first: label now and suggested label of the page that was on screen before the tab was loaded anew.
        again: rows that were taken out of it then.
        event: what the card sent, until it is answered.
        serial: how many messages of the card were answered.
    """

    of: str = ""
    page_id: str = ""
    page: Page | None = None
    out: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()
    first: tuple[str, str] | None = None
    again: frozenset[str] = frozenset()
    event: TogetherEvent | None = None
    serial: int = 0


def keep_event(event: TogetherEvent) -> None:
    """Remember what the card sent, for the run that is about to begin."""
    change_panel(TogetherState, event=event)


def keep_toggle(event: SheetEvent) -> None:
    """Take tiles out of the page that was clicked, or put them back."""
    state = panel(TogetherState)
    if event.sheet == state.page_id:
        ids = frozenset(event.sample_ids)
        change_panel(TogetherState, out=state.out - ids if event.chosen else state.out | ids)


def look_at_set_aside() -> None:
    """Let all that was taken out or skipped come again."""
    change_panel(TogetherState, set_aside=frozenset(), page=None)


def reason_key(page_id: str) -> str:
    """Key of the reason."""
    return f"suspect_page_reason_{page_id}"


def page_to_show(queue: pd.DataFrame, entries: pd.DataFrame, *, of: str, decided: frozenset[str]) -> Page | None:
    """The page that is on screen as long as any of it waits, else the next one; None where none is left.

    Args:
        queue: what can be on a page.
        entries: all finds, by the same rows.
        of: as in :class:`TogetherState`.
        decided: the glitches that are judged.
    """
    state = panel(TogetherState)
    page = still_open(state.page, entries, decided=decided) if state.page and state.of == of else None
    if page is not None:
        change_panel(TogetherState, page=page)
        return page
    first = state.page.pair if state.page else state.first
    page = next_page(queue, first=first, set_aside=state.set_aside)
    out = state.again.intersection(page.sample_ids if page else ())
    # Of what was written, another page can be made at once; of what was undone, it can be judged again.
    change_panel(TogetherState, of=of, page_id=new_batch_id(), page=page, out=out, first=None, again=frozenset())
    return page


def recall_page(entries: pd.DataFrame) -> None:
    """Begin with the kind, and with what was taken out, that the address says where the tab was loaded anew."""
    asked = asked_at_first(_PAIR.key, _OUT.key, _ASIDE.key)
    if not asked:
        return
    pair, out, aside = (one.value(asked.get(one.key, "")) for one in (_PAIR, _OUT, _ASIDE))
    known = set(entries.index)
    change_panel(
        TogetherState,
        first=tuple(map(str, pair)) if len(pair) == 2 else None,
        again=frozenset(name for name in map(str, out) if name in known),
        set_aside=frozenset(name for name in map(str, aside) if name in known),
    )


def keep_page() -> None:
    """Let the address say what is taken out, and of which kind the page is: a reload has nothing else to know it by."""
    state = panel(TogetherState)
    some = state.page is not None and bool(state.out or state.set_aside)
    texts = {
        _PAIR.key: _PAIR.text(list(state.page.pair)) if some and state.page else "",
        _OUT.key: _OUT.text(sorted(state.out)),
        _ASIDE.key: _ASIDE.text(sorted(state.set_aside)),
    }
    keep_texts(texts, key="keeping_suspect_page")


def take_event(
    ledger: Ledger,
    entries: pd.DataFrame,
    *,
    decided: frozenset[str],
    case_of: Callable[[str], SuspectCase],
    deciding: bool,
    reason_of: Callable[[str, float], str],
) -> bool:
    """Do what the card asked for; returns whether the ledger was written.

    Args:
        ledger: where to write.
        entries: all finds.
        decided: the glitches that are judged.
        case_of: the suspect by its row.
        deciding: whether anything can be decided now; else one can only go on.
        reason_of: what speaks for a verdict, by verdict and chance that the label is wrong.
    """
    state = panel(TogetherState)
    event = state.event
    if event is None:
        return False
    change_panel(TogetherState, event=None, serial=state.serial + 1)
    if event.kind == "undo":
        return deciding and _undo(ledger)
    # A page that has left the screen has been answered already.
    if event.page_id != state.page_id or state.page is None:
        return False
    if event.kind == "skip":
        _go_on(state.page.sample_ids)
        return False
    if not deciding:
        return False
    page = still_open(state.page, entries, decided=decided)
    gone = len(state.page.sample_ids) - len(page.sample_ids if page else ())
    if page is None:
        st.toast(
            f"All {gone:,} on that page were judged meanwhile, by somebody else or in another tab of yours: nothing "
            "was written.",
            icon=icons.HISTORY,
        )
        return False
    return _decide(ledger, page, event, entries["glitch"], case_of, reason_of, gone=gone)


def _decide(
    ledger: Ledger,
    page: Page,
    event: TogetherEvent,
    glitches: pd.Series,
    case_of: Callable[[str], SuspectCase],
    reason_of: Callable[[str, float], str],
    *,
    gone: int,
) -> bool:
    out = [sample_id for sample_id in page.sample_ids if sample_id in event.out]
    chosen = [sample_id for sample_id in page.sample_ids if sample_id not in event.out]
    if not chosen:
        return False
    typed = (widget_value(reason_key(event.page_id)) or "").strip()[:MAX_TYPED]
    how = page_provenance(page, [str(glitches[sample_id]) for sample_id in out])
    cases = []
    for sample_id in chosen:
        case = case_of(sample_id)
        why = typed or reason_of(event.kind, case.chance_wrong)
        judgement_id = fingerprint("judgement on a page", event.page_id, sample_id)
        cases.append(CaseToJudge(case, f"{why}. {how}", judgement_id=judgement_id))
    try:
        written = judge_together(ledger, cases, event.kind, author=at_desk().person, app_version=APP_VERSION)
    except GlitchAuditError as error:
        st.error(escaped(error))
        return False
    remember_done(Done(tuple(one.judgement_id for one in written), tuple(chosen), page, frozenset(out)))
    stay_reserved(SUSPECTS)
    _say(page, event.kind, written, out, gone=gone)
    _go_on(out)
    return True


def _say(page: Page, kind: str, written: list, out: list[str], *, gone: int) -> None:
    what = f"Proposed {page.suggested}" if kind == "accept" else f"Kept {page.label}"
    left = f" {len(out):,} taken out: under “One by one”." if out else ""
    others = f" {gone:,} were judged meanwhile, and stay as they are." if gone else ""
    again = sum(one.replaced for one in written)
    replaced = f" For {again:,} it replaces what you said before." if again else ""
    st.toast(
        f"{escaped(what)} for {len(written):,}.{left}{others}{replaced} z takes it back.",
        icon=icons.DONE,
    )


def _undo(ledger: Ledger) -> bool:
    last = take_back(ledger)
    if last is None:
        return False
    if last.page is not None:
        # The page comes back as it was; under another id, because what was taken back can be said again.
        state = panel(TogetherState)
        aside = state.set_aside - last.out
        change_panel(TogetherState, page=last.page, page_id=new_batch_id(), out=last.out, set_aside=aside)
    return True


def _go_on(aside: list[str] | tuple[str, ...]) -> None:
    """Leave the page for the next one; it stays remembered for its pair of labels alone."""
    state = panel(TogetherState)
    change_panel(TogetherState, of="", set_aside=state.set_aside | frozenset(aside))

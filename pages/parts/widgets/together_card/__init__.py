"""The card of a page of look-alikes: judges all tiles of a sheet but those taken out, by mouse, touch or key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.widgets.component_state import sent_value, with_shared

KINDS = ("accept", "keep", "skip", "undo")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class TogetherCard:
    """What the card shows and what it allows.

    Attributes:
        page_id: made when the page was first shown, and the name of the contact sheet with its tiles; a second press of
            a key brings the same one.
        count: how many tiles the page has.
        out: those taken out as Python knows it, until the sheet is there and says.
        label, suggested: what the tiles are called now, and what "accept" would propose.
        why_not: why nothing can be decided now, or "".
        undo: whether there is something to take back.
        serial: another number after every message from the card, so that it always gets an answer.
    """

    page_id: str
    count: int
    out: tuple[str, ...]
    label: str
    suggested: str
    why_not: str = ""
    undo: bool = False
    serial: int = 0


@dataclass(frozen=True)
class TogetherEvent:
    """What the person did: one of :data:`KINDS`, on which page, and which tiles were seen as taken out."""

    kind: str
    page_id: str
    out: frozenset[str] = frozenset()


def read_event(value: Any) -> TogetherEvent | None:
    """The event in what the browser sent, or None when it is not one."""
    if not isinstance(value, dict) or value.get("kind") not in KINDS:
        return None
    page_id, out = value.get("page"), value.get("out")
    if not isinstance(page_id, str) or not isinstance(out, list) or not all(isinstance(item, str) for item in out):
        return None
    return TogetherEvent(value["kind"], page_id, frozenset(out))


def together_card(card: TogetherCard, *, key: str, on_event: Callable[[TogetherEvent], None]) -> None:
    """Draw the card; ``on_event`` is told what the person did, before the page runs again."""

    def deliver() -> None:
        event = read_event(sent_value(key, "event"))
        if event is not None:
            on_event(event)

    _component()(key=key, data=_payload(card), on_event_change=deliver)


def _payload(card: TogetherCard) -> dict[str, Any]:
    return {
        "page": card.page_id,
        "count": card.count,
        "out": list(card.out),
        "acceptText": f"Accept {card.suggested}",
        "keepText": f"Keep {card.label}",
        "why": card.why_not,
        "undo": card.undo,
        "serial": card.serial,
    }


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_together_card",
        html=(_HERE / "together_card.html").read_text(encoding="utf-8"),
        css=with_shared("card_buttons.css", _HERE / "together_card.css"),
        js=with_shared("card_keys.js", _HERE.parent / "key_list.js", _HERE / "together_card.js"),
    )

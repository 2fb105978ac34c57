"""A suspect's card: its two labels and the buttons that judge it, by mouse, touch or keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.statistics.percent import chance_percent
from pages.parts.widgets.component_state import sent_value, with_shared

KINDS = ("accept", "keep", "unsure", "skip", "undo", "previous", "next")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Claim:
    """A label that a suspect may carry: its colour, what it looks like, and how well it fits (0 to 1, NaN: unknown)."""

    name: str
    colour: str
    description: str
    share: float


@dataclass(frozen=True)
class SuspectCard:
    """What the card shows and what it allows.

    Attributes:
        sample_id: the suspect.
        glitch: the glitch that its pictures are shown of.
        judgement_id: made when the card was first shown; a second press of a key brings the same one.
        now, suggested: its label, and the one that fits better.
        chosen: the label that "accept" would propose; empty where there is none.
        verdict: what this person decided about it before, or "".
        why_not: why nothing can be decided now, or "".
        previous, next, undo: whether there is one to go to, or something to take back.
        serial: another number after every message from the card, so that it always gets an answer.
    """

    sample_id: str
    judgement_id: str
    glitch: str
    now: Claim
    suggested: Claim | None
    chosen: str
    verdict: str = ""
    why_not: str = ""
    previous: bool = False
    next: bool = False
    undo: bool = False
    serial: int = 0


@dataclass(frozen=True)
class CardEvent:
    """What the person did: one of :data:`KINDS`, on which suspect, with the card's judgement id."""

    kind: str
    sample_id: str
    judgement_id: str


def read_event(value: Any) -> CardEvent | None:
    """The event in what the browser sent, or None when it is not one."""
    if not isinstance(value, dict) or value.get("kind") not in KINDS:
        return None
    sample_id, judgement_id = value.get("sample"), value.get("judgement")
    if not isinstance(sample_id, str) or not isinstance(judgement_id, str):
        return None
    return CardEvent(value["kind"], sample_id, judgement_id)


def suspect_card(card: SuspectCard, *, key: str, on_event: Callable[[CardEvent], None]) -> None:
    """Draw the card; ``on_event`` is told what the person did, before the page runs again."""

    def deliver() -> None:
        event = read_event(sent_value(key, "event"))
        if event is not None:
            on_event(event)

    _component()(key=key, data=_payload(card), on_event_change=deliver)


def _payload(card: SuspectCard) -> dict[str, Any]:
    return {
        "sample": card.sample_id,
        "judgement": card.judgement_id,
        "glitch": card.glitch,
        "now": _claim(card.now),
        "suggested": None if card.suggested is None else _claim(card.suggested),
        "acceptText": f"Accept {card.chosen}" if card.chosen else "Accept",
        "accepts": bool(card.chosen) and card.chosen != card.now.name,
        "keepText": f"Keep {card.now.name}",
        "verdict": card.verdict,
        "writable": not card.why_not,
        "why": card.why_not or "Choose another label below first",
        "previous": card.previous,
        "next": card.next,
        "undo": card.undo,
        "serial": card.serial,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    share = float(claim.share) if math.isfinite(claim.share) else None
    return {
        "name": claim.name,
        "colour": claim.colour,
        "description": claim.description,
        "share": share,
        "percent": chance_percent(claim.share),
    }


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_suspect_card",
        html=(_HERE / "suspect_queue.html").read_text(encoding="utf-8"),
        css=with_shared("scale.css", _HERE.parent / "card_buttons.css", _HERE / "suspect_queue.css"),
        js=with_shared("card_keys.js", _HERE.parent / "key_list.js", _HERE / "suspect_queue.js"),
    )

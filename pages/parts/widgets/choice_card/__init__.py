"""A card of choices about one sample, each with a button and a key: by mouse, touch or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.widgets.component_state import sent_value, with_shared

LABELS, VERDICTS, MOVES = "verdicts labels", "verdicts", "moves"
"""The groups of buttons, by the style they have."""

_SHOWN_KEYS = {"ArrowLeft": "←", "ArrowRight": "→"}
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Choice:
    """One button of the card.

    Attributes:
        kind, value: what pressing it means; both come back with the event.
        text: on the button.
        key: that presses it, as browsers name it; "" for none.
        group: one of :data:`LABELS`, :data:`VERDICTS`, :data:`MOVES`.
        meaning: shown when the mouse rests on it; where it is not enabled, why.
        colour: of the dot beside the text, as ``#rrggbb``; "" for none.
        enabled: whether it can be pressed.
        pressed: whether it shows as chosen; None where that makes no sense.
        primary: whether it stands out.
    """

    kind: str
    text: str
    value: str = ""
    key: str = ""
    group: str = VERDICTS
    meaning: str = ""
    colour: str = ""
    enabled: bool = True
    pressed: bool | None = None
    primary: bool = False


@dataclass(frozen=True)
class ChoiceCard:
    """What the card asks.

    Attributes:
        title: the question, for a screen reader.
        stage: names the kind of question.
        sample_id: the sample that it is about.
        card_id: made when this question was first shown; a second press of a key brings the same one.
        choices: the buttons, group after group.
        serial: another number after every message from the card, so that it always gets an answer.
    """

    title: str
    stage: str
    sample_id: str
    card_id: str
    choices: Sequence[Choice]
    serial: int = 0


@dataclass(frozen=True)
class ChoiceEvent:
    """What the person chose, on which card."""

    kind: str
    value: str
    sample_id: str
    card_id: str


def read_event(value: Any) -> ChoiceEvent | None:
    """The event in what the browser sent, or None when it is not one."""
    if not isinstance(value, dict):
        return None
    parts = [value.get(name) for name in ("kind", "value", "sample", "card")]
    return ChoiceEvent(*parts) if all(isinstance(part, str) for part in parts) else None


def choice_card(card: ChoiceCard, *, key: str, on_event: Callable[[ChoiceEvent], None]) -> None:
    """Draw the card; ``on_event`` is told what the person chose, before the page runs again.

    Only what the card offers is told: whatever else a browser may send is left aside.
    """
    offered = {(choice.kind, choice.value) for choice in card.choices if choice.enabled}

    def deliver() -> None:
        event = read_event(sent_value(key, "event"))
        if event is not None and (event.kind, event.value) in offered:
            on_event(event)

    _component()(key=key, data=_payload(card), on_event_change=deliver)


def _payload(card: ChoiceCard) -> dict[str, Any]:
    groups = dict.fromkeys(choice.group for choice in card.choices)
    return {
        "title": card.title,
        "stage": card.stage,
        "sample": card.sample_id,
        "card": card.card_id,
        "serial": card.serial,
        "groups": [
            {"name": group, "choices": [_button(choice) for choice in card.choices if choice.group == group]}
            for group in groups
        ],
    }


def _button(choice: Choice) -> dict[str, Any]:
    return {
        "kind": choice.kind,
        "value": choice.value,
        "text": choice.text,
        "key": choice.key,
        "shownKey": _SHOWN_KEYS.get(choice.key, choice.key),
        "meaning": choice.meaning,
        "colour": choice.colour,
        "enabled": choice.enabled,
        "pressed": choice.pressed,
        "primary": choice.primary,
    }


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_choice_card",
        html='<div class="card" role="group"></div>\n',
        css=with_shared("scale.css", _HERE.parent / "card_buttons.css", _HERE / "choice_card.css"),
        js=with_shared("card_keys.js", _HERE.parent / "key_list.js", _HERE / "choice_card.js"),
    )

"""Boxes that a page fills in: what stands in them outlives a run that was cut short before the browser had it.

A click that comes while a page is being drawn ends that run and begins the next one. Where that happens between setting
a value and drawing its box, Streamlit takes the value for one that the browser knows, never sends it, and then takes
the browser's empty box for what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pages.parts.desk.state import change_panel, panel, set_widget, widget_value

_DRAWN_ENOUGH = 2


@dataclass(frozen=True)
class _Filled:
    """What was filled in, what stood there before, and how often the box was drawn since."""

    value: Any
    before: Any
    drawn: int = 0


@dataclass(frozen=True)
class FilledIn:
    """What the session remembers of boxes that were filled in, by their keys."""

    boxes: Mapping[str, _Filled] = field(default_factory=dict)


def fill_in(key: str, value: Any) -> None:
    """Let a box that is not drawn yet in this run show ``value``, whatever becomes of this run."""
    change_panel(FilledIn, boxes={**panel(FilledIn).boxes, key: _Filled(value, widget_value(key))})
    set_widget(key, value)


def hold_filled_in(*keys: str) -> None:
    """Just before these boxes are drawn: fill in again what may not have reached the browser.

    What a person changed in the meantime stays.
    """
    boxes = dict(panel(FilledIn).boxes)
    for key in set(keys) & set(boxes):
        filled = boxes.pop(key)
        if filled.drawn < _DRAWN_ENOUGH and widget_value(key) in (filled.value, filled.before, None, ""):
            set_widget(key, filled.value)
            boxes[key] = replace(filled, drawn=filled.drawn + 1)
    change_panel(FilledIn, boxes=boxes)

"""Choices that the tab's address keeps, so that a reload, a link and Back show a page as it was left.

Streamlit's own binding of a widget to the address does not do: on the way to another page its value is cut off from the
address of the page that is left, so that Back finds none, and it forgets what another page's visit lies between. So it
is here as with the selection: the address counts where a session begins, and from then on follows what is chosen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.desk.addresses import root_address
from pages.parts.desk.state import change_desk, set_widget, the_desk, widget_value
from pages.parts.widgets.keeping import keep

_LONGEST = 2000
"""Characters of one choice in the address; a longer one is left out, so that the rest stays readable."""

KEPT: dict[str, Any] = {"persist_state": "session"}
"""What a widget of these is drawn with: its value outlives the visit of another page."""


@dataclass(frozen=True)
class Choice:
    """A widget's value that the address keeps, under the widget's own key.

    Attributes:
        key: of the widget.
        default: what it says at first, which the address leaves out: a text, a number, whether or not, or a list of
            what is chosen.
        options: what can be chosen; None where it is any text or number.
        bounds: the least and the greatest number that the widget takes, which draws no other.
    """

    key: str
    default: Any
    options: Collection[Any] | None = None
    bounds: tuple[float, float] | None = None

    def text(self, value: Any) -> str:
        """The value in the address; empty where it needs no place there."""
        value = list(value) if isinstance(value, (list, tuple)) else value
        if value is None or value == self.default:
            return ""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text if len(text) <= _LONGEST else ""

    def value(self, text: str) -> Any:
        """What the address says; the default where that is nothing, or cannot be chosen here."""
        if not text:
            return copy(self.default)
        value: Any = text
        if not isinstance(self.default, str):
            try:
                value = json.loads(text)
            except ValueError:
                return copy(self.default)
            if type(self.default) is float and type(value) is int:
                value = float(value)
            if type(value) is not type(self.default):
                return copy(self.default)
        return self.fitting(value)

    def fitting(self, value: Any) -> Any:
        """The value, as far as it can be chosen here."""
        if self.bounds is not None and not self._in_bounds(value):
            return copy(self.default)
        if self.options is None:
            return value
        if isinstance(value, (list, tuple)):
            return [one for one in value if one in self.options]
        return value if value in self.options else self.default

    def _in_bounds(self, value: Any) -> bool:
        """Whether the number, or each number of a range, is one that the widget takes."""
        low, high = self.bounds
        if not isinstance(self.default, (list, tuple)):
            return low <= value <= high
        whole = len(value) == len(self.default) and all(type(one) is type(self.default[0]) for one in value)
        return whole and list(value) == sorted(value) and all(low <= one <= high for one in value)


def keep_choices(choices: Sequence[Choice], *, key: str) -> None:
    """Let the widgets begin with what the address says, and the address follow them; call it before they are drawn.

    Args:
        choices: all that are drawn by the same run, whether or not each of them is.
        key: names this group of them.
    """
    asked = asked_at_first(*(choice.key for choice in choices))
    for choice in choices:
        now = widget_value(choice.key)
        wanted = choice.value(asked.get(choice.key, "")) if now is None else choice.fitting(now)
        if now is None or wanted != now:
            set_widget(choice.key, wanted)
    keep_texts({choice.key: choice.text(widget_value(choice.key)) for choice in choices}, key=key)


def asked_at_first(*names: str) -> dict[str, str]:
    """What the address said under these names when the session began; it is told once."""
    said = the_desk().choices
    if said is None:
        said = tuple(st.query_params.to_dict().items())
    left = tuple((name, text) for name, text in said if name not in names)
    if left != the_desk().choices:
        change_desk(choices=left)
    return {name: text for name, text in said if name in names}


def asked_in_vain(choices: Sequence[Choice]) -> dict[str, str]:
    """Which texts the address asks for that cannot be chosen here, by key; call it before the choices are kept."""
    said = the_desk().choices
    asked = dict(said) if said is not None else st.query_params.to_dict()
    return {
        one.key: asked[one.key]
        for one in choices
        if asked.get(one.key) and one.options is not None and asked[one.key] not in one.options
    }


def keep_texts(texts: Mapping[str, str], *, key: str) -> None:
    """Let the address say these, by name; an empty text leaves the name out. ``key`` names this part of the page."""
    keep(texts, key=key, root=root_address(), occasion=json.dumps(st.query_params.to_dict(), sort_keys=True))

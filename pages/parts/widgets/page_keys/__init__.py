"""Keys that bring the focus to a part of the page, listed with "?" and changeable there as those of the cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from pages.parts.widgets.component_state import with_shared

_HERE = Path(__file__).parent
_SHARED = ("card_keys.js", "key_list.js")


@dataclass(frozen=True)
class Place:
    """A part of the page that a key leads to.

    Attributes:
        act: the name under which a browser remembers another key for it.
        key: the one that everybody has.
        text: what the list of keys says.
        host: a CSS selector of the part's container.
        inside: a CSS selector of what takes the focus in there.
        missing: what to say where the part is not on the page.
    """

    act: str
    key: str
    text: str
    host: str
    inside: str
    missing: str


def page_keys(page: str, places: Sequence[Place], *, others: Sequence[tuple[str, str]] = (), key: str) -> None:
    """Let keys lead to these places, from anywhere on the page where nothing is typed, and draw the way to their list.

    Args:
        page: the name under which a browser remembers the keys that were changed.
        places: where the keys lead.
        others: keys of other parts of the page with what they do, listed as well.
        key: the component's key.
    """
    # Attribute by attribute: nothing but these plain texts goes to the browser.
    listed = [
        {
            "act": place.act,
            "key": place.key,
            "text": place.text,
            "host": place.host,
            "inside": place.inside,
            "missing": place.missing,
        }
        for place in places
    ]
    _component()(key=key, data={"page": page, "places": listed, "others": [list(pair) for pair in others]})


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_page_keys",
        html=(_HERE / "page_keys.html").read_text(encoding="utf-8"),
        css=with_shared("scale.css", _HERE.parent / "card_buttons.css", _HERE / "page_keys.css"),
        js=with_shared(
            "when_gone.js", _HERE.parent / "card_keys.js", _HERE.parent / "key_list.js", _HERE / "page_keys.js"
        ),
    )

"""A picture on which one draws a box, by mouse, finger or keys."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.space.box_search import SMALLEST
from pages.parts.widgets.component_state import sent_value, with_shared

_HERE = Path(__file__).parent
_HTML = """<div class="picture-box"><img alt="" draggable="false"><div class="frame" tabindex="0" role="application">
</div></div><p class="sides" aria-live="polite"></p>
"""

Sides = tuple[float, float, float, float]
"""Left, right, low and high in shares of the picture, from its left and from its lower edge."""


def picture_box(
    jpeg: bytes,
    sides: Sides,
    *,
    key: str,
    on_box: Callable[[Sides], None],
    width: int,
    axes: tuple[str, str] = ("across", "upwards"),
    name: str = "",
) -> None:
    """Show a picture with a box on it.

    Args:
        jpeg: the picture.
        sides: of the box.
        key: the widget's key.
        on_box: told the box that was drawn, before the page runs again.
        width: of the picture at most, in CSS pixels.
        axes: what the picture's directions are called.
        name: of the picture, for whoever cannot see it.
    """

    def deliver() -> None:
        drawn = read_sides(sent_value(key, "box"))
        if drawn is not None:
            on_box(drawn)

    data = {
        "picture": f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}",
        "sides": list(sides),
        "smallest": SMALLEST,
        "width": width,
        "axes": list(axes),
        "name": name,
    }
    _component()(key=key, data=data, on_box_change=deliver)


def read_sides(value: Any) -> Sides | None:
    """The sides in what the browser sent; None where they are no box."""
    if not isinstance(value, list) or len(value) != 4:
        return None
    if not all(isinstance(side, int | float) and not isinstance(side, bool) and math.isfinite(side) for side in value):
        return None
    left, right, low, high = (min(max(float(side), 0.0), 1.0) for side in value)
    # Half a thousandth: the address rounds to thousandths, and what is rounded has to be a box as well.
    if min(right - left, high - low) < SMALLEST - 5e-4:
        return None
    return left, right, low, high


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_picture_box",
        html=_HTML,
        css=with_shared("scale.css", _HERE / "picture_box.css"),
        js=with_shared("when_gone.js", _HERE / "picture_box.js"),
    )

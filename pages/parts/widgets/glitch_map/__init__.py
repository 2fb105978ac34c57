"""The map of all samples: a WebGL scatter plot with lasso, legend and hover pictures, as a Streamlit component.

Three parts meet in the browser. The *map* itself never changes, so Streamlit sends its script once. *Feeders* are
invisible components that hand data to it: one brings coordinates, one colours, one what filters and selections change
(two bits a sample), one names, one pages of hover pictures when the map asks for them. Streamlit sends a message again
only when it changed, so a selection costs neither coordinates nor colours nor the script, and other colours cost only
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from core.dataset.selection import Part
from core.evidence.map_view import MAP_VIEW, SIGN_SHAPES
from pages.parts.widgets.component_state import sent_value, with_shared
from pages.parts.widgets.map_packing import (
    ColourScale,
    MapEvent,
    MapName,
    MapPoints,
    PictureCard,
    pack_colours,
    pack_names,
    pack_page,
    pack_points,
    pack_state,
    read_events,
    sprite_sheet,
)

__all__ = [
    "ColourScale",
    "MapEvent",
    "MapName",
    "MapPoints",
    "PictureCard",
    "glitch_map",
    "pack_page",
    "picture_feeder",
    "sprite_sheet",
]

_HERE = Path(__file__).parent
_SHARED = ("shelf",)
_MAP = (
    "outline",
    "nearest",
    "theme",
    "points",
    "sign_shaders",
    "painter",
    "flat_painter",
    "overlay",
    "kept",
    "names",
    "flight",
    "legend",
    "tooltip",
    "pictures",
    "drawing",
    "aim",
    "status",
    "keyboard",
    "pace",
    "map",
)


def _script(*names: str, shared: Sequence[Path] = ()) -> str:
    """One module made of several files, in the order given: only the last one exports."""
    return with_shared("when_gone.js", *shared, *(_HERE / "js" / f"{name}.js" for name in names))


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_map = st.components.v2.component(
    "glitch_map",
    html=_text("glitch_map.html"),
    css=with_shared("scale.css", _HERE / "glitch_map.css"),
    js=_script(*_SHARED, *_MAP, shared=[MAP_VIEW, SIGN_SHAPES]),
)
_feeder = st.components.v2.component("glitch_map_feeder", js=_script(*_SHARED, "feeder"))
_picture_feeder = st.components.v2.component("glitch_map_picture_feeder", js=_script(*_SHARED, "picture_feeder"))


def glitch_map(
    points: MapPoints,
    *,
    key: str,
    height: int = 640,
    polygon: Sequence[tuple[float, float]] | None = None,
    parts: Sequence[Part] = (),
    isolated: str | None = None,
    names: Sequence[MapName] = (),
    on_event: Callable[[MapEvent], None] | None = None,
) -> MapEvent | None:
    """Draw the map and return what the moderator just did on it, once.

    Args:
        points: what to draw.
        key: names this map in the session; two maps on a page need two keys.
        height: of the drawing, pixels; less on a small screen.
        polygon: the outline of the present selection in layout coordinates: it stays drawn at any zoom.
        parts: the shapes that were added to it and taken away since; they stay drawn as well.
        isolated: the legend name that the filters keep alone, if any.
        names: what stands on the map, the most important first: what has no room shows when zoomed in.
        on_event: called with each event, once, before the page (or the fragment that holds the map) runs again, so
            that the same run already draws the new selection.

    Returns:
        The event that caused this run, or None.
    """
    serial_key = f"{key}/serial"

    def handle() -> None:
        for event in read_events(sent_value(key, "event"), answered=st.session_state.get(serial_key, 0)):
            st.session_state[serial_key] = event.serial
            if on_event is not None:
                on_event(event)

    state = pack_state(
        points,
        channel=f"{key}/state",
        polygon=polygon,
        parts=parts,
        isolated=isolated,
        serial=st.session_state.get(serial_key, 0),
    )
    with st.container(gap=None, key=f"{key}_parts"):
        result = _map(key=key, data={"key": key, "height": height}, on_event_change=handle)
        # Colours come first: points that arrive then have them at once.
        _feeder(key=f"{key}/colours", data=pack_colours(points, channel=f"{key}/colours"))
        _feeder(key=f"{key}/points", data=pack_points(points, channel=f"{key}/points"))
        _feeder(key=f"{key}/state", data=state)
        _feeder(key=f"{key}/names", data=pack_names(names, channel=f"{key}/names", shown=points.known_as))
    return next(reversed(read_events(result.get("event"), answered=0)), None)


def picture_feeder(load_page: Callable[[int], bytes], *, key: str, fingerprint: str, pages: int) -> None:
    """Bring pages of hover pictures to every map whose points carry the same ``fingerprint``.

    It runs as a fragment of its own: fetching pictures never reruns the page.

    Args:
        load_page: page number to the bytes that :func:`pack_page` made; sample i lies on page ``i // 256``.
        key: names the feeder in the session.
        fingerprint: the ``fingerprint`` of the :class:`MapPoints`.
        pages: how many pages there are.
    """
    wanted_key = f"{key}/wanted"

    def remember() -> None:
        page = sent_value(key, "page")
        if isinstance(page, int) and 0 <= page < pages:
            st.session_state[wanted_key] = (fingerprint, page)

    @st.fragment
    def feed() -> None:
        owner, page = st.session_state.get(wanted_key, (fingerprint, None))
        payload = load_page(page) if owner == fingerprint and page is not None and page < pages else None
        with st.container(gap=None, key=f"{key}_parts"):
            _picture_feeder(key=key, data={"pictures": fingerprint, "pages": pages}, on_page_change=remember)
            if payload is not None:
                _feeder(key=f"{key}/page", data=payload)

    feed()

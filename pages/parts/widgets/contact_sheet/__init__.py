"""The contact sheet: pictures in rows, each to be kept in or taken out of a proposal, each to be opened.

A click shows at once. The browser numbers the clicks and says each again with every message until Python has answered
it, because Streamlit keeps only the newest message of a component while a run is under way. The pictures and the state
of the tiles go down apart, so that a click does not send the pictures again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.evidence.map_view import SIGN_SHAPES
from pages.parts.widgets.component_state import sent_value, with_shared

_HERE = Path(__file__).parent
_SAID_ONCE = 0
_HTML = '<div class="contact-sheet" role="group"></div>\n'


@dataclass(frozen=True)
class Tile:
    """One picture of the sheet: ``jpeg`` is empty where there is no picture; ``colour`` and ``sign`` are the label's.

    ``mark`` is a line that may change while the picture stays: what was proposed for the sample.
    """

    sample_id: str
    label: str
    caption: str
    colour: str
    chosen: bool
    jpeg: bytes
    mark: str = ""
    sign: int = 0


@dataclass(frozen=True)
class SheetEvent:
    """What the person did: ``kind`` is "toggle" (``sample_ids`` became ``chosen`` or not) or "open" (one sample).

    ``sheet`` is the name that the sheet had when it was clicked.
    """

    kind: str
    sample_ids: tuple[str, ...]
    chosen: bool = True
    sheet: str = ""


def pack_tiles(
    tiles: Sequence[Tile],
    *,
    tile_width: int,
    selectable: bool,
    channel: str = "",
    sheet: str = "",
    hint: str = "",
) -> bytes:
    """One payload for the browser: header length (4 bytes, little endian), JSON header, then the JPEGs end to end.

    It says nothing of what is chosen, so a click leaves it as it is.

    Args:
        tiles: in order.
        tile_width: CSS pixels.
        selectable: whether a click takes a tile out or in.
        channel: under which the browser finds the state of these tiles.
        sheet: the name that comes back with every click.
        hint: what a click does, in words, where that is not to take a tile out or put it back.
    """
    rows = [
        {
            "id": tile.sample_id,
            "label": tile.label,
            "caption": tile.caption,
            "colour": tile.colour,
            "sign": tile.sign,
            "bytes": len(tile.jpeg),
        }
        for tile in tiles
    ]
    shared = {"tileWidth": tile_width, "selectable": selectable, "channel": channel, "sheet": sheet, "hint": hint}
    header = json.dumps({"tiles": rows, **shared}).encode()
    return len(header).to_bytes(4, "little") + header + b"".join(tile.jpeg for tile in tiles)


def sheet_state(tiles: Sequence[Tile], *, channel: str, sheet: str, answered: int) -> dict[str, Any]:
    """What clicks and acts change: which tiles are out, the last click that was answered, and the tiles' marks."""
    out = [tile.sample_id for tile in tiles if not tile.chosen]
    marks = {tile.sample_id: tile.mark for tile in tiles if tile.mark}
    return {"channel": channel, "sheet": sheet, "answered": answered, "out": out, "marks": marks}


def read_events(value: Any, *, answered: int) -> list[tuple[int, SheetEvent]]:
    """The numbered events in what the browser sent, in order, without those up to number ``answered``.

    What is not well formed is left out. The number 0 stands for a click that is said once.
    """
    entries = value.get("entries") if isinstance(value, dict) else None
    found = [_read_event(entry) for entry in entries] if isinstance(entries, list) else []
    return [entry for entry in found if entry is not None and (entry[0] == _SAID_ONCE or entry[0] > answered)]


def _read_event(entry: Any) -> tuple[int, SheetEvent] | None:
    if not isinstance(entry, dict) or entry.get("kind") not in ("toggle", "open"):
        return None
    ids, serial, sheet = entry.get("ids"), entry.get("serial"), entry.get("sheet", "")
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        return None
    if isinstance(serial, bool) or not isinstance(serial, int) or not isinstance(sheet, str):
        return None
    return serial, SheetEvent(entry["kind"], tuple(ids), entry.get("chosen") is not False, sheet)


def _script(*names: str) -> str:
    return with_shared("when_gone.js", SIGN_SHAPES, *(_HERE / name for name in names))


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_contact_sheet",
        html=_HTML,
        css=with_shared("scale.css", _HERE / "contact_sheet.css"),
        js=_script("state.js", "contact_sheet.js"),
    )


@cache
def _state():
    return st.components.v2.component("glitch_audit_contact_sheet_state", js=_script("state.js", "state_feeder.js"))


def contact_sheet(
    tiles: Sequence[Tile],
    *,
    key: str,
    on_event: Callable[[SheetEvent], None],
    tile_width: int = 150,
    selectable: bool = True,
    sheet: str = "",
    hint: str = "",
) -> None:
    """Show tiles.

    Args:
        tiles: the pictures of one page, in order.
        key: the widget's key.
        on_event: told what the person did, click by click and each once, before the page runs again.
        tile_width: width of a tile in CSS pixels.
        selectable: whether a click takes a tile out or in; otherwise a click opens it.
        sheet: names what the tiles are chosen for. The browser forgets clicks on a sheet of another name, and those
            that are under way come with the name that they were meant for.
        hint: what a click does, in words, where that is not to take a tile out or put it back.
    """
    answered_key = f"{key}/answered"

    def deliver() -> None:
        answered = st.session_state.get(answered_key, 0)
        for serial, event in read_events(sent_value(key, "event"), answered=answered):
            st.session_state[answered_key] = max(serial, answered)
            on_event(event)

    payload = pack_tiles(tiles, tile_width=tile_width, selectable=selectable, channel=key, sheet=sheet, hint=hint)
    if not selectable:
        _component()(key=key, data=payload, on_event_change=deliver)
        return
    state = sheet_state(tiles, channel=key, sheet=sheet, answered=st.session_state.get(answered_key, 0))
    with st.container(gap=None):
        _component()(key=key, data=payload, on_event_change=deliver)
        _state()(key=f"{key}/state", data=state)

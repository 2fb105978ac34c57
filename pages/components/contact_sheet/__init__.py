"""The contact sheet: pictures in rows, each to be kept in or taken out of a proposal, each to be opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.component_state import sent_value

_HERE = Path(__file__).parent
_HTML = '<div class="contact-sheet" role="group"></div>\n'


@dataclass(frozen=True)
class Tile:
    """One picture of the sheet: ``jpeg`` is empty where there is no picture; ``colour`` is the label's."""

    sample_id: str
    label: str
    caption: str
    colour: str
    chosen: bool
    jpeg: bytes


@dataclass(frozen=True)
class SheetEvent:
    """What the person did: ``kind`` is "toggle" (``sample_ids`` became ``chosen`` or not) or "open" (one sample)."""

    kind: str
    sample_ids: tuple[str, ...]
    chosen: bool = True


def pack_tiles(tiles: Sequence[Tile], *, tile_width: int, selectable: bool) -> bytes:
    """One payload for the browser: header length (4 bytes, little endian), JSON header, then the JPEGs end to end."""
    rows = [
        {
            "id": tile.sample_id,
            "label": tile.label,
            "caption": tile.caption,
            "colour": tile.colour,
            "chosen": tile.chosen,
            "bytes": len(tile.jpeg),
        }
        for tile in tiles
    ]
    header = json.dumps({"tiles": rows, "tileWidth": tile_width, "selectable": selectable}).encode()
    return len(header).to_bytes(4, "little") + header + b"".join(tile.jpeg for tile in tiles)


def read_event(value: Any) -> SheetEvent | None:
    """The event in what the browser sent, or None when it is not one."""
    if not isinstance(value, dict) or value.get("kind") not in ("toggle", "open"):
        return None
    ids = value.get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        return None
    return SheetEvent(value["kind"], tuple(ids), bool(value.get("chosen", True)))


@cache
def _component():
    return st.components.v2.component(
        "glitch_audit_contact_sheet",
        html=_HTML,
        css=(_HERE / "contact_sheet.css").read_text(encoding="utf-8"),
        js=(_HERE / "contact_sheet.js").read_text(encoding="utf-8"),
    )


def contact_sheet(
    tiles: Sequence[Tile],
    *,
    key: str,
    on_event: Callable[[SheetEvent], None],
    tile_width: int = 150,
    selectable: bool = True,
) -> None:
    """Show tiles.

    Args:
        tiles: the pictures of one page, in order.
        key: the widget's key.
        on_event: told what the person did, before the page runs again.
        tile_width: width of a tile in CSS pixels.
        selectable: whether a click takes a tile out or in; otherwise a click opens it.
    """

    def deliver() -> None:
        event = read_event(sent_value(key, "event"))
        if event is not None:
            on_event(event)

    payload = pack_tiles(tiles, tile_width=tile_width, selectable=selectable)
    _component()(key=key, data=payload, on_event_change=deliver)

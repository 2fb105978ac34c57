"""What crosses between Python and the contact sheet: pictures and states down, sample ids up, nothing else believed."""

import json
from dataclasses import replace

import pytest

from pages.parts.widgets.contact_sheet import SheetEvent, Tile, pack_tiles, read_events, sheet_state

TILES = [
    Tile("a", "Blip", "caption", "#123456", True, b"first"),
    Tile("b", "<b>", "", "#000000", False, b""),
    Tile("c", "Tomte", "", "#000000", True, b"third!"),
]


def unpacked(payload):
    length = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + length]), payload[4 + length :]


def entry(serial, kind="toggle", ids=("a",), chosen=False, **more):
    return {"serial": serial, "kind": kind, "ids": list(ids), "chosen": chosen, "sheet": "one", **more}


def read(*entries, answered=0):
    return read_events({"entries": list(entries)}, answered=answered)


def test_pictures_follow_the_header_end_to_end():
    header, body = unpacked(pack_tiles(TILES, tile_width=150, selectable=True, channel="key", sheet="one"))
    assert body == b"firstthird!"
    assert [tile["bytes"] for tile in header["tiles"]] == [5, 0, 6]
    assert [tile["id"] for tile in header["tiles"]] == ["a", "b", "c"]
    assert (header["tileWidth"], header["selectable"]) == (150, True)
    assert (header["channel"], header["sheet"]) == ("key", "one")


def test_a_click_leaves_the_pictures_payload_as_it_is():
    other = [Tile(t.sample_id, t.label, t.caption, t.colour, not t.chosen, t.jpeg) for t in TILES]
    assert pack_tiles(TILES, tile_width=150, selectable=True) == pack_tiles(other, tile_width=150, selectable=True)


def test_the_state_names_the_tiles_that_are_out():
    state = sheet_state(TILES, channel="key", sheet="one", answered=7)
    assert state == {"channel": "key", "sheet": "one", "answered": 7, "out": ["b"], "marks": {}}


def test_a_mark_changes_the_state_and_leaves_the_pictures():
    marked = [*TILES[:2], replace(TILES[2], mark="→ Helix, by you, in review")]
    assert sheet_state(marked, channel="key", sheet="one", answered=7)["marks"] == {"c": "→ Helix, by you, in review"}
    assert pack_tiles(marked, tile_width=150, selectable=True) == pack_tiles(TILES, tile_width=150, selectable=True)


def test_no_tiles_are_an_empty_sheet():
    header, body = unpacked(pack_tiles([], tile_width=100, selectable=False))
    assert header["tiles"] == [] and body == b""


def test_clicks_are_read_in_order():
    assert read(entry(1, ids=("a", "b")), entry(2, chosen=True), entry(3, kind="open", ids=("c",), chosen=True)) == [
        (1, SheetEvent("toggle", ("a", "b"), False, "one")),
        (2, SheetEvent("toggle", ("a",), True, "one")),
        (3, SheetEvent("open", ("c",), True, "one")),
    ]


def test_a_click_that_was_answered_counts_once():
    said_again = [entry(1), entry(2, chosen=True), entry(3)]
    assert [serial for serial, _ in read(*said_again, answered=2)] == [3]
    assert read(*said_again, answered=3) == []


def test_a_click_that_asks_for_no_answer_always_counts():
    assert len(read(entry(0, kind="open"), answered=9)) == 1


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "toggle",
        {},
        {"entries": None},
        {"entries": ["toggle"]},
        {"entries": [entry(1, kind="erase")]},
        {"entries": [entry(1, kind="open", ids=())]},
        {"entries": [entry(1, ids=(3,))]},
        {"entries": [entry("1")]},
        {"entries": [entry(True)]},
        {"entries": [entry(1, sheet=4)]},
    ],
)
def test_anything_else_is_no_event(value):
    assert read_events(value, answered=0) == []

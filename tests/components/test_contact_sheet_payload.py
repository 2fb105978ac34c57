"""What crosses between Python and the contact sheet: pictures down, sample ids up, nothing else believed."""

import json

import pytest

from pages.components.contact_sheet import SheetEvent, Tile, pack_tiles, read_event


def unpacked(payload):
    length = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + length]), payload[4 + length :]


def test_pictures_follow_the_header_end_to_end():
    tiles = [
        Tile("a", "Blip", "caption", "#123456", True, b"first"),
        Tile("b", "<b>", "", "#000000", False, b""),
        Tile("c", "Tomte", "", "#000000", True, b"third!"),
    ]
    header, body = unpacked(pack_tiles(tiles, tile_width=150, selectable=True))
    assert body == b"firstthird!"
    assert [tile["bytes"] for tile in header["tiles"]] == [5, 0, 6]
    assert [tile["id"] for tile in header["tiles"]] == ["a", "b", "c"]
    assert [tile["chosen"] for tile in header["tiles"]] == [True, False, True]
    assert (header["tileWidth"], header["selectable"]) == (150, True)


def test_no_tiles_are_an_empty_sheet():
    header, body = unpacked(pack_tiles([], tile_width=100, selectable=False))
    assert header["tiles"] == [] and body == b""


def test_events_are_read():
    assert read_event({"kind": "toggle", "ids": ["a", "b"], "chosen": False}) == SheetEvent("toggle", ("a", "b"), False)
    assert read_event({"kind": "open", "ids": ["a"], "chosen": True}) == SheetEvent("open", ("a",), True)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "toggle",
        {},
        {"kind": "erase", "ids": ["a"]},
        {"kind": "open", "ids": []},
        {"kind": "open", "ids": [3]},
    ],
)
def test_anything_else_is_no_event(value):
    assert read_event(value) is None

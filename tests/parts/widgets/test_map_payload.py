"""What the map's Python face packs for the browser and reads back from it."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.dataset.selection import Part
from core.errors import GlitchAuditError
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
    read_event,
    read_events,
    sprite_sheet,
)


def make_points(x, y, *, slots=None, palette=("#112233", "#445566")) -> MapPoints:
    x = np.asarray(x, float)
    return MapPoints(
        x=x,
        y=np.asarray(y, float),
        colour_index=np.zeros(len(x), int) if slots is None else np.asarray(slots),
        palette=tuple(palette),
        legend=tuple(f"label {number}" for number in range(len(palette))),
        visible=np.ones(len(x), bool),
        selected=np.zeros(len(x), bool),
        fingerprint="abc",
    )


def split(payload: bytes) -> tuple[dict, bytes]:
    length = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + length]), payload[4 + length :]


def unpack_places(payload: bytes) -> tuple[np.ndarray, np.ndarray]:
    header, body = split(payload)
    count, (left, right, bottom, top) = header["count"], header["bounds"]
    x = np.frombuffer(body, "<u2", count) / 65535 * (right - left) + left
    y = np.frombuffer(body, "<u2", count, offset=2 * count) / 65535 * (top - bottom) + bottom
    return x, y


def test_coordinates_survive_within_half_a_step():
    random = np.random.default_rng(0)
    x, y = random.normal(5, 3, 1000), random.normal(-2, 40, 1000)
    unpacked_x, unpacked_y = unpack_places(pack_points(make_points(x, y), channel="map/points"))
    assert np.abs(unpacked_x - x).max() <= np.ptp(x) / 65535 / 2 * 1.0001
    assert np.abs(unpacked_y - y).max() <= np.ptp(y) / 65535 / 2 * 1.0001


def test_everything_together_needs_less_than_ten_bytes_a_sample_and_other_colours_hardly_more_than_one():
    random = np.random.default_rng(0)
    points = make_points(random.random(34_332), random.random(34_332))
    colours = len(pack_colours(points, channel="map/colours"))
    size = len(pack_points(points, channel="map/points")) + len(pack_state(points, channel="map/state")) + colours
    assert size / 34_332 < 5.5
    assert colours / 34_332 < 1.1


def test_names_travel_as_they_are_and_belong_to_their_map():
    header, body = split(pack_names([MapName("<b>Blip</b> 62 %", 7, (0, 1, 2, 3))], channel="map/names", shown="abc"))
    assert header["names"] == [{"text": "<b>Blip</b> 62 %", "row": 7, "bounds": [0, 1, 2, 3]}]
    assert (header["channel"], header["shown"], body) == ("map/names", "abc", b"")


def test_points_and_state_say_which_map_they_are_of():
    points = make_points([0, 1, 2], [2, 1, 0])
    for wanted, one in (("abc", points), ("packed", replace(points, shown="packed"))):
        assert split(pack_points(one, channel="map/points"))[0]["shown"] == wanted
        assert split(pack_state(one, channel="map/state"))[0]["shown"] == wanted
        assert split(pack_points(one, channel="map/points"))[0]["pictures"] == "abc"


def test_same_points_give_the_same_bytes_and_other_colours_change_the_colours_alone():
    points = make_points([0, 1, 2], [2, 1, 0])
    payload = pack_points(points, channel="map/points")
    assert payload == pack_points(make_points([0, 1, 2], [2, 1, 0]), channel="map/points")
    recoloured = replace(points, colour_index=np.array([0, 1, 0]), title="cluster")
    assert payload == pack_points(recoloured, channel="map/points")
    before, after = (split(pack_colours(each, channel="map/colours"))[0] for each in (points, recoloured))
    assert before["fingerprint"] != after["fingerprint"]
    assert (before["pictures"], after["title"]) == ("abc", "cluster")


def test_a_filter_or_selection_leaves_the_points_payload_unchanged():
    points = make_points([0, 1, 2], [2, 1, 0])
    narrowed = replace(points, visible=np.array([True, False, True]), selected=np.array([True, False, False]))
    assert pack_points(points, channel="c") == pack_points(narrowed, channel="c")
    assert pack_state(points, channel="c") != pack_state(narrowed, channel="c")


def test_state_bits_lie_eight_to_a_byte_lowest_first():
    visible = np.array([1, 0, 1, 1, 1, 1, 1, 1, 0], bool)
    selected = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0], bool)
    points = replace(make_points(np.arange(9), np.arange(9)), visible=visible, selected=selected)
    header, body = split(pack_state(points, channel="c", polygon=[(0, 1), (2, 3.5)], isolated="Blip", serial=7))
    assert body == bytes([0b11111101, 0b0, 0b10000000, 0b0])
    assert header["polygon"] == [[0, 1], [2, 3.5]]
    assert (header["isolated"], header["serial"], header["count"]) == ("Blip", 7, 9)


@pytest.mark.parametrize("count", [1, 5])
def test_samples_at_one_place_get_an_extent(count):
    payload = pack_points(make_points(np.full(count, 3.0), np.full(count, -4.0)), channel="c")
    assert split(payload)[0]["bounds"] == [2.5, 3.5, -4.5, -3.5]
    x, y = unpack_places(payload)
    assert np.allclose(x, 3.0, atol=1e-4) and np.allclose(y, -4.0, atol=1e-4)


def test_no_samples_pack_to_a_header_alone():
    header, body = split(pack_points(make_points([], []), channel="c"))
    assert (header["count"], body) == (0, b"")


def test_beyond_256_colours_the_rarest_share_a_slot_named_other():
    palette = tuple(f"#{number:06x}" for number in range(300))
    slots = np.repeat(np.arange(300), np.where(np.arange(300) < 45, 1, 2))
    points = make_points(np.arange(len(slots)), np.arange(len(slots)), slots=slots, palette=palette)
    header, body = split(pack_colours(points, channel="c"))
    packed = np.frombuffer(body, np.uint8, len(slots))
    assert len(header["palette"]) == len(header["legend"]) == 256
    assert header["legend"][-1] == "other"
    assert (packed[:45] == 255).all() and (packed[45:] < 255).all()
    assert header["legend"][packed[45]] == "label 45"


def test_a_colour_scale_reaches_the_browser():
    points = replace(make_points([0, 1], [0, 1]), scale=ColourScale(low=0.5, high=25.5), title="SNR")
    header, _ = split(pack_colours(points, channel="c"))
    assert (header["scale"], header["title"]) == ([0.5, 25.5], "SNR")


def test_coordinates_that_are_not_numbers_are_refused_in_a_sentence():
    with pytest.raises(GlitchAuditError, match="compute the layout again"):
        make_points([0, np.nan], [0, 1])


def test_arrays_of_different_length_and_unknown_slots_are_refused():
    with pytest.raises(ValueError, match="y has 1 entries"):
        make_points([0, 1], [0])
    with pytest.raises(ValueError, match="outside the palette"):
        make_points([0, 1], [0, 1], slots=[0, 2])


def test_a_page_carries_the_cards_and_a_sprite_of_sixteen_columns():
    pictures = [np.full((10, 20, 3), 255, np.uint8), None, np.full((5, 5, 3), 255, np.uint8)]
    sprite = sprite_sheet(pictures, cell=(20, 10))
    cards = [PictureCard(f"id{number}", "<i>Blip</i>", "cluster 3", "H1") for number in range(17)]
    header, body = split(pack_page(4, cards, sprite, pictures="abc"))
    assert (header["channel"], header["columns"], header["rows"]) == ("abc/page/4", 16, 2)
    assert header["cards"][16] == {"id": "id16", "label": "<i>Blip</i>", "cluster": "cluster 3", "text": "H1"}
    decoded = np.asarray(Image.open(io.BytesIO(body)))
    assert decoded.shape == (10, 320, 3)
    assert [int(decoded[5, 20 * cell + 10].mean() > 128) for cell in range(4)] == [1, 0, 1, 0]


def test_a_lasso_event_is_read():
    raw = {"how": "lasso", "polygon": [[0, 0], [1, 0], [0.5, 1]], "operation": "subtract", "serial": 3}
    assert read_event(raw) == MapEvent("lasso", ((0, 0), (1, 0), (0.5, 1)), operation="subtract", serial=3)


def test_a_shape_without_a_word_replaces():
    assert read_event({"how": "box", "polygon": TRIANGLE, "serial": 1}).operation == "replace"


def test_events_that_were_answered_count_once():
    said = [{"how": "box", "polygon": TRIANGLE, "operation": "add", "serial": serial} for serial in (1, 2, 3)]
    assert [event.serial for event in read_events({"entries": said}, answered=1)] == [2, 3]
    assert read_events({"entries": [*said, {"how": "drop table"}]}, answered=3) == []
    assert read_events(None, answered=0) == read_events({"entries": "box"}, answered=0) == []


def test_added_and_subtracted_outlines_travel_with_the_state():
    points = make_points([0, 1], [0, 1])
    part = Part("subtract", "box", ((0, 0), (1, 0), (1, 1)))
    header, _ = split(pack_state(points, channel="c", polygon=[(0, 1), (2, 3.5), (4, 4)], parts=[part]))
    assert header["parts"] == [{"operation": "subtract", "polygon": [[0, 0], [1, 0], [1, 1]]}]


def test_an_isolate_event_is_read():
    raw = {"how": "isolate", "polygon": [], "label": "Blip", "serial": 1}
    assert read_event(raw) == MapEvent("isolate", label="Blip", serial=1)


TRIANGLE = [[0, 0], [1, 0], [0, 1]]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "lasso",
        {},
        {"how": "drop table", "polygon": TRIANGLE, "serial": 1},
        {"how": "lasso", "polygon": TRIANGLE},
        {"how": "lasso", "polygon": TRIANGLE, "operation": "divide", "serial": 1},
        {"how": "lasso", "polygon": TRIANGLE[:2], "serial": 1},
        {"how": "lasso", "polygon": [[0, 0], [1, None], [0, 1]], "serial": 1},
        {"how": "lasso", "polygon": [[0, 0], [1, float("nan")], [0, 1]], "serial": 1},
        {"how": "lasso", "polygon": [[0, 0, 0]] * 3, "serial": 1},
        {"how": "lasso", "polygon": TRIANGLE * 200, "serial": 1},
        {"how": "isolate", "label": 5, "serial": 1},
    ],
)
def test_events_that_are_not_well_formed_are_dropped(raw):
    assert read_event(raw) is None


def test_shapes_travel_with_their_colours_and_what_shares_a_slot_is_a_circle():
    points = replace(make_points([0, 1], [0, 1], slots=[0, 1]), signs=(3, 5))
    assert split(pack_colours(points, channel="map/colours"))[0]["signs"] == [3, 5]
    assert split(pack_colours(replace(points, signs=()), channel="map/colours"))[0]["signs"] == []
    many = make_points(range(300), range(300), slots=range(300), palette=["#112233"] * 300)
    header, _ = split(pack_colours(replace(many, signs=(4,) * 300), channel="map/colours"))
    assert header["signs"] == [4] * 255 + [0]
    with pytest.raises(ValueError, match="signs"):
        replace(points, signs=(3,))

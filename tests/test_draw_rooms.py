"""The picture of the rooms is true: it carries what the imports give, and is drawn the same each time."""

import re

import pytest

from tools.draw_rooms import PICTURE, Panel, drawn_arrows, listed, listed_in, panels, picture


@pytest.fixture(scope="module")
def shown():
    return panels()


def small(*arrows, files=()):
    return Panel("core.small", (("top",), ("middle", "beside"), ("ground",)), arrows, frozenset(files))


def test_the_picture_in_the_docs_shows_the_rooms_and_arrows_that_the_imports_give(shown):
    """What fails here: an import made or cut an arrow. Run `make drawing`, and look at what it drew."""
    assert listed_in(PICTURE.read_text(encoding="utf-8")) == listed(shown)


def test_the_picture_is_small_and_drawn_the_same_each_time(shown):
    drawn = picture(shown)
    assert drawn == picture(shown) and len(drawn) < 200_000
    assert listed_in(drawn) == listed(shown)


def test_every_room_is_drawn_once(shown):
    words = re.findall(r'text-anchor="middle"[^>]*>(\w+)<', picture(shown))
    assert sorted(words) == sorted(room for panel in shown for room in panel.rooms)
    assert {panel.package for panel in shown} == {"core", "core.classify", "core.ledger", "pages.parts"}


def test_an_arrow_that_follows_from_others_is_not_drawn():
    arrows = (("middle", "ground"), ("top", "ground"), ("top", "middle"))
    assert drawn_arrows(small(*arrows)) == [("middle", "ground"), ("top", "middle")]


def test_arrows_to_single_files_are_not_drawn():
    assert drawn_arrows(small(("middle", "ground"), ("top", "middle"), files=["ground"])) == [("top", "middle")]


def test_an_arrow_that_runs_up_is_drawn_red():
    up = small(("ground", "top"), ("middle", "ground"), ("top", "middle"))
    assert ("ground", "top") in drawn_arrows(up)
    assert picture([up]).count('stroke="#c62828"') == 1
    assert 'stroke="#c62828"' not in picture([small(("top", "middle"))])


def test_a_picture_without_a_list_is_refused():
    with pytest.raises(ValueError, match="no list of rooms"):
        listed_in("<svg/>")

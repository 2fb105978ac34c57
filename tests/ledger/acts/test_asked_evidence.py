"""What a likeness search asked for is kept with the act: which samples, which view, and what ranked."""

import io
import json
from dataclasses import asdict, replace

import pandas as pd
import pytest

from core.dataset.selection import (
    BOX_SEARCH,
    Asked,
    Part,
    Selection,
    drawn_record,
    read_asked_record,
    read_drawn_record,
    selection_from,
)
from core.ledger import export_csv, proposals
from core.ledger.acts.saving_selections import save_selection
from core.ledger.views.saved_selections import find_saved_selection

ASKED = Asked(("id1", "id4"), ("id3",), view="1.0")
FOUND = Selection(("id2", "id0"), how="search", asked=ASKED)
TAKEN_AWAY = (Part("subtract", "box", ((2.0, 2.0), (3.0, 2.0), (3.0, 3.0), (2.0, 3.0))),)


@pytest.mark.parametrize("selection", [FOUND, replace(FOUND, parts=TAKEN_AWAY)])
def test_what_was_asked_is_read_back_with_the_shapes_drawn_after(selection):
    record = drawn_record(selection)
    assert read_asked_record(record) == ASKED
    assert read_drawn_record(record) == ((), selection.parts)


def test_what_was_drawn_asked_for_nothing():
    assert read_asked_record(drawn_record(Selection((), "lasso", polygon=((0.0, 1.0),)))) is None
    assert read_asked_record(drawn_record(Selection((), "query", parts=TAKEN_AWAY))) is None


@pytest.mark.parametrize("asked", ["7", "{}", '{"like": 7, "unlike": [], "view": "", "method": ""}'])
def test_anything_else_is_no_record(asked):
    with pytest.raises(ValueError):
        read_asked_record(f'{{"first": [], "then": [], "asked": {asked}}}')


def test_a_proposal_says_in_words_what_was_asked(propose_whistle, ledger):
    propose_whistle(selection=FOUND)
    rows = proposals(ledger)
    assert {read_asked_record(record) for record in rows["polygon"]} == {ASKED}
    table = pd.read_csv(io.StringIO(export_csv(rows)), keep_default_na=False)
    assert set(table["segment"]) == {"likeness search: like id1, id4, unlike id3, by the view 1.0"}


def test_a_box_and_what_is_no_sample_here_are_said_and_read_back(propose_whistle, ledger):
    named, box = (("picture-1", "s7 of the data set apples"),), (0.2, 0.4, 0.1, 0.95)
    asked = Asked(("picture-1",), view="1.0", method=BOX_SEARCH, named=named, box=box)
    propose_whistle(selection=replace(FOUND, asked=asked))
    rows = proposals(ledger)
    assert {read_asked_record(record) for record in rows["polygon"]} == {asked}
    table = pd.read_csv(io.StringIO(export_csv(rows)), keep_default_na=False)
    assert set(table["segment"]) == {
        "likeness search by a part of the picture: like s7 of the data set apples, its part 20 to 40 % across and 10 "
        "to 95 % upwards, by the view 1.0"
    }


def test_what_has_neither_is_recorded_as_before():
    assert set(json.loads(drawn_record(FOUND))["asked"]) == {"like", "unlike", "view", "method"}


def test_of_many_the_first_ten_are_named(propose_whistle, ledger):
    asked = Asked(tuple(f"id{number}" for number in range(12)))
    propose_whistle(selection=replace(FOUND, asked=asked))
    table = pd.read_csv(io.StringIO(export_csv(proposals(ledger))), keep_default_na=False)
    assert table["segment"].iloc[0].endswith("id8, id9 and 2 more")


def test_a_saved_selection_keeps_what_was_asked(ledger):
    saved = save_selection(ledger, FOUND, name="more like these", author="Ada", app_version="0.1")
    assert find_saved_selection(ledger, saved.selection_id).selection == FOUND


def test_a_selection_kept_before_there_was_a_search_is_read():
    content = asdict(FOUND)
    assert selection_from(content) == FOUND
    del content["asked"]
    assert selection_from(content) == replace(FOUND, asked=None)

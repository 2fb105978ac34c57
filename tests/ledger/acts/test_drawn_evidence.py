"""What was drawn is kept whole: the first outline, and every shape that was added or taken away after it."""

import io

import pandas as pd
import pytest

from core.dataset.selection import Part, Selection, drawn_record, read_drawn_record
from core.ledger import export_csv, proposals
from core.ledger.acts.saving_selections import save_selection
from core.ledger.views.saved_selections import find_saved_selection

TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.5))
PARTS = (
    Part("add", "box", ((2.0, 2.0), (3.0, 2.0), (3.0, 3.0), (2.0, 3.0))),
    Part("subtract", "lasso", TRIANGLE),
)
DRAWN = Selection(("id2", "id0"), how="lasso", polygon=TRIANGLE, parts=PARTS, layout_fingerprint="layout")


def test_one_outline_stays_a_list_of_corners():
    assert drawn_record(Selection((), "lasso", polygon=((0.0, 1.5), (2.0, 3.0)))) == "[[0.0, 1.5], [2.0, 3.0]]"
    assert drawn_record(Selection((), "cluster", cluster=3)) == "[]"


@pytest.mark.parametrize("selection", [DRAWN, Selection((), "cluster", cluster=3, parts=PARTS), Selection((), "query")])
def test_what_is_written_is_read_back(selection):
    assert read_drawn_record(drawn_record(selection)) == (selection.polygon, selection.parts)


@pytest.mark.parametrize(
    "record",
    [
        "7",
        "[7]",
        "{}",
        '{"first": []}',
        '{"first": [], "then": [{"operation": "divide", "shape": "box", "polygon": []}]}',
        '{"first": [], "then": [{"operation": "add", "shape": "star", "polygon": []}]}',
        '{"first": [[1]], "then": []}',
        "no json",
    ],
)
def test_anything_else_is_no_record(record):
    with pytest.raises(ValueError):
        read_drawn_record(record)


def test_a_proposal_keeps_every_shape(propose_whistle, ledger):
    propose_whistle(selection=DRAWN)
    rows = proposals(ledger)
    assert {read_drawn_record(record) for record in rows["polygon"]} == {(TRIANGLE, PARTS)}
    table = pd.read_csv(io.StringIO(export_csv(rows)), keep_default_na=False)
    assert set(table["segment"]) == {"lasso of 3 corners; box added; lasso taken away"}
    assert {read_drawn_record(record) for record in table["polygon"]} == {(TRIANGLE, PARTS)}


def test_a_saved_selection_keeps_every_shape(ledger):
    saved = save_selection(ledger, DRAWN, name="two islands", author="Ada", app_version="0.1")
    assert find_saved_selection(ledger, saved.selection_id).selection == DRAWN

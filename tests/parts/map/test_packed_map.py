"""Two arrangements of the same islands: what was drawn on one keeps its samples and its record on the other."""

from dataclasses import replace

import numpy as np
import pytest

from core.ledger import open_ledger
from core.ledger.views.saved_selections import find_saved_selection, saved_selections
from core.space.gestures import Gesture, bind
from core.space.packing import packing_fingerprint
from pages.parts.desk.shown import map_of

KEY = "map_arrangement"


@pytest.fixture
def drawn(prepared):
    """A lasso around the first ten samples of the packed map, as a hand would have drawn it."""
    mask = np.arange(len(prepared.samples)) < 10
    gesture = Gesture("lasso", polygon=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    return bind(
        gesture,
        mask,
        ids=prepared.samples.index,
        layout=prepared.packing.fingerprint,
        clustering=prepared.clustering.fingerprint,
    )


def told(app):
    return [item.value for item in app.info]


@pytest.mark.parametrize(("made", "expected"), [("prepared", "Packed"), ("audited", "Spread out")])
def test_a_computed_map_is_packed_at_first_and_places_that_were_brought_stay(request, open_app, made, expected):
    app = open_app(workspace=request.getfixturevalue(made).workspace.name)
    assert app.session_state[KEY] == expected
    assert any(caption.value.startswith("Packed: distances") for caption in app.caption) == (expected == "Packed")


def test_both_arrangements_are_known_by_names_of_their_own(prepared):
    spread = map_of(prepared)
    packed = replace(spread, coordinates=prepared.packing.coordinates, layout=prepared.packing.fingerprint)
    assert spread.known_as == prepared.fingerprint != packed.known_as
    assert packed.layout == packing_fingerprint(spread.layout)


def test_on_its_own_map_nothing_is_said_and_on_the_other_where_it_was_drawn(prepared, drawn, open_app):
    app = open_app(workspace=prepared.workspace.name, gesture=drawn)
    assert not any("Drawn on" in text for text in told(app))
    app.session_state[KEY] = "Spread out"
    app.run()
    assert any("Drawn on the map “Packed”: the same 10 samples stay selected" in text for text in told(app))


def test_saved_and_opened_on_the_other_map_it_keeps_outline_and_layout(prepared, drawn, open_app):
    app = open_app(workspace=prepared.workspace.name, gesture=drawn, reviewer="Ada", **{KEY: "Spread out"})
    app.text_input(key="saved_name").set_value("ten").run()
    app.button(key="saved_save").click().run()
    ledger = open_ledger(prepared.workspace.ledger_path)
    selection_id = saved_selections(ledger)["selection_id"].iloc[0]
    saved = find_saved_selection(ledger, selection_id).selection
    ledger.close()
    assert (saved.layout_fingerprint, saved.polygon) == (drawn.layout, drawn.polygon)
    app.session_state["desk"] = replace(app.session_state["desk"], gesture=None, asked=selection_id)
    app.run()
    gesture = app.session_state["desk"].gesture
    assert (gesture.layout, gesture.polygon, gesture.sample_ids) == (drawn.layout, drawn.polygon, drawn.sample_ids)
    assert any("Drawn on the map “Packed”" in text for text in told(app))

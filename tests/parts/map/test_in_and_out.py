"""Which samples of a selection are in: the labels that are kept, the odd ones, and what a sheet starts with."""

import pytest

from pages.parts.selection.chosen import NONE, ODD_ONLY, SheetState
from tests.parts.gestures import last_cluster
from tests.parts.remembered import remembered

ODD = "Blip/sample039"
"""The one blip among the whistles of the cluster."""


@pytest.fixture
def open_cluster(prepared, open_app):
    """``open_cluster(**session)``: the map with the mixed cluster chosen: 19 whistles and a blip."""
    return lambda **session: open_app(
        workspace=prepared.workspace.name, gesture=last_cluster(prepared), reviewer="Ada", **session
    )


def button(app, text):
    return next(item for item in app.button if item.label.startswith(text))


def test_a_click_on_a_label_keeps_only_its_samples_and_a_second_one_all(open_cluster):
    app = open_cluster()
    button(app, "Blip · 1 · 5%").click().run()
    assert button(app, "Propose for 1 sample")
    assert any(caption.value.startswith("1 of 1 samples") for caption in app.caption)
    assert any(heading.value.startswith("20 samples selected") for heading in app.subheader)
    button(app, "Blip · 1 · 5%").click().run()
    assert button(app, "Propose for 20 samples")


def test_one_click_leaves_the_odd_ones_in(open_cluster):
    app = open_cluster()
    button(app, "Odd").click().run()
    assert button(app, "Propose for 1 sample")
    assert ODD not in remembered(app, SheetState).excluded
    button(app, "All").click().run()
    assert button(app, "Propose for 20 samples")
    button(app, "None").click().run()
    assert button(app, "Propose for 0 samples")


@pytest.mark.parametrize(("start", "count"), [(NONE, "0 samples"), (ODD_ONLY, "1 sample")])
def test_a_sheet_starts_with_what_was_chosen(open_cluster, start, count):
    app = open_cluster(sheet_start=start)
    assert button(app, f"Propose for {count}")
    button(app, "All").click().run()
    app.run()
    assert button(app, "Propose for 20 samples")


def test_a_label_over_the_form_is_taken_with_one_click(open_cluster):
    app = open_cluster()
    next(item for item in app.button if item.label == "Whistle").click().run()
    assert app.selectbox(key="propose_label").value == "Whistle"
    assert button(app, "Propose for 1 sample")

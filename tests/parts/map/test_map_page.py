"""The map page: what a selection shows, and a proposal from it, without a browser."""

from contextlib import closing
from dataclasses import replace

import pytest

from core.ledger import open_ledger, proposals
from core.space.gestures import Gesture
from pages.parts.selection.chosen import SheetState
from pages.parts.selection.propose import ProposeState
from pages.parts.widgets.label_box import NEW_LABEL
from tests.parts.gestures import chosen, last_cluster
from tests.parts.remembered import remember, remembered


@pytest.fixture
def on_cluster(prepared, open_app):
    """The map with the mixed cluster chosen: 19 whistles and a blip."""
    return open_app(workspace=prepared.workspace.name, gesture=last_cluster(prepared), reviewer="Ada")


def button(app, text):
    return next(item for item in app.button if item.label.startswith(text))


def test_a_new_person_is_told_what_to_do(prepared, open_app):
    app = open_app(workspace=prepared.workspace.name)
    assert "Draw a lasso" in app.info[0].value


def test_a_data_set_without_results_leads_to_the_next_step(make_workspace, open_app):
    workspace = make_workspace(["Blip"], [[1.0, 0.0]])
    app = open_app(workspace=workspace.name)
    assert "no map yet" in app.info[0].value
    assert button(app, "Prepare the data set")


def test_the_selections_mix_is_shown_with_its_interval(on_cluster):
    metrics = {metric.label: metric for metric in on_cluster.metric}
    assert metrics["Commonest label"].value == "Whistle"
    assert metrics["Purity"].value == "95%"
    # Wilson's interval for 19 of 20 at 95 %, as in any table of it.
    assert metrics["Purity"].delta == "76% to 99%"
    assert metrics["Label entropy"].value == "0.29 bits"


def test_a_proposal_needs_a_label_and_a_reason(on_cluster, prepared):
    assert any("Choose a label" in caption.value for caption in on_cluster.caption)
    button(on_cluster, "Propose for 20 samples").click().run()
    assert any("Choose a label" in warning.value for warning in on_cluster.warning)
    on_cluster.selectbox(key="propose_label").set_value("Tomte").run()
    button(on_cluster, "Propose for 20 samples").click().run()
    assert any("Give a reason" in warning.value for warning in on_cluster.warning)
    with closing(open_ledger(prepared.workspace.ledger_path)) as ledger:
        assert proposals(ledger).empty


def test_a_new_label_that_was_typed_and_not_yet_used_says_which_step_is_left(on_cluster, prepared):
    app = on_cluster
    app.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    app.text_input(key="propose_label_new").set_value("Sirens").run()
    button(app, "Propose for 20 samples").click().run()
    assert any("press “Use this new label” first" in warning.value for warning in app.warning)
    button(app, "Use this new label").click().run()
    assert app.selectbox(key="propose_label").value == "Sirens"


def test_the_last_proposal_is_told_as_that_of_the_selection_before(on_cluster, prepared):
    app = on_cluster
    app.selectbox(key="propose_label").set_value("Whistle").run()
    app.text_area(key="propose_reason").set_value("one island, one shape").run()
    button(app, "Propose for 1 sample").click().run()
    assert [item.value for item in app.main.success] == ["1 proposal of Whistle is in the correction table."]
    remember(app, replace(remembered(app, ProposeState), fresh=False))
    app.run()
    assert [item.value for item in app.main.success] == [
        "For your selection before: 1 proposal of Whistle is in the correction table."
    ]


def test_a_proposal_needs_a_name(prepared, open_app):
    gesture = chosen(prepared, Gesture("cluster", cluster=int(prepared.clustering.labels[0])))
    app = open_app(workspace=prepared.workspace.name, gesture=gesture)
    assert any("Type your name" in caption.value for caption in app.caption)


def test_propose_undo_propose_again(on_cluster, prepared):
    app = on_cluster
    app.selectbox(key="propose_label").set_value("Whistle").run()
    app.text_area(key="propose_reason").set_value("one island, one shape").run()
    button(app, "Propose for 1 sample").click().run()
    ledger = open_ledger(prepared.workspace.ledger_path)
    assert proposals(ledger)["sample_id"].tolist() == ["Blip/sample039"]
    assert "19 had that label already" in app.toast[0].value
    button(app, "Undo").click().run()
    assert proposals(ledger).empty
    button(app, "Propose for 1 sample").click().run()
    row = proposals(ledger).iloc[0]
    assert (row["label_before"], row["label_proposed"], row["author"]) == ("Blip", "Whistle", "Ada")
    assert (row["how"], row["confidence"]) == ("cluster", 0.75)
    ledger.close()


def test_a_second_click_on_the_same_proposal_writes_nothing_more(on_cluster, prepared):
    app = on_cluster
    app.selectbox(key="propose_label").set_value("Tomte").run()
    app.text_area(key="propose_reason").set_value("twice").run()
    button(app, "Propose for 20 samples").click().run()
    button(app, "Propose for 20 samples").click().run()
    ledger = open_ledger(prepared.workspace.ledger_path)
    assert len(proposals(ledger)) == 20
    assert "Already written" in app.toast[0].value
    ledger.close()


def test_samples_taken_out_are_not_proposed(prepared, open_app):
    app = open_app(
        None,
        SheetState(excluded=frozenset({"Blip/sample039", "Whistle/sample020"})),
        workspace=prepared.workspace.name,
        gesture=last_cluster(prepared),
    )
    assert button(app, "Propose for 18 samples")


def test_filters_bound_the_selection(on_cluster):
    on_cluster.multiselect(key="filter_labels").set_value(["Blip"]).run()
    metrics = {metric.label: metric.value for metric in on_cluster.metric}
    assert metrics["Commonest label"] == "Blip" and metrics["Purity"] == "100%"
    on_cluster.text_input(key="filter_text").set_value("no such id").run()
    assert "no sample in this selection" in on_cluster.warning[0].value


@pytest.mark.parametrize("column", ["cluster", "cluster membership", "intensity", "state of decision", "said by me"])
def test_every_colouring_draws(on_cluster, column):
    on_cluster.selectbox(key="map_colour").set_value(column).run()
    assert not on_cluster.exception


def test_a_ledger_held_by_another_program_leaves_the_rest_working(on_cluster, prepared, monkeypatch):
    from core.ledger.storage.store import Ledger

    monkeypatch.setattr(Ledger, "problem", lambda self: "The ledger is held by another program (process 7).")
    on_cluster.run()
    assert "held by another program" in on_cluster.warning[0].value
    assert on_cluster.metric

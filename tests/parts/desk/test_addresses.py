"""Addresses open the same selection, sample or cluster for somebody else; wrong ones give one sentence."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.dataset.selection import Filters, Selection
from core.ledger import open_ledger
from core.ledger.acts.saving_selections import save_selection
from core.ledger.views.saved_selections import saved_selections
from core.space.gestures import Gesture
from core.workspace import PROJECT_ROOT
from pages.parts.desk.state import Desk
from tests.parts.gestures import chosen, last_cluster
from tests.parts.remembered import remember, remembered

IDS = ("Blip/sample039", "Whistle/sample020", "Whistle/sample021")


@pytest.fixture
def follow(make_workspace):
    """``follow(name=value, ...) -> app`` as somebody sees it who opens that address in a fresh browser."""

    def start(page=None, **address):
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page:
            app.switch_page(page)
            for name, value in address.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


@pytest.fixture
def save(prepared):
    ledger = open_ledger(prepared.workspace.ledger_path)

    def act(sample_ids=IDS, **options):
        selection = Selection(
            sample_ids,
            **{
                "how": "lasso",
                "polygon": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),
                "dataset_fingerprint": prepared.dataset.fingerprint,
                "layout_fingerprint": prepared.layout.fingerprint,
            }
            | options,
        )
        return save_selection(ledger, selection, name="odd *ones*", note="see tails", author="Ada", app_version="0.1")

    yield act
    ledger.close()


def test_a_saved_selection_opens_for_somebody_else(prepared, follow, save):
    saved = save(filters=Filters(labels=("Blip", "Whistle")))
    app = follow(selection=saved.selection_id, data=prepared.workspace.name)
    assert any(heading.value.startswith("3 samples selected") for heading in app.subheader)
    assert "saved by Ada" in app.info[0].value and "see tails" in app.info[0].value
    assert app.multiselect(key="filter_labels").value == ["Blip", "Whistle"]
    assert remembered(app, Desk).gesture.polygon == saved.selection.polygon


def test_on_another_map_the_samples_count_and_not_the_outline(prepared, follow, save):
    saved = save(layout_fingerprint="an older layout")
    gesture = remembered(follow(selection=saved.selection_id, data=prepared.workspace.name), Desk).gesture
    assert (gesture.how, gesture.polygon, set(gesture.sample_ids)) == ("query", (), set(IDS))


def test_filters_that_would_hide_a_saved_sample_stay_off(prepared, follow, save):
    saved = save(filters=Filters(labels=("Whistle",), text="no such id"))
    app = follow(selection=saved.selection_id, data=prepared.workspace.name)
    assert any(heading.value.startswith("3 samples selected") for heading in app.subheader)
    assert app.multiselect(key="filter_labels").value == []


def test_values_that_the_data_set_does_not_have_do_not_stop_it(prepared, follow, save):
    saved = save(filters=Filters(labels=("Blip", "Whistle", "Gone"), clusters=(99,), ranges=(("snr", 1.0, 2.0),)))
    app = follow(selection=saved.selection_id, data=prepared.workspace.name)
    assert any(heading.value.startswith("3 samples selected") for heading in app.subheader)


def test_samples_that_are_gone_are_counted(prepared, follow, save):
    saved = save((*IDS, "Blip/gone"))
    app = follow(selection=saved.selection_id, data=prepared.workspace.name)
    assert "1 of its 4 samples are not on this map" in app.info[0].value


def test_another_selection_ends_what_the_address_says(prepared, follow, save):
    app = follow(selection=save().selection_id, data=prepared.workspace.name)
    cluster = int(prepared.clustering.labels[0])
    remember(app, replace(remembered(app, Desk), gesture=chosen(prepared, Gesture("cluster", cluster=cluster))))
    app.run()
    assert app.session_state["desk"].kept.selection_id.startswith("kept-")
    assert not any("saved by" in item.value for item in app.info)


@pytest.mark.parametrize("wrong", ["nonsense", "<script>alert(1)</script>", "x" * 3000])
def test_a_wrong_selection_is_one_sentence(prepared, follow, save, wrong):
    save()
    app = follow(selection=wrong, data=prepared.workspace.name)
    assert len(app.warning) == 1 and "a selection that is not saved here" in app.warning[0].value
    assert not any("samples selected" in heading.value for heading in app.subheader)


def test_a_selection_without_any_of_its_samples_is_one_sentence(prepared, follow, save):
    app = follow(selection=save(("Gone/1",)).selection_id, data=prepared.workspace.name)
    assert "None of the 1 samples" in app.warning[0].value


def test_a_sample_opens_on_its_own_page(prepared, follow):
    app = follow(sample="Blip/sample039", data=prepared.workspace.name)
    assert app.title[0].value == "Sample"
    assert any("Blip/sample039" in item.value for item in app.markdown)
    assert any("Nothing yet" in item.value for item in app.caption)


@pytest.mark.parametrize("wrong", ["nonsense", "../../etc/passwd", "<b>x</b>", "x" * 3000])
def test_a_wrong_sample_is_one_sentence(prepared, follow, wrong):
    app = follow(sample=wrong, data=prepared.workspace.name)
    assert len(app.warning) == 1 and "is not on this map" in app.warning[0].value
    assert "<b>" not in app.warning[0].value


def test_a_cluster_opens_on_its_page(audited, follow):
    number = int(audited.clustering.labels[-1])
    app = follow(cluster=str(number), data=audited.workspace.name)
    assert app.title[0].value == "Clusters"
    assert f"Cluster {number}" in [heading.value for heading in app.subheader]


@pytest.mark.parametrize(
    ("wrong", "said"), [("seven", "is no number"), ("99", "none of that number"), ("-1", "none of")]
)
def test_a_wrong_cluster_is_one_sentence(audited, follow, wrong, said):
    app = follow(cluster=wrong, data=audited.workspace.name)
    assert said in app.warning[0].value


def test_an_unknown_data_set_is_one_sentence(prepared, follow):
    app = follow(data="no-such-<b>data</b>")
    assert "is not known here" in app.warning[0].value
    assert "<b>" not in app.warning[0].value


def test_save_copy_open_withdraw_through_the_page(prepared, open_app):
    app = open_app(
        workspace=prepared.workspace.name,
        reviewer="Ada",
        gesture=last_cluster(prepared),
    )
    app.button(key="saved_save").click().run()
    assert any("Give it a name" in warning.value for warning in app.warning)
    app.text_input(key="saved_name").set_value("the whistles").run()
    app.button(key="saved_save").click().run()
    ledger = open_ledger(prepared.workspace.ledger_path)
    row = saved_selections(ledger).iloc[0]
    assert (row["name"], row["samples"], row["author"]) == ("the whistles", 20, "Ada")
    assert any(row["selection_id"] in item.value for item in app.code)
    app.button(key="map_clear").click().run()
    app.run()
    app.button(key="saved_open").click().run()
    assert any(heading.value.startswith("20 samples selected") for heading in app.subheader)
    app.button(key="saved_withdraw").click().run()
    assert saved_selections(ledger).empty
    ledger.close()

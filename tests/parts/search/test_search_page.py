"""The page Search ranks by what its address names, takes more examples, and gives a selection that knows its reason."""

import numpy as np
import pytest

from core.dataset.selection import Asked, read_asked_record
from core.ledger import proposals
from core.ledger.exchange.export import describe_selection
from core.pipeline.kept_pictures import AskedPicture, keep_picture
from core.workspace import HOME_VARIABLE
from pages.parts.desk.identity import DEMO_VARIABLE
from pages.parts.desk.state import Desk
from pages.parts.search import panel as search_page
from pages.parts.search.results import ResultState
from tests.parts.proposing import propose_button
from tests.parts.remembered import remembered

PAGE = "pages/search.py"


@pytest.fixture
def open_search(open_app, prepared):
    """``open_search(like=[...], unlike=[...])``: the page as its address opens it."""

    def start(**address):
        app = open_app(PAGE, workspace=prepared.workspace.name, reviewer="Ada")
        for name, values in address.items():
            app.query_params[name] = values
        app.run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


@pytest.fixture
def found(monkeypatch):
    """The ids that the page shows, in their order."""
    shown = []
    draw = search_page.result_tiles

    def noted(here, what, examples, asked_for, ranked):
        shown[:] = [str(name) for name in what.samples.ids[ranked.rows[: asked_for.count]]]
        draw(here, what, examples, asked_for, ranked)

    monkeypatch.setattr(search_page, "result_tiles", noted)
    return shown


def test_without_an_example_it_says_how_to_begin(open_search):
    app = open_search()
    assert "Add a sample that you want more of" in app.info[0].value


def test_it_ranks_by_the_cosine_to_the_sample_of_the_address(open_search, prepared, found):
    ids = list(prepared.samples.index)
    open_search(like=[ids[3]])
    cosines = prepared.vectors.matrix @ prepared.vectors.matrix[3]
    assert found == [ids[row] for row in np.argsort(-cosines) if row != 3][:24]


def test_a_typed_id_is_added_and_stands_in_the_address(open_search, prepared, found):
    ids = list(prepared.samples.index)
    app = open_search(like=[ids[3]])
    app.text_input(key="search_add_unlike").set_value(ids[30]).run()
    # One value of a name comes back as a text.
    assert [app.query_params[name] for name in ("like", "unlike")] == [ids[3], ids[30]]
    assert ids[30] not in found and ids[3] not in found
    app.text_input(key="search_add_like").set_value("nobody").run()
    assert app.warning[0].value == "There is no sample “nobody” on this map\\."
    app.button(key="search_clear").click().run()
    assert "like" not in app.query_params and "unlike" not in app.query_params


def test_what_is_not_on_the_map_is_left_out_and_said(open_search, prepared):
    app = open_search(like=["who", prepared.samples.index[3]])
    assert app.warning[0].value == "Not on this map, so left out: `who`."


def test_filters_bound_what_is_looked_through(open_search, prepared, found):
    app = open_search(like=[prepared.samples.index[3]])
    app.multiselect(key="search_labels").set_value(["Whistle"]).run()
    assert set(prepared.samples.loc[found, "label"]) == {"Whistle"} and len(found) == 19


def test_what_was_found_is_proposed_with_what_was_asked(open_search, prepared, ledger, found):
    ids = list(prepared.samples.index)
    app = open_search(like=[ids[25]], unlike=[ids[0]])
    app.multiselect(key="search_labels").set_value(["Blip"]).run()
    app.selectbox(key="propose_label").set_value("Whistle").run()
    app.text_area(key="propose_reason").set_value("a sweep upwards").run()
    propose_button(app).click().run()
    rows = proposals(ledger)
    assert set(rows["sample_id"]) == set(found) and set(rows["how"]) == {"search"}
    assert {read_asked_record(text) for text in rows["polygon"]} == {Asked((ids[25],), (ids[0],))}


def test_the_label_in_one_click_is_that_of_what_is_found_and_not_the_doubted_one_of_the_example(open_search):
    # The last of the blips lies among the whistles.
    app = open_search(like=["Blip/sample039"])
    offered = [button.label for button in app.button if "propose_offer" in button.key]
    assert offered[0] == "Whistle"


def test_it_goes_to_the_map_as_a_selection(open_search, prepared, found):
    ids = list(prepared.samples.index)
    app = open_search(like=[ids[3]])
    app.button(key="search_map").click().run()
    assert app.title[0].value == "Map"
    gesture = remembered(app, Desk).gesture
    assert (gesture.how, set(gesture.sample_ids), gesture.asked) == ("search", set(found), Asked((ids[3],)))


def test_what_was_taken_out_of_another_search_is_in_again(open_search, prepared):
    app = open_search(like=[prepared.samples.index[3]])
    app.session_state["panel.search.results.ResultState"] = ResultState("another", frozenset(prepared.samples.index))
    app.run()
    assert "**24 chosen**" in [text.value for text in app.markdown]


def test_places_on_a_map_cannot_be_searched(make_workspace, open_app, audited):
    app = open_app(PAGE, workspace=audited.workspace.name)
    assert "only be told apart by their places on a map" in app.info[0].value


def test_a_sample_of_another_data_set_is_told_and_kept_with_what_it_found(open_search, prepared, ledger, found):
    vectors = prepared.vectors.matrix
    picture = AskedPicture("p7", ("",), vectors[[3]], prepared.embedding.source, origin="apples")
    name = keep_picture(prepared.workspace, picture)
    app = open_search(like=[name])
    told = [text.value for text in app.caption if "apples" in text.value]
    assert len(told) == 1 and told[0].startswith("One example is from the data set apples")
    assert found == [prepared.samples.index[row] for row in np.argsort(-vectors @ vectors[3])][:24]
    app.selectbox(key="propose_label").set_value("Whistle").run()
    app.text_area(key="propose_reason").set_value("like those").run()
    propose_button(app).click().run()
    rows = proposals(ledger)
    words = {describe_selection(row) for row in rows.to_dict("records")}
    assert words == {"likeness search: like p7 of the data set apples"}
    assert {read_asked_record(text).like for text in rows["polygon"]} == {(name,)}


def test_without_a_network_a_box_counts_for_nothing_and_that_is_said(open_search, prepared, found):
    ids = list(prepared.samples.index)
    open_search(like=[ids[3]])
    whole = list(found)
    app = open_search(like=[ids[3]], box="0.2,0.4,0.1,0.9")
    assert found == whole
    assert any("resnet18 or resnet50 has looked at" in text.value for text in app.caption)


def test_visitors_of_the_public_demo_get_neither_other_data_sets_nor_boxes(open_app, monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    shown = {}
    for public in ("0", "1"):
        monkeypatch.setenv(DEMO_VARIABLE, public)
        app = open_app(PAGE)
        app.query_params["like"] = ["dHceqK1B1A"]
        app.query_params["brought_from"] = ["demo"]
        app.run()
        assert not app.exception
        shown[public] = [button.label for button in app.button]
    assert "Search by a part of its picture" in shown["0"]
    assert "Search by a part of its picture" not in shown["1"]


def test_alone_there_is_no_other_data_set_to_look_in(open_search, prepared):
    app = open_search(like=[prepared.samples.index[3]])
    assert "Look in another data set" not in str(app.main)

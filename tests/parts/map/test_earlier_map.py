"""What was chosen on one layout and clustering, when another one has taken its place."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.ledger import open_ledger, proposals
from core.ledger.views.saved_selections import find_saved_selection, saved_selections
from core.pipeline.settings import Settings, save_settings
from core.pipeline.stages import prepare
from core.space.clustering import MAP_SPACE, ClusterParams
from core.space.gestures import Gesture
from core.workspace import HOME_VARIABLE
from tests.browser.small_sets import lay_out, small_set
from tests.parts.gestures import chosen

COUNT = 40
LEFT_HALF = ((-2.0, -2.0), (0.0, -2.0), (0.0, 2.0), (-2.0, 2.0))


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """40 samples at places of a plane; ``lay_out`` with another seed puts them elsewhere."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return small_set(tmp_path, "apples", samples=COUNT)


@pytest.fixture
def first(workspace, tmp_path):
    return lay_out(workspace, tmp_path, ids(COUNT), seed=0)


def ids(count):
    return [f"{('Blip', 'Whistle')[number % 2]}/apples{number:03d}" for number in range(count)]


def button(app, text):
    return next(item for item in app.button if item.label.startswith(text))


@pytest.fixture
def lassoed(first, open_app):
    """The app with the left half of the first layout lassoed, and what was chosen."""
    gesture = chosen(first, Gesture("lasso", polygon=LEFT_HALF))
    assert 5 < len(gesture.sample_ids) < COUNT - 5
    app = open_app(workspace=first.workspace.name, gesture=gesture, reviewer="Ada")
    return app, gesture


def test_the_same_samples_stay_selected_and_a_proposal_names_the_layout_of_the_lasso(first, lassoed, tmp_path):
    app, gesture = lassoed
    second = lay_out(first.workspace, tmp_path, ids(COUNT), seed=1)
    assert second.layout.fingerprint != first.layout.fingerprint
    there = chosen(second, Gesture("lasso", polygon=LEFT_HALF)).sample_ids
    assert set(there) != set(gesture.sample_ids)
    app.run()
    assert any(f"Drawn on an earlier map: the same {len(gesture.sample_ids)} samples" in i.value for i in app.info)
    app.selectbox(key="propose_label").set_value("Tomte").run()
    app.text_area(key="propose_reason").set_value("as drawn").run()
    button(app, "Propose for").click().run()
    ledger = open_ledger(first.workspace.ledger_path)
    written = proposals(ledger)
    assert set(written["sample_id"]) == set(gesture.sample_ids)
    assert set(written["layout_fingerprint"]) == {first.layout.fingerprint}
    assert set(written["how"]) == {"lasso"}
    ledger.close()


def test_a_saved_selection_names_the_layout_of_the_lasso(first, lassoed, tmp_path):
    app, gesture = lassoed
    lay_out(first.workspace, tmp_path, ids(COUNT), seed=1)
    app.run()
    app.text_input(key="saved_name").set_value("left").run()
    app.button(key="saved_save").click().run()
    ledger = open_ledger(first.workspace.ledger_path)
    saved = find_saved_selection(ledger, saved_selections(ledger)["selection_id"].iloc[0]).selection
    assert (saved.sample_ids, saved.polygon) == (gesture.sample_ids, gesture.polygon)
    assert saved.layout_fingerprint == first.layout.fingerprint
    ledger.close()


def test_on_its_own_layout_nothing_is_said(lassoed):
    app, _ = lassoed
    assert not any("earlier map" in item.value for item in app.info)


@pytest.fixture
def clustered(workspace, tmp_path):
    """Two groups of 20 as clusters, and ``again()`` to cluster them with other parameters."""
    rng = np.random.default_rng(3)
    places = np.concatenate([rng.normal(0, 0.2, (20, 2)), rng.normal((8, 0), 0.2, (20, 2))]).astype(np.float32)
    np.save(tmp_path / "groups.npy", places)
    (tmp_path / "groups.txt").write_text("\n".join(ids(COUNT)))

    def cluster(smallest):
        params = ClusterParams(min_cluster_size=smallest, min_samples=3, space=MAP_SPACE)
        save_settings(workspace, Settings(vectors=str(tmp_path / "groups.npy"), clustering=params))
        return prepare(workspace, report=lambda progress: None)

    return cluster(5), lambda: cluster(6)


def test_cluster_filters_are_let_go_with_the_clustering(clustered, open_app):
    prepared, again = clustered
    app = open_app(workspace=prepared.workspace.name, filter_clusters=[0], filter_labels=["Blip"])
    assert app.multiselect(key="filter_clusters").value == [0]
    again()
    app.run()
    assert app.multiselect(key="filter_clusters").value == []
    assert app.multiselect(key="filter_labels").value == ["Blip"]
    assert any("let go" in item.value for item in app.info)


def test_a_chosen_cluster_keeps_its_samples_and_loses_its_number(clustered, open_app):
    prepared, again = clustered
    gesture = chosen(prepared, Gesture("cluster", cluster=0))
    app = open_app(workspace=prepared.workspace.name, gesture=gesture, reviewer="Ada")
    again()
    app.run()
    app.text_input(key="saved_name").set_value("was cluster 0").run()
    app.button(key="saved_save").click().run()
    ledger = open_ledger(prepared.workspace.ledger_path)
    saved = find_saved_selection(ledger, saved_selections(ledger)["selection_id"].iloc[0]).selection
    assert (saved.how, saved.cluster, saved.sample_ids) == ("query", None, gesture.sample_ids)
    ledger.close()


def late_message(shown):
    import numpy as np
    import streamlit as st

    from core.pipeline.stages import load_prepared
    from pages.parts.desk.shown import map_of
    from pages.parts.desk.who import at_desk
    from pages.parts.map.choosing import current_gesture
    from pages.parts.map.panel import _take_event
    from pages.parts.widgets.map_packing import MapEvent

    here = at_desk()
    its_map = map_of(load_prepared(here.workspace))
    polygon = ((-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0))
    event = MapEvent("lasso", polygon=polygon, shown=shown or its_map.samples.fingerprint)
    _take_event(here, its_map, np.ones(len(its_map.samples.table), bool), event)
    st.text("nothing" if current_gesture() is None else str(len(current_gesture().sample_ids)))


@pytest.mark.parametrize(("shown", "selected"), [("", str(COUNT)), ("another map", "nothing")])
def test_a_message_of_a_map_that_is_gone_selects_nothing(first, shown, selected):
    app = AppTest.from_function(late_message, args=(shown,))
    app.session_state["workspace"] = first.workspace.name
    app.run()
    assert not app.exception
    assert app.text[0].value == selected
    assert bool(app.toast) == (selected == "nothing")

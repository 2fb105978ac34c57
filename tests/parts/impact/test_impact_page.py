"""The page Impact: whose glitches are counted, what counts, how families stand, and what is missing and why."""

from dataclasses import replace

import pytest
import streamlit as st

from core.dataset.selection import Filters, Selection
from core.pipeline.detector import glitches_of
from core.pipeline.kept_selections import keep_selection
from core.space.gestures import Gesture
from pages.parts.desk.state import Desk, Kept
from pages.parts.impact.state import ChosenFamily
from pages.parts.widgets.keys import widget_key
from tests.parts.remembered import remember, remembered

PAGE = "pages/impact.py"


def texts(app):
    kinds = ("markdown", "caption", "info", "warning", "error")
    return (
        " ".join(item.value for kind in kinds for item in getattr(app, kind)).replace("\\", "").replace(":small{}", "")
    )


def table_of(app):
    return app.dataframe[0].value.set_index("family")


def counting(*keys, **more):
    return {"impact_counts": list(keys), **more}


def test_a_data_set_without_times_is_told_in_one_sentence(prepared, open_app):
    app = open_app(PAGE, workspace=prepared.workspace.name)
    assert "have no times" in app.info[0].value and not app.dataframe


def test_without_a_detector_what_needs_no_channels_is_counted_and_the_rest_says_why(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name)
    table = table_of(app)
    for title in ("Rate", "SNR share", "Deadtime if vetoed", "Overlap, heavy black holes", "Label doubt"):
        assert table.loc["Blip", title].endswith(")"), title
    said = texts(app)
    assert "not known when L1 observed" in said and "24 days with glitches" in said
    assert "Volume-time lost if vetoed: No range channel" in said and "No channels of L1 were brought" in said
    assert "Labelling cost: The data set was not audited yet" in said


def test_beside_the_detector_the_livetime_is_known_and_something_may_be_prevented(costly_beside, open_app):
    app = open_app(PAGE, workspace=costly_beside.workspace.name, impact_drawn="Cost against preventability")
    assert "h of livetime on 24 days" in texts(app) and "never rose above its quiet reference" in texts(app)
    assert any(title.startswith("Preventable share, L1:ISI-GND") for title in table_of(app).columns)


def test_families_stand_by_rate_until_somebody_says_what_counts(costly_beside, open_app):
    app = open_app(PAGE, workspace=costly_beside.workspace.name)
    assert "no score until you say what counts" in texts(app)
    app = open_app(PAGE, workspace=costly_beside.workspace.name, **counting("snr share"))
    assert "no score until" not in texts(app)
    assert "Koi_Fish costs most by what counts" in texts(app).replace("**", "")
    assert table_of(app).index[0] == "Koi_Fish" and table_of(app).loc["Koi_Fish", "place"] == "1"


def test_a_weight_that_is_moved_changes_who_is_first(costly_beside, open_app):
    app = open_app(PAGE, workspace=costly_beside.workspace.name, **counting("snr share", "deadtime"))
    snr, dead = (widget_key("impact_weight", key) for key in ("snr share", "deadtime"))
    assert app.slider(key=snr).value == 5 and table_of(app).index[0] == "Koi_Fish"
    app.slider(key=dead).set_value(10).run()
    app.slider(key=snr).set_value(0).run()
    assert not app.exception and table_of(app).index[0] == "Scattered_Light"
    app.slider(key=dead).set_value(0).run()
    assert "No column has a weight" in texts(app) and len(table_of(app)) == 5


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ("What makes most of it", "% of SNR share"),
        ("What changes it", "taken away, or doubled"),
        ("In time", "exact Poisson intervals"),
    ],
)
def test_each_drawing_is_drawn_and_explained(costly_beside, open_app, drawn, said):
    app = open_app(
        PAGE, workspace=costly_beside.workspace.name, impact_drawn=drawn, **counting("snr share", "deadtime")
    )
    assert said in texts(app)


def test_one_column_alone_has_no_weight_that_could_change_anything(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name, impact_drawn="What changes it")
    assert "One column alone makes this order" in texts(app)


def test_a_familys_glitches_come_onto_the_contact_sheet(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name)
    app.selectbox(key="impact_look_at").set_value("Koi_Fish").run()
    app.button(key="impact_look").click().run()
    assert not app.exception
    labels = costly.samples["label"]
    assert {labels[name] for name in remembered(app, ChosenFamily).sample_ids} == {"Koi_Fish"}
    assert any("glitches of Koi" in heading.value for heading in app.subheader)
    # What a click laid out may lie below the screen: a line at the chart leads there.
    assert any("(#impact-sheet)" in line.value and "Koi" in line.value for line in app.markdown)


def test_simulated_glitches_have_no_pictures_and_some_labels_were_brought_wrongly(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name, impact_of="simulated", **counting("snr share"))
    app.button(key="impact_look").click().run()
    said = texts(app)
    assert not app.exception and "have no pictures" in said and "Nobody judges simulated glitches" in said
    assert "Under the labels as they were brought" in said


def test_a_signal_of_ones_own_masses_has_its_columns_and_one_that_cannot_be_is_told(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name, impact_first=30.0, impact_second=30.0)
    assert "Overlap, your own masses" in table_of(app).columns
    app.number_input(key="impact_first").set_value(400.0).run()
    assert (
        "A signal of 400 and 30 solar masses ends at" in texts(app)
        and "give smaller masses" in texts(app)
        and not app.exception
    )
    assert "Overlap, your own masses" not in table_of(app).columns


def test_one_mass_alone_is_told_to_make_no_signal(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name)
    assert "one mass alone" not in texts(app).lower()
    app.number_input(key="impact_second").set_value(30.0).run()
    assert "One mass alone makes no signal" in texts(app) and not app.exception
    assert "Overlap, your own masses" not in table_of(app).columns


def test_families_can_be_clusters(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name, detector_by="cluster")
    assert any(name.startswith("cluster ") for name in table_of(app).index)


def test_the_selection_on_the_map_can_be_a_family_of_its_own(costly, open_app):
    samples = costly.samples
    chosen = Selection(tuple(samples.index[samples["label"] == "Blip"][:30]), "query")
    name = keep_selection(costly.workspace, chosen)
    kept = Kept(Gesture(how="query", sample_ids=chosen.sample_ids), Filters(), name)
    app = open_app(PAGE, workspace=costly.workspace.name)
    assert not [one for one in app.toggle if one.key == "impact_selection"]
    remember(app, replace(remembered(app, Desk), kept=kept, gesture=kept.gesture))
    app.run()
    app.toggle(key="impact_selection").set_value(True).run()
    assert not app.exception and "the selection" in table_of(app).index


def test_too_few_days_say_what_to_bring_and_offer_a_simulated_detector(costly, open_app, monkeypatch):
    st.cache_resource.clear()
    with monkeypatch.context() as strict:
        strict.setattr("core.impact.columns.days.FEWEST_DAYS", 400)
        app = open_app(PAGE, workspace=costly.workspace.name)
    assert "too few for an interval by day" in texts(app) and "Times and detectors" in texts(app)
    app.button(key="impact_simulate").click().run()
    assert app.segmented_control(key="impact_of").value == "simulated"


def test_one_family_alone_is_counted_and_not_ranked(costly, open_app, monkeypatch):
    st.cache_resource.clear()
    with monkeypatch.context() as alone:
        alone.setattr(
            "pages.parts.impact.source.glitches_of",
            lambda table, clusters, by: glitches_of(table[table["label"] == "Blip"], clusters),
        )
        app = open_app(PAGE, workspace=costly.workspace.name)
    assert "only one family here" in texts(app) and list(table_of(app).index) == ["Blip"]
    st.cache_resource.clear()


def test_the_address_says_what_counted_and_how_much(costly, open_app):
    weight = widget_key("impact_weight", "deadtime")
    asked = Desk(choices=(("impact_counts", '["snr share","deadtime"]'), (weight, "9")))
    app = open_app(PAGE, asked, workspace=costly.workspace.name)
    assert app.slider(key=weight).value == 9


def test_a_first_look_counts_how_often_and_how_loud_alike(costly, open_app):
    weight = {key: widget_key("impact_weight", key) for key in ("rate", "snr share", "deadtime")}
    app = open_app(PAGE, workspace=costly.workspace.name, **counting("snr share", "deadtime"))
    app.slider(key=weight["snr share"]).set_value(9).run()
    app.button(key="impact_first_look").click().run()
    assert not app.exception and [one.key for one in app.slider] == [weight["rate"], weight["snr share"]]
    assert [one.value for one in app.slider] == [5, 5] and "no score until" not in texts(app)


def test_without_weights_no_place_is_said_to_have_moved(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name, impact_of="simulated")
    assert not app.exception and "Under the labels as they were brought" not in texts(app)

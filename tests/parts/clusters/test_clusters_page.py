"""The page Clusters: before the audit, after it, and each of its views."""

import pytest

from core.pipeline.audit import load_audit
from pages.parts.clusters.chosen import ClustersState
from pages.parts.desk.state import Desk
from tests.parts.remembered import remembered


def open_view(open_app, prepared, view, *states, **session):
    return open_app("pages/clusters.py", *states, workspace=prepared.workspace.name, clusters_view=view, **session)


def texts(app):
    return " ".join(item.value for kind in ("markdown", "caption", "info", "warning") for item in getattr(app, kind))


def test_without_an_audit_the_next_step_is_a_button(prepared, open_app):
    app = open_app("pages/clusters.py", workspace=prepared.workspace.name)
    assert "2 clusters hold 40 of 40 samples" in app.markdown[0].value
    assert "no audit yet" in app.info[0].value
    assert any(button.key == "job_audit" for button in app.button)


def test_clusters_are_listed_with_their_intervals(audited, open_app):
    table = open_view(open_app, audited, "Clusters", clusters_form="table").dataframe[0].value
    assert set(table["samples"]) == {20}
    mixed = table.set_index("commonest label").loc["Whistle"]
    assert mixed["purity"] == pytest.approx(0.95)
    # Wilson's interval of 19 in 20.
    assert mixed["purity interval"] == "0.76 to 0.99"


def test_one_cluster_in_depth_shows_its_figures_and_labels(audited, open_app):
    number = int(load_audit(audited).clusters["top_label"].eq("Whistle").idxmax())
    app = open_view(open_app, audited, "Clusters", ClustersState(numbers=(number,)), clusters_form="table")
    assert any(heading.value == f"Cluster {number}" for heading in app.subheader)
    said = texts(app)
    assert "95% (76% to 99%)" in said
    assert "Whistle: 19 of 20 samples (95%)" in said and "Blip: 1 of 20 samples (5%)" in said


def test_opening_a_cluster_on_the_map_selects_it(audited, open_app):
    number = int(load_audit(audited).clusters.index[0])
    app = open_view(open_app, audited, "Clusters", ClustersState(numbers=(number,)), clusters_form="table")
    app.button(key="clusters_to_map").click().run()
    assert remembered(app, Desk).gesture.cluster == number


def test_labels_say_where_they_live(audited, open_app):
    table = open_view(open_app, audited, "Labels").dataframe[0].value.set_index("label")
    assert table.loc["Whistle", "samples"] == 19
    assert table.loc["Whistle", "share there"] == pytest.approx(100)
    assert table.loc["Blip", "share there"] == pytest.approx(100 * 20 / 21)


def test_failure_modes_that_nothing_speaks_for_say_so(audited, open_app):
    app = open_view(open_app, audited, "Failure modes")
    assert "Neither failure mode is supported" in texts(app)
    assert any(item.label.startswith(("Cannot tell", "Not supported")) for item in app.expander)


def test_no_drifts_and_nothing_else_sorted_are_said(audited, open_app):
    assert "was found to be a one-dimensional continuum" in texts(open_view(open_app, audited, "Drifts"))
    assert "nothing else that the clusters could sort" in texts(open_view(open_app, audited, "What else is sorted"))


def test_a_chosen_cluster_of_another_data_set_is_forgotten(audited, open_app):
    app = open_view(open_app, audited, "Clusters", ClustersState(numbers=(77,)), clusters_form="table")
    assert "Choose a bubble or a row" in texts(app)


def test_a_verdict_that_cannot_be_told_leads_to_what_is_lacking(audited, open_app):
    app = open_view(open_app, audited, "Failure modes")
    said = texts(app)
    assert "**" in said and "Blip" in said
    assert any(item.label == "How sure is this?" for item in app.expander)
    assert any(button.label.startswith(("Look at", "Add ")) for button in app.button)

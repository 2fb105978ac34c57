"""What changed: the labels as they were brought beside the reading that is shown, and the decisions it comes from."""

import pytest

from core.ledger import Person, decide_taxonomy_change, open_ledger, propose_taxonomy_change
from core.pipeline.audit import run_audit
from core.pipeline.kept_readings import keep_reading, kept_reading
from core.pipeline.reading import NOW, TAXONOMY, labels_said, what_is_said
from core.space.gestures import Gesture
from pages.parts.desk.state import Desk
from tests.ledger.conftest import Desk as People
from tests.parts.remembered import remembered

WRONG, KEPT = "Blip/sample039", "Blip/sample000"


@pytest.fixture
def decided(audited):
    """One wrong label was put right, and one that was brought was confirmed; both are read, and audited."""
    ledger = open_ledger(audited.workspace.ledger_path)
    people = People(ledger)
    people.tell(WRONG, "Mo decides Whistle")
    people.tell(KEPT, "Mo decides Blip")
    reading_id = keep_reading(audited.workspace, NOW, labels_said(NOW, ledger=ledger))
    run_audit(kept_reading(audited.workspace, reading_id).of(audited), report=lambda progress: None)
    yield reading_id
    ledger.close()


@pytest.fixture
def look(audited, open_app):
    def start(section="What changed"):
        app = open_app("pages/decisions.py", workspace=audited.workspace.name, reviewer="Mo")
        app.segmented_control(key="decisions_section").set_value(section).run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info]).replace("\\", "")


def press(app, key):
    next(item for item in app.button if item.key == key).click().run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def test_with_the_labels_as_they_were_brought_there_is_nothing_to_compare_yet(look, decided):
    app = look()
    assert "nothing to compare" in texts(app)
    press(app, "changed_read")
    assert remembered(app, Desk).reading == decided
    assert {metric.label: metric.value for metric in app.metric}["Suspects"] == "0"


def test_it_says_what_changed_because_of_which_decisions(look, decided):
    app = press(look(), "changed_read")
    said = texts(app)
    assert "**1 sample** carry" not in said and "**1 sample** carries another label" in said
    assert "1 more was confirmed" in said and "because of these **2** decisions" in said
    metrics = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert metrics["Suspects"] == ("0", "-1")
    # 39 of 40 carried the commonest label of their cluster, now all do.
    assert metrics["Called as their cluster is"] == ("100.0 %", "+2.5 points")
    tables = [table.value for table in app.dataframe]
    listed = next(table for table in tables if "people" in table)
    assert listed.index.tolist() == [WRONG]
    assert listed.loc[WRONG, ["before", "after"]].tolist() == ["Blip", "Whistle"]
    by_label = next(table for table in tables if "estimated wrong" in table).set_index("label")
    assert by_label["samples"].to_dict() == {"Blip": "21 → 20", "Whistle": "19 → 20"}
    by_cluster = next(table for table in tables if "relabelled" in table)
    assert by_cluster["purity"].tolist() == ["95 % → 100 %"] and by_cluster["entropy (bits)"].tolist() == [
        "0.29 → 0.00"
    ]


def test_it_leads_to_them_on_the_map_and_in_the_journal(look, decided):
    app = press(look(), "changed_read")
    press(app, "changed_day")
    assert app.segmented_control(key="decisions_section").value == "Journal"
    assert sorted(app.dataframe[1].value["sample"]) == [KEPT, WRONG]
    app = press(look(), "changed_read")
    press(app, "changed_look")
    gesture = remembered(app, Desk).gesture
    assert isinstance(gesture, Gesture) and gesture.sample_ids == (WRONG,)


def test_under_the_changed_taxonomy_it_says_whose_doing_that_is(audited, open_app, decided):
    ledger = open_ledger(audited.workspace.ledger_path)
    about = {"labels": ["Blip"], "becomes": ["Pop"], "reason": "so", "author": "Ada", "app_version": "0.1"}
    change = propose_taxonomy_change(ledger, "rename", **about)
    by = {"author": Person("Mo", "moderator"), "reason": "yes", "app_version": "0.1"}
    decide_taxonomy_change(ledger, change.change_id, "accept", **by)
    said = what_is_said(TAXONOMY, ledger=ledger)
    reading_id = keep_reading(audited.workspace, TAXONOMY, said.labels, becomes=said.becomes)
    run_audit(kept_reading(audited.workspace, reading_id).of(audited), report=lambda progress: None)
    app = open_app("pages/suspects.py", workspace=audited.workspace.name, reviewer="Mo")
    app.selectbox(key="desk_labels").set_value(TAXONOMY).run()
    app.switch_page("pages/decisions.py").run()
    app.segmented_control(key="decisions_section").set_value("What changed").run()
    assert not app.exception, [error.value for error in app.exception]
    # 20 Blips are Pops, and the wrong one of 21 is a Whistle; the one that was confirmed is a Pop, too.
    assert "**21 samples** carry another label than brought. All that follows changed because of the accepted" in texts(
        app
    )
    assert "A merge makes most of these figures better" in texts(app)

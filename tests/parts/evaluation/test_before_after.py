"""The section "Before and after" of the page Evaluation: made at a button, kept, and made anew when somebody asks."""

import pytest

from core.classify.evaluation.evaluate import evaluate_run, load_evaluation
from core.classify.training.labels import TrainingLabels, save_labels
from core.classify.training.runs import load_run, save_run
from core.pipeline.snapshot import read_snapshot
from tests.ledger.conftest import Desk as People
from tests.parts.fake_run import fake_run

WRONG, OTHER = "Blip/sample039", "Blip/sample000"


@pytest.fixture
def people(prepared, ledger):
    fake_run(prepared.workspace, read_snapshot(prepared.workspace))
    return People(ledger)


@pytest.fixture
def look(prepared, open_app):
    def start(**session):
        named = {"workspace": prepared.workspace.name, "reviewer": "Mo", "evaluation_section": "Before and after"}
        return open_app("pages/evaluation.py", **named, **session)

    return start


def texts(app):
    kinds = (app.markdown, app.caption, app.info, app.subheader)
    return " ".join(item.value for kind in kinds for item in kind).replace("\\", "")


def press(app, key="evaluation_learn"):
    app.button(key=key).click().run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def has(app, key):
    return any(item.key == key for item in app.button)


def test_before_anything_was_said_there_is_nothing_to_compare(people, look):
    app = look()
    assert "Nothing was decided or proposed yet" in texts(app) and not has(app, "evaluation_learn")


def test_it_is_made_at_a_button_and_kept(people, look):
    people.tell(WRONG, "Mo decides Whistle")
    people.tell(OTHER, "Ada proposes Whistle")
    app = look()
    # Nobody but Ada sees what she proposed.
    assert app.selectbox(key="evaluation_labels").options == ["now (1 decided)"]
    assert not app.metric
    press(app)
    assert {metric.label for metric in app.metric} == {"Accuracy", "Macro-F1"}
    assert "Judged by the **39** samples that nobody touched" in texts(app)
    assert "These samples **cannot tell**" in texts(app)
    # What was made is there for whoever comes.
    assert look().metric


def test_what_was_found_stays_until_it_is_made_anew(people, look):
    people.tell(WRONG, "Mo decides Whistle")
    app = press(look())
    people.tell(OTHER, "Mo decides Blip")
    app.run()
    assert "Something else was said since" in texts(app) and "Judged by the **39**" in texts(app)
    press(app)
    assert "Something else" not in texts(app) and "Judged by the **38**" in texts(app)


def test_decisions_that_change_no_label_say_so(people, look):
    people.tell(OTHER, "Mo decides Blip")
    app = press(look())
    assert "No label differs from what was brought" in texts(app) and not app.metric


def test_runs_that_learnt_other_labels_stand_beside_their_counterpart(people, prepared, look):
    dataset = read_snapshot(prepared.workspace)
    run = fake_run(prepared.workspace, dataset, name="now", seed=3, wrong=0.0, evaluated=False)
    labels = dataset.samples[["label"]].astype("str").assign(known=False)
    labels.loc[WRONG] = ("Whistle", True)
    kept = TrainingLabels("now", "2026-11-30T10:00:00+00:00", labels)
    save_labels(kept, run.folder)
    save_run(type(run)(**(vars(run) | kept.about(dataset))))
    app = look()
    assert "None yet that has a counterpart" in texts(app)
    run = load_run(run.folder)
    evaluate_run(run, bootstrap=20)
    assert load_evaluation(run) is not None
    app = look()
    assert "**now** learnt the labels as they are now, with what was decided (1 differ)" in texts(app)
    assert "None yet" not in texts(app) and len(app.metric) == 2
    app.selectbox(key="evaluation_run").set_value(str(run.folder)).run()
    assert "It learnt the labels as they were then, with what was decided, read at 2026-11-30" in texts(app)

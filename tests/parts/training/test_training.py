"""The page Training: the form, a run under way, the list, resume, remove with undo, and where nothing is trained."""

import contextlib
import subprocess
import time
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.classify.params import TrainParams, with_views
from core.classify.training.runs import CURVES_FILE, Run, list_runs, run_folder, save_run
from core.dataset import PICTURES
from core.jobs import job
from core.jobs.job import TRAINING, JobStatus, job_status, stop_asked
from core.ledger import open_ledger
from core.pipeline.kept_readings import kept_reading
from core.workspace import PROJECT_ROOT, write_json
from pages.parts.desk.identity import DEMO_VARIABLE
from pages.parts.widgets.keys import widget_key
from tests.ledger.conftest import Desk as People

PAGE = "pages/training.py"


@pytest.fixture
def workspace(make_workspace):
    return make_workspace(["Blip"] * 20 + ["Whistle"] * 20, np.zeros((40, 3)))


@pytest.fixture
def commands(monkeypatch):
    """The commands that would have been started."""
    started = []
    # The job's own, so that the gate can still start what it needs.
    instead = SimpleNamespace(**vars(subprocess) | {"Popen": lambda command, **_: started.append(command)})
    monkeypatch.setattr(job, "subprocess", instead)
    return started


@pytest.fixture
def page(workspace, open_app):
    return lambda **session: open_app(PAGE, workspace=workspace.name, **session)


def keep_run(workspace, name, state="done", *, epochs=3, **facts):
    folder = run_folder(workspace, name)
    folder.mkdir(parents=True)
    params = with_views(facts.pop("params", TrainParams("small", epochs=8)), ("picture",))
    run = Run(folder, name, params, ("Blip", "Whistle"), state, epochs_done=epochs, best_epoch=min(2, epochs), **facts)
    save_run(run)
    if epochs:
        numbers = np.arange(1, epochs + 1)
        losses = {"train_loss": 1 / numbers, "validation_loss": 1 / numbers}
        accuracies = {"train_accuracy": 1 - 0.5 / numbers, "validation_accuracy": 1 - 0.6 / numbers}
        curves = {"epoch": numbers, **losses, **accuracies, "learning_rate": 0.001, "seconds": 4.0}
        pd.DataFrame(curves).to_csv(folder / CURVES_FILE, index=False)
    return run


def under_way(workspace, name, **facts):
    """Say that a process trains this run."""
    workspace.cache.mkdir(parents=True, exist_ok=True)
    facts = {"stage": "Training, epoch 4 of at most 8", "done": 100, "total": 256, "rate": 12.0, **facts}
    status = JobStatus(state="running", subject=name, seconds_left=90.0, beat=time.time(), process=1, **facts)
    write_json(workspace.cache / "training.json", asdict(status))


def said(app):
    kinds = ("markdown", "caption", "info", "warning", "error")
    return " ".join(item.value for kind in kinds for item in getattr(app, kind)).replace("\\", "")


def buttons(app):
    return {item.key for item in app.button}


def click(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_the_form_says_what_a_run_will_learn_from(page):
    app = page()
    text = said(app)
    assert "**28** samples (28 pictures) to learn from, **6** samples" in text and "2 labels" in text
    assert "All views of a sample stay on one side" in text and "known after the first one" in text
    assert "No classifier was trained on this data set yet" in text


def test_the_sentence_follows_the_choices(page):
    app = page()
    app.number_input(key="training_validation").set_value(0.4).run()
    assert "**18** samples (18 pictures) to learn from, **16** samples" in said(app)


def test_splitting_by_picture_is_not_offered(page):
    app = page()
    offered = {option for box in app.selectbox for option in box.options}
    assert "a sample, from its views together" in str(offered) and "split" not in " ".join(
        box.label.lower() for box in app.selectbox
    )
    assert "--split-by" not in app.code[0].value


def test_splitting_in_time_is_not_offered_without_times(page):
    assert "training_split_by" not in [control.key for control in page().get("button_group")]


def test_only_weights_that_exist_are_offered(page):
    app = page()
    assert app.selectbox(key="training_weights_resnet18").value == "glitch"
    app.selectbox(key="training_architecture").set_value("small").run()
    assert len(app.selectbox(key="training_weights_small").options) == 1
    # Random weights have to learn everywhere.
    assert len(app.selectbox(key="training_tune_True").options) == 1
    app.selectbox(key="training_architecture").set_value("vgg16").run()
    assert app.selectbox(key="training_weights_vgg16").value == "imagenet"


def test_of_ordinary_pictures_a_network_sees_colours_unless_it_is_told_otherwise(make_workspace, open_app):
    photographs = make_workspace(["cat"] * 20 + ["dog"] * 20, np.zeros((40, 3)), kind=PICTURES)
    app = open_app(PAGE, workspace=photographs.name)
    # What starts from the project's backbone would see gray.
    assert app.selectbox(key="training_coloured_weights_resnet18").value == "scratch"
    assert app.toggle(key="training_colours").value and "--colours" not in app.code[0].value
    app.toggle(key="training_colours").set_value(False).run()
    assert "--colours gray" in app.code[0].value
    app.selectbox(key="training_coloured_weights_resnet18").set_value("glitch").run()
    assert "sees ordinary pictures in gray" in said(app) and "--colours" not in app.code[0].value


def test_of_spectrograms_nothing_is_asked_about_colours(page):
    assert "training_colours" not in [toggle.key for toggle in page().toggle]


def test_start_begins_a_process_and_the_page_watches_it(page, workspace, commands):
    app = page()
    app.selectbox(key="training_architecture").set_value("small").run()
    app.text_input(key="training_name").set_value("mine").run()
    click(app, "training_start")
    assert {"train", "--name", "mine", "--architecture", "small"} <= set(commands[0])
    assert job_status(workspace, TRAINING).subject == "mine"
    assert "training_stop" in buttons(app) and "training_start" not in buttons(app)
    assert "its curves appear here then" in said(app)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [("training_dense", "many", "takes whole numbers"), ("training_dense", "0", "at least 1")],
)
def test_what_cannot_be_trained_is_one_sentence(page, commands, key, value, sentence):
    app = page()
    app.text_input(key=key).set_value(value).run()
    assert sentence in said(app) and not app.exception
    assert "training_start" not in buttons(app)


def test_no_view_chosen_is_one_sentence(page):
    app = page()
    app.multiselect(key=widget_key("training_views", "picture")).set_value([]).run()
    assert "Choose at least one view" in said(app)


def test_a_name_that_is_taken_is_one_sentence(page, workspace, commands):
    keep_run(workspace, "mine")
    app = page()
    app.text_input(key="training_name").set_value("mine").run()
    click(app, "training_start")
    assert "There is a run mine already" in said(app) and not commands


def test_a_run_under_way_shows_curves_rate_and_time_left(page, workspace):
    keep_run(workspace, "mine", "stopped")
    under_way(workspace, "mine")
    app = page()
    figures = {item.label: item.value for item in app.metric}
    assert figures["Epochs done"] == "3 of 8"
    assert figures["Best validation accuracy"] == "70.0%"
    assert figures["An epoch takes"] == "4 s"
    assert len(app.get("plotly_chart")) == 3
    assert app.dataframe[0].value["state"].tolist() == ["training"]
    assert "training_start" not in buttons(app) and "training_remove" not in buttons(app)


def test_stop_asks_the_process_and_says_so(page, workspace):
    keep_run(workspace, "mine", "stopped")
    under_way(workspace, "mine")
    app = click(page(), "training_stop")
    assert stop_asked(workspace, TRAINING)
    assert "Stopping after the present step" in said(app) and "training_stop" not in buttons(app)


def test_two_tabs_see_the_same_run(page, workspace, commands):
    first, second = page(), page()
    click(first, "training_start")
    second.run()
    assert "training_stop" in buttons(second) and "training_start" not in buttons(second)


def test_preparing_the_map_does_not_keep_training_waiting(page, workspace, commands):
    job.start_job(workspace, ["prepare", "x"])
    assert "training_start" in buttons(page())


def test_a_failure_is_one_sentence_and_can_be_hidden(page, workspace):
    status = JobStatus(state="failed", subject="mine", message="The pictures *are* gone.", beat=time.time())
    workspace.cache.mkdir(parents=True, exist_ok=True)
    write_json(workspace.cache / "training.json", asdict(status))
    app = page()
    assert "The run mine: The pictures *are* gone." in said(app)
    click(app, "training_hide")
    assert "gone" not in said(app)


def test_a_process_that_is_gone_is_said_and_its_run_resumed(page, workspace, commands):
    keep_run(workspace, "mine", "running")
    under_way(workspace, "mine")
    status = asdict(job_status(workspace, TRAINING)) | {"beat": time.time() - 60}
    write_json(workspace.cache / "training.json", status)
    app = page()
    assert "ended without a word" in said(app)
    assert app.dataframe[0].value["state"].tolist() == ["stopped"]
    click(app, "training_resume")
    assert commands[0][-3:] == ["--resume", "mine", "--quiet"]
    assert "training_stop" in buttons(app)


def test_the_list_says_state_accuracy_and_hours(page, workspace):
    keep_run(
        workspace, "young", "failed", epochs=0, message="No *weights* for it.", started="2026-11-21T02:00:00+00:00"
    )
    keep_run(workspace, "whole", seconds=3600.0, device="cpu", started="2026-11-21T03:00:00+00:00")
    app = page()
    table = app.dataframe[0].value.set_index("run")
    assert table["state"].to_dict() == {"whole": "done", "young": "failed"}
    assert table.loc["whole", "accuracy"] == pytest.approx(0.7)
    assert (table.loc["whole", "hours"], table.loc["whole", "architecture"]) == (1.0, "Small CNN")
    assert "training_resume" not in buttons(app)
    app = page(training_runs_at="young")
    assert "No *weights* for it." in said(app) and "training_resume" in buttons(app)


def test_a_leak_is_said_with_its_run(page, workspace):
    keep_run(workspace, "leaky", leak="Split by picture: figures are inflated.")
    assert "figures are inflated" in said(page())


def test_removed_and_undone(page, workspace):
    keep_run(workspace, "mine")
    app = click(page(), "training_remove")
    assert not list_runs(workspace)
    assert "The run **mine** was removed" in said(app)
    click(app, "training_undo")
    assert [run.name for run in list_runs(workspace)] == ["mine"]
    assert "was removed" not in said(app)


def test_a_removed_run_can_be_brought_back_on_a_later_visit(page, workspace):
    keep_run(workspace, "mine")
    click(page(), "training_remove")
    app = page()
    click(app, "training_restore")
    assert [run.name for run in list_runs(workspace)] == ["mine"]


def test_a_data_set_with_one_label_is_one_sentence(make_workspace, open_app):
    workspace = make_workspace(["Blip"] * 6, np.zeros((6, 3)))
    app = open_app(PAGE, workspace=workspace.name)
    assert "a classifier needs two labels" in said(app)


def test_without_torch_runs_are_shown_and_nothing_is_started(page, workspace, monkeypatch):
    monkeypatch.setattr("core.packages.missing_packages", lambda wanted: ("torch",))
    keep_run(workspace, "mine", "stopped")
    app = page()
    assert "Training needs torch" in said(app)
    assert app.dataframe[0].value["run"].tolist() == ["mine"]
    assert not buttons(app) & {"training_start", "training_resume", "training_remove"}


def test_the_public_demo_only_shows_what_came_with_it(tmp_path, monkeypatch, workspace):
    monkeypatch.setenv(DEMO_VARIABLE, "1")
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60).run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "On the public demo no classifier is trained" in said(app)
    assert not buttons(app) & {"training_start", "training_resume", "training_remove"}


def test_a_run_that_came_with_the_project_cannot_be_removed(workspace, page, monkeypatch):
    run = replace(keep_run(workspace, "given"), shipped=True)
    monkeypatch.setattr("core.classify.training.runs.list_runs", lambda workspace: (run,))
    app = page()
    assert "came with the project" in app.dataframe[0].value["run"].iloc[0]
    assert "training_remove" not in buttons(app)


def test_a_run_whose_curves_are_gone_is_shown_all_the_same(page, workspace):
    run = keep_run(workspace, "mine")
    (run.folder / CURVES_FILE).unlink()
    app = page()
    assert app.dataframe[0].value["run"].tolist() == ["mine"]


def test_the_labels_to_learn_are_a_choice_once_something_was_decided(page, workspace, commands):
    app = page(reviewer="Mo")
    assert not any(box.key == "training_labels" for box in app.selectbox)
    with contextlib.closing(open_ledger(workspace.ledger_path)) as ledger:
        People(ledger).tell("Blip/sample000", "Mo decides Whistle")
    app = page(reviewer="Mo")
    choice = app.selectbox(key="training_labels")
    assert choice.options == ["as brought", "now (1 decided)"] and choice.value == "brought"
    choice.set_value("now").run()
    assert "1 labels differ" in said(app) or "1 label differs" in said(app)
    assert "--labels now" in app.code[0].value
    click(app, "training_start")
    started = commands[-1]
    reading_id = started[started.index("--reading") + 1]
    assert kept_reading(workspace, reading_id).said.to_dict() == {"Blip/sample000": "Whistle"}


def test_a_run_says_which_labels_it_learnt(page, workspace):
    about = {"reading": "now", "labels_fingerprint": "abc", "read_at": "2026-11-30T10:12:00+00:00", "relabelled": 12}
    keep_run(workspace, "now", **about)
    words = "It learnt the labels as they were then, with what was decided, read at 2026-11-30"
    assert words in said(page())

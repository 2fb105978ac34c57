"""Preparing anew: the old map stays until the new one is ready, a failure changes nothing, a viewer starts nothing."""

import subprocess
import time
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core.jobs import job
from core.jobs.job import JobStatus, job_status
from core.pipeline.report_people import kept_people
from core.pipeline.settings import load_settings, save_settings
from core.pipeline.stages import prepare, prepared_key
from core.seals import SEAL_FILE
from core.workspace import write_json
from tests.parts.conftest import LABELS, MATRIX

DATA, MAP = "pages/data.py", "pages/map.py"


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """The commands that would have been started."""
    commands = []
    # The job's own, so that the gate can still start what it needs.
    instead = SimpleNamespace(**vars(subprocess) | {"Popen": lambda command, **_: commands.append(command)})
    monkeypatch.setattr(job, "subprocess", instead)
    return commands


def said(app):
    kinds = ("markdown", "caption", "info", "warning", "error", "success")
    return " ".join(item.value for kind in kinds for item in getattr(app, kind)).replace("\\", "")


def button(app, label):
    return next((item for item in app.button if item.label == label), None)


def field(app, label):
    kinds = (*app.number_input, *app.text_input)
    return next(item for item in kinds if item.label.startswith(label))


def note(workspace, state, **facts):
    """Put the workspace's job into a state."""
    workspace.cache.mkdir(parents=True, exist_ok=True)
    write_json(workspace.cache / "job.json", asdict(JobStatus(state, beat=time.time(), process=1, **facts)))


def other_seed(workspace):
    settings = load_settings(workspace)
    return replace(settings, layout=replace(settings.layout, seed=7))


def test_new_settings_count_once_their_map_is_ready(prepared, open_app, started):
    workspace = prepared.workspace
    before = prepared_key(workspace)
    app = open_app(DATA, workspace=workspace.name)
    field(app, "seed").set_value(7)
    button(app, "Prepare the map").click().run()
    assert started[0][-3:] == ["prepare", str(workspace.source), "--quiet"]
    assert job_status(workspace).settings["layout"]["seed"] == 7
    assert load_settings(workspace).layout.seed == 42 and prepared_key(workspace) == before
    assert button(app, "Stop") is not None and button(app, "Prepare the map") is None
    app.switch_page(MAP).run()
    assert "A new map is being made" in said(app)
    assert app.selectbox(key="map_colour") is not None
    # The job ends well: its settings are the workspace's now.
    prepare(workspace, report=lambda progress: None, settings=other_seed(workspace))
    note(workspace, "done")
    app.run()
    assert load_settings(workspace).layout.seed == 7 and prepared_key(workspace) != before
    assert "A new map is being made" not in said(app)


def test_a_damaged_map_is_offered_to_be_made_again_and_shown_once_it_is(prepared, open_app, started):
    workspace = prepared.workspace
    layout = workspace.cache / f"layout-{prepared.layout.fingerprint}"
    (layout / SEAL_FILE).unlink()  # as older versions left it, so that it is found out when it is read
    (layout / "coordinates.npy").write_bytes(b"")
    app = open_app(MAP, workspace=workspace.name)
    assert "This data set has no map yet" in said(app)
    prepare(workspace, report=lambda progress: None)
    app.run()
    assert not app.exception and app.selectbox(key="map_colour") is not None


def test_settings_whose_map_is_there_are_shown_at_once(prepared, open_app, started):
    workspace = prepared.workspace
    prepare(workspace, report=lambda progress: None, settings=other_seed(workspace))
    app = open_app(DATA, workspace=workspace.name)
    field(app, "seed").set_value(42)
    button(app, "Prepare the map").click().run()
    assert load_settings(workspace).layout.seed == 42 and started == []
    assert "is ready" in said(app)


def test_a_path_that_is_not_there_is_said_beside_the_form_and_starts_nothing(prepared, open_app, started):
    app = open_app(DATA, workspace=prepared.workspace.name)
    field(app, "Ready-made").set_value("~/nowhere.npy")
    button(app, "Prepare the map").click().run()
    assert "There is no file" in said(app) and "~" not in app.error[0].value
    assert "Nothing was changed" in app.error[0].value and "is ready" not in said(app)
    assert started == [] and prepared_key(prepared.workspace) is not None
    app.switch_page(MAP).run()
    assert app.selectbox(key="map_colour") is not None and not app.error


def test_vectors_may_be_named_from_the_home_folder(prepared, open_app, started, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    np.save(tmp_path / "other.npy", MATRIX[::-1].astype("float32"))
    app = open_app(DATA, workspace=prepared.workspace.name)
    field(app, "Ready-made").set_value("~/other.npy")
    button(app, "Prepare the map").click().run()
    assert job_status(prepared.workspace).settings["vectors"] == str(tmp_path / "other.npy")


def test_a_failure_is_said_on_both_pages_and_leaves_map_and_settings(prepared, open_app, started):
    workspace = prepared.workspace
    tried = replace(other_seed(workspace), vectors="/data/wrong.npy")
    note(workspace, "failed", message="No row of wrong.npy belongs here.", settings=asdict(tried))
    app = open_app(DATA, workspace=workspace.name)
    assert "No row of wrong.npy belongs here" in said(app) and "Nothing was changed" in said(app)
    assert field(app, "Ready-made").value == "/data/wrong.npy" and field(app, "seed").value == 7
    app.switch_page(MAP).run()
    assert "No row of wrong.npy belongs here" in said(app) and "the one from before" in said(app)
    assert app.selectbox(key="map_colour") is not None
    app.button(key="results_hide_failure").click().run()
    assert "wrong.npy" not in said(app)


@pytest.mark.parametrize("state", ["failed", "lost", "cancelled"])
def test_a_detector_that_could_not_be_read_is_no_failure_of_the_map(prepared, open_app, state):
    note(prepared.workspace, state, message="None of the files holds a channel.", subject="couple")
    app = open_app(DATA, workspace=prepared.workspace.name)
    assert "holds a channel" not in said(app) and "is ready" in said(app)


def test_a_first_map_that_failed_says_why_where_the_map_would_be(make_workspace, open_app):
    workspace = make_workspace(LABELS, MATRIX)
    note(workspace, "failed", message="The disk is full.", settings=asdict(load_settings(workspace)))
    app = open_app(MAP, workspace=workspace.name)
    assert "The disk is full" in said(app) and "no map yet" in said(app)


def test_a_first_map_under_way_says_which_stage_it_is_at(make_workspace, open_app):
    workspace = make_workspace(LABELS, MATRIX)
    note(workspace, "running", stage="Laying out the map (UMAP)", done=3, total=10, subject="prepare")
    app = open_app(MAP, workspace=workspace.name)
    assert "is being made" in said(app) and "embedded" not in said(app)
    assert any("Laying out the map" in item.proto.text.replace("\\", "") for item in app.get("progress"))


def test_two_people_who_prepare_at_once_get_one_job_and_the_second_is_told(prepared, open_app, started):
    first, second = (open_app(DATA, workspace=prepared.workspace.name) for _ in range(2))
    for app, seed in ((first, 7), (second, 8)):
        field(app, "seed").set_value(seed)
        button(app, "Prepare the map").click().run()
    assert len(started) == 1 and job_status(prepared.workspace).settings["layout"]["seed"] == 7
    assert "your settings were not taken" in said(second)


def test_a_viewer_is_not_offered_what_changes_the_map(prepared, open_app):
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    app = open_app(DATA, workspace=prepared.workspace.name)
    offered = {item.label for item in app.button}
    assert not offered & {"Prepare the map", "Open", "Read the data set again", "Write the report", "Stop"}
    assert "may not open data sets, change their settings" in said(app) or "only looks on" in said(app)
    note(prepared.workspace, "running", stage="Embedding pictures", subject="prepare")
    app.run()
    assert button(app, "Stop") is None


def test_a_viewer_cannot_hide_that_a_preparation_failed(prepared, open_app):
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    note(prepared.workspace, "failed", message="Full.", settings=asdict(load_settings(prepared.workspace)))
    app = open_app(MAP, workspace=prepared.workspace.name)
    assert "Full" in said(app) and button(app, "Hide") is None


def test_the_report_waits_for_the_audit_that_is_being_made(prepared, open_app, started):
    note(prepared.workspace, "running", stage="Looking for suspects", done=1, total=4, subject="prepare")
    app = open_app(DATA, workspace=prepared.workspace.name)
    assert "The audit, which the report needs, is being made (Looking for suspects" in said(app)
    assert app.button(key="report_write").disabled
    note(prepared.workspace, "done")
    app.run()
    app.button(key="report_write").click().run()
    assert started[0][3] == "report" and "is made first" not in said(app)
    kept = kept_people(Path(started[0][started[0].index("--people") + 1]))
    assert kept.trouble == "" and kept.samples_in("open") == len(prepared.dataset.samples)


def test_settings_that_were_kept_as_typed_count_from_the_projects_folder(prepared):
    from core.workspace import PROJECT_ROOT

    save_settings(prepared.workspace, replace(load_settings(prepared.workspace), vectors="some/vectors.npy"))
    assert load_settings(prepared.workspace).vectors == str(PROJECT_ROOT / "some" / "vectors.npy")


def test_a_data_set_is_renamed_on_the_page_by_who_may(prepared, open_app):
    app = open_app(DATA, workspace=prepared.workspace.name)
    chooser = next(item for item in app.sidebar.selectbox if item.label == "Data set")
    assert "data" in chooser.options and prepared.workspace.name not in chooser.options
    field(app, "Name on screen").set_value("O3 *of* Livingston")
    next(item for item in app.button if item.label == "Rename" and item.form_id).click().run()
    chooser = next(item for item in app.sidebar.selectbox if item.label == "Data set")
    assert "O3 *of* Livingston" in chooser.options and not app.exception
    assert any("O3 \\*of\\* Livingston" in item.value for item in app.subheader)
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    app.run()
    assert not [item for item in app.button if item.label == "Rename"]

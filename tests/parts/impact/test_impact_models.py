"""What a model uses, on the page Impact: asked for at a button, told only where there is skill."""

import dataclasses
import os
import time

import pytest

from core.files import locked
from core.jobs.job import JobStatus, job_status
from core.workspace import write_json
from pages.parts.desk.state import Desk
from pages.parts.impact.state import AskedModels
from tests.parts.remembered import remembered

PAGE = "pages/impact.py"
MODELS = {"impact_view": "What a model uses"}


def texts(app):
    kinds = ("markdown", "caption", "info", "warning", "error")
    return (
        " ".join(item.value for kind in kinds for item in getattr(app, kind)).replace("\\", "").replace(":small{}", "")
    )


@pytest.fixture
def started(monkeypatch):
    commands = []
    monkeypatch.setattr("core.jobs.job.start_job", lambda workspace, command, **_: commands.append(command) or True)
    return commands


def fits(app):
    return [one for one in app.button if one.key.startswith("impact_fit")]


def test_without_channels_there_is_nothing_to_foresee_from(costly, open_app):
    app = open_app(PAGE, workspace=costly.workspace.name, **MODELS)
    assert "No channels of L1 were brought" in texts(app) and not fits(app)


def test_of_a_detector_that_was_brought_the_workspaces_job_fits_the_model(costly_beside, open_app, started):
    app = open_app(PAGE, workspace=costly_beside.workspace.name, impact_modelled="Blip", **MODELS)
    assert [one.label for one in fits(app)] == ["Foresee Blip", "Tell the families apart"]
    fits(app)[0].click().run()
    fits(app)[1].click().run()
    assert not app.exception
    source = str(costly_beside.workspace.source)
    beginning = ["impact", source, "--detector", "L1", "--by", "label"]
    assert started == [
        [*beginning, "--model=Blip", "--kind", "xgboost", "--quiet"],
        [*beginning, "--apart", "--quiet"],
    ]


def test_the_job_runs_the_page_says_so_once_and_then_shows_what_it_found(costly_beside, open_app):
    app = open_app(PAGE, workspace=costly_beside.workspace.name, impact_modelled="Blip", **MODELS)
    fits(app)[0].click().run()
    assert not app.exception
    for _ in range(120):
        if not job_status(costly_beside.workspace).running:
            break
        time.sleep(0.5)
    assert job_status(costly_beside.workspace).message == "1 model was fitted and judged."
    app.run()
    assert not app.exception and "foresees Blip no better than chance" in texts(app)


def test_while_other_work_is_under_way_nothing_can_be_asked_for(costly_beside, open_app):
    running = JobStatus("running", subject="audit", beat=time.time(), process=os.getpid())
    write_json(costly_beside.workspace.cache / "job.json", dataclasses.asdict(running))
    with locked(costly_beside.workspace.cache / "job.lock", wait=0):
        app = open_app(PAGE, workspace=costly_beside.workspace.name, **MODELS)
        assert "Other work is under way" in texts(app) and not fits(app)


def test_why_a_fit_ended_is_told(costly_beside, open_app):
    failed = JobStatus("failed", message="24 days are too few for blocks.", subject="impact")
    write_json(costly_beside.workspace.cache / "job.json", dataclasses.asdict(failed))
    app = open_app(PAGE, workspace=costly_beside.workspace.name, **MODELS)
    assert "too few for blocks" in app.error[0].value and fits(app)


def test_with_skill_it_is_told_what_the_model_uses_and_what_quiet_channels_would_spare(modelled, open_app):
    app = open_app(PAGE, workspace=modelled.workspace.name, impact_modelled="Scattered_Light", **MODELS)
    said = texts(app)
    assert "foresees Scattered_Light in held-out blocks" in said
    groups = app.dataframe[0].value
    assert list(groups["the model uses"]) == ["L1:ISI-GND_STS_ETMX_X_BLRMS_100M_300M"]
    assert groups.loc[0, "channels"] == 2 and groups.loc[0, "the regression"] == "agrees"
    assert "The model uses L1:ISI-GND" in said and "and the 1 that moves with it" in said
    assert "never above its quiet level the regression expects" in said and "That quieting it would do this" in said
    assert "tree_path_dependent" in said and "drives" not in said
    assert "`L1:CAL-DELTAL_RESIDUAL_BLRMS` (unsafe)" in said
    first = "the model foresees"
    assert first in said and app.number_input(key="impact_glitch").value == 1
    app.number_input(key="impact_glitch").set_value(50).run()
    assert not app.exception and texts(app) != said


def test_without_skill_nothing_is_explained(modelled, open_app):
    app = open_app(PAGE, workspace=modelled.workspace.name, impact_modelled="Blip", **MODELS)
    assert "so there is nothing to explain" in texts(app)
    assert not app.dataframe and not [one for one in app.number_input if one.key == "impact_glitch"]


def test_of_a_simulated_detector_the_model_is_fitted_where_it_is_asked_for(costly, open_app, started):
    asked = Desk(
        choices=(("impact_of", "simulated"), ("impact_view", "What a model uses"), ("impact_modelled", "Blip"))
    )
    app = open_app(PAGE, asked, workspace=costly.workspace.name)
    fits(app)[0].click().run()
    assert not app.exception and not started
    assert len(remembered(app, AskedModels).keys) == 1
    assert "no better than chance" in texts(app)


def test_a_model_whose_packages_are_missing_says_what_to_install(costly_beside, open_app, monkeypatch):
    monkeypatch.setattr("core.impact.models.fitting.missing_packages", lambda names: ["xgboost"])
    app = open_app(PAGE, workspace=costly_beside.workspace.name, **MODELS)
    assert "requirements-impact.txt" in texts(app)

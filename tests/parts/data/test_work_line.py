"""The line in the sidebar of every page that says what is being prepared, for whom, and how long yet."""

import pytest

from core.jobs import job
from core.jobs.job import JobReporter, JobStatus, job_status, start_job
from core.progress import Progress
from core.workspace import Workspace
from pages.parts.data.work_line import work_text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (JobStatus("running", "Embed", seconds_left=90, asked_by="Ada"), "Preparing O3 for Ada: Embed, 2 min left"),
        (JobStatus("running"), "Preparing O3: Starting"),
        (JobStatus("done"), "O3: ready"),
        (JobStatus("failed"), "O3: the work ended; see the page Data and settings"),
        (JobStatus("failed", subject="couple"), "O3: the work ended; see the page Detector"),
    ],
)  # fmt: skip
def test_it_says_which_data_set_for_whom_the_stage_and_the_time_left(status, text):
    assert work_text("O3", status) == text


def test_the_process_that_was_started_goes_on_saying_who_asked(tmp_path, monkeypatch):
    workspace = Workspace(root=tmp_path / "w", source=tmp_path)
    monkeypatch.setattr(
        job.subprocess,
        "Popen",
        lambda command, **options: monkeypatch.setenv(job.TOKEN_VARIABLE, options["env"][job.TOKEN_VARIABLE]),
    )
    start_job(workspace, ["prepare", "x"], asked_by="Ada")
    with JobReporter(workspace) as reporter:
        reporter.report(Progress("Embedding", 1, 2, None, None))
        assert (job_status(workspace).asked_by, job_status(workspace).stage) == ("Ada", "Embedding")


def test_another_page_shows_the_work_on_a_data_set_with_a_link_and_then_no_more(make_workspace, open_app):
    workspace = make_workspace(["Blip"] * 3, [[0, 1], [1, 0], [1, 1]])
    with JobReporter(workspace) as reporter:
        reporter.report(Progress("Laying out", 1, 2, None, None))
        app = open_app("pages/corrections.py")
        assert "Preparing data: Laying out" in said(app)
    app.run()
    assert not [text for text in said(app) if "Preparing" in text]


def said(app):
    return [item.value.replace("\\", "") for item in app.sidebar.caption]

"""Long work in a process of its own: state, stop, failure, loss."""

import sys
import time

import pytest

from core.errors import Cancelled, GlitchAuditError
from core.prepare import job
from core.prepare.job import TRAINING, JobReporter, JobStatus, clear_job, job_status, start_job, stop_job
from core.progress import Progress
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "w", source=tmp_path)


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_nothing_was_started(workspace):
    assert job_status(workspace) == JobStatus()


def test_progress_is_seen_while_the_work_runs(workspace):
    with JobReporter(workspace) as reporter:
        reporter.report(Progress("Embedding pictures", 3, 10, 2.0, 3.5))
        status = job_status(workspace)
        assert (status.state, status.stage, status.done, status.total) == ("running", "Embedding pictures", 3, 10)
        assert (status.rate, status.seconds_left, status.fraction) == (2.0, 3.5, 0.3)
        reporter.done("47 samples")
    assert (job_status(workspace).state, job_status(workspace).message) == ("done", "47 samples")


def test_a_request_to_stop_raises_in_the_next_report(workspace):
    with pytest.raises(Cancelled), JobReporter(workspace) as reporter:
        stop_job(workspace)
        reporter.report(Progress("Embedding pictures", 3, 10, None, None))
    assert job_status(workspace).state == "cancelled"


def test_a_library_that_never_reports_is_ended(workspace, monkeypatch):
    monkeypatch.setattr(job, "HEARTBEAT_SECONDS", 0.02)
    ended = []
    with JobReporter(workspace, exit_process=ended.append):
        stop_job(workspace)
        wait_for(lambda: ended)
        assert job_status(workspace).state == "cancelled"
    assert ended[0] == 1


def test_a_mendable_error_is_shown_as_its_sentence(workspace):
    with pytest.raises(GlitchAuditError), JobReporter(workspace):
        raise GlitchAuditError("The folder is empty.")
    assert (job_status(workspace).state, job_status(workspace).message) == ("failed", "The folder is empty.")


def test_any_other_error_says_where_the_whole_story_is(workspace):
    with pytest.raises(ZeroDivisionError), JobReporter(workspace):
        _ = 1 / 0
    assert "ZeroDivisionError" in job_status(workspace).message
    assert "job.log" in job_status(workspace).message


def test_a_silent_process_counts_as_lost(workspace):
    with JobReporter(workspace):
        beat = job_status(workspace).beat
        assert job_status(workspace, now=beat + 19).state == "running"
        assert job_status(workspace, now=beat + 21).state == "lost"


def test_a_damaged_state_file_is_no_job(workspace):
    with JobReporter(workspace) as reporter:
        reporter.done("")
    (workspace.cache / "job.json").write_text('{"state": "running", "unheard": 1}')
    assert job_status(workspace).state == "none"


def test_the_child_is_started_once(workspace, monkeypatch):
    commands = []
    monkeypatch.setattr(job.subprocess, "Popen", lambda command, **_: commands.append(command))
    start_job(workspace, ["prepare", "x"])
    start_job(workspace, ["prepare", "x"])
    assert commands == [[sys.executable, "-m", "core", "prepare", "x"]]
    assert job_status(workspace).running


def test_an_outcome_can_be_forgotten_but_not_running_work(workspace):
    with JobReporter(workspace) as reporter:
        clear_job(workspace)
        assert job_status(workspace).running
        reporter.done("made")
    clear_job(workspace)
    assert job_status(workspace).state == "none"


def test_jobs_of_two_names_do_not_know_each_other(workspace):
    with JobReporter(workspace, TRAINING, subject="run 1") as training:
        assert (job_status(workspace, TRAINING).subject, job_status(workspace).state) == ("run 1", "none")
        with JobReporter(workspace) as preparing:
            stop_job(workspace)
            assert not training.stop_asked() and preparing.stop_asked()
            preparing.done("")
        training.report(Progress("Training", 1, 2, None, None))
        assert (job_status(workspace, TRAINING).subject, job_status(workspace, TRAINING).done) == ("run 1", 1)
        training.done("")


def test_a_request_that_an_earlier_job_did_not_hear_stops_no_later_one(workspace):
    (workspace.cache).mkdir(parents=True)
    (workspace.cache / "job.stop").touch()
    with JobReporter(workspace) as reporter:
        reporter.report(Progress("Embedding pictures", 3, 10, None, None))
        reporter.done("")
    assert job_status(workspace).state == "done"


def test_a_request_made_while_the_process_starts_is_heard(workspace, monkeypatch):
    monkeypatch.setattr(job.subprocess, "Popen", lambda *_, **__: None)
    start_job(workspace, ["prepare", "x"])
    stop_job(workspace)
    with pytest.raises(Cancelled), JobReporter(workspace) as reporter:
        reporter.report(Progress("Embedding pictures", 3, 10, None, None))


def test_a_job_may_be_given_longer_to_end_by_itself(workspace, monkeypatch):
    monkeypatch.setattr(job, "HEARTBEAT_SECONDS", 0.02)
    ended = []
    with JobReporter(workspace, grace_seconds=1000, exit_process=ended.append) as reporter:
        stop_job(workspace)
        time.sleep(0.3)
        reporter.done("made after all")
    assert not ended and job_status(workspace).message == "made after all"

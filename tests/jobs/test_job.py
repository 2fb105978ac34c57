"""Long work in a process of its own: state, stop, failure, loss; one at a time, whoever starts it."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict

import pytest

from core.errors import Cancelled, GlitchAuditError
from core.jobs import job
from core.jobs.job import (
    TOKEN_VARIABLE,
    TRAINING,
    JobReporter,
    JobStatus,
    clear_job,
    job_status,
    start_job,
    stop_job,
)
from core.pipeline.settings import Settings, settings_from_json
from core.progress import Progress
from core.workspace import PROJECT_ROOT, Workspace, write_json


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "w", source=tmp_path)


@pytest.fixture
def children(monkeypatch):
    """The keyword arguments of every process that would have been started; this one then plays the last of them."""
    started = []

    def start(command, **options):
        started.append({"command": command, **options})
        monkeypatch.setenv(TOKEN_VARIABLE, options["env"][TOKEN_VARIABLE])

    monkeypatch.setattr(job.subprocess, "Popen", start)
    return started


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
    workspace.cache.mkdir(parents=True)
    write_json(workspace.cache / "job.json", asdict(JobStatus("running", "Embedding", beat=1000.0, process=1)))
    assert job_status(workspace, now=1019).state == "running"
    assert job_status(workspace, now=1021).state == "lost"


def test_a_sign_of_life_from_the_future_counts_as_lost_and_the_job_can_be_started_again(workspace, children):
    workspace.cache.mkdir(parents=True)
    status = JobStatus("running", "Embedding", beat=time.time() + 3e8, process=1)
    write_json(workspace.cache / "job.json", asdict(status))
    assert job_status(workspace).state == "lost"
    assert start_job(workspace, ["prepare", "x"]) and len(children) == 1
    with JobReporter(workspace) as reporter:
        reporter.done("made")
    assert job_status(workspace).message == "made"


def test_a_process_that_is_gone_is_lost_at_once_and_not_after_a_while(workspace):
    with JobReporter(workspace) as reporter:
        running = asdict(job_status(workspace))
        reporter.done("")
    write_json(workspace.cache / "job.json", running | {"beat": time.time()})
    assert job_status(workspace).state == "lost"


def test_one_that_ends_well_while_it_is_asked_about_is_not_lost(workspace, monkeypatch):
    reporter = JobReporter(workspace)
    reporter.__enter__()

    def ask_late(path):
        monkeypatch.undo()
        reporter.done("made")
        reporter.__exit__(None, None, None)
        return False

    monkeypatch.setattr(job, "holder_lives", ask_late)
    assert job_status(workspace).message == "made"


def test_a_silent_process_that_lives_is_not_lost(workspace):
    with JobReporter(workspace):
        assert job_status(workspace, now=time.time() + 3600).state == "running"


def test_a_damaged_state_file_is_no_job(workspace):
    with JobReporter(workspace) as reporter:
        reporter.done("")
    (workspace.cache / "job.json").write_text('{"state": "running", "unheard": 1}')
    assert job_status(workspace).state == "none"


def test_the_child_is_started_once(workspace, children):
    assert start_job(workspace, ["prepare", "x"])
    assert not start_job(workspace, ["prepare", "x"])
    assert [child["command"] for child in children] == [[sys.executable, "-m", "core", "prepare", "x"]]
    assert job_status(workspace).running


def test_clicks_at_one_moment_start_one_job(workspace, monkeypatch):
    started, together = [], threading.Barrier(8)
    monkeypatch.setattr(job.subprocess, "Popen", lambda command, **_: started.append(command))

    def click():
        together.wait()
        start_job(workspace, ["prepare", "x"])

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1


def test_the_settings_travel_with_the_announced_job(workspace, children):
    settings = Settings(vectors="/somewhere/vectors.npy")
    start_job(workspace, ["prepare", "x"], subject="prepare", settings=asdict(settings))
    with JobReporter(workspace, subject="prepare") as reporter:
        assert settings_from_json(reporter.settings) == settings
        reporter.report(Progress("Embedding pictures", 3, 10, None, None))
        assert settings_from_json(job_status(workspace).settings) == settings
        reporter.propose(None)
        reporter.done("")
    assert job_status(workspace).settings is None


def test_one_that_was_not_announced_does_not_take_the_place_of_one_that_was(workspace, children, monkeypatch):
    start_job(workspace, ["prepare", "x"], settings={"a": 1})
    monkeypatch.delenv(TOKEN_VARIABLE)
    with pytest.raises(GlitchAuditError, match="under way"), JobReporter(workspace):
        pass
    assert job_status(workspace).settings == {"a": 1}
    monkeypatch.setenv(TOKEN_VARIABLE, children[0]["env"][TOKEN_VARIABLE])
    with JobReporter(workspace) as reporter:
        assert reporter.settings == {"a": 1}
        reporter.done("")


def test_a_child_that_took_long_to_start_is_still_the_announced_one(workspace, children):
    start_job(workspace, ["prepare", "x"], settings={"a": 1})
    write_json(workspace.cache / "job.json", asdict(job_status(workspace)) | {"beat": 1000.0})
    assert job_status(workspace).state == "lost"
    with JobReporter(workspace) as reporter:
        assert reporter.settings == {"a": 1}
        reporter.done("")


def test_work_that_runs_in_a_terminal_keeps_the_page_from_starting_and_another_terminal_too(workspace, children):
    with JobReporter(workspace) as first:
        assert not start_job(workspace, ["prepare", "x"]) and not children
        with pytest.raises(GlitchAuditError, match=f"under way .*process {os.getpid()}"), JobReporter(workspace):
            pass
        first.report(Progress("Embedding pictures", 3, 10, None, None))
        assert job_status(workspace).done == 3
        first.done("made")
    assert job_status(workspace).message == "made"


def test_a_killed_job_keeps_nobody_waiting(workspace):
    work = (
        "import sys, time; from pathlib import Path; from core.jobs.job import JobReporter\n"
        "from core.workspace import Workspace\n"
        "with JobReporter(Workspace(Path(sys.argv[1]), Path(sys.argv[1]))): print('works', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", work, str(workspace.root)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline().strip() == "works"
        with pytest.raises(GlitchAuditError, match=f"process {process.pid}"), JobReporter(workspace):
            pass
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with JobReporter(workspace) as reporter:
        reporter.done("made")
    assert job_status(workspace).message == "made"


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


def test_a_request_made_while_the_process_starts_is_heard(workspace, children):
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

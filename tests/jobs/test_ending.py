"""A server that ends: the act under way is finished, none begins any more, and its jobs are parked and go on later."""

import subprocess
import sys
import threading
import time

import pytest

from core.errors import GlitchAuditError
from core.jobs import job
from core.jobs.ending import end_well
from core.jobs.job import MOST_VARIABLE, JobReporter, job_status, start_job
from core.ledger import Ledger, open_ledger
from core.progress import Progress
from core.workspace import HOME_VARIABLE, PROJECT_ROOT, open_workspace, workspace_for

WORKER = """
import sys, time
from pathlib import Path
from core.jobs.job import JobReporter
from core.progress import Progress
from core.workspace import Workspace
with JobReporter(Workspace(Path(sys.argv[1]), Path(sys.argv[1])), subject="prepare") as job:
    for done in range(6000):
        job.report(Progress("Embedding", done, 6000, None, None))
        time.sleep(0.1)
"""


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace whose jobs count slowly instead of preparing anything."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setattr(job, "_started_here", set())
    (tmp_path / "data").mkdir()
    made = open_workspace(workspace_for(tmp_path / "data"))
    plain, children = subprocess.Popen, []

    def start(command, **options):
        children.append(plain([sys.executable, "-c", WORKER, str(made.root)], **{**options, "cwd": PROJECT_ROOT}))
        return children[-1]

    monkeypatch.setattr(job.subprocess, "Popen", start)
    yield made
    for child in children:
        child.kill()
        child.wait()


def wait_for(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_running_job_is_parked_and_can_go_on(workspace):
    assert start_job(workspace, ["prepare", "x"])
    wait_for(lambda: job_status(workspace).process)
    assert end_well([]) == ()
    status = job_status(workspace)
    assert (status.state, "start again to go on" in status.message) == ("cancelled", True)
    assert start_job(workspace, ["prepare", "x"])
    wait_for(lambda: job_status(workspace).process and job_status(workspace).running)


def test_a_job_of_another_server_goes_on(workspace):
    with JobReporter(workspace, subject="prepare") as other:
        assert end_well([]) == ()
        other.report(Progress("Embedding", 1, 2, None, None))
        assert job_status(workspace).running


def test_the_act_under_way_is_finished_and_none_begins(workspace):
    ledger = open_ledger(workspace.ledger_path)
    written, begun = [], threading.Event()

    def act(name, seconds):
        with ledger.write_lock:
            begun.set()
            time.sleep(seconds)
            written.append(name)

    threading.Thread(target=act, args=("first", 0.5), daemon=True).start()
    assert begun.wait(10)
    assert end_well([workspace]) == ()
    assert written == ["first"]
    late = threading.Thread(target=act, args=("second", 0), daemon=True)
    late.start()
    late.join(0.3)
    assert late.is_alive() and written == ["first"]
    ledger.write_lock._lock.release()
    late.join(10)


def test_an_act_that_hangs_is_told_and_not_waited_for(workspace):
    ledger = open_ledger(workspace.ledger_path)
    with ledger.write_lock:
        assert end_well([workspace], wait=0.2) == (f"an act in the ledger of {workspace.name}",)


def test_ending_opens_and_makes_no_ledger(workspace, monkeypatch):
    monkeypatch.setattr(Ledger, "cursor", lambda self: pytest.fail("opened"))
    assert end_well([workspace]) == () and not workspace.ledger_path.exists()


def test_no_more_jobs_than_the_server_allows(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv(MOST_VARIABLE, "1")
    (tmp_path / "other").mkdir()
    other = open_workspace(workspace_for(tmp_path / "other"))
    assert start_job(workspace, ["prepare", "x"])
    with pytest.raises(GlitchAuditError, match="does 1 piece of work at once, and as much is under way"):
        start_job(other, ["prepare", "x"])
    assert not job_status(other).running
    monkeypatch.setenv(MOST_VARIABLE, "2")
    assert start_job(other, ["prepare", "x"])


@pytest.mark.parametrize("text", ["two", "-1", "1.5"])
def test_a_limit_that_is_no_number_is_said_and_not_taken_for_none(workspace, monkeypatch, text):
    monkeypatch.setenv(MOST_VARIABLE, text)
    with pytest.raises(GlitchAuditError, match=f"GLITCH_AUDIT_JOBS says “{text}”, which is no whole number"):
        start_job(workspace, ["prepare", "x"])
    assert not job_status(workspace).running

"""Long work in a process of its own, so that the page stays usable and its memory small.

The job's state is a small file in the workspace's cache: any tab, and the next visit, sees the same job. Stopping asks
through another file; the child checks it every second and ends itself. Every artifact is written whole or not at all,
and finished shards stay, so ending at any moment is safe and the next run resumes.

A workspace has a job of each name at most: preparing, auditing and reporting share one, training has its own, so that
a night of training keeps nobody from the map.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import Cancelled, GlitchAuditError
from core.progress import Progress
from core.workspace import PROJECT_ROOT, Workspace, make_folder, read_json, write_json

HEARTBEAT_SECONDS = 1.0
LOST_AFTER_SECONDS = 20.0
GRACE_SECONDS = 3.0
"""How long a job that was asked to stop may take to do so by itself."""
PREPARING, TRAINING = "job", "training"
"""The names of a workspace's jobs, and of their files."""
_FINAL_STATES = ("done", "failed", "cancelled", "lost")


@dataclass(frozen=True)
class JobStatus:
    """What the workspace's job is doing.

    Attributes:
        state: "none", "running", "done", "failed", "cancelled" or "lost" (the process ended without a word).
        stage, done, total, rate, seconds_left: as in :class:`core.progress.Progress`.
        message: for the user: the error of a failed job, or what was made.
        beat: when the job last gave a sign of life, in seconds since 1970.
        process: the job's process number; 0 before the process has said so.
        subject: what the job works on, where its name does not say so: the run that is trained.
    """

    state: str = "none"
    stage: str = ""
    done: int = 0
    total: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    message: str = ""
    beat: float = 0.0
    process: int = 0
    subject: str = ""

    @property
    def running(self) -> bool:
        """Whether work is under way."""
        return self.state == "running"

    @property
    def fraction(self) -> float:
        """Share of the present stage that is done, between 0 and 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


def job_status(workspace: Workspace, name: str = PREPARING, *, now: float | None = None) -> JobStatus:
    """The state of the workspace's last job of that name; one without a sign of life for 20 s counts as lost."""
    content = read_json(_status_path(workspace, name))
    try:
        status = JobStatus(**content) if isinstance(content, dict) else JobStatus()
    except TypeError:
        return JobStatus()
    if status.running and (time.time() if now is None else now) - status.beat > LOST_AFTER_SECONDS:
        message = "The work ended without a word, perhaps for lack of memory: start it again, it resumes where it was."
        return JobStatus(**{**asdict(status), "state": "lost", "message": message})
    return status


def start_job(workspace: Workspace, arguments: list[str], name: str = PREPARING, *, subject: str = "") -> None:
    """Start ``python -m core <arguments>`` for this workspace unless a job of that name is already running there.

    Raises:
        GlitchAuditError: the workspace cannot be written.
    """
    if job_status(workspace, name).running:
        return
    make_folder(workspace.cache)
    _stop_path(workspace, name).unlink(missing_ok=True)
    _write(workspace, name, JobStatus(state="running", stage="Starting", beat=time.time(), subject=subject))
    with _log_path(workspace, name).open("w", encoding="utf-8") as log:
        subprocess.Popen(
            [sys.executable, "-m", "core", *arguments],
            cwd=PROJECT_ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def stop_job(workspace: Workspace, name: str = PREPARING) -> None:
    """Ask the running job to end; what it finished so far is kept."""
    if job_status(workspace, name).running:
        _stop_path(workspace, name).touch()


def stop_asked(workspace: Workspace, name: str = PREPARING) -> bool:
    """Whether the running job was asked to end."""
    return _stop_path(workspace, name).exists()


def clear_job(workspace: Workspace, name: str = PREPARING) -> None:
    """Forget the last job's outcome."""
    if not job_status(workspace, name).running:
        _status_path(workspace, name).unlink(missing_ok=True)


class JobReporter:
    """The child's side: writes the state, keeps the heart beating, and ends the process when asked to stop."""

    def __init__(
        self,
        workspace: Workspace,
        name: str = PREPARING,
        *,
        subject: str = "",
        grace_seconds: float = GRACE_SECONDS,
        exit_process: Callable[[int], None] = os._exit,
    ) -> None:
        self._workspace = workspace
        self._name = name
        self._subject = subject
        self._grace = grace_seconds
        self._exit = exit_process
        self._lock = threading.Lock()
        self._status = JobStatus(
            state="running", stage="Starting", beat=time.time(), process=os.getpid(), subject=subject
        )
        self._last_write = 0.0

    def __enter__(self) -> JobReporter:
        make_folder(self._workspace.cache)
        if not job_status(self._workspace, self._name).running:
            # A request that an earlier job no longer heard; one that was made while this one started counts.
            _stop_path(self._workspace, self._name).unlink(missing_ok=True)
        self._stop = threading.Event()
        self._update()
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, kind, error, trace) -> bool:
        self._stop.set()
        if error is None:
            return False
        if isinstance(error, (Cancelled, KeyboardInterrupt)):
            self._finish("cancelled", "Stopped. What was finished is kept; start again to go on from there.")
        elif isinstance(error, GlitchAuditError):
            self._finish("failed", str(error))
        else:
            log = _log_path(self._workspace, self._name)
            self._finish("failed", f"The work failed with {kind.__name__}: {error}. The whole story is in {log}.")
        return False

    def report(self, progress: Progress) -> None:
        """Note how far the work is; raises Cancelled when the user asked to stop."""
        if self.stop_asked():
            raise Cancelled("Stopped.")
        changed = progress.stage != self._status.stage
        self._status = JobStatus(
            state="running",
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            rate=progress.rate,
            seconds_left=progress.seconds_left,
            process=os.getpid(),
            subject=self._subject,
        )
        if changed or time.monotonic() - self._last_write > HEARTBEAT_SECONDS / 2:
            self._update()

    def stop_asked(self) -> bool:
        """Whether the user asked to stop."""
        return stop_asked(self._workspace, self._name)

    def done(self, message: str) -> None:
        """Note that everything was made."""
        self._stop.set()
        self._finish("done", message)

    def _update(self) -> None:
        with self._lock:
            if self._status.state not in _FINAL_STATES:
                self._last_write = time.monotonic()
                _write(self._workspace, self._name, JobStatus(**{**asdict(self._status), "beat": time.time()}))

    def _finish(self, state: str, message: str) -> None:
        with self._lock:
            self._status = JobStatus(**{**asdict(self._status), "state": state, "message": message})
            _write(self._workspace, self._name, JobStatus(**{**asdict(self._status), "beat": time.time()}))

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            self._update()
            if self.stop_asked():
                # A stage inside a library cannot be interrupted politely; ending the process loses nothing.
                if self._wait_out_grace():
                    return
                self._finish("cancelled", "Stopped. What was finished is kept; start again to go on from there.")
                self._exit(1)

    def _wait_out_grace(self) -> bool:
        """Keep the heart beating while the work ends by itself; whether it did in time."""
        for _ in range(max(1, round(self._grace))):
            if self._stop.wait(HEARTBEAT_SECONDS):
                return True
            self._update()
        return False


def _write(workspace: Workspace, name: str, status: JobStatus) -> None:
    write_json(_status_path(workspace, name), asdict(status))


def _status_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f"{name}.json"


def _stop_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f"{name}.stop"


def _log_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f"{name}.log"

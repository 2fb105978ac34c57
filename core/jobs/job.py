"""Long work in a process of its own, so that the page stays usable and its memory small.

The job's state is a file in the workspace's cache, so any tab sees the same job. Stopping asks through another file,
which the child checks every second. Every artifact is written whole or not at all, and finished shards stay, so ending
at any moment is safe and the next run resumes. A workspace has at most one job of each name
(docs/decisions/17-one-job-a-workspace.md): preparing, auditing and reporting share one, training has its own. A job
holds a lock for as long as it lives, whoever started it; the operating system frees the lock of a killed one.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import Cancelled, GlitchAuditError
from core.files import holder_lives, locked, remove_leftovers
from core.heartbeat import Heartbeat
from core.progress import Progress
from core.workspace import (
    PROJECT_ROOT,
    Workspace,
    known_workspaces,
    lock_of,
    make_folder,
    read_json,
    write_json,
)

HEARTBEAT_SECONDS = 1.0
LOST_AFTER_SECONDS = 20.0
GRACE_SECONDS = 3.0
"""How long a job that was asked to stop may take to do so by itself."""
PREPARING, TRAINING = "job", "training"
"""The names of a workspace's jobs, and of their files."""
TOKEN_VARIABLE = "GLITCH_AUDIT_JOB"  # noqa: S105 - a name, no password
"""Environment variable by which a started process knows that it is the job that was announced."""

MOST_VARIABLE = "GLITCH_AUDIT_JOBS"
"""Environment variable with how many jobs may run at once, all data sets together; default: one of each name a set."""

_LOCK_SECONDS = 2.0
"""How long a job waits for its lock; those who only ask whether it is held hold it for a moment themselves."""
_STOPPED = "Stopped. What was finished is kept; start again to go on from there."
_FINAL_STATES = ("done", "failed", "cancelled", "lost")
_started_here: set[tuple[Workspace, str]] = set()


@dataclass(frozen=True)
class JobStatus:
    """What the workspace's job is doing; the fields not named here are those of :class:`core.progress.Progress`.

    Attributes:
        state: "none", "running", "done", "failed", "cancelled" or "lost" (the process ended without a word).
        message: for the user: the error of a failed job, or what was made.
        beat: when the job last gave a sign of life, in seconds since 1970.
        process: the job's process number; 0 before the process has said so.
        subject: what the job works on: the run that is trained, or "prepare", "audit", "report" or "embed".
        settings: what the results are made with, where the workspace has others (``settings_from_json`` reads them).
        token: names the announcement that the started process answers; empty where nobody announced it.
        asked_by: the name of who asked for the work; empty where nobody said.
    """

    state: str = "none"
    stage: str = ""
    done: int = 0
    total: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    workers: int | None = None
    message: str = ""
    beat: float = 0.0
    process: int = 0
    subject: str = ""
    settings: dict[str, Any] | None = None
    token: str = ""
    asked_by: str = ""

    @property
    def running(self) -> bool:
        """Whether work is under way."""
        return self.state == "running"

    @property
    def fraction(self) -> float:
        """Share of the present stage that is done, between 0 and 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


def job_status(workspace: Workspace, name: str = PREPARING, *, now: float | None = None) -> JobStatus:
    """Return the state of the workspace's last job of that name.

    One whose process is gone, or whose last sign of life is 20 s before or (by a wrong clock) after now, is "lost"
    unless its process still holds the lock: a library may keep it from reporting, and a computer may have slept.
    """
    status = _read(workspace, name)
    if not status.running:
        return status
    lives = holder_lives(_lock_path(workspace, name))
    silent = abs((time.time() if now is None else now) - status.beat) > LOST_AFTER_SECONDS
    gone = lives is False and status.process != 0
    # It may have ended well, and said so, since its state was read.
    if (silent or gone) and not lives and (last := _read(workspace, name)) != status:
        return last if not last.running else job_status(workspace, name, now=now)
    if (silent or gone) and not lives:
        message = "The work ended without a word, perhaps for lack of memory: start it again, it resumes where it was."
        return replace(status, state="lost", message=message)
    return status


def start_job(
    workspace: Workspace,
    arguments: list[str],
    name: str = PREPARING,
    *,
    subject: str = "",
    settings: dict[str, Any] | None = None,
    asked_by: str = "",
) -> bool:
    """Start ``python -m core <arguments>`` unless a job of that name is running here; return whether it was started.

    ``subject``, ``settings`` and ``asked_by`` are as in :class:`JobStatus`; the started process finds them there.
    Raises GlitchAuditError where the workspace cannot be written, as many jobs run as :data:`MOST_VARIABLE` allows, or
    that says no number.
    """
    make_folder(workspace.cache)
    with lock_of(_starting_path(workspace, name)):
        if job_status(workspace, name).running:
            return False
        _refuse_one_too_many()
        _stop_path(workspace, name).unlink(missing_ok=True)
        token = secrets.token_hex(8)
        announced = JobStatus("running", "Starting", beat=time.time(), token=token)
        announced = replace(announced, subject=subject, settings=settings, asked_by=asked_by)
        _write(workspace, name, announced)
        with _log_path(workspace, name).open("w", encoding="utf-8") as log:
            subprocess.Popen(
                [sys.executable, "-m", "core", *arguments],
                cwd=PROJECT_ROOT,
                env={**os.environ, TOKEN_VARIABLE: token},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        _started_here.add((workspace, name))
    return True


def started_here() -> tuple[tuple[Workspace, str], ...]:
    """Return workspace and name of the jobs that this process started, whether they still run or not."""
    return tuple(_started_here)


def _refuse_one_too_many() -> None:
    text = os.environ.get(MOST_VARIABLE, "").strip()
    if text and not text.isdecimal():
        raise GlitchAuditError(
            f"Nothing is started: {MOST_VARIABLE} says “{text}”, which is no whole number. Whoever runs this server "
            "sets it to how many pieces of work may run at once, or leaves it away."
        )
    most = int(text or 0)
    if not most:
        return
    running = [job_status(one, name).running for one in known_workspaces() for name in (PREPARING, TRAINING)]
    if sum(running) >= most:
        raise GlitchAuditError(
            f"This server does {most} piece{'s' if most > 1 else ''} of work at once, and as much is under way: try "
            "again when one is done."
        )


def stop_job(workspace: Workspace, name: str = PREPARING) -> None:
    """Ask the running job to end; what it finished so far is kept."""
    if job_status(workspace, name).running:
        _stop_path(workspace, name).touch()


def stop_asked(workspace: Workspace, name: str = PREPARING) -> bool:
    """Return whether the running job was asked to end."""
    return _stop_path(workspace, name).exists()


def clear_job(workspace: Workspace, name: str = PREPARING) -> None:
    """Forget the last job's outcome."""
    if not job_status(workspace, name).running:
        _status_path(workspace, name).unlink(missing_ok=True)


class JobReporter:
    """The worker's side: writes the state, gives signs of life, and ends the process when asked to stop.

    On entering it raises GlitchAuditError where another job of that name is running, whose state is left alone.
    """

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
        self._grace = grace_seconds
        self._exit = exit_process
        self._lock = threading.Lock()
        self._status = JobStatus("running", "Starting", beat=time.time(), process=os.getpid(), subject=subject)
        self._last_write = 0.0
        self._beats_since_asked = 0
        self._held = ExitStack()

    @property
    def settings(self) -> dict[str, Any] | None:
        """What the job was announced with, until :meth:`propose` notes other settings."""
        return self._status.settings

    def __enter__(self) -> JobReporter:
        make_folder(self._workspace.cache)
        with lock_of(_starting_path(self._workspace, self._name)):
            self._claim()
            self._update()
        remove_leftovers(self._workspace.cache)
        self._heart = Heartbeat(self._beat, seconds=HEARTBEAT_SECONDS)
        self._held.enter_context(self._heart)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._heart.stop()
        with self._held:
            if error is not None:
                self._note_error(error)

    def _note_error(self, error: BaseException) -> None:
        if isinstance(error, (Cancelled, KeyboardInterrupt)):
            self._finish("cancelled", _STOPPED)
        elif isinstance(error, GlitchAuditError):
            self._finish("failed", str(error))
        else:
            log = _log_path(self._workspace, self._name)
            kind = type(error).__name__
            self._finish("failed", f"The work failed with {kind}: {error}. The whole story is in {log}.")

    def report(self, progress: Progress) -> None:
        """Note how far the work is; raises Cancelled when the user asked to stop."""
        if self.stop_asked():
            raise Cancelled("Stopped.")
        changed = progress.stage != self._status.stage
        self._status = replace(
            self._status,
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            rate=progress.rate,
            seconds_left=progress.seconds_left,
            workers=progress.workers,
        )
        if changed or time.monotonic() - self._last_write > HEARTBEAT_SECONDS / 2:
            self._update()

    def stop_asked(self) -> bool:
        """Return whether the user asked to stop."""
        return stop_asked(self._workspace, self._name)

    def propose(self, settings: dict[str, Any] | None) -> None:
        """Note what the results are made with; None once that is what the workspace has."""
        self._status = replace(self._status, settings=settings)
        self._update()

    def done(self, message: str) -> None:
        """Note that everything was made."""
        self._heart.stop()
        self._finish("done", message)

    def _claim(self) -> None:
        try:
            self._held.enter_context(locked(_lock_path(self._workspace, self._name), wait=_LOCK_SECONDS))
        except TimeoutError as error:
            raise self._busy() from error
        except OSError as error:
            raise GlitchAuditError(f"The work on {self._workspace.root} cannot be marked as begun: {error}.") from error
        announced = job_status(self._workspace, self._name)
        if announced.process or not announced.token:
            # A request to stop that an earlier job no longer heard.
            _stop_path(self._workspace, self._name).unlink(missing_ok=True)
        elif announced.token == os.environ.get(TOKEN_VARIABLE):
            self._status = replace(
                self._status, settings=announced.settings, token=announced.token, asked_by=announced.asked_by
            )
        elif announced.running:
            self._held.close()
            raise self._busy()

    def _busy(self) -> GlitchAuditError:
        status = job_status(self._workspace, self._name)
        if self._name == TRAINING:
            return GlitchAuditError(
                f"The run {status.subject} is training on this data set: stop it first, or wait until it is done."
            )
        return GlitchAuditError(
            f"Work on this data set is under way ({status.stage.lower() or 'starting'}"
            + (f", process {status.process}" if status.process else "")
            + "): wait until it is done, or stop it on the page “Data and settings”; "
            f"python -m core status {self._workspace.name} says how far it is."
        )

    def _update(self) -> None:
        with self._lock:
            if self._status.state not in _FINAL_STATES:
                self._last_write = time.monotonic()
                _write(self._workspace, self._name, replace(self._status, beat=time.time()))

    def _finish(self, state: str, message: str) -> None:
        with self._lock:
            self._status = replace(self._status, state=state, message=message)
            _write(self._workspace, self._name, replace(self._status, beat=time.time()))

    def _beat(self) -> None:
        # A full disk now and then ends neither the work nor the watch for a request to stop.
        with suppress(GlitchAuditError):
            self._update()
        if not self.stop_asked():
            return
        self._beats_since_asked += 1
        if self._beats_since_asked > max(1, round(self._grace)):
            # A stage inside a library cannot be interrupted politely; ending the process loses nothing.
            self._heart.stop()
            self._finish("cancelled", _STOPPED)
            self._exit(1)


def _read(workspace: Workspace, name: str) -> JobStatus:
    content = read_json(_status_path(workspace, name))
    try:
        return JobStatus(**content) if isinstance(content, dict) else JobStatus()
    except TypeError:
        return JobStatus()


def _write(workspace: Workspace, name: str, status: JobStatus) -> None:
    write_json(_status_path(workspace, name), asdict(status), lasting=status.state in _FINAL_STATES)


def _status_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f"{name}.json"


def _stop_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f"{name}.stop"


def _lock_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f".{name}.lock"


def _starting_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f".{name}.starting.lock"


def _log_path(workspace: Workspace, name: str) -> Path:
    return workspace.cache / f"{name}.log"

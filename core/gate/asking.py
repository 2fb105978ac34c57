"""Hand a request to a process that parses, and read what comes back."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.gate.limits import Limits
from core.gate.wire import LENGTH, STATUS

_PROJECT = Path(__file__).resolve().parents[2]
_COMMAND = (sys.executable, "-m", "core.gate")
# The keeper may still be importing its libraries, on a machine that is busy.
_PATIENCE_S = 60
_CHUNK = 1 << 20
# Files that are read side by side; the next ones wait, as each may take its whole memory.
_AT_ONCE = 2
# One thread, one heap: what lies idle in others would count against the limit of address space.
_FRUGAL = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class KeeperGone(Exception):
    """The process that forks the parsing ones does not answer."""


@dataclass(frozen=True)
class Reply:
    """The answer of a process that parsed.

    Attributes:
        content: the pickled outcome; None where the process ended before it was written whole.
        length: bytes of the outcome, also where it was too long to be sent.
        status: the process's exit status, negative for a signal; None where it ran out of time.
    """

    content: bytes | None
    length: int
    status: int | None


class Keeper:
    """The handle to this process's keeper, which ends when this process does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the keeper if it does not run; returns at once, while it loads its libraries."""
        with self._lock:
            self._started()

    def ask(self, request: bytes, limits: Limits) -> Reply:
        """Hand a request over and wait for the reply; raises KeeperGone if the keeper ended (start another then)."""
        with self._places:
            return self._ask(request, limits)

    def _ask(self, request: bytes, limits: Limits) -> Reply:
        here, there = os.pipe()
        reading, writing = os.fdopen(here, "rb", buffering=0), os.fdopen(there, "wb", buffering=0)
        with tempfile.TemporaryFile() as file, reading:
            with writing:
                file.write(request)
                file.flush()
                file.seek(0)
                with self._lock:
                    try:
                        socket.send_fds(self._started(), [b"?"], [file.fileno(), writing.fileno()])
                    except OSError:
                        self._stop()
                        raise KeeperGone from None
            return _reply(_read(reading.fileno(), limits))

    def _stop(self) -> None:
        if self._control is not None and self._process is not None:
            self._control.close()
            self._process.wait()
        self._control = self._process = None

    def _started(self) -> socket.socket:
        if self._control is None:
            here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with there:
                self._process = subprocess.Popen(
                    [*_COMMAND, str(there.fileno())],
                    pass_fds=[there.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    cwd=_PROJECT,
                    env=os.environ | _FRUGAL,
                    # An interrupt at the keyboard is for the server, which then closes the socket.
                    start_new_session=True,
                )
            self._control = here
        return self._control


@cache
def keeper_of(process: int) -> Keeper:  # noqa: ARG001 - what the cache goes by
    """Return the keeper of the process with this number: a forked process does not share its parent's."""
    return Keeper()


def ask_fresh(request: bytes, limits: Limits) -> Reply:
    """Hand a request to a new Python, which takes a second longer: for systems where a process cannot fork."""
    try:
        done = subprocess.run(
            _COMMAND,
            input=request,
            stdout=subprocess.PIPE,
            cwd=_PROJECT,
            timeout=limits.seconds + _PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reply(None, 0, None)
    return _reply(done.stdout + STATUS.pack(done.returncode))


def _read(reading: int, limits: Limits) -> bytes | None:
    """Return all that comes before the other side closes the pipe; None if it takes too long or is too much."""
    last_moment = time.monotonic() + limits.seconds + _PATIENCE_S
    most = LENGTH.size + limits.output + STATUS.size
    parts: list[bytes] = []
    size = 0
    while size <= most:
        if not select.select([reading], [], [], max(0.0, last_moment - time.monotonic()))[0]:
            return None
        part = os.read(reading, _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    return None


def _reply(data: bytes | None) -> Reply:
    """Take apart what was read; raises KeeperGone if not even the exit status came."""
    if data is None:
        return Reply(None, 0, None)
    if len(data) < STATUS.size:
        raise KeeperGone
    status = STATUS.unpack(data[-STATUS.size :])[0]
    if len(data) < LENGTH.size + STATUS.size:
        return Reply(None, 0, status)
    length = LENGTH.unpack(data[: LENGTH.size])[0]
    content = data[LENGTH.size : -STATUS.size]
    return Reply(content if len(content) == length else None, length, status)

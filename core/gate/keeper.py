"""The process that keeps the parsers loaded and forks a child for every file: ``python -m core.gate FD``.

A fork takes milliseconds; a fresh Python that imports pandas and pyarrow takes a second. The keeper itself never
touches a stranger's byte. A request comes over a Unix socket as two file descriptors: of the request, and of the pipe
for the result. When a child has ended, the keeper writes its exit status behind the result.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import select
import signal
import socket

from core.gate.parsing import parse_one
from core.gate.wire import STATUS

_PRELOADED = ("numpy", "pandas", "pyarrow.parquet", "h5py", "PIL.Image", "core.dataset")
_LONGEST_SLEEP_S = 60.0


def keep(control: socket.socket) -> None:
    """Fork a child for every request, until the other side closes its end."""
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    results: dict[int, int] = {}
    unsaid: dict[int, bytes] = {}
    waited_for: list[socket.socket | int] = [control, ended]
    while True:
        ready = select.select(waited_for, list(unsaid), [], _LONGEST_SLEEP_S)[0]
        if ended in ready:
            os.read(ended, 512)
        _look_for_the_ended(results, unsaid)
        _tell_of_the_ended(unsaid)
        if control not in ready:
            continue
        word, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not word:
            return
        request, result = descriptors
        child = os.fork()
        if child == 0:
            _live_as_child(request, result, others=(control.fileno(), ended, wake, *results.values(), *unsaid))
        os.close(request)
        results[child] = result


def _look_for_the_ended(results: dict[int, int], unsaid: dict[int, bytes]) -> None:
    for child in list(results):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            result = results.pop(child)
            os.set_blocking(result, False)
            unsaid[result] = STATUS.pack(os.waitstatus_to_exitcode(status))


def _tell_of_the_ended(unsaid: dict[int, bytes]) -> None:
    """Write each status that its reader has room for; a slow reader is told later, one that is gone never."""
    for result, status in list(unsaid.items()):
        try:
            os.write(result, status)
        except BlockingIOError:
            continue
        except OSError:
            pass
        del unsaid[result]
        os.close(result)


def _live_as_child(request: int, result: int, *, others: tuple[int, ...]) -> None:
    """Parse and end this process; never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in others:
            os.close(descriptor)
        with open(request, "rb") as file:
            parse_one(file, result)
        code = 0
    finally:
        os._exit(code)

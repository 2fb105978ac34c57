"""Streamlit servers forked from a process that has the packages imported: a server is there in a moment."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.browser.imported"])


class ForkedServer:
    """A server's process, to be asked and waited for as one of :class:`subprocess.Popen`."""

    def __init__(self, arguments: list[str], *, log: Path, env: dict[str, str], cwd: Path) -> None:
        self._process = _FORKING.Process(target=_serve, args=(arguments, log, env, cwd), daemon=True)
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return how it ended, or nothing while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> None:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, within so many seconds.
        """
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired("streamlit", timeout)


def _serve(arguments: list[str], log: Path, env: dict[str, str], cwd: Path) -> None:
    """Be ``streamlit`` with these arguments: in a group of its own, with this environment, from this folder."""
    os.setsid()
    with log.open("wb") as sink:
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv = ["streamlit", *arguments]
    from streamlit.web.cli import main

    main(prog_name="streamlit")

"""A Dask scheduler and its workers on loopback, each a process of its own that can be killed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class SmallCluster:
    """``with SmallCluster(folder, workers=2) as cluster``: its address, its processes, and a way to kill them."""

    def __init__(self, folder: Path, *, workers: int, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.environment = environment or {}
        self.workers: list[subprocess.Popen[bytes]] = []
        self.count = workers
        self.scheduler: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> SmallCluster:
        self.start_scheduler()
        for _ in range(self.count):
            self.start_worker()
        return self

    def start_scheduler(self) -> None:
        # Away from the project, which the scheduler need not know.
        self.scheduler = self._start("scheduler", "--port", str(self.port), "--no-dashboard", cwd=self.folder)
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert time.monotonic() < deadline, (self.folder / "scheduler.log").read_text()
            time.sleep(0.1)

    def start_worker(
        self, *, cwd: Path = PROJECT, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        name = f"worker{len(self.workers)}"
        given = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name, "--memory-limit", "0")
        process = self._start("worker", self.address, *given, cwd=cwd, environment=environment)
        self.workers.append(process)
        return process

    def _start(
        self, what: str, *given: str, cwd: Path = PROJECT, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        log = self.folder / f"{what}.log"
        env = {**os.environ, "OMP_NUM_THREADS": "1", **self.environment, **(environment or {})}
        return subprocess.Popen(
            [sys.executable, "-m", "dask", what, *given, "--host", "127.0.0.1"],
            cwd=cwd,
            env=env,
            stdout=log.open("ab"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def __exit__(self, *_: object) -> None:
        for process in [*self.workers, self.scheduler]:
            if process is not None:
                self.kill(process)


def said(path: Path) -> list[dict[str, int]]:
    """What tasks wrote down, one line each."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

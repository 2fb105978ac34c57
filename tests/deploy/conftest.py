"""Servers as the containers run them, without containers: deploy/serve.py twice, behind a proxy that keeps visitors."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, start_server, stop_server
from tests.deploy.image import copied_image
from tests.deploy.sticky_proxy import StickyProxy


@dataclass(frozen=True)
class Served:
    """One server: its address, process, log and home."""

    url: str
    process: Any
    log: Path
    home: Path

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rsplit(":", 1)[1])

    def ask_to_end(self) -> None:
        """What a container engine does first, to the server alone."""
        os.kill(self.process.pid, signal.SIGTERM)


@pytest.fixture
def serve(tmp_path):
    """``serve(name) -> Served``: a server with a home and a log of its own, ended after the test."""
    served = []

    def start(name, project=PROJECT):
        home, log = tmp_path / name, tmp_path / f"{name}.log"
        env = {HOME_VARIABLE: str(home), "GLITCH_AUDIT_LOG": "json", "PYTHONPATH": str(project)}
        url, process = start_server(project / "deploy" / "serve.py", log=log, env=env, cwd=project)
        served.append(Served(url, process, log, home))
        return served[-1]

    yield start
    for one in served:
        stop_server(one.process)


@pytest.fixture
def proxied(serve, tmp_path):
    """Two servers, the first of them started where only the image's files are, and the proxy before them."""
    servers = serve("first", copied_image(tmp_path / "app")), serve("second")
    proxy = StickyProxy([one.port for one in servers])
    yield proxy, servers
    proxy.stop()

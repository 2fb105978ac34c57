"""Who can reach the server: this machine only, unless somebody says otherwise; the public demo is for everybody."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import free_port, stop_server

PROJECT = Path(__file__).parent.parent
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENING = "0A"
LOOPBACK = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}
EVERYWHERE = {"00000000", "0" * 32}

pytestmark = pytest.mark.skipif(not TABLES[0].exists(), reason="reads Linux's list of listening sockets")


def listening_at(port: int) -> set[str]:
    """The addresses, as the kernel writes them in hexadecimal, at which somebody listens on the port."""
    rows = [line.split() for table in TABLES if table.exists() for line in table.read_text().splitlines()[1:]]
    places = [row[1].split(":") for row in rows if row[3] == LISTENING]
    return {address for address, at in places if int(at, 16) == port}


@pytest.mark.parametrize(("script", "allowed"), [("app.py", LOOPBACK), ("demo/streamlit_app.py", EVERYWHERE)])
def test_who_is_listened_to(script, allowed, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true", f"--server.port={port}"],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 90
        while not (found := listening_at(port)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert found and found <= allowed
    finally:
        stop_server(server)

"""The public demo, where one visitor hands in every hostile file while another works on as if alone."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from tests.browser.driving import PROJECT, wait_until_idle
from tests.browser.test_public_demo import hand_in, propose
from tests.hostile import bombs

pytestmark = [pytest.mark.browser, pytest.mark.slow_faults]
STOPS_ITS_READER = (PROJECT / "tests" / "hostile" / "size_statistics_flipped.parquet").read_bytes()
CORRECTIONS = {
    "flipped.parquet": (STOPS_ITS_READER, "is damaged in a way that stops its reader"),
    "dictionary.parquet": (bombs.dictionary(), "grows beyond 400 MB"),
    "columns.csv": (bombs.million_columns(), "columns"),
    "many.zip": (bombs.entries(300_000), "at most 200,000 are read"),
}
PICTURES = {
    "pixels.png": (bombs.pixels(), "1 glitch named in"),
    "many.zip": (bombs.entries(60_000), "at most 50,000 are read"),
    "zeros.zip": (bombs.zeros(3), "taken for a trap"),
    "postscript.png": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "is not a picture that can be read",
    ),
}


@pytest.fixture(scope="module")
def demo_url(run_app, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return run_app(PROJECT / "demo" / "streamlit_app.py", env={"GLITCH_AUDIT_HOME": str(home)})


def server_at(url: str) -> psutil.Process:
    """The process that serves this address."""
    port = int(url.rsplit(":", 1)[1])
    for process in psutil.Process(os.getpid()).children(recursive=True):
        # A server that was forked from a warm process has that process's command.
        listening = (one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN)
        if any(one.laddr.port == port for one in listening):
            return process
    raise AssertionError(f"nobody serves {url}")


def give(place, files: dict[str, bytes]) -> None:
    """Hand files in at the first upload in this place."""
    place.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files.items()]
    )


def test_hostile_corrections_sandboxes_and_pictures_disturb_nobody(demo_url, open_page, tmp_path: Path):
    server = server_at(demo_url)
    good, bad = open_page(), open_page()
    propose(good, demo_url)
    before = server.memory_info().rss
    bad.goto(f"{demo_url}/corrections")
    bad.get_by_role("tab", name="Bring in").click()
    panel = bad.get_by_role("tabpanel").filter(has_text="Corrections, or a whole ledger")
    for number, (name, (content, sentence)) in enumerate(CORRECTIONS.items()):
        give(panel, {name: content})
        good.get_by_role("link", name="Clusters" if number % 2 else "Suspects").click()
        good.get_by_role("heading", name="Clusters" if number % 2 else "Suspects", exact=True).wait_for()
        bad.get_by_text(sentence).first.wait_for()
        wait_until_idle(bad)
    bad.get_by_role("button", name="Keep or restore").click()
    cut = tmp_path / "sandbox.zip"
    cut.write_bytes(bombs.entries(300_000))
    hand_in(bad, cut)
    bad.get_by_text("This file is no sandbox that was downloaded here").wait_for()
    bad.goto(f"{demo_url}/classify")
    bad.get_by_text("Hand in one picture").wait_for(timeout=120_000)
    wait_until_idle(bad)
    give(bad, {name: content for name, (content, _) in PICTURES.items()})
    good.get_by_role("link", name="Corrections").click()
    good.get_by_text("1 of 1 proposals").wait_for()
    for _, sentence in PICTURES.values():
        bad.get_by_text(sentence).first.wait_for()
    assert server.is_running() and server.memory_info().rss - before < 1_000_000_000

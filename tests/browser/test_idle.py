"""Idle pages: nothing runs and no file is followed while nobody does anything, wherever the app is started from."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, start_server, stop_server

pytestmark = pytest.mark.browser

PAGES = (
    *("", "map", "clusters", "suspects", "review", "decisions", "corrections"),
    *("classify", "training", "evaluation", "data"),
)
LONGER_THAN_ANY_POLL_MS = 8_000
WINDOWS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """``(url, process)`` of the app, started from another folder and without a word about watchers."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    url, process = start_server(
        PROJECT / "app.py",
        log=elsewhere / "log",
        env={HOME_VARIABLE: str(elsewhere / "home")},
        cwd=elsewhere,
    )
    yield url, process
    stop_server(process)


def settle(page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"] h1', timeout=120_000)


def open_handles(pid: int) -> list[str]:
    """What a process holds open, as Linux tells it; an inotify handle is a file watcher."""
    handles = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            handles.append(str(handle.readlink()))
    return handles


def test_no_page_runs_again_while_nobody_does_anything(server, open_page):
    url, _ = server
    heard: dict[str, list[int]] = {name: [] for name in PAGES}
    pages = []
    for name in PAGES:
        page = open_page()
        page.on("websocket", lambda socket, name=name: socket.on("framereceived", lambda _: heard[name].append(1)))
        page.goto(f"{url}/{name}")
        settle(page)
        pages.append(page)
    assert all(heard.values()), "a page whose messages are not seen proves nothing"
    # Whatever the pages fetch by themselves at first comes to an end; what asks again and again does not.
    for _ in range(WINDOWS):
        for messages in heard.values():
            messages.clear()
        pages[0].wait_for_timeout(LONGER_THAN_ANY_POLL_MS)
        if not any(heard.values()):
            break
    assert {name: len(messages) for name, messages in heard.items()} == dict.fromkeys(PAGES, 0)


def test_the_server_follows_no_files(server, open_page):
    url, process = server
    page = open_page()
    page.goto(url)
    settle(page)
    handles = open_handles(process.pid)
    assert any("socket" in handle for handle in handles)
    assert not [handle for handle in handles if "inotify" in handle]

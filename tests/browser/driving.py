"""Starting a Streamlit server and a Chromium that draws WebGL: for the browser tests and the benchmarks."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from tests.browser.forked import ForkedServer

PROJECT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("GLITCH_AUDIT_CHROMIUM", "/usr/bin/chromium")
_UNNEEDED_FEATURES = (
    # The lists under the address bar are pages of their own: each window made one, at a third of the cost of a load.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright turns off: of two lists Chromium takes the last.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Only WebGL needs the software renderer: the rest of the page is drawn at a fifth of its cost without it.
    "--disable-gpu-compositing",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_UNNEEDED_FEATURES)}",
]
_START_TIMEOUT_S = 90
_STOP_TIMEOUT_S = 10


@contextlib.contextmanager
def chromium() -> Iterator:
    """A headless Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is missing: install Debian's chromium or set GLITCH_AUDIT_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def start_server(
    script: Path,
    *arguments: str,
    log: Path,
    env: dict[str, str] | None = None,
    cwd: Path = PROJECT,
    flags: Sequence[str] = (),
    port: int | None = None,
    forked: bool = False,
) -> tuple[str, subprocess.Popen | ForkedServer]:
    """Serve a Streamlit script on a free port; returns its address and the process, which leads a group of its own.

    Args:
        script: with the configuration that lies beside it or in ``cwd``, as users have it.
        arguments: of the script.
        log: file for what the server prints.
        env: variables beside the present ones.
        cwd: where the server is started.
        flags: of Streamlit, before those of the configuration.
        port: where it listens, where its address has to be known before.
        forked: from a process that has the packages imported, instead of by the command that users give.
    """
    port = port or free_port()
    command = ["run", str(script), "--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--browser.gatherUsageStats=false", *flags]
    command += ["--", *arguments] if arguments else []
    search_path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": search_path, "OMP_NUM_THREADS": "1", **(env or {})}
    if forked:
        server = ForkedServer(command, log=log, env=env, cwd=cwd)
    else:
        with log.open("wb") as sink:
            server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", *command],
                cwd=cwd,
                env=env,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, server, log)
    except BaseException:
        stop_server(server)
        raise
    return url, server


def stop_server(server: subprocess.Popen | ForkedServer) -> None:
    """End the server and everything it started."""
    if server.poll() is not None:
        return
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(_STOP_TIMEOUT_S)


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(url: str, server: subprocess.Popen | ForkedServer, log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"streamlit did not start; its log:\n{log.read_text()[-4000:]}")


def the_map(url: str, **query: str) -> str:
    """The address of the map of the app at ``url``, where most of these tests begin."""
    return f"{url}/map?{urlencode(query)}" if query else f"{url}/map"


def sit_down(page, url: str, name: str) -> None:
    """Open an address of the app and type a name in the sidebar, which a phone has to be shown first."""
    page.goto(url)
    phone = page.viewport_size["width"] < 700
    if phone:
        page.get_by_test_id("stExpandSidebarButton").click()
    type_name(page, name)
    if phone:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()


def type_name(page, name: str) -> None:
    """Type who one is into the sidebar, and wait until the page knows it."""
    field = page.get_by_role("textbox", name="Your name")
    field.fill(name)
    # Into the field itself: by now something else that was drawn may have taken the keys.
    field.press("Enter")
    page.get_by_text("not verified").wait_for()


def wait_until_it_fits(page) -> None:
    """Until the page is no wider than its window, which is when its last part has found its place."""
    width = page.viewport_size["width"]
    page.wait_for_function("(width) => document.documentElement.scrollWidth <= width", arg=width)


def wait_until_idle(page) -> None:
    """Until the run is over: what is drawn anew meanwhile closes open lists."""
    page.wait_for_timeout(300)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def choose_option(page, name: str, text: str) -> None:
    """Choose ``text`` in the box called ``name``; a picture that arrives moves the page, which closes an open list."""
    from playwright.sync_api import TimeoutError as Late

    box = page.get_by_role("combobox", name=name, exact=True)
    # Enter takes the first entry: the list has heard what was typed when that one says it.
    first = page.get_by_role("option").first.filter(has_text=re.compile(re.escape(text), re.IGNORECASE))
    for last in (False, False, True):
        wait_until_idle(page)
        box.scroll_into_view_if_needed()
        box.click()
        box.press_sequentially(text)
        try:
            first.wait_for(timeout=60_000 if last else 5_000)
        except Late:
            if last:
                raise
            page.keyboard.press("Escape")
        else:
            page.keyboard.press("Enter")
            return wait_until_idle(page)

"""A real Chromium and a real Streamlit server for the browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, chromium, start_server, stop_server

PAGE_TIMEOUT_MS = 60_000
_FIRST_TEXT, _LAST_TEXT = 1_500, 2_500
_AT_FAILURE = """() => {
    const of = (selector) => [...document.querySelectorAll(selector)];
    return [
        `state: ${document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState}`,
        `in use: ${document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName}`,
        ...of("input:not([type=hidden]), textarea").map((one) => `${one.ariaLabel ?? one.name}: ${one.value}`),
        document.body.innerText,
    ].join("\\n");
}"""
expect.set_options(timeout=PAGE_TIMEOUT_MS)

# Chromium's remarks on software rendering and on the socket that drops when the server stops: not the page's doing.
HARMLESS_CONSOLE_TEXTS = ("GPU stall due to ReadPixels", "WebSocket", "ERR_CONNECTION_REFUSED")


@pytest.fixture(scope="module")
def run_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """``run_app(script, *arguments, env=..., cwd=...) -> url``: serve a Streamlit script until the module's tests end.

    Every call starts a server of its own on a free port, in its own process group, which is ended with the module.
    """
    servers = []

    def start(script: Path, *arguments: str, env: dict[str, str] | None = None, cwd: Path = PROJECT) -> str:
        log = tmp_path_factory.mktemp("server") / "streamlit.log"
        url, server = start_server(script, *arguments, log=log, env=env, cwd=cwd, forked=True)
        servers.append(server)
        return url

    yield start
    for server in servers:
        stop_server(server)


@dataclass(frozen=True)
class FreshApp:
    """The app on an empty home, and how it is ended: only then can the ledger be read."""

    url: str
    home: Path
    stop: Callable[[], None]

    @property
    def demo(self) -> Path:
        """The folder with the demo's ledger."""
        return self.home / "demo"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[FreshApp]:
    """The app on an empty home, for one test alone."""
    home = tmp_path / "home"
    url, server = start_server(
        PROJECT / "app.py", log=tmp_path / "app.log", env={HOME_VARIABLE: str(home)}, forked=True
    )
    yield FreshApp(url, home, lambda: stop_server(server))
    stop_server(server)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """The one Chromium that all browser tests share."""
    with chromium() as shared:
        yield shared


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """``open_page(**context_options) -> page``: a fresh page whose console errors fail the test.

    The captured texts are in ``page.console_errors``; a test that provokes an error on purpose clears that list.
    """
    pages = []

    def new_page(**options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        page = context.new_page()
        page.console_errors = []
        page.on("console", lambda message: _note_console(page, message))
        page.on("pageerror", lambda error: page.console_errors.append(f"uncaught: {error}"))
        pages.append(page)
        return page

    new_page.pages = pages
    yield new_page
    errors = [text for page in pages for text in page.console_errors]
    # A picture that a newer run has replaced before it was fetched is missed by nobody; one that is shown is.
    errors += [f"a picture is broken: {source}" for page in pages for source in _broken_pictures(page)]
    for page in pages:
        page.context.close()
    assert not errors, f"the browser's console shows errors: {errors}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Say beside a failure what the pages showed: on a machine that nobody can look at, nothing else tells why."""
    outcome = yield
    report = outcome.get_result()
    if call.when == "teardown" or not report.failed or "open_page" not in getattr(item, "funcargs", {}):
        return
    for page in item.funcargs["open_page"].pages:
        if not page.is_closed():
            report.sections.append((f"the page {page.url}", _shown(page)))


def _shown(page) -> str:
    try:
        text = page.evaluate(_AT_FAILURE)
    except Error as error:
        return f"it does not tell: {error}"
    short = len(text) <= _FIRST_TEXT + _LAST_TEXT
    return text if short else f"{text[:_FIRST_TEXT]}\n[...]\n{text[-_LAST_TEXT:]}"


def _note_console(page, message) -> None:
    # Opened at a page's own address, Streamlit first looks for its server under that address.
    probing = "/_stcore/" in message.location.get("url", "")
    picture = "/media/" in message.location.get("url", "") or "Image source error" in message.text
    harmless = probing or picture or any(text in message.text for text in HARMLESS_CONSOLE_TEXTS)
    if message.type == "error" and not harmless:
        page.console_errors.append(message.text)


def _broken_pictures(page) -> list[str]:
    if page.is_closed():
        return []
    return page.evaluate(
        "[...document.images].filter((one) => one.src && one.complete && !one.naturalWidth).map((one) => one.src)"
    )


@pytest.fixture
def browser_page(open_page):
    """A fresh 1280 x 900 page whose console errors fail the test."""
    return open_page()

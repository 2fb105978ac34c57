"""What is clicked while the next page is on its way leaves no blank page behind: the page asked for is shown.

What the browser sends is held back and arrives at once, as on a slow line or at a loaded server.
"""

from __future__ import annotations

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser

NEXT_PAGES = ("Clusters", "Data and settings", "Map")


class SlowLine:
    """A page's line to the server, on which what the browser sends can be held back and let through."""

    def __init__(self, page):
        self._held = None
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, line):
        self._server = line.connect_to_server()
        line.on_message(
            lambda message: self._server.send(message) if self._held is None else self._held.append(message)
        )
        self._server.on_message(line.send)

    def hold(self):
        self._held = []

    def let_through(self, page, count):
        """Send what was held once it is that many messages."""
        while len(self._held) < count:
            page.wait_for_timeout(20)
        held, self._held = self._held, None
        for message in held:
            self._server.send(message)


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


@pytest.mark.parametrize("title", NEXT_PAGES)
def test_a_part_of_the_page_before_used_too_late_leaves_no_blank_page(url, open_page, title):
    page = open_page()
    line = SlowLine(page)
    page.goto(f"{url}/suspects")
    page.locator('.card[data-busy="false"]').wait_for()
    wait_until_idle(page)
    line.hold()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    page.locator('.card [data-kind="next"]').click()
    line.let_through(page, 2)
    # The late click blanks the page a moment after it was drawn.
    page.wait_for_timeout(2_000)
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
    wait_until_idle(page)
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
    page.get_by_test_id("stMain").get_by_test_id("stMarkdown").first.wait_for(state="attached")

"""Where Streamlit's own script fails and takes the page away, the page is loaded anew: once, not for ever."""

import pytest

from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser
TAKE_AWAY = "() => { window.before = true; document.querySelector('[data-testid=\"stApp\"]').remove(); }"


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={"GLITCH_AUDIT_HOME": str(tmp_path_factory.mktemp("home"))})


def test_a_page_that_is_gone_comes_back_at_its_address_but_only_once(url, open_page):
    page = open_page()
    page.goto(f"{url}/review")
    page.get_by_role("heading", level=1, name="Review").wait_for()
    wait_until_idle(page)
    page.evaluate(TAKE_AWAY)
    page.get_by_role("heading", level=1, name="Review").wait_for()
    assert page.url.startswith(f"{url}/review")
    assert page.evaluate("window.before") is None
    wait_until_idle(page)
    page.evaluate(TAKE_AWAY)
    page.wait_for_timeout(4_000)
    assert page.evaluate("window.before") is True

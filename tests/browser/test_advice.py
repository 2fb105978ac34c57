"""A verdict's button leads to the form on the page Decisions, filled in with what the verdict says."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "demo").mkdir()
    (home / "demo" / "roles.toml").write_text('[people]\n"Ada" = "moderator"\n')
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


def test_a_supported_verdict_leads_to_the_form_filled_in(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, f"{url}/clusters", "Ada")
    page.get_by_test_id("stButtonGroup").get_by_text("Failure modes").click()
    sentence = page.get_by_text("None_of_the_Above seems to be one name for 3 different kinds").first
    sentence.wait_for()
    wait_until_idle(page)
    card = page.locator("[data-testid=stVerticalBlock]").filter(has=sentence).last
    card.get_by_role("button", name="Propose several names (a split)").click()
    form = page.get_by_role("textbox", name="Example samples")
    form.wait_for()
    wait_until_idle(page)
    assert len(form.input_value().split()) == 12
    expect(page.get_by_role("textbox", name="Reason")).to_have_value(
        "None_of_the_Above seems to be one name for 3 different kinds: its samples form 3 groups that look different, "
        "with few samples in between."
    )
    expect(page.get_by_text("one label becomes two or more")).to_be_visible()
    expect(page.get_by_role("combobox", name="Label of the taxonomy now")).to_have_value("None_of_the_Above")

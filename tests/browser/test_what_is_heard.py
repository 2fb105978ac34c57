"""What a screen reader is told in the loop: every button has a name, and what changes is read out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, the_map, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1280, "height": 800}
UNNAMED = ("button", "link", "img", "checkbox", "textbox", "combobox", "radio", "switch", "slider")


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def unnamed(page) -> list[str]:
    """The lines of Chromium's accessibility tree that are controls or pictures without a name."""
    client = page.context.new_cdp_session(page)
    client.send("Accessibility.enable")
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    return [
        f"{node['role']['value']} {node.get('properties', '')}"
        for node in nodes
        if not node.get("ignored")
        and node["role"]["value"] in UNNAMED
        and not node.get("name", {}).get("value", "").strip()
    ]


def test_nothing_that_can_be_pressed_and_no_picture_is_without_a_name(url, open_page):
    page = open_page(viewport=LAPTOP)
    sit_down(page, f"{url}/suspects", "Ada")
    for name in ("suspects", "review", "decisions", "mine", "clusters"):
        page.goto(f"{url}/{name}")
        page.get_by_role("heading").first.wait_for()
        wait_until_idle(page)
        assert unnamed(page) == [], name
    page.goto(the_map(url))
    wait_for_map(page)
    wait_until_idle(page)
    lasso_everything(page)
    page.locator(".tile img").first.wait_for()
    wait_until_idle(page)
    assert unnamed(page) == []


def test_the_next_suspect_and_what_was_written_are_read_out(url, open_page):
    page = open_page(viewport=LAPTOP)
    sit_down(page, f"{url}/suspects", "Ada")
    page.locator('[data-kind="keep"]:enabled').wait_for()
    wait_until_idle(page)
    card, spoken = page.locator('.card[data-busy="false"]'), page.get_by_role("status").filter(has_text="label now")
    first = card.get_attribute("data-sample")
    expect(spoken).to_contain_text(f"Sample {first}: label now")
    page.keyboard.press("k")
    page.locator(f'.card[data-busy="false"]:not([data-sample="{first}"])').wait_for()
    expect(spoken).to_contain_text(f"Sample {card.get_attribute('data-sample')}: label now")
    expect(page.get_by_role("alert").filter(has_text="Kept")).to_contain_text(first)

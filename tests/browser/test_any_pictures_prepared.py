"""Pieces of photographs with a CSV beside them, prepared by the network that is chosen by itself, in the real app."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.embed.backbones import GENERAL_DEFAULT, INSTALL_GENERAL, why_no_general
from tests.browser.any_pictures import patches_of_photographs
from tests.browser.driving import choose_option, the_map, wait_until_idle
from tests.browser.loop_steps import wait_for_map

pytestmark = pytest.mark.browser

PREPARED_MS = 900_000


def test_from_the_folder_to_a_map_coloured_by_a_column_of_the_table(fresh, open_page, tmp_path):
    if why_no_general():
        pytest.skip(f"the weights of {GENERAL_DEFAULT} are not installed: {INSTALL_GENERAL}")
    patches_of_photographs(tmp_path / "patches")
    page = open_page()
    page.goto(f"{fresh.url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill(str(tmp_path / "patches"))
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("Recognised as ordinary pictures").wait_for()
    expect(page.get_by_text("where.csv: the column path names the pictures (80 of 80 rows do)")).to_be_visible()
    expect(page.get_by_text(f"{GENERAL_DEFAULT} is chosen by itself for ordinary pictures")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Prepare the map").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("link", name="Go to the map").wait_for(timeout=PREPARED_MS)
    page.goto(the_map(fresh.url))
    wait_for_map(page)
    choose_option(page, "Colour by", "half")
    legend = page.locator('[data-part="legend"]')
    expect(legend).to_contain_text("left")
    expect(legend).to_contain_text("right")

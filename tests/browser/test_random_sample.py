"""A random sample in the real app: judged by key, it says how many labels are wrong in all."""

from __future__ import annotations

import re

import pytest

from core.audit.queue import RANDOM_SAMPLE
from tests.browser.driving import sit_down, wait_until_idle

pytestmark = pytest.mark.browser

READY = '.card[data-busy="false"]'
JUDGED = 13
"""The third flagged one is the thirteenth."""


def test_judging_a_random_sample_by_key_gives_the_total_with_its_interval(fresh, open_page):
    page = open_page()
    sit_down(page, f"{fresh.url}/suspects", "Ada")
    page.locator(READY).wait_for()
    wait_until_idle(page)
    page.get_by_text(re.compile("a random sample tells")).wait_for()
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name=RANDOM_SAMPLE).click()
    page.get_by_text(re.compile("^0 of 200 judged")).wait_for()
    page.get_by_text("Drawn at random, most of them not flagged").wait_for()
    # The count stands above the card and changes first: a key pressed between would judge the card of the order before.
    wait_until_idle(page)
    for number in range(JUDGED):
        sample = page.locator(READY).get_attribute("data-sample")
        page.keyboard.press("k")
        page.locator(f'{READY}:not([data-sample="{sample}"])').wait_for()
        page.get_by_text(re.compile(f"^{number + 1} of 200 judged")).wait_for()
    page.get_by_text(re.compile(r"Of all [\d,]+ labels about \d+ \(\d+ to \d+\) are wrong")).wait_for()
    page.get_by_text(re.compile(rf"by the {JUDGED} judged ones of a random sample")).wait_for()

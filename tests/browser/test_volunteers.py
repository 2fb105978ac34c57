"""Volunteers' votes in the real app: read from an export, they rank the suspects and bring in one that nobody flags."""

from __future__ import annotations

import csv
import io
import json
import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.workspace import DATA_FOLDER
from tests.browser.driving import sit_down, wait_until_idle

pytestmark = pytest.mark.browser

READY = '.card[data-busy="false"]'
ORDER = "volunteers disagree most"


@pytest.fixture(scope="module")
def unsuspected() -> pd.Series:
    """The demo's Blip that the embedding contradicts least."""
    table = pd.read_parquet(next((DATA_FOLDER / "demo_results").glob("suspects-*/*.parquet")))
    table = table if table.index.name == "sample_id" else table.set_index("sample_id")
    blips = table[(table["label"] == "Blip") & ~table["flagged"]]
    return blips.loc[blips["score"].idxmin()]


def export(glitch: str) -> bytes:
    """A Panoptes classification export: 17 of 18 call it Tomte."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["user_name", "workflow_id", "workflow_name", "annotations", "subject_data"])
    for person in range(18):
        said = [{"task": "T0", "value": [{"choice": "TOMTE" if person else "BLIP"}]}]
        out.writerow([f"p{person}", "1", "Apprentice", json.dumps(said), json.dumps({"7": {"gravityspy_id": glitch}})])
    return text.getvalue().encode()


def shown(page) -> str:
    return page.locator(READY).get_attribute("data-sample")


def test_the_sample_that_volunteers_contradict_comes_first_and_is_proposed_as_they_say(fresh, open_page, unsuspected):
    page, glitch = open_page(), str(unsuspected.name)
    sit_down(page, f"{fresh.url}/suspects", "Ada")
    page.locator('[data-kind="accept"]:enabled').wait_for()
    # While the first run goes on, the card of the run before may stand beside the new one.
    wait_until_idle(page)
    flagged = int(re.search(r"of (\d+) judged", page.get_by_text(re.compile(r"of \d+ judged")).inner_text())[1])
    assert shown(page) != glitch
    page.get_by_role("link", name="Corrections", exact=True).click()
    page.get_by_role("tab", name="Volunteers' votes").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").last.set_input_files(
        {"name": "classifications.csv", "mimeType": "text/csv", "buffer": export(glitch)}
    )
    page.get_by_role("button", name="Read the volunteers' votes").click()
    page.get_by_text("18 votes of 18 people on 1 samples").wait_for()
    page.get_by_role("link", name="Suspects", exact=True).click()
    page.locator(READY).wait_for()
    wait_until_idle(page)
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name=ORDER).click()
    page.locator(f'{READY}[data-sample="{glitch}"]').wait_for()
    page.get_by_text("Also 1 that nothing else flags").wait_for()
    page.get_by_text(re.compile(f"0 of {flagged + 1} judged")).wait_for()
    page.get_by_text("18 volunteers: 17 say Tomte, 94 %").wait_for()
    page.locator(".tile img").first.wait_for()
    page.locator('[data-kind="accept"]').filter(has_text="Tomte").wait_for()
    page.keyboard.press("a")
    page.locator(f'{READY}:not([data-sample="{glitch}"])').wait_for()
    page.get_by_text(re.compile(f"1 of {flagged + 1} judged")).wait_for()
    page.keyboard.press("z")
    page.locator(f'{READY}[data-sample="{glitch}"]').wait_for()
    # As it was before, with the flagged ones alone.
    page.get_by_text("Also 1 that nothing else flags").click()
    page.get_by_text(re.compile(f"0 of {flagged} judged")).wait_for()
    expect(page.locator(READY)).not_to_have_attribute("data-sample", glitch)

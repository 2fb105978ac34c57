"""Naming glitches in a real browser: four views and what is none beside them, many in a ZIP, stopped and gone on."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.workspace import DEMO_SOURCE
from tests.browser.driving import PROJECT, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser
NAME = "H1_{}_spectrogram_{}.jpg"
MANY = 40


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return run_app(PROJECT / "app.py", env={"GLITCH_AUDIT_HOME": str(home)})


@pytest.fixture(scope="module")
def blips():
    """The views of some of the demo's Blips: sample id to view to the picture's bytes."""
    table = pd.read_parquet(DEMO_SOURCE, columns=["sample_id", "view", "picture", "label"])
    table = table[(table["label"] == "Blip") & (table["picture"].str.len() > 1000)]
    whole = table.groupby("sample_id").filter(lambda views: len(views) == 4)
    ids = whole["sample_id"].drop_duplicates().iloc[:MANY]
    return {
        sample_id: dict(zip(part["view"], part["picture"], strict=True))
        for sample_id, part in whole[whole["sample_id"].isin(ids)].groupby("sample_id", sort=False)
    }


def at_the_page(page, url):
    page.goto(f"{url}/classify")
    # The first visitor waits until torch is imported and the classifier loaded.
    page.get_by_text("Hand in one picture").wait_for(timeout=120_000)
    wait_until_idle(page)


def hand_in(page, *files):
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    )


def test_four_views_and_a_text_beside_them(url, blips, open_page):
    page = open_page()
    at_the_page(page, url)
    sample_id, views = next(iter(blips.items()))
    hand_in(page, *[(NAME.format("handed", view), data) for view, data in views.items()], ("notes.txt", b"hello"))
    page.get_by_text("1 glitch named in").wait_for()
    expect(page.get_by_role("meter")).to_have_count(3)
    page.get_by_text("notes.txt: The file is not a picture that can be read.").wait_for()
    page.get_by_text("Like what it knows").wait_for()
    # It is a sample of the demo under another name, so that one is the nearest, and looks the same.
    nearest = page.locator(".tile").first
    nearest.get_by_text("cosine 1.000").wait_for()
    expect(page.locator(".tile img")).to_have_count(6)
    nearest.locator(".face").click()
    page.get_by_role("dialog").get_by_text(sample_id).first.wait_for()


def test_many_in_a_zip_are_stopped_gone_on_with_and_downloaded(url, blips, open_page, tmp_path):
    page = open_page()
    at_the_page(page, url)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for sample_id, views in blips.items():
            for view, data in views.items():
                archive.writestr(NAME.format(sample_id, view), data)
    hand_in(page, ("many.zip", packed.getvalue()))
    page.get_by_role("button", name="Stop").click()
    page.get_by_text(f"of {MANY}.").wait_for()
    page.get_by_text("Stopped after").wait_for()
    # What was drawn while it ran goes away at the end, and moves the button.
    wait_until_idle(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text(f"{MANY} glitches named in").wait_for(timeout=120_000)
    wait_until_idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Answers as CSV").click()
    download.value.save_as(tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == list(blips)
    assert all(row["label"] and row["nearest"] and not row["problem"] for row in rows)
    # Another row of the table is another glitch.
    grid = page.get_by_test_id("stDataFrame").first
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 17, box["y"] + 35 * 3 + 17)
    page.locator("strong", has_text=list(blips)[2]).wait_for()


def test_an_example_on_a_dark_phone(url, open_page):
    page = open_page(viewport={"width": 400, "height": 900}, color_scheme="dark")
    at_the_page(page, url)
    page.get_by_role("button", name="Try with a sample").click()
    page.get_by_text("1 glitch named in").wait_for()
    page.get_by_text("The data set calls it").wait_for()
    page.locator(".tile img").first.wait_for()
    # The demo has labels, so its percentages are those of this data set, and the false alarms those of real glitches.
    page.get_by_text(re.compile(r"calibrated on 1,\d{3} labelled glitches of this data set: of 100 said")).wait_for()
    page.get_by_text(re.compile(r"by mistake of \d+ % of \d+ real glitches of known kinds")).wait_for()
    wait_until_it_fits(page)
    bars = page.get_by_role("meter")
    expect(bars).to_have_count(3)
    assert [round(bar.bounding_box()["width"]) > 200 for bar in bars.all()] == [True] * 3

"""The report, opened from disk in a real browser: nothing loaded, nothing run from the data, tables that sort."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evidence.report import write_report
from tests.evidence.report_cases import small_report, some_people, suspects_of

pytestmark = pytest.mark.browser

NASTY = '<img src=x onerror="window.harmed=1">'


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    labels = ["Blip"] * 8 + [NASTY] * 6 + ["Whistle"] * 4
    made = small_report(folder / "corpus", labels=labels, clusters=[0] * 10 + [1] * 8)
    table = pd.DataFrame(
        {"n": [3, 12, 7], "wrong_share": [0.5, np.nan, 0.25]}, index=pd.Index(["a", NASTY, "c"], name="label")
    )
    long = NASTY * 20
    verdict = {"mode": "over-compression", "verdict": "supported", "labels": json.dumps([long])}
    made = replace(made, label_table=table, suspects=suspects_of(made, np.linspace(0, 1, 18)), people=some_people())
    made = replace(made, verdicts=pd.DataFrame([verdict] * 9), expected_right=(8.4, 6.0, 11.0))
    return write_report(made, folder / "out")


@pytest.fixture
def opened(open_page, file):
    asked = []

    def start(**options):
        page = open_page(**options)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield start
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]


def test_every_figure_is_drawn_without_a_request_and_the_data_runs_nothing(opened):
    page = opened()
    widths = page.locator("figure img").evaluate_all("(images) => images.map((image) => image.naturalWidth)")
    assert len(widths) == 10 and set(widths) == {1200}
    assert page.locator("img").count() == len(widths)
    assert page.evaluate("window.harmed") is None
    assert NASTY in page.locator("#labels").inner_text()


def test_the_index_leads_to_every_figure_and_section(opened):
    page = opened()
    targets = page.locator("nav a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert len(targets) == 12 + 10
    assert all(page.evaluate("(id) => Boolean(document.querySelector(id))", target) for target in targets)
    page.locator("nav a", has_text="Suspects").click()
    page.wait_for_function("() => document.querySelector('#suspects').getBoundingClientRect().top < 200")


def test_tables_sort_by_value_both_ways_and_by_keyboard(opened):
    page = opened()
    samples = page.locator("#labels th button", has_text="samples")

    def column(number: int) -> list[str]:
        return page.locator(f"#labels td:nth-child({number})").all_inner_texts()

    samples.click()
    assert column(2) == ["3", "7", "12"]
    samples.focus()
    page.keyboard.press("Enter")
    assert column(2) == ["12", "7", "3"]
    assert page.locator("#labels th", has_text="samples").get_attribute("aria-sort") == "descending"
    page.locator("#labels th button", has_text="estimated wrong").click()
    assert column(3) == ["25 %", "50 %", "–"]


def test_title_and_summary_are_one_sheet_of_paper(opened):
    millimetre = 96 / 25.4
    page = opened(viewport={"width": round(180 * millimetre), "height": 1000})
    page.emulate_media(media="print")
    summary = page.locator(".summary")
    assert summary.evaluate("(it) => getComputedStyle(it).breakAfter") == "page"
    box = summary.bounding_box()
    assert box["y"] + box["height"] <= 267 * millimetre
    assert page.locator("nav").bounding_box()["y"] >= box["y"] + box["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_both_themes(opened, scheme):
    page = opened(viewport={"width": 400, "height": 800}, color_scheme=scheme)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400
    title, contents = page.locator("h1").bounding_box(), page.locator("nav").bounding_box()
    assert title["y"] < contents["y"]
    brightness = page.evaluate("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (max(brightness) < 60) == (scheme == "dark")

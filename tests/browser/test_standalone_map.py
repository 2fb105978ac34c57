"""The standalone map, opened from disk in a real browser: pictures, search, legend, keys, touch, and no network."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from core.dataset import to_viridis
from core.evidence.standalone_map import write_standalone_map
from tests.evidence.report_cases import small_report, suspects_of

pytestmark = pytest.mark.browser

COUNT = 320
NASTY = '<img src=x onerror="window.harmed=1">'
LABELS = (["Blip"] * 3 + ["Whistle"]) * (COUNT // 4 - 1) + [NASTY] * 4
GRAYS = (np.arange(COUNT) * 7 % 240 + 8).tolist()

PLACE = """(i) => {
  const { points, viewport, parts } = standaloneMap;
  const box = parts.canvas.getBoundingClientRect();
  const [x, y] = viewport.toScreen(points.x[i], points.y[i]);
  return [x + box.left, y + box.top];
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    clusters = np.arange(COUNT) % 5 - 1
    made = small_report(folder / "corpus", labels=LABELS, clusters=clusters, grays=GRAYS)
    made = replace(made, suspects=suspects_of(made, np.linspace(0, 1, COUNT)))
    return write_standalone_map(made, folder / "map.html").path


@pytest.fixture
def opened(open_page, file):
    """``opened(**context_options) -> page`` with the map drawn; every request but the file itself fails the test."""
    asked = []

    def start(**options):
        page = open_page(**options)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector('[data-ready="true"]')
        return page

    yield start
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]


@pytest.fixture
def page(opened):
    return opened()


def hover(page, sample: int) -> None:
    page.mouse.move(*page.evaluate(PLACE, sample))


def part(page, name: str):
    return page.locator(f'[data-part="{name}"]')


def says(page, words: str) -> None:
    expect(part(page, "status")).to_have_text(words)


def colours_at(page, sample: int) -> list[int]:
    """What is painted at a sample's place."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(
        """(i) => {
          const { points, viewport, parts } = standaloneMap;
          const density = parts.canvas.width / viewport.size[0];
          const [x, y] = viewport.toScreen(points.x[i], points.y[i]).map((place) => Math.round(place * density));
          return [...parts.canvas.getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3)];
        }""",
        sample,
    )


@pytest.mark.parametrize("sample", [0, 150, 300])
def test_hovering_shows_the_sample_under_the_pointer_with_its_own_picture(page, sample):
    hover(page, sample)
    card = part(page, "hover")
    card.locator('.picture[data-picture="shown"]').wait_for()
    expect(card).to_have_attribute("data-id", f"s{sample:04d}")
    expect(card.locator(".label")).to_have_text(LABELS[sample])
    seen = card.locator(".picture").evaluate("(c) => [...c.getContext('2d').getImageData(80, 70, 1, 1).data]")[:3]
    expected = to_viridis(np.array([[GRAYS[sample]]], np.uint8))[0, 0].astype(int)
    assert np.abs(np.array(seen) - expected).max() <= 14
    page.mouse.move(2, 2)
    card.wait_for(state="hidden")


def test_a_click_opens_a_card_with_what_is_known_and_escape_closes_it(page):
    page.mouse.click(*page.evaluate(PLACE, 319))
    card = part(page, "detail")
    card.wait_for()
    words = card.inner_text()
    assert all(text in words for text in ("s0319", "snr", "50", "suggested label", "Tomte", "100 %", NASTY))
    part(page, "canvas").press("Escape")
    card.wait_for(state="hidden")
    assert page.evaluate("window.harmed") is None


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, {"width": 400, "height": 800}])
def test_the_opened_card_never_lies_on_its_own_sample(opened, viewport):
    page = opened(viewport=viewport)
    for sample in range(0, COUNT, 16):
        page.evaluate("(i) => { standaloneMap.resetView(); standaloneMap.open(i); }", sample)
        x, y = page.evaluate(PLACE, sample)
        card, stage = (part(page, name).bounding_box() for name in ("detail", "stage"))
        assert not (card["x"] <= x <= card["x"] + card["width"] and card["y"] <= y <= card["y"] + card["height"])
        assert stage["x"] <= x <= stage["x"] + stage["width"] and stage["y"] <= y <= stage["y"] + stage["height"]


def test_search_grays_out_the_rest_and_opens_what_is_chosen(page):
    field = part(page, "query")
    field.fill("s0042")
    says(page, "1 of 320 in colour")
    field.press("ArrowDown")
    page.keyboard.press("Enter")
    part(page, "detail").wait_for()
    expect(part(page, "detail")).to_have_attribute("data-id", "s0042")
    assert float(part(page, "root").get_attribute("data-zoom")) > 1
    field.fill("whistle")
    says(page, f"{LABELS.count('Whistle')} of 320 in colour")
    field.fill("cluster 3")
    says(page, "64 of 320 in colour")
    field.press("Escape")
    says(page, "")
    expect(field).to_have_value("")
    field.fill("no such thing")
    says(page, "0 of 320 in colour")
    expect(part(page, "results")).to_be_hidden()


def test_the_legend_hides_isolates_and_shows_all(page):
    legend = part(page, "legend")
    coloured = colours_at(page, 3)
    blip = legend.locator('.toggle[data-name="Blip"]')
    blip.click()
    expect(blip).to_have_attribute("aria-pressed", "false")
    says(page, f"{COUNT - LABELS.count('Blip')} of 320 in colour")
    legend.get_by_role("button", name="Only Whistle").click()
    says(page, f"{LABELS.count('Whistle')} of 320 in colour")
    assert colours_at(page, 3) == coloured != colours_at(page, 0)
    legend.get_by_role("button", name="Only Whistle").click()
    says(page, "")
    blip.click()
    legend.get_by_role("button", name="Show all").click()
    says(page, "")
    expect(blip).to_have_attribute("aria-pressed", "true")


def test_hidden_samples_are_not_hovered(page):
    part(page, "legend").get_by_role("button", name="Only Whistle").click()
    hover(page, 0)
    page.wait_for_timeout(100)
    assert part(page, "hover").get_attribute("data-id") != "s0000"


def test_colour_by_cluster_changes_points_and_legend(page):
    before = colours_at(page, 1)
    page.get_by_label("cluster", exact=True).check()
    names = part(page, "legend").locator(".toggle .name")
    expect(names).to_have_count(5)
    assert sorted(names.all_inner_texts()) == ["cluster 0", "cluster 1", "cluster 2", "cluster 3", "noise"]
    assert colours_at(page, 1) != before


def test_wheel_drag_and_keys_move_the_map(page):
    canvas = part(page, "canvas")
    box = canvas.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    start = page.evaluate(PLACE, 10)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 30, steps=3)
    page.mouse.up()
    assert page.evaluate(PLACE, 10) == pytest.approx([start[0] + 60, start[1] + 30], abs=1)
    assert not part(page, "detail").is_visible(), "a drag is no click"
    page.mouse.wheel(0, -400)
    page.wait_for_selector('[data-part="root"]:not([data-zoom="1.000"])')
    canvas.focus()
    for key in ("-", "+", "ArrowLeft", "0"):
        page.keyboard.press(key)
    expect(part(page, "root")).to_have_attribute("data-zoom", "1.000")
    assert page.evaluate(PLACE, 10) == pytest.approx(start, abs=1)
    page.keyboard.press("Enter")
    part(page, "detail").wait_for()


def test_every_control_can_be_reached_by_tab(page):
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("() => document.activeElement.dataset.part ?? document.activeElement.className ?? ''")
        )
    assert {"query", "canvas", "zoom-in", "zoom-out", "reset", "toggle", "only"} <= set(reached)


def test_dark_colours_follow_the_system(opened):
    page = opened(color_scheme="dark")
    background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert max(int(value) for value in background.strip("rgb()").split(",")) < 60


def test_on_a_phone_everything_fits_and_a_tap_opens(opened):
    page = opened(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True, device_scale_factor=2)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400
    stage, legend = (part(page, name).bounding_box() for name in ("stage", "legend"))
    assert legend["y"] >= stage["y"] + stage["height"] - 1
    page.touchscreen.tap(*page.evaluate(PLACE, 80))
    part(page, "detail").wait_for()
    expect(part(page, "detail")).to_have_attribute("data-id", "s0080")
    assert part(page, "detail").bounding_box()["height"] <= 0.56 * stage["height"]
    zoom = page.context.new_cdp_session(page)
    x, y = stage["x"] + 200, stage["y"] + 60
    for kind, gap in (("touchStart", 20), ("touchMove", 60), ("touchMove", 90), ("touchEnd", None)):
        fingers = [] if gap is None else [{"x": x - gap, "y": y, "id": 0}, {"x": x + gap, "y": y, "id": 1}]
        zoom.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    expect(part(page, "root")).to_have_attribute("data-zoom", re.compile(r"^(1\.[5-9]|[2-9]|\d\d)"))


@pytest.mark.parametrize("count", [0, 1])
def test_a_map_of_hardly_any_samples_opens(browser_page, tmp_path, count):
    made = small_report(tmp_path / "corpus", labels=["Blip"] * count)
    browser_page.goto(write_standalone_map(made, tmp_path / "map.html").path.as_uri())
    browser_page.wait_for_selector('[data-ready="true"]')
    expect(part(browser_page, "count")).to_contain_text(f"{count} of {count} sample")

"""The border between map and panel: dragged or moved by keys, kept by the browser, and nothing below the fold after."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, wait_until_idle, wait_until_it_fits
from tests.browser.loop_steps import lasso_everything, wait_for_map
from tests.browser.test_one_look import LAPTOP, PHONE, propose_button, selected

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def border(page):
    return page.get_by_role("separator", name="Width of the panel")


def width(page, part: str) -> float:
    return page.locator(f".st-key-look_{part}").bounding_box()["width"]


def drag(page, pixels: float) -> None:
    box = border(page).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + pixels * step / 5, y)
    page.mouse.up()


def nothing_below_the_fold(page) -> None:
    for part in (page.locator(".glitch-map"), page.locator(".tile img").first, propose_button(page)):
        expect(part).to_be_in_viewport(ratio=0.9)
    wait_until_it_fits(page)


def wait_until_canvas_fits(page) -> None:
    """Until the map is drawn in its present size: a browser that draws slowly says the rest of the page first."""
    page.wait_for_function(
        """() => {
          const all = [...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean);
          const canvas = all.map((root) => root.querySelector('canvas[data-part="points"]')).find(Boolean);
          return canvas.width === Math.round(canvas.clientWidth * devicePixelRatio)
            && canvas.height === Math.round(canvas.clientHeight * devicePixelRatio);
        }"""
    )


def test_dragging_it_widens_the_panel_the_map_follows_and_the_browser_remembers_it(open_page, url):
    page = selected(open_page, url, LAPTOP)
    usual, usual_map = width(page, "panel"), width(page, "map")
    drag(page, -60)
    assert width(page, "panel") == pytest.approx(usual + 60, abs=2)
    assert width(page, "map") == pytest.approx(usual_map - 60, abs=2)
    wait_until_canvas_fits(page)
    nothing_below_the_fold(page)
    page.reload()
    wait_for_map(page)
    border(page).wait_for()
    wait_until_idle(page)
    assert width(page, "panel") == pytest.approx(usual + 60, abs=2)
    border(page).dblclick()
    assert width(page, "panel") == pytest.approx(usual, abs=1)
    page.reload()
    wait_for_map(page)
    border(page).wait_for()
    wait_until_idle(page)
    assert width(page, "panel") == pytest.approx(usual, abs=1)


def test_at_both_ends_nothing_lies_below_the_fold(open_page, url):
    page = selected(open_page, url, LAPTOP)
    drag(page, -700)
    assert width(page, "map") == pytest.approx(380, abs=2)
    wait_until_canvas_fits(page)
    nothing_below_the_fold(page)
    drag(page, 700)
    assert width(page, "panel") == pytest.approx(432, abs=2)
    wait_until_canvas_fits(page)
    nothing_below_the_fold(page)


def test_arrow_keys_move_it_and_home_sets_it_back(open_page, url):
    page = selected(open_page, url, {"width": 1600, "height": 900})
    usual = width(page, "panel")
    border(page).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    both = page.locator(".st-key-look").bounding_box()["width"]
    assert width(page, "panel") == pytest.approx(usual + 0.04 * both, abs=3)
    now, least, most = (int(border(page).get_attribute(f"aria-value{name}")) for name in ("now", "min", "max"))
    assert least < now < most
    page.keyboard.press("ArrowRight")
    assert width(page, "panel") == pytest.approx(usual + 0.02 * both, abs=3)
    page.keyboard.press("Home")
    assert width(page, "panel") == pytest.approx(usual, abs=1)


def test_a_phone_has_no_border(open_page, url):
    page = selected(open_page, url, PHONE)
    expect(page.locator(".st-key-look_border")).to_be_hidden()


def test_without_a_selection_there_is_none(open_page, url):
    page = open_page(viewport=LAPTOP)
    page.goto(f"{url}/map")
    wait_for_map(page)
    wait_until_idle(page)
    expect(border(page)).to_have_count(0)
    lasso_everything(page)
    expect(border(page)).to_have_count(1)

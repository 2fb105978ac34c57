"""Charts that can be clicked look like Streamlit's own: on the page of a drift, which has both, in either theme."""

from __future__ import annotations

import pytest

from core.dataset import taxonomy_for
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser

# Of the label that most of the drift carries.
REPEATING_BLIPS = "rgb({}, {}, {})".format(*bytes.fromhex(taxonomy_for([])["Repeating_Blips"].colour[1:]))
CLICKED = 'iframe[title*="plotly_events"]'
TICKS = ".xtick text"
LOOKS = """(text) => {
    const { fontFamily, fontSize, fontWeight, fill } = getComputedStyle(text);
    return [fontFamily, fontSize, fontWeight, fill];
}"""
# How wide a text is drawn: in another font that had to stand in it would be wider or narrower.
WIDTH = "(text) => [text.textContent, Math.round(text.getBBox().width * 10)]"


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(params=["light", "dark"])
def drifts_page(request, open_page, url):
    page = open_page(color_scheme=request.param)
    page.goto(f"{url}/clusters")
    page.get_by_role("radio", name="Drifts", exact=True).or_(
        page.get_by_role("button", name="Drifts", exact=True)
    ).first.click()
    # The chart of the clusters goes with the run's end.
    page.locator(f".stPlotlyChart {TICKS}").first.wait_for()
    wait_until_idle(page)
    page.frame_locator(CLICKED).locator(TICKS).first.wait_for()
    return page


def test_the_texts_of_both_kinds_look_alike(drifts_page):
    inside = drifts_page.frame_locator(CLICKED)
    clicked = inside.locator(TICKS).first.evaluate(LOOKS)
    assert clicked == drifts_page.locator(f".stPlotlyChart {TICKS}").first.evaluate(LOOKS)
    assert "Source Sans" in clicked[0]
    titles = [place.get_by_text("place along the curve", exact=True).first for place in (inside, drifts_page)]
    for what in (LOOKS, WIDTH):
        assert titles[0].evaluate(what) == titles[1].evaluate(what)


def test_the_font_in_the_frame_is_the_pages_own(drifts_page):
    faces = """() => [...document.fonts].filter(
        (face) => face.family.includes("Source Sans") && face.status == "loaded").length"""
    frame = drifts_page.locator(CLICKED).first.element_handle().content_frame()
    assert frame.evaluate(faces) > 0


def test_the_chart_begins_where_the_text_begins_and_has_the_pages_ground(drifts_page):
    frame = drifts_page.locator(CLICKED).first
    inside = drifts_page.frame_locator(CLICKED)
    assert inside.locator(".main-svg").first.bounding_box()["x"] == frame.bounding_box()["x"]
    ground = "(part) => getComputedStyle(part).backgroundColor"
    assert inside.locator("body").evaluate(ground) == drifts_page.get_by_test_id("stApp").evaluate(ground)


def test_bars_have_their_labels_colour_under_the_hatch(drifts_page):
    bar = drifts_page.locator(".stPlotlyChart .barlayer .point path").first
    # Plotly's pattern is a rectangle of the colour under the lines; of it alone there is one a trace.
    fill = """(bar) => {
        const pattern = document.getElementById(getComputedStyle(bar).fill.match(/#([^"]+)/)[1]);
        return getComputedStyle(pattern.querySelector("rect")).fill;
    }"""
    assert bar.evaluate(fill) == REPEATING_BLIPS

"""Shapes beside colours: one click away, the same on the map, in its legend and on tiles, and remembered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from core.dataset import SIGNS, label_sign
from core.evidence.map_view import MAP_VIEW, SIGN_SHAPES
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map
from tests.browser.test_glitch_map import APP, root, surface, wait_attribute

pytestmark = pytest.mark.browser
SCRIPTS = PROJECT / "pages" / "parts" / "widgets" / "glitch_map" / "js"
SIDE = 280
_NEEDED = ("nearest", "theme", "points", "sign_shaders", "painter")

# One point in the middle of a canvas, in every shape: the outline's corners, and the share of each pixel that is drawn.
DRAW_SHAPES = """
  const { side, count } = argument;
  const points = new Points({ header: { count: 1, bounds: [0, 1, 0, 1], signs: [] }, body: new Uint8Array(4) });
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const painter = new Painter(canvas);
  const viewport = new Viewport();
  viewport.setBounds([0, 1, 0, 1]);
  viewport.setSize(side, side);
  viewport.centreX = viewport.centreY = 0;
  painter.setPoints(points);
  painter.setOrder(points);
  const theme = { text: [0, 0, 0], background: [0, 0, 0], gray: [0, 0, 0] };
  const diameter = pointDiameter(points, viewport);
  points.withSigns = true;
  Object.assign(points.header, { palette: ["#ffffff"] });
  return Array.from({ length: count }, (_, sign) => {
    points.header.signs = [sign];
    painter.setPalette(points);
    painter.draw(points, viewport, theme, argument.radius * 2 / diameter);
    const pixels = new Uint8Array(4 * side * side);
    painter.gl.readPixels(0, 0, side, side, painter.gl.RGBA, painter.gl.UNSIGNED_BYTE, pixels);
    return { outline: SIGN_OUTLINES[sign], pixels: [...pixels].filter((_, at) => at % 4 === 0) };
  });
"""

# The same point in one colour on a page of one gray: a pixel in its middle, and one just inside its edge.
DRAW_RIM = """
  const { side, background, colour, shaped } = argument;
  const points = new Points({ header: { count: 1, bounds: [0, 1, 0, 1], signs: [0] }, body: new Uint8Array(4) });
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const painter = new Painter(canvas);
  const viewport = new Viewport();
  viewport.setBounds([0, 1, 0, 1]);
  viewport.setSize(side, side);
  viewport.centreX = viewport.centreY = 0;
  Object.assign(points.header, { palette: [colour] });
  points.withSigns = shaped;
  const gray = [background, background, background];
  const theme = { text: [1, 1, 1], background: gray, gray, dark: background < 0.5 };
  painter.setPoints(points, theme);
  painter.setOrder(points);
  const ratio = 200 / pointDiameter(points, viewport);
  painter.draw(points, viewport, theme, ratio);
  const pixel = (x) => {
    const found = new Uint8Array(4);
    painter.gl.readPixels(x, side / 2, 1, 1, painter.gl.RGBA, painter.gl.UNSIGNED_BYTE, found);
    return [...found.slice(0, 3)];
  };
  return [pixel(side / 2), pixel(side / 2 - 95)];
"""


@pytest.fixture(scope="module")
def url(run_app):
    return run_app(APP, "600")


@pytest.fixture(scope="module")
def workbench(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


def swatches(page) -> dict[str, str]:
    """The number of the shape that the legend shows for each name."""
    entries = page.locator(".legend-entry").all()
    return {e.get_attribute("data-name"): e.locator(".legend-swatch").get_attribute("data-sign") for e in entries}


def test_the_points_have_the_shapes_of_the_legends_outlines(browser_page):
    files = [MAP_VIEW, SIGN_SHAPES, *(SCRIPTS / f"{name}.js" for name in _NEEDED)]
    source = "\n".join([*(Path(file).read_text() for file in files), DRAW_SHAPES])
    radius = 100
    found = browser_page.evaluate(
        "([source, argument]) => new Function('argument', source)(argument)",
        [source, {"side": SIDE, "radius": radius, "count": SIGNS}],
    )
    browser_page.console_errors.clear()
    x, y = np.meshgrid((np.arange(SIDE) + 0.5 - SIDE / 2) / radius, (np.arange(SIDE) + 0.5 - SIDE / 2) / radius)
    for sign, one in enumerate(found):
        shape = shapely.Polygon(one["outline"]) if one["outline"] else shapely.Point(0, 0).buffer(1, 64)
        expected = shapely.contains_xy(shape, x.ravel(), y.ravel()).reshape(SIDE, SIDE)
        # WebGL gives the lowest row first.
        drawn = np.array(one["pixels"]).reshape(SIDE, SIDE)[::-1] > 0.4 * 255
        assert expected.sum() > 9_000
        assert (drawn != expected).sum() < 0.02 * expected.sum(), sign


@pytest.mark.parametrize(
    ("background", "colour", "rimmed"), [(0.08, "#b81800", True), (0.08, "#00c070", False), (1.0, "#b81800", False)]
)
@pytest.mark.parametrize("shaped", [False, True])
def test_what_hardly_stands_out_on_a_dark_page_has_a_light_rim(browser_page, background, colour, rimmed, shaped):
    files = [MAP_VIEW, SIGN_SHAPES, *(SCRIPTS / f"{name}.js" for name in _NEEDED)]
    source = "\n".join([*(Path(file).read_text() for file in files), DRAW_RIM])
    middle, edge = browser_page.evaluate(
        "([source, argument]) => new Function('argument', source)(argument)",
        [source, {"side": SIDE, "background": background, "colour": colour, "shaped": shaped}],
    )
    browser_page.console_errors.clear()
    fixed = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    ground = 255 * background
    # Of the usual opacity, 0.85: the label's own colour stays in the middle on every page.
    assert middle == pytest.approx([0.85 * part + 0.15 * ground for part in fixed], abs=3)
    lighter = [0.45 * part + 0.55 * 255 if rimmed else part for part in fixed]
    assert edge == pytest.approx([0.85 * part + 0.15 * ground for part in lighter], abs=3)


def test_h_gives_map_and_legend_shapes_and_the_browser_remembers_it(url, open_page):
    page = open_page()
    page.goto(url)
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    wait_attribute(page, "signs", "off")
    assert set(swatches(page).values()) == {"0"}
    surface(page).focus()
    page.keyboard.press("h")
    wait_attribute(page, "signs", "on")
    names = ["Blip", "Whistle", "Koi_Fish", "Scratchy", "<b>Tomte</b>", "Violin_Mode"]
    assert swatches(page) == dict(zip(names, ["0", "1", "2", "3", "7", "5"], strict=True))
    page.reload()
    wait_attribute(page, "signs", "on")
    page.get_by_role("button", name="Shapes").click()
    wait_attribute(page, "signs", "off")


def test_tiles_have_the_legends_shapes_and_clusters_have_none(workbench, open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto(the_map(workbench))
    wait_for_map(page)
    wait_until_idle(page)
    page.get_by_role("button", name="Shapes").click()
    wait_attribute(page, "signs", "on")
    legend = swatches(page)
    assert legend == {name: str(label_sign(name)) for name in legend}
    lasso_everything(page)
    page.locator(".tile img").first.wait_for()
    for tile in page.locator(".tile").all()[:12]:
        label = tile.locator(".label").inner_text()
        assert tile.locator(".dot").get_attribute("data-sign") == legend[label]
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option", name="cluster", exact=True).click()
    expect(page.locator(".legend-title")).to_have_text("cluster")
    expect(page.get_by_role("button", name="Shapes")).to_be_disabled()
    expect(root(page)).to_have_attribute("data-signs", "off")
    assert set(swatches(page).values()) == {"0"}


def test_the_legend_lists_labels_by_the_taxonomy_whatever_is_selected(workbench, open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto(the_map(workbench))
    wait_for_map(page)
    wait_until_idle(page)
    names = list(swatches(page))
    assert len(names) > 20 and names == sorted(names)
    lasso_everything(page)
    page.locator(".tile img").first.wait_for()
    page.locator(".legend-count b").first.wait_for()
    counted = list(swatches(page))
    # This island lies at the map's border, outside of the lasso: what has nothing selected comes last.
    inside = [name for name in counted if name != "Paired_Doves"]
    assert sorted(counted) == names and inside == sorted(inside)

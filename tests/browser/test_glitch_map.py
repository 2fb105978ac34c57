"""The map component alone, driven in a real browser: hover, select, isolate, zoom, keys, themes, a small screen."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.map_samples import make_samples

pytestmark = pytest.mark.browser

APP = Path(__file__).parent / "map_app.py"
COUNT = 1200
FIT_MARGIN, OVERLAY_HEIGHT = 0.94, 48


@pytest.fixture(scope="module")
def url(run_app):
    return run_app(APP, str(COUNT))


@pytest.fixture
def opened(url, open_page):
    """``opened(**context_options) -> page`` with the map drawn."""

    def open_map(**options):
        page = open_page(**options)
        page.goto(url)
        page.wait_for_selector('.glitch-map[data-ready="true"]')
        return page

    return open_map


@pytest.fixture
def page(opened):
    return opened()


def root(page):
    return page.locator(".glitch-map")


def surface(page):
    return page.locator('[data-part="surface"]')


def middle(page) -> tuple[float, float]:
    box = surface(page).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def draw_ring(page, *, radius: float, keys: str | None = None, offset: tuple[float, float] = (0, 0)) -> None:
    x, y = middle(page)
    x, y = x + offset[0], y + offset[1]
    if keys:
        page.keyboard.down(keys)
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for step in range(1, 41):
        page.mouse.move(x + radius * math.cos(step * math.pi / 20), y + radius * math.sin(step * math.pi / 20))
    page.mouse.up()
    if keys:
        page.keyboard.up(keys)


def python_count(page) -> int:
    return int(re.search(r"counts (\d+) of", page.get_by_test_id("stText").inner_text()).group(1))


def wait_selected(page, condition: str) -> int:
    """Wait until Python's count meets a JavaScript condition on n and the map shows the same number."""
    page.wait_for_function(
        f"""() => {{
          const n = Number(/counts (\\d+) of/.exec(document.querySelector('[data-testid="stText"]')?.textContent)?.[1]);
          const map = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
            .map((host) => host.shadowRoot?.querySelector('.glitch-map')).find(Boolean);
          return ({condition}) && map?.dataset.selectedCount === String(n);
        }}"""
    )
    return python_count(page)


def wait_attribute(page, name: str, value: str) -> None:
    page.wait_for_selector(f'.glitch-map[data-{name}="{value}"]')


def hover_a_sample(page) -> None:
    """Moves over the middle of the map, where samples lie, until a card opens."""
    x, y = middle(page)
    for step in range(60):
        page.mouse.move(x + 3 * step * math.cos(step), y + 3 * step * math.sin(step))
        if page.locator('[data-part="card"]').is_visible():
            return
    raise AssertionError("no sample under the pointer anywhere near the middle of the map")


def colours_in_screenshot(page) -> set[tuple[int, int, int]]:
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(surface(page).screenshot())).convert("RGB")
    return {colour for count, colour in picture.getcolors(1 << 24) if count > 20}


def near(colours: set[tuple[int, int, int]], wanted: tuple[int, int, int], reach: int = 60) -> bool:
    return any(max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= reach for colour in colours)


def wait_for_colour(page, wanted: tuple[int, int, int]) -> None:
    """Wait until the points of this colour are painted, which is told nowhere in the page."""
    for _ in range(50):
        if near(colours_in_screenshot(page), wanted):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"nothing is painted in {wanted}")


def status(page):
    return page.locator('[data-part="status"]')


def test_every_sample_is_drawn_in_its_label_colour(page):
    expect(root(page)).to_have_attribute("data-points-drawn", str(COUNT))
    for wanted in [(0x4C, 0x78, 0xA8), (0xF5, 0x85, 0x18), (0x54, 0xA2, 0x4B), (0xE4, 0x57, 0x56)]:
        wait_for_colour(page, wanted)


def test_hover_shows_the_picture_label_cluster_and_id(page):
    hover_a_sample(page)
    card = page.locator('[data-part="card"]')
    page.wait_for_selector('[data-part="card"][data-picture="shown"]')
    sample = int(card.get_attribute("data-sample"))
    text = card.inner_text()
    assert f"id{sample:06d}" in text
    assert "cluster" in text and "H1" in text
    red, green, blue = card.locator("canvas").evaluate(
        "(c) => [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3)"
    )
    assert abs(red - 200) < 25 and abs(green - (40 + sample % 200)) < 25 and abs(blue - 60) < 25


def test_names_with_markup_stay_text(page):
    expect(page.locator(".legend-name").filter(has_text="<b>Tomte</b>")).to_have_count(1)
    assert page.locator(".legend-name b").count() == 0


def test_lasso_selects_the_samples_inside_the_ring(page):
    """The ring is worked out here from the layout's extent and the drawing's size alone."""
    x, y, _ = make_samples(COUNT)
    box = surface(page).bounding_box()
    scale = FIT_MARGIN * min(box["width"] / np.ptp(x), (box["height"] - 2 * OVERLAY_HEIGHT) / np.ptp(y))
    offset_x, offset_y = 60, -40
    centre = (x.min() + x.max()) / 2 + offset_x / scale, (y.min() + y.max()) / 2 - offset_y / scale
    apart = np.hypot(x - centre[0], y - centre[1]) * scale
    draw_ring(page, radius=150, offset=(offset_x, offset_y))
    count = wait_selected(page, "n > 0")
    # The ring is drawn as a polygon of 40 corners (0.5 pixels inside the circle) and simplified by half a pixel.
    assert (apart < 148).sum() <= count <= (apart < 151).sum()
    assert (apart < 148).sum() > 100


def test_the_lasso_stays_drawn_after_the_rerun_at_any_zoom(page):
    draw_ring(page, radius=150)
    count = wait_selected(page, "n > 0")
    assert 0 < count < COUNT
    wait_attribute(page, "outline", "drawn")
    drawn = page.locator('[data-part="overlay"] .outlines .outline').bounding_box()
    assert drawn["width"] == pytest.approx(300, abs=4) and drawn["height"] == pytest.approx(300, abs=4)
    page.mouse.wheel(0, -300)
    page.wait_for_selector('.glitch-map:not([data-zoom="1.000"])')
    wait_attribute(page, "outline", "drawn")
    zoomed = page.locator('[data-part="overlay"] .outlines .outline').bounding_box()
    zoom = float(root(page).get_attribute("data-zoom"))
    assert zoomed["width"] == pytest.approx(zoom * drawn["width"], rel=0.03)
    assert python_count(page) == count


def test_legend_counts_follow_the_selection(page):
    names = page.locator(".legend-name").all_inner_texts()
    draw_ring(page, radius=150)
    count = wait_selected(page, "n > 0")
    page.wait_for_selector(".legend-count b")
    selected = [int(text.replace(",", "")) for text in page.locator(".legend-count b").all_inner_texts()]
    assert sum(selected) == count
    # Each label has some here, so each stays where it was.
    assert all(selected) and page.locator(".legend-name").all_inner_texts() == names
    expect(status(page)).to_contain_text(f"{count:,} selected")


def test_labels_with_selected_samples_come_first_in_the_legend(page):
    names = page.locator(".legend-name").all_inner_texts()
    hover_a_sample(page)
    page.mouse.down()
    page.mouse.up()
    assert wait_selected(page, "n > 0") == 1
    page.wait_for_selector(".legend-count b")
    counts = page.locator(".legend-count b").all_inner_texts()
    assert counts == ["1"] + ["0"] * (len(names) - 1)
    now = page.locator(".legend-name").all_inner_texts()
    # The others stay in their order.
    assert now[1:] == [name for name in names if name != now[0]]


def test_box_selects(page):
    page.get_by_role("button", name="Box").click()
    x, y = middle(page)
    page.mouse.move(x - 100, y - 80)
    page.mouse.down()
    page.mouse.move(x + 100, y + 80, steps=5)
    page.mouse.up()
    wait_selected(page, "n > 0")
    page.get_by_text('"box"').wait_for()


def test_click_selects_the_sample_under_the_pointer(page):
    hover_a_sample(page)
    page.mouse.down()
    page.mouse.up()
    assert wait_selected(page, "n > 0") == 1


def test_escape_and_the_clear_button_clear_the_selection(page):
    draw_ring(page, radius=150)
    wait_selected(page, "n > 0")
    surface(page).focus()
    page.keyboard.press("Escape")
    wait_selected(page, "n === 0")
    wait_attribute(page, "outline", "none")
    draw_ring(page, radius=150)
    wait_selected(page, "n > 0")
    page.get_by_role("button", name="Clear selection").click()
    wait_selected(page, "n === 0")


def test_isolating_a_label_bounds_the_selection_and_can_be_undone(page):
    page.locator('.legend-entry[data-name="Blip"]').click()
    page.wait_for_selector('.legend-entry[data-name="Blip"][aria-pressed="true"]')
    shown = int(page.locator('.legend-entry[data-name="Blip"] .legend-count').inner_text())
    expect(status(page)).to_contain_text(f"{shown:,} of {COUNT:,} shown")
    expect(page.locator('.legend-entry[data-name="Whistle"] .legend-count')).to_have_text("0")
    draw_ring(page, radius=290)
    assert 0 < wait_selected(page, "n > 0") <= shown
    page.locator('.legend-entry[data-name="Blip"]').click()
    page.wait_for_selector('.legend-entry[data-name="Blip"][aria-pressed="false"]')
    expect(status(page)).to_have_text(f"{COUNT:,} samples")


def test_wheel_zooms_shift_drag_pans_and_double_click_resets(page):
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    expect(root(page)).to_have_attribute("data-zoom", re.compile(r"^(1\.[3-9]|[2-9]|\d\d)"))
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(x + 120, y + 40, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.wait_for_timeout(500)
    assert python_count(page) == 0
    page.mouse.dblclick(x, y)
    wait_attribute(page, "zoom", "1.000")
    page.wait_for_timeout(500)
    assert python_count(page) == 0


def test_keys_change_mode_and_zoom(page):
    surface(page).focus()
    for key, mode in [("b", "box"), ("c", "pan"), ("l", "lasso")]:
        page.keyboard.press(key)
        wait_attribute(page, "mode", mode)
    page.keyboard.press("+")
    page.wait_for_selector('.glitch-map:not([data-zoom="1.000"])')
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    wait_attribute(page, "zoom", "1.000")
    assert page.get_by_role("dialog").count() == 0, "Streamlit's own shortcut for C must not open"


def test_a_lost_graphics_context_comes_back(page):
    canvas = page.locator('[data-part="points"]')
    for act in ("lose", "restore"):
        canvas.evaluate(
            """(canvas, act) => new Promise((done) => {
              window.extension ??= canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
              const happened = { lose: "webglcontextlost", restore: "webglcontextrestored" }[act];
              canvas.addEventListener(happened, () => setTimeout(done, 200), { once: true });
              window.extension[`${act}Context`]();
            })""",
            act,
        )
    wait_for_colour(page, (0xF5, 0x85, 0x18))


def test_without_webgl_the_points_are_drawn_on_a_plain_canvas(url, open_page):
    page = open_page()
    page.add_init_script(
        """for (const kind of [HTMLCanvasElement]) {
          const original = kind.prototype.getContext;
          kind.prototype.getContext = function (name, ...rest) {
            return name.startsWith("webgl") ? null : original.call(this, name, ...rest);
          };
        }"""
    )
    page.goto(url)
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    wait_for_colour(page, (0xF5, 0x85, 0x18))
    draw_ring(page, radius=150)
    assert wait_selected(page, "n > 0") > 0


def test_the_dark_theme_is_followed(opened):
    page = opened(color_scheme="dark")
    expect(root(page)).to_have_class(re.compile("is-dark"))
    background = root(page).evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert max(int(value) for value in re.findall(r"\d+", background)[:3]) < 60


def test_on_a_phone_the_legend_lies_below_and_touch_draws_a_lasso(opened):
    page = opened(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True, device_scale_factor=2)
    stage, legend = (page.locator(f'[data-part="{part}"]').bounding_box() for part in ("stage", "legend"))
    assert legend["y"] >= stage["y"] + stage["height"] - 1
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400
    touch = page.context.new_cdp_session(page)
    x, y = middle(page)

    def send(kind: str, place: tuple[float, float] | None) -> None:
        points = [] if place is None else [{"x": place[0], "y": place[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", (x + 90, y))
    for step in range(1, 21):
        send("touchMove", (x + 90 * math.cos(step * math.pi / 10), y + 90 * math.sin(step * math.pi / 10)))
    send("touchEnd", None)
    assert wait_selected(page, "n > 0") > 0


def test_the_event_stays_below_five_kilobytes(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(len(payload))))
    page.reload()
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    page.wait_for_timeout(1500)
    sent.clear()
    x, y = middle(page)
    page.mouse.move(x + 250, y)
    page.mouse.down()
    for step in range(1, 600):
        angle = step * math.pi / 300
        radius = 200 + 50 * math.sin(90 * angle)
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.mouse.up()
    wait_selected(page, "n > 0")
    assert max(sent) <= 5000


@pytest.mark.parametrize(("count", "words"), [(0, "0 samples"), (1, "1 sample")])
def test_a_map_of_hardly_any_samples_is_drawn(run_app, open_page, count, words):
    page = open_page()
    page.goto(run_app(APP, str(count)))
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    expect(status(page)).to_have_text(words)
    draw_ring(page, radius=100)
    page.get_by_text('"lasso"').wait_for()
    page.get_by_text(f"Python counts {count} of").wait_for()

"""The map's own JavaScript functions, called in a real browser and compared with numpy and shapely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from core.evidence.map_view import MAP_VIEW

pytestmark = pytest.mark.browser

SCRIPTS = Path(__file__).parents[2] / "pages" / "parts" / "widgets" / "glitch_map" / "js"


@pytest.fixture
def call(browser_page):
    """``call(files, body, argument)``: what a JavaScript body returns that sees these files and the shared one."""

    def run(files: list[str], body: str, argument):
        source = "\n".join(path.read_text() for path in [MAP_VIEW, *(SCRIPTS / f"{name}.js" for name in files)])
        return browser_page.evaluate(
            "([source, argument]) => new Function('argument', source)(argument)", [f"{source}\n{body}", argument]
        )

    return run


def test_nearest_sample_agrees_with_a_full_search(call):
    random = np.random.default_rng(3)
    places = random.integers(0, 65536, (5000, 2))
    places[:20] = places[20:40]  # duplicates
    pointers = random.integers(0, 65536, (200, 2)) + 0.5
    accepted = np.arange(5000) % 3 > 0
    step, radius = np.array([0.01, 0.02]), 12.0
    body = """
      const { x, y, pointers, stepX, stepY, radius } = argument;
      const grid = new NearestGrid(Uint16Array.from(x), Uint16Array.from(y));
      const accept = (sample) => sample % 3 > 0;
      return pointers.map(([px, py]) => grid.find(px, py, { stepX, stepY, radius, accept }));
    """
    argument = {"x": places[:, 0].tolist(), "y": places[:, 1].tolist(), "pointers": pointers.tolist()}
    found = call(["nearest"], body, {**argument, "stepX": step[0], "stepY": step[1], "radius": radius})
    apart = np.linalg.norm((places[None] - pointers[:, None]) * step, axis=2)
    apart[:, ~accepted] = np.inf
    expected = apart.min(axis=1)
    assert 20 < (expected <= radius).sum() < 200
    for pointer, sample in enumerate(found):
        distance = apart[pointer, sample] if sample >= 0 else np.inf
        assert distance == (expected[pointer] if expected[pointer] <= radius else np.inf)


def test_a_long_outline_shrinks_to_at_most_200_vertices_and_keeps_its_shape(call):
    angle = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    radius = 200 + 8 * np.sin(60 * angle)
    outline = np.stack([400 + radius * np.cos(angle), 300 + radius * np.sin(angle)], axis=1)
    simple = call(["outline"], "return simplifyOutline(argument);", outline.tolist())
    assert len(simple) <= 200
    before, after = shapely.Polygon(outline), shapely.Polygon(simple)
    assert after.buffer(0).symmetric_difference(before).area < 0.05 * before.area


def test_a_smooth_outline_stays_within_half_a_pixel(call):
    angle = np.linspace(0, 2 * np.pi, 600, endpoint=False)
    outline = np.stack([150 * np.cos(angle), 150 * np.sin(angle)], axis=1)
    simple = call(["outline"], "return simplifyOutline(argument);", outline.tolist())
    assert 10 < len(simple) < 150
    assert shapely.hausdorff_distance(shapely.LinearRing(simple), shapely.LinearRing(outline), densify=0.1) < 0.6


@pytest.mark.parametrize(("unit", "digits"), [(1.0, 1), (0.02, 3), (1e-5, 6)])
def test_rounding_keeps_a_tenth_of_a_pixel(call, unit, digits):
    rounded = call(
        ["outline"],
        "return roundOutline(argument[0], argument[1]);",
        [[[1.23456789012, -9.87654321098]], unit],
    )
    assert rounded == [[round(1.23456789012, digits), round(-9.87654321098, digits)]]


def test_zooming_keeps_the_place_under_the_pointer_and_stays_in_bounds(call):
    body = """
      const view = new Viewport();
      view.setSize(1000, 600);
      view.setBounds([-3, 7, 2, 5]);
      const fitted = [view.toScreen(-3, 2), view.toScreen(7, 5)];
      const before = view.toData(250, 130);
      view.zoomAt(250, 130, 3.5);
      const after = view.toData(250, 130);
      view.zoomAt(1, 1, 1e9);
      const most = view.zoom;
      view.reset();
      return { fitted, before, after, most, zoom: view.zoom };
    """
    result = call([], body, None)
    assert np.allclose(result["before"], result["after"])
    (left, bottom), (right, top) = result["fitted"]
    assert 0 <= left < right <= 1000 and 0 <= top < bottom <= 600
    assert (right - left) / 10 == pytest.approx((bottom - top) / 3)
    assert (result["most"], result["zoom"]) == (80, 1)


def test_colours_of_other_samples_are_not_taken(call):
    body = """
      const of = (pictures) => ({
        header: { count: 3, pictures, palette: ["#111111", "#222222"], legend: ["a", "b"], title: "by", scale: null },
        body: Uint8Array.from([0, 1, 1]),
      });
      const header = { count: 3, bounds: [0, 1, 0, 1], pictures: "x" };
      const points = new Points({ header, body: new Uint8Array(12) });
      const taken = [points.paint(of("y")), points.header.title, points.paint(of("x")), points.header.title];
      return { taken, slots: [...points.slots], shown: [...points.shownBySlot] };
    """
    found = call(["nearest", "points"], body, None)
    assert found["taken"] == [False, "", True, "by"]
    assert (found["slots"], found["shown"]) == ([0, 1, 1], [1, 2])


DIAMETERS = """
  const { x, y, zooms } = argument;
  const body = new Uint8Array(5 * x.length);
  body.set(new Uint8Array(Uint16Array.from(x).buffer));
  body.set(new Uint8Array(Uint16Array.from(y).buffer), 2 * x.length);
  const points = new Points({ header: { count: x.length, bounds: [0, 65535, 0, 65535], palette: ["#000"] }, body });
  const view = new Viewport();
  view.setSize(800, 640);
  view.setBounds(points.bounds);
  const at = (zoom) => { view.zoom = zoom; return [pointDiameter(points, view), points.spacing * view.scale]; };
  return { spacing: points.spacing, at: zooms.map(at) };
"""


def test_the_gap_between_points_is_the_median_distance_to_the_next_one(call):
    random = np.random.default_rng(5)
    places = random.integers(0, 65536, (400, 2))
    found = call(
        ["theme", "nearest", "points", "painter"],
        DIAMETERS,
        {"x": places[:, 0].tolist(), "y": places[:, 1].tolist(), "zooms": []},
    )
    apart = np.linalg.norm(places[None] - places[:, None], axis=2) + np.diag(np.full(400, np.inf))
    assert found["spacing"] == pytest.approx(np.sort(apart.min(axis=1))[200])


def test_few_points_are_no_dust_and_crowded_ones_come_apart_when_zoomed_in(call):
    random = np.random.default_rng(5)

    def diameters(places):
        argument = {"x": places[:, 0].tolist(), "y": places[:, 1].tolist(), "zooms": [1, 4, 16, 60]}
        return call(["theme", "nearest", "points", "painter"], DIAMETERS, argument)["at"]

    few = diameters(random.integers(0, 65536, (30, 2)))
    assert few[0][0] > 8
    crowded = diameters(np.rint(random.normal(32768, 2500, (20_000, 2))).clip(0, 65535).astype(int))
    assert crowded[0][0] < 3
    assert crowded[0][0] > crowded[0][1], "at first they touch"
    assert crowded[-1][0] < crowded[-1][1], "zoomed in they do not"
    sizes = [size for size, _ in crowded]
    assert sizes == sorted(sizes) and sizes[-1] <= 14


def test_a_part_of_the_map_is_shown_with_room_around_it(call):
    body = """
      const view = new Viewport(48);
      view.setSize(800, 640);
      view.setBounds([0, 100, 0, 50]);
      const there = view.viewOf([10, 20, 10, 12], 0.8);
      Object.assign(view, there);
      return { there, corners: [view.toScreen(10, 12), view.toScreen(20, 10)], dot: view.viewOf([5, 5, 5, 5], 0.8, 24),
        at: view.isAt(there, 0.02), whole: view.isAt(view.whole, 0.02) };
    """
    found = call([], body, None)
    (left, top), (right, bottom) = found["corners"]
    assert right - left == pytest.approx(640)
    assert (left + right) / 2 == pytest.approx(400) and (top + bottom) / 2 == pytest.approx(320)
    assert (found["dot"]["zoom"], found["at"], found["whole"]) == (24, True, False)


@pytest.mark.parametrize("count", [1, 2, 3, 10, 144, 1000])
def test_the_paint_order_visits_every_sample_once_layer_by_layer(call, count):
    body = """
      const body = new Uint8Array(5 * argument.count);
      const points = new Points({ header: { count: argument.count, bounds: [0, 1, 0, 1], palette: ["#000"] }, body });
      points.layers = Uint8Array.from(argument.layers);
      points.sortIntoLayers();
      return { order: [...points.order], sizes: points.layerSizes, shown: points.shownCount };
    """
    layers = (np.arange(count) % 3).tolist()
    result = call(["nearest", "points"], body, {"count": count, "layers": layers})
    assert sorted(result["order"]) == list(range(count))
    painted = [layers[sample] for sample in result["order"]]
    assert painted == sorted(painted)
    assert result["sizes"] == [layers.count(0), layers.count(1), layers.count(2)]
    assert result["shown"] == count - layers.count(0)


@pytest.mark.parametrize(("took", "waits"), [(20, None), (400, 250 + 67)])
def test_what_a_run_brought_is_drawn_after_the_page_where_drawing_takes_long(call, took, waits):
    body = """
      let now = 0;
      const frames = [];
      const timers = [];
      const performance = { now: () => now };
      const requestAnimationFrame = (frame) => frames.push(frame);
      const cancelAnimationFrame = () => {};
      const setTimeout = (action, delay) => timers.push({ action, delay });
      const clearTimeout = () => {};
      let drawn = 0;
      const pace = new Pace(() => (drawn += 1) > 0);
      pace.afterPage(67000);
      const first = { frames: frames.length, timers: timers.length };
      frames.shift()();
      frames.shift()();
      now += argument.took;
      frames.shift()();
      pace.afterPage(67000);
      const again = { frames: frames.length, delays: timers.map(({ delay }) => delay) };
      timers.forEach(({ action }) => action());
      frames.forEach((frame) => frame());
      return { first, again, drawn };
    """
    found = call(["pace"], body, {"took": took})
    assert found["first"] == {"frames": 1, "timers": 0}, "nothing is known of how long a drawing takes"
    assert found["again"] == {"frames": int(waits is None), "delays": [] if waits is None else [waits]}
    assert found["drawn"] == 2

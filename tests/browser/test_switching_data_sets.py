"""Whoever hurries from one data set to the next ends on one of them: menu, map and selection, and a server at rest."""

from __future__ import annotations

import os
import random

import pytest
from PIL import Image
from playwright.sync_api import expect

from core.pipeline.snapshot import read_dataset
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import PROJECT, start_server, stop_server, the_map
from tests.browser.small_sets import small_set, title_of

pytestmark = pytest.mark.browser

MANY, SOME = 50, 8
LONGEST_WAIT_MS = 900
SAMPLES = {"apples": 40, "berries": 30, "cherries": 20}
UNPREPARED = "dates"
SEED = 11
REST_MS = 4_000
PATIENCE_MS = 120_000


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The app on three small data sets beside the demo, and one without a map: ``(url, samples by workspace name)``."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    counts = {small_set(tmp_path, name, samples=count).name: count for name, count in SAMPLES.items()}
    unprepared = tmp_path / UNPREPARED / "Blip"
    unprepared.mkdir(parents=True)
    Image.new("L", (17, 14), 9).save(unprepared / "one.png")
    read_dataset(workspace_for(unprepared.parent))
    url, server = start_server(PROJECT / "app.py", log=tmp_path / "streamlit.log", env=dict(os.environ), forked=True)
    yield url, counts
    stop_server(server)


def menu(page):
    return page.get_by_role("combobox", name="Data set")


def choose(page, name):
    """Open the menu and take an entry, as fast as the browser lets one, whatever is being drawn meanwhile."""
    from playwright.sync_api import TimeoutError as TooLate

    for _ in range(20):
        menu(page).click()
        entry = page.get_by_role("option", name=title_of(name), exact=True)
        try:
            entry.click(timeout=2_000)
            return
        except TooLate:
            page.keyboard.press("Escape")
    raise AssertionError(f"the menu never offered {name}")


def lasso(page):
    """A ring around most of the map; a map that is just being replaced takes no harm from it."""
    box = page.locator('[data-part="surface"]').bounding_box()
    if box is None:
        return
    corners = [(0.1, 0.3), (0.9, 0.3), (0.9, 0.9), (0.1, 0.9), (0.1, 0.35)]
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=2)
    page.mouse.up()


def wait_until_at_rest(page):
    """Until no run has begun for a while: a server that reruns by itself never comes to rest."""
    page.evaluate(
        """() => {
            window.lastRun = performance.now();
            const app = document.querySelector('[data-testid="stApp"]');
            const note = () => { window.lastRun = performance.now(); };
            new MutationObserver(note).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
        }"""
    )
    page.wait_for_function(
        f"""() => performance.now() - window.lastRun > {REST_MS}
            && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'""",
        timeout=PATIENCE_MS,
    )


@pytest.mark.parametrize("switches", [SOME, pytest.param(MANY, marks=pytest.mark.slow_faults)])
def test_fast_switches_end_on_one_data_set(app, open_page, switches):
    url, counts = app
    page = open_page(viewport={"width": 1280, "height": 1000})
    page.goto(the_map(url))
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    chance = random.Random(SEED)
    unprepared = f"{UNPREPARED}-hash"
    names = [*counts, "demo", unprepared]
    name = "demo"
    for _ in range(switches):
        name = chance.choice([other for other in names if other != name])
        choose(page, name)
        page.wait_for_timeout(chance.uniform(0, LONGEST_WAIT_MS))
        if chance.random() < 0.3 and name != unprepared:
            lasso(page)
    if name in ("demo", unprepared):
        name = names[0]
        choose(page, name)
    wait_until_at_rest(page)

    shown = page.locator('[data-part="status"]').inner_text()
    expect(menu(page)).to_have_value(title_of(name))
    assert f"{counts[name]} samples" in shown or f"of {counts[name]} shown" in shown
    lasso(page)
    heading = page.get_by_role("heading", name="selected").first
    heading.wait_for()
    page.locator(".tile").first.wait_for()
    ids = page.locator(".tile").evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")
    word = title_of(name)
    assert ids and all(word in sample_id for sample_id in ids)
    wait_until_at_rest(page)

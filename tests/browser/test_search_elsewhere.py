"""The examples of a search go along into another data set of the same backbone, and outlive a reload there."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import PROJECT, start_server, stop_server, wait_until_idle

pytestmark = pytest.mark.browser

BLIP = "dHceqK1B1A"
FOUND = ".st-key-search_found .tile"
EXAMPLES = ".st-key-search_tiles_like .tile"


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The app on the demo and on a folder of bright bars and noise, embedded by the project's own network."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    random = np.random.default_rng(3)
    for number in range(24):
        pixels = random.integers(0, 20, (140, 170)).astype(np.uint8)
        kind = ("Bar", "Line")[number % 2]
        place = int(random.integers(30, 110))
        if kind == "Bar":
            pixels[30:110, place : place + 8] = 230
        else:
            pixels[place : place + 6] = 230
        (tmp_path / "bars" / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "bars" / kind / f"p{number:02d}.png")
    workspace = workspace_for(tmp_path / "bars")
    read_dataset(workspace)
    save_settings(workspace, Settings())
    prepare(workspace, report=lambda progress: None)
    url, server = start_server(PROJECT / "app.py", log=tmp_path / "streamlit.log", env=dict(os.environ), forked=True)
    yield url, workspace
    stop_server(server)


def files_of(workspace):
    """Pictures that are kept in the data set's folder."""
    return set(workspace.root.rglob("*picture-*"))


def test_examples_of_the_demo_are_looked_for_in_another_data_set(app, open_page):
    url, workspace = app
    page = open_page()
    page.goto(f"{url}/search?data=demo&like={BLIP}")
    page.locator(FOUND).first.wait_for()
    wait_until_idle(page)
    page.get_by_role("button", name="Look in another data set").click()
    page.get_by_role("button", name="bars", exact=True).click()
    page.get_by_text("One example is from the data set demo").wait_for()
    expect(page.locator(EXAMPLES)).to_have_count(1)
    expect(page.locator(EXAMPLES).locator(".caption")).to_have_text("from demo")
    expect(page.locator(FOUND)).to_have_count(24)
    wait_until_idle(page)
    found = page.locator(FOUND).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")
    # A blip is a bright bar upright, as seen by a network that learned it from such.
    assert sum(name.startswith("Bar") for name in found[:8]) >= 6
    address = parse_qs(urlsplit(page.url).query)
    assert address["brought_from"] == ["demo"] and address["like"][0].startswith("picture-")
    page.reload()
    page.get_by_text("One example is from the data set demo").wait_for()
    expect(page.locator(FOUND)).to_have_count(24)
    assert not files_of(workspace)
    # And back: its samples go along in turn.
    page.locator(FOUND).first.locator(".face").click()
    expect(page.locator(EXAMPLES)).to_have_count(2)
    page.get_by_role("button", name="Look in another data set").click()
    page.get_by_role("button", name="demo", exact=True).click()
    page.get_by_text("One example is from the data set bars").wait_for()
    page.locator(FOUND).first.wait_for()

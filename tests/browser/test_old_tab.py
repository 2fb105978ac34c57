"""A tab that shows the former layout: what is drawn there means that layout, whatever lies on the server by then."""

from __future__ import annotations

import json
import os

import duckdb
import pytest

from core.space.gestures import Gesture
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, choose_option, sit_down, start_server, stop_server, the_map, wait_until_idle
from tests.browser.small_sets import lay_out, small_set
from tests.browser.test_what_is_kept import chosen_ids, lasso, wait_for_map
from tests.parts.gestures import chosen

pytestmark = pytest.mark.browser
COUNT = 40
IDS = [f"{('Blip', 'Whistle')[number % 2]}/apples{number:03d}" for number in range(COUNT)]


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The app on one small data set: address, workspace, results, ``stop()``."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    workspace = small_set(tmp_path, "apples", samples=COUNT)
    url, server = start_server(PROJECT / "app.py", log=tmp_path / "streamlit.log", env=dict(os.environ), forked=True)
    yield url, workspace, lambda: stop_server(server)
    stop_server(server)


def propose(page, label):
    choose_option(page, "New label", label)
    page.get_by_role("textbox", name="Reason").fill("as drawn")
    page.keyboard.press("Tab")
    wait_until_idle(page)
    page.get_by_role("button", name="Propose for").click()
    page.get_by_text("are in the correction table").wait_for()


def test_a_lasso_in_an_old_tab_keeps_its_samples_and_its_layout(app, tmp_path, open_page):
    url, workspace, stop = app
    first = lay_out(workspace, tmp_path, IDS, seed=0)
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, the_map(url, data=workspace.name), "Ada")
    wait_for_map(page)
    wait_until_idle(page)
    second = lay_out(workspace, tmp_path, IDS, seed=1)
    assert second.layout.fingerprint != first.layout.fingerprint

    lasso(page)
    ids = chosen_ids(page)
    assert 2 < len(ids) < COUNT
    # A whole run: the new layout takes the old one's place.
    page.get_by_role("textbox", name="Your name").fill("Ada Lovelace")
    page.keyboard.press("Enter")
    page.get_by_text(f"Drawn on an earlier map: the same {len(ids)} samples stay selected").wait_for()
    page.wait_for_selector('.glitch-map[data-outline="none"]')
    assert chosen_ids(page) == ids
    propose(page, "Tomte")

    stop()
    with duckdb.connect(str(workspace.ledger_path), read_only=True) as ledger:
        rows = ledger.execute(
            "SELECT sample_id, layout_fingerprint, how, polygon FROM correction_detail WHERE kind = 'proposal'"
        ).fetchall()
    assert sorted(row[0] for row in rows) == ids
    ((layout, how, polygon),) = {row[1:] for row in rows}
    assert (layout, how) == (first.layout.fingerprint, "lasso")
    # The record is true: on its own layout the polygon takes in these samples, on the other one it does not.
    drawn = Gesture("lasso", polygon=tuple(map(tuple, json.loads(polygon))))
    assert sorted(chosen(first, drawn).sample_ids) == ids
    assert sorted(chosen(second, drawn).sample_ids) != ids

"""A picture that changed on disk is told of as soon as a lasso opens it, though only a part of the page runs then."""

from __future__ import annotations

import pytest
from PIL import Image

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map
from tests.browser.small_sets import small_set, title_of

pytestmark = pytest.mark.browser


def test_a_lasso_around_a_changed_picture_says_so_and_how_to_go_on(run_app, open_page, tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    workspace = small_set(tmp_path, "folder", samples=12)
    page = open_page(viewport={"width": 1280, "height": 1000})
    page.goto(the_map(run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)}), data=workspace.name))
    page.get_by_text("12 samples").first.wait_for()
    assert title_of(workspace.name) == "folder"
    wait_for_map(page)
    changed = sorted((tmp_path / "folder").rglob("*.png"))
    for path in changed:
        Image.new("L", (19, 14), 200).save(path)
    lasso_everything(page)
    notice = page.get_by_text("has changed since the data set was read")
    notice.wait_for()
    wait_until_idle(page)
    # What was selected stays, and the way out is there.
    page.get_by_role("heading", name="samples selected").wait_for()
    page.get_by_role("button", name="Read the data set again").click()
    notice.wait_for(state="detached")

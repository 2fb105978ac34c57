"""A renamed data set stays the open one, in the tab that renamed it and in every other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, wait_until_idle
from tests.browser.small_sets import small_set

pytestmark = pytest.mark.browser


def menu(page):
    return page.get_by_role("combobox", name="Data set")


def test_renaming_does_not_open_another_data_set(run_app, open_page, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    workspace = small_set(tmp_path, "apples", samples=12)
    url = run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path / "home")})
    page, other = open_page(), open_page()
    for each, path in ((page, "data"), (other, "")):
        each.goto(f"{url}/{path}?data={workspace.name}")
        each.get_by_role("combobox", name="Data set").wait_for()
        wait_until_idle(each)
        expect(menu(each)).to_have_value("apples")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name on screen").fill("Golden apples")
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Rename").get_by_role("button").click()
    page.get_by_role("heading", name="This data set: Golden apples").wait_for()
    wait_until_idle(page)
    expect(menu(page)).to_have_value("Golden apples")
    for each in (page, other):
        each.get_by_test_id("stSidebarNav").get_by_role("link", name="Clusters", exact=True).click()
        each.get_by_role("heading", name="Clusters", exact=True).first.wait_for()
        wait_until_idle(each)
        expect(menu(each)).to_have_value("Golden apples")
        each.get_by_test_id("stSidebarNav").get_by_role("link", name="Map", exact=True).click()
        each.get_by_text("12 samples").first.wait_for()

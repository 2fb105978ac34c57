"""A reload, a link and a second tab keep name, data set and selection; nobody else's browser learns the name."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from pages.parts.desk.identity import DEMO_VARIABLE
from tests.browser.driving import PROJECT, sit_down, start_server, stop_server, the_map, wait_until_idle
from tests.browser.small_sets import small_set, title_of

pytestmark = pytest.mark.browser
NAME = "Ada Łovelace; the first"


@pytest.fixture(scope="module")
def two_sets(tmp_path_factory):
    """The app on two small data sets beside the demo: address and names of the workspaces."""
    folder = tmp_path_factory.mktemp("sets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        names = [small_set(folder, name, samples=40).name for name in ("apples", "berries")]
        url, server = start_server(PROJECT / "app.py", log=folder / "streamlit.log", env=dict(os.environ), forked=True)
    yield url, names
    stop_server(server)


def wait_for_map(page):
    page.wait_for_selector('.glitch-map[data-ready="true"]')


def choose(page, name):
    page.get_by_role("combobox", name="Data set").click()
    page.get_by_role("option", name=title_of(name), exact=True).click()
    page.locator('[data-part="status"]').get_by_text("40 samples").wait_for()
    wait_until_idle(page)


def lasso(page):
    page.locator(".glitch-map").scroll_into_view_if_needed()
    box = page.locator('[data-part="surface"]').bounding_box()
    corners = [(0.1, 0.4), (0.6, 0.4), (0.6, 0.95), (0.1, 0.95), (0.1, 0.45)]
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def chosen_ids(page):
    page.locator(".tile").first.wait_for()
    return sorted(page.locator(".tile").evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)"))


def wait_for_name(page, name):
    expect(page.get_by_role("textbox", name="Your name")).to_have_value(name)


def wait_for_desk(page, name, data_set):
    """Until the sidebar shows this name and the data set of this title."""
    wait_for_name(page, name)
    expect(page.get_by_role("combobox", name="Data set")).to_have_value(data_set)


def wait_for_address(page, *parts):
    page.wait_for_function("parts => parts.every((part) => location.search.includes(part))", arg=list(parts))


@pytest.fixture
def at_work(two_sets, open_page):
    """A page with a name typed, the second data set chosen and a part of its map lassoed."""
    url, names = two_sets
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, the_map(url), NAME)
    wait_for_map(page)
    choose(page, names[1])
    lasso(page)
    ids = chosen_ids(page)
    assert 2 < len(ids) < 40
    wait_for_address(page, f"data={names[1]}", "selection=kept-")
    return page, ids


def test_a_reload_keeps_all_three(two_sets, at_work):
    page, ids = at_work
    page.reload()
    assert chosen_ids(page) == ids
    wait_for_desk(page, NAME, title_of(two_sets[1][1]))
    page.get_by_text("not verified").wait_for()


def test_a_second_tab_keeps_them_and_somebody_else_gets_all_but_the_name(two_sets, at_work, open_page):
    page, ids = at_work
    tab = page.context.new_page()
    tab.goto(page.url)
    assert chosen_ids(tab) == ids
    wait_for_desk(tab, NAME, title_of(two_sets[1][1]))
    tab.goto(the_map(two_sets[0]))
    wait_for_map(tab)
    wait_for_desk(tab, NAME, title_of(two_sets[1][1]))
    other = open_page(viewport={"width": 1280, "height": 1000})
    other.goto(page.url)
    assert chosen_ids(other) == ids
    wait_for_desk(other, "", title_of(two_sets[1][1]))
    bare = open_page(viewport={"width": 1280, "height": 1000})
    bare.goto(the_map(two_sets[0]))
    wait_for_map(bare)
    wait_for_desk(bare, "", "demo")


def test_other_pages_keep_them_too(two_sets, at_work):
    page, ids = at_work
    page.get_by_role("link", name="Corrections").click()
    page.get_by_role("heading", name="Corrections").wait_for()
    wait_for_address(page, f"data={two_sets[1][1]}", "selection=kept-")
    page.reload()
    page.get_by_role("heading", name="Corrections").wait_for()
    wait_until_idle(page)
    wait_for_desk(page, NAME, title_of(two_sets[1][1]))
    page.get_by_test_id("stSidebarNavItems").get_by_role("link", name="Map").click()
    assert chosen_ids(page) == ids
    page.go_back()
    page.get_by_role("heading", name="Corrections").wait_for()


def test_what_was_cleared_is_forgotten(two_sets, at_work):
    page, _ = at_work
    page.get_by_role("button", name="Clear selection").first.click()
    page.get_by_text("Draw a lasso around an island").wait_for()
    page.wait_for_function("() => !location.search.includes('selection=')")
    page.get_by_role("textbox", name="Your name").fill("")
    page.keyboard.press("Enter")
    page.get_by_text("not verified").wait_for(state="detached")
    wait_until_idle(page)
    page.reload()
    wait_for_map(page)
    wait_until_idle(page)
    wait_for_desk(page, "", title_of(two_sets[1][1]))
    page.get_by_text("Draw a lasso around an island").wait_for()


def test_visitors_of_the_public_demo_share_nothing(open_page, tmp_path):
    env = {**os.environ, HOME_VARIABLE: str(tmp_path / "home"), DEMO_VARIABLE: "1"}
    url, server = start_server(PROJECT / "app.py", log=tmp_path / "streamlit.log", env=env, forked=True)
    try:
        ada, ben = open_page(), open_page()
        sit_down(ada, the_map(url), NAME)
        wait_for_map(ada)
        lasso(ada)
        ada.locator(".tile").first.wait_for()
        wait_until_idle(ada)
        ada.reload()
        wait_for_map(ada)
        wait_for_name(ada, NAME)
        ben.goto(ada.url)
        wait_for_map(ben)
        wait_until_idle(ben)
        wait_for_name(ben, "")
        assert not ben.locator(".tile").count()
        assert not list((tmp_path / "home").rglob("kept-*"))
    finally:
        stop_server(server)

"""The first screen in a real browser: its figures, where its steps lead, the tour, and a phone."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.pipeline.audit import load_audit
from core.pipeline.stages import load_prepared
from core.workspace import HOME_VARIABLE, demo_workspace, open_workspace
from tests.browser.driving import PROJECT, sit_down, the_map, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

TOUR = ["Start", "An island on the map", "The pictures, and a proposal", "Suspects, by key", "A second opinion"]


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    """The app on the demo, where Ben has proposed a label for three samples."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        workspace = open_workspace(demo_workspace())
        labels = load_prepared(workspace).samples["label"].iloc[:3]
        ledger = open_ledger(workspace.ledger_path)
        propose(ledger, Selection(tuple(labels.index), "click"), labels, "Chirp", author="Ben", app_version="0")
        ledger.close()
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


def figures(page):
    links = page.locator(".st-key-start_numbers").get_by_role("link")
    return [" ".join(text.split()) for text in links.all_inner_texts()]


def flagged_in_the_demo() -> int:
    prepared = load_prepared(demo_workspace())
    return int(load_audit(prepared).suspects.table["flagged"].sum())


def test_figures_steps_and_headings(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    sit_down(page, url, "Ada")
    wait_until_idle(page)
    assert figures(page) == [
        *("1,200 samples", f"{flagged_in_the_demo()} suspects left", "3 judged"),
        *("3 in review", "0 in conflict", "0 decided"),
    ]
    page.locator(".start-card img").first.wait_for()
    levels = page.locator(".stMain").locator("h1, h2, h3").evaluate_all("all => all.map((one) => +one.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    nameless = page.locator("button, a[href]").evaluate_all(
        "all => all.filter((one) => one.offsetParent && !(one.innerText.trim() || one.ariaLabel || one.title)).length"
    )
    assert nameless == 0
    assert page.locator(".stMain img:not([alt])").count() == 0
    last_button = page.get_by_role("button", name="Choose a folder or file").bounding_box()
    assert last_button["y"] + last_button["height"] <= 800
    page.get_by_role("button", name="Review 3 · about 1 min").click()
    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()


def selected_on(page) -> str:
    """What the map says how many samples are selected, once some are."""
    heading = page.get_by_role("heading", name=re.compile(r"^\d+ samples selected"))
    heading.wait_for()
    return heading.inner_text().strip()


def test_the_most_mixed_island_is_selected_on_the_map(url, open_page):
    page = open_page()
    page.goto(url)
    page.get_by_role("button", name="Open it on the map").click()
    assert int(selected_on(page).split()[0]) > 20
    assert page.url.split("?")[0].endswith("/map")
    page.wait_for_function("() => location.search.includes('selection=kept-')")


def test_what_is_selected_on_the_map_outlives_a_reload_of_start(url, open_page):
    page = open_page()
    page.goto(url)
    page.get_by_role("button", name="Open it on the map").click()
    selected = selected_on(page)
    page.wait_for_function("() => location.search.includes('selection=kept-')")
    old = page.url.replace("/map?", "/?")
    wait_until_idle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Start", exact=True).click()
    page.wait_for_function("() => location.search.includes('held=kept-') && !location.search.includes('selection=')")
    wait_until_idle(page)
    page.reload()
    page.get_by_role("heading", name="What would you like to do?").wait_for()
    wait_until_idle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Map", exact=True).click()
    page.get_by_role("heading", name=selected).wait_for()
    other = open_page()
    other.goto(old)
    other.get_by_role("heading", name=selected).wait_for()
    assert other.url.split("?")[0].endswith("/map")


def test_the_tour_leads_to_its_end_and_never_comes_back(url, open_page):
    page = open_page()
    page.goto(url)
    page.get_by_role("button", name="Show me round").click()
    for number, title in enumerate(TOUR, start=1):
        page.get_by_text(f"Step {number} of 5: {title}").wait_for()
        wait_until_idle(page)
        if number == 3:
            # A reload does not end it.
            page.wait_for_url(re.compile("[?&]tour=3"))
            page.reload()
            page.get_by_text(f"Step {number} of 5: {title}").wait_for()
            wait_until_idle(page)
        if number < len(TOUR):
            page.get_by_role("button", name=f"Next: {TOUR[number]}").click()
    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    page.get_by_role("button", name="Finish, and begin").click()
    page.get_by_text("Step 5 of 5").wait_for(state="detached")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("button", name="Show me round").wait_for()
    wait_until_idle(page)
    assert not page.get_by_text("of 5: ").count() and "tour=" not in page.url


def test_the_tour_leaves_the_form_of_the_map_in_view_on_a_laptop(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    page.get_by_role("button", name="Show me round").click()
    for number in (1, 2):
        page.get_by_role("button", name=f"Next: {TOUR[number]}").click()
        page.get_by_text(f"Step {number + 1} of 5: {TOUR[number]}").wait_for()
        wait_until_idle(page)
        propose = page.get_by_role("button", name=re.compile("^Propose for"))
        expect(propose).to_be_in_viewport(ratio=1)
        # Neither lies over the other: each is what lies in its own middle.
        for button in (propose, page.get_by_role("button", name="Leave the tour")):
            assert button.evaluate(
                """(button) => {
                    const box = button.getBoundingClientRect();
                    const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                    return button.contains(there);
                }"""
            )


def test_the_last_visit_is_this_browsers_to_remember(url, open_page):
    page = open_page()
    sit_down(page, url, "Ada")
    page.wait_for_function("() => document.cookie.includes('glitch_audit_visit_')")
    assert not page.get_by_text("Since your last visit").count()
    # As if that had been a day ago.
    page.evaluate(
        """() => {
          for (const one of document.cookie.split("; ").filter((one) => one.startsWith("glitch_audit_visit_"))) {
            document.cookie = `${one.split("=")[0]}=${encodeURIComponent("0|1000000000||0||0")}; Path=/`;
          }
        }"""
    )
    page.reload()
    page.get_by_role("heading", name="Since your last visit, Sunday 9 September").wait_for()
    page.get_by_text("3 new proposals wait for your second opinion.").wait_for()


def test_a_phone_shows_it_all_in_its_width(url, open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(url)
    page.locator(".start-card img").first.wait_for()
    wait_until_idle(page)
    wait_until_it_fits(page)
    boxes = [card.bounding_box() for card in page.locator('[class*="st-key-start_card_"]').all()]
    assert len(boxes) >= 3 and all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)


def test_the_map_has_an_address_of_its_own(url, open_page):
    page = open_page()
    page.goto(the_map(url))
    page.wait_for_selector('.glitch-map[data-ready="true"]')

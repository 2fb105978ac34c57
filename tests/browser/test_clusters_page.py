"""The page Clusters in the real app, on the packed demo: bubbles that are lassoed and clicked open their clusters."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from core.audit.metrics import cluster_table
from core.pipeline.stages import load_prepared
from core.workspace import demo_workspace
from tests.browser.driving import PROJECT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={**os.environ, "GLITCH_AUDIT_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture
def clusters_page(browser_page, url):
    browser_page.goto(f"{url}/clusters")
    chart(browser_page).locator(".scatterlayer .point").first.wait_for()
    return browser_page


def chart(page):
    return page.frame_locator('iframe[title*="plotly_events"]')


def plot_box(page):
    return chart(page).locator(".nsewdrag").first.bounding_box()


def idle(page):
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def test_a_lasso_around_the_least_pure_opens_them_one_at_a_time(clusters_page):
    page = clusters_page
    box = plot_box(page)
    left, right, top, bottom = box["x"] + 3, box["x"] + box["width"] - 3, box["y"] + box["height"] * 0.3, box["y"]
    bottom += box["height"] - 3
    page.mouse.move(left, top)
    page.mouse.down()
    for corner in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(*corner, steps=6)
    page.mouse.up()
    page.get_by_text("Chosen clusters").wait_for()
    mixed = cluster_table(*labels_and_clusters()).query("purity < 0.6")
    for number in mixed.index:
        expect(page.get_by_role("radio", name=f"{number}:").or_(page.get_by_text(f"{number}: ")).first).to_be_visible()
    page.get_by_role("heading", name=f"Cluster {mixed.index[0]}", exact=True).wait_for()


def labels_and_clusters():
    prepared = load_prepared(demo_workspace())
    return prepared.samples["label"], prepared.clustering.labels


def test_a_click_on_the_largest_bubble_opens_it_and_leads_to_the_map(clusters_page):
    page = clusters_page
    largest = int(cluster_table(*labels_and_clusters())["n"].idxmax())
    bubbles = chart(page).locator(".scatterlayer .point")
    places = [bubbles.nth(place).bounding_box() for place in range(bubbles.count())]
    rightmost = max(places, key=lambda box: box["x"])
    page.mouse.click(rightmost["x"] + rightmost["width"] / 2, rightmost["y"] + rightmost["height"] / 2)
    page.get_by_role("heading", name=f"Cluster {largest}", exact=True).wait_for()
    # What was opened lies below the chart: it comes onto the screen.
    page.wait_for_function(
        """(name) => [...document.querySelectorAll("h2, h3")].some(
            (one) => one.innerText.includes(name) && one.getBoundingClientRect().top < window.innerHeight / 2)""",
        arg=f"Cluster {largest}",
    )
    page.locator(".tile img").first.wait_for()
    page.get_by_role("button", name=f"Open cluster {largest} on the map").click()
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    page.get_by_role("heading", name="samples selected").wait_for()


def test_the_views_are_there_by_keyboard(clusters_page):
    page = clusters_page
    page.get_by_role("radio", name="Clusters", exact=True).focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.get_by_text("over-compression: supported").first.wait_for()
    # The demo's planted over-splitting has too few glitches to be sure of, and says what would have been seen.
    page.get_by_text(re.compile(r"^Cannot tell \(\d+\)$")).click()
    page.get_by_text(re.compile("Air_Compressor and Power_Line are the same kind")).first.wait_for()

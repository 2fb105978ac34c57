"""The very first visitor of a fresh server never sees the raw names of the pages' files in the menu."""

import os

import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, start_server, stop_server

pytestmark = pytest.mark.browser

# Noted at every change of the page, so that what shows for a moment only is seen too.
NOTE_MENU = """
    window.menuTexts = new Set();
    new MutationObserver(() => {
        for (const link of document.querySelectorAll('[data-testid="stSidebarNav"] a')) {
            window.menuTexts.add(link.innerText.trim().split('\\n').pop());
        }
    }).observe(document, { childList: true, subtree: true, characterData: true });
"""


@pytest.mark.parametrize("path", ["", "clusters"])
def test_the_menu_shows_titles_from_the_first_moment(path, open_page, tmp_path):
    env = {**os.environ, HOME_VARIABLE: str(tmp_path / "home")}
    url, server = start_server(PROJECT / "app.py", log=tmp_path / "streamlit.log", env=env)
    try:
        page = open_page()
        page.add_init_script(NOTE_MENU)
        page.goto(f"{url}/{path}")
        page.get_by_role("link", name="Data and settings").wait_for()
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        seen = page.evaluate("() => [...window.menuTexts]")
        # A page that outlives its server complains of it.
        page.context.close()
    finally:
        stop_server(server)
    titles = {"Start", "Map", "Search", "Clusters", "Suspects", "Review", "Decisions", "Corrections"}
    titles |= {"Practice", "Detector", "Impact", "Mine", "Classify", "Training", "Evaluation", "Data and settings"}
    assert set(seen) <= titles and "Map" in seen

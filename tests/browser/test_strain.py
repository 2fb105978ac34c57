"""A sample's page with its strain: the folder is chosen, then another look, and its address shows it to another."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, choose_option, wait_until_idle
from tests.parts.sample.timed_set import name_of, strain_folder, timed_workspace

pytestmark = pytest.mark.browser


def charts(page):
    return page.get_by_test_id("stPlotlyChart")


def picture(page):
    """The time-frequency picture inside of the first chart."""
    return charts(page).first.locator("image")


def test_the_strain_is_chosen_looked_at_and_shown_to_a_colleague(run_app, open_page, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    workspace = timed_workspace(tmp_path / "data").workspace
    strain = strain_folder(tmp_path / "strain")
    url = run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path / "home")})
    page = open_page()
    page.goto(f"{url}/sample?sample={name_of(20.0)}&data={workspace.name}")
    page.get_by_role("heading", name="A closer look at the strain").wait_for()
    # Nothing is at hand yet: the ways out are there.
    expect(page.get_by_role("link", name="GWO Glitch Plotter")).to_have_attribute(
        "href", "https://gwo-glitch-plotter.streamlit.app/"
    )
    page.get_by_role("button", name="Choose the strain").click()
    page.get_by_role("textbox", name="Folder or file").fill(str(strain))
    page.get_by_role("button", name="Use it").click()
    expect(charts(page)).to_have_count(3)
    box = picture(page).bounding_box()
    plot = charts(page).first.bounding_box()
    # The picture fills the plot: its axes take the rest.
    assert box["width"] > 0.8 * plot["width"] and box["height"] > 0.7 * plot["height"]
    first = picture(page).get_attribute("href")

    choose_option(page, "Seconds", "16")
    page.wait_for_url("**strain_seconds=16.0**")
    choose_option(page, "From, Hz", "50")
    page.wait_for_url("**strain_low=50.0**")
    wait_until_idle(page)
    page.get_by_text("Frequencies from 50 to 1700 Hz").wait_for()
    now = picture(page).get_attribute("href")
    assert now != first

    colleague = open_page()
    colleague.goto(page.url)
    colleague.get_by_text("Frequencies from 50 to 1700 Hz").wait_for()
    expect(charts(colleague)).to_have_count(3)
    assert picture(colleague).get_attribute("href") == now

    # What happened nearby leads on.
    near = page.locator(".contact-sheet").filter(has_text="s H1")
    near.locator(".tile .face").first.click()
    page.get_by_text(name_of(30.5)).first.wait_for()

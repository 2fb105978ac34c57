"""The form after a proposal: empty for the next selection, so that nobody proposes the last label for other samples."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, the_map
from tests.browser.loop_steps import (
    choose_label,
    lasso_everything,
    press_propose,
    selected_count,
    wait_for_map,
    wait_until_idle,
)

pytestmark = pytest.mark.browser


def test_what_was_written_leaves_the_form_and_what_was_not_stays(run_app, open_page, tmp_path):
    page = open_page(viewport={"width": 1280, "height": 1000})
    sit_down(page, the_map(run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path)})), "Ada")
    wait_for_map(page)
    # What is selected first makes room for the panel beside the map.
    lasso_everything(page, share=0.6)
    page.locator(".tile img").nth(9).wait_for()
    wait_until_idle(page)
    before = selected_count(page)
    lasso_everything(page)
    page.wait_for_function(f"() => !document.body.innerText.includes('{before:,} samples selected')")
    first = selected_count(page)
    page.locator(".tile img").nth(9).wait_for()
    wait_until_idle(page)
    reason = page.get_by_role("textbox", name="Reason")
    choose_label(page, "Tomte")
    reason.fill("Looks like one")
    lasso_everything(page, share=0.6)
    page.wait_for_function(f"() => !document.body.innerText.includes('{first:,} samples selected')")
    wait_until_idle(page)
    # Nothing was written yet, so it may be meant for this selection.
    expect(reason).to_have_value("Looks like one")
    expect(page.get_by_role("combobox", name="New label")).to_have_value("Tomte")
    second = selected_count(page)
    press_propose(page, second)
    wait_until_idle(page)
    expect(reason).to_have_value("Looks like one")
    lasso_everything(page)
    page.get_by_text(f"{first:,} samples selected").wait_for()
    wait_until_idle(page)
    expect(reason).to_have_value("")
    expect(page.get_by_role("combobox", name="New label")).to_have_value("")

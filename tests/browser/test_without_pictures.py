"""A table without pictures in the real app, from page to page; and a source that changes under an open page."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from core.pipeline.audit import run_audit
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.small_sets import title_of

pytestmark = pytest.mark.browser

PAGES = ("Clusters", "Suspects", "Review", "Decisions", "Corrections", "Classify", "Training", "Evaluation")


@pytest.fixture(scope="module")
def table(run_app, tmp_path_factory):
    """The address of the app, the CSV that is prepared and audited in it, and the name of its workspace."""
    home = tmp_path_factory.mktemp("home")
    source = tmp_path_factory.mktemp("data") / "reference.csv"
    generator = np.random.default_rng(0)
    pd.DataFrame(
        {
            "filename": [f"L1_glitch{number:04d}_spectrogram_1.0.png" for number in range(60)],
            "true_label": ["Blip"] * 30 + ["Whistle"] * 29 + ["Blip"],
            "umap_x": np.concatenate([generator.normal(0, 0.3, 30), generator.normal(6, 0.3, 30)]),
            "umap_y": generator.normal(0, 0.3, 60),
            "cluster": [0] * 30 + [1] * 30,
        }
    ).to_csv(source, index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        workspace = workspace_for(source)
        read_dataset(workspace)
        run_audit(prepare(workspace, report=lambda progress: None), report=lambda progress: None)
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)}), source, workspace.name


@pytest.fixture
def on_map(browser_page, table):
    """The map of the table, chosen in the sidebar."""
    url, _, name = table
    browser_page.goto(the_map(url))
    browser_page.get_by_text("1,200 samples").wait_for()
    wait_until_idle(browser_page)
    browser_page.get_by_role("combobox", name="Data set").click()
    browser_page.get_by_role("option", name=title_of(name)).click()
    browser_page.get_by_text("60 samples").wait_for()
    wait_until_idle(browser_page)
    return browser_page


def go_to(page, title):
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", name=title, exact=True).first.wait_for()
    wait_until_idle(page)
    assert page.get_by_test_id("stException").count() == 0, title


def test_every_page_does_without_pictures(on_map):
    go_to(on_map, "Data and settings")
    on_map.get_by_text("It has no pictures").first.wait_for()
    expect(on_map.get_by_text("the column filename names the samples")).to_be_visible()
    # What is asked about embedding pictures has no place here.
    on_map.get_by_role("textbox", name="Ready-made embeddings").wait_for()
    assert on_map.get_by_role("combobox", name="Backbone").count() == 0
    expect(on_map.get_by_text("60 rows named by detector and gravityspy_id")).to_be_visible()
    for title in PAGES:
        go_to(on_map, title)
        if title == "Suspects":
            expect(on_map.get_by_text("has no pictures").first).to_be_visible()
    expect(on_map.get_by_role("combobox", name="Data set")).to_have_count(1)


def test_a_changed_source_is_told_of_and_read_again(on_map, table):
    _, source, _ = table
    text = source.read_text()
    try:
        source.write_text(text.replace("glitch0059_spectrogram_1.0.png,Blip", "glitch0059_spectrogram_1.0.png,Whistle"))
        go_to(on_map, "Clusters")
        notice = on_map.get_by_text("has changed since the data set was read")
        notice.wait_for()
        on_map.get_by_role("button", name="Read the data set again").click()
        notice.wait_for(state="detached")
        go_to(on_map, "Map")
        on_map.get_by_text("60 samples").wait_for()
        # The places did not change, so the map is there at once, with the new counts of labels.
        assert on_map.get_by_text("no map yet").count() == 0
    finally:
        source.write_text(text)

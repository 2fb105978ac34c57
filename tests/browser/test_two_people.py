"""Two people side by side in the real app: Ada proposes, Ben reviews blind, they conflict, a moderator decides."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from playwright.sync_api import expect

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.ledger.views.reviews import reviews
from core.ledger.views.states import decided_labels, decisions, sample_states
from tests.browser.driving import (
    PROJECT,
    choose_option,
    sit_down,
    start_server,
    stop_server,
    wait_until_idle,
    wait_until_it_fits,
)

pytestmark = pytest.mark.browser

ASKING = '.card[data-busy="false"][data-stage="blind"]'
REVEALED = '.card[data-busy="false"][data-stage="revealed"]'
CONFLICT = '.card[data-busy="false"][data-stage="conflict"]'
REASON = "the body is too wide <b>for a blip</b>"


@pytest.fixture
def open_desk(tmp_path):
    """``open_desk(name)``: the app on an empty ledger where Mo is a moderator: ``url``, and ``ledger()``, which stops
    the app first."""
    servers = []

    def start(name):
        home = tmp_path / name
        (home / "demo").mkdir(parents=True)
        (home / "demo" / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')
        environment = {**os.environ, "GLITCH_AUDIT_HOME": str(home)}
        url, server = start_server(PROJECT / "app.py", log=tmp_path / f"{name}.log", env=environment, forked=True)
        servers.append(server)

        def ledger():
            stop_server(server)
            return open_ledger(home / "demo" / "corrections.duckdb")

        return SimpleNamespace(url=url, ledger=ledger)

    yield start
    for server in servers:
        stop_server(server)


@pytest.fixture
def at_desk(open_page):
    """``at_desk(url, name, **page_options) -> page``: a browser of its own, with somebody at the desk."""

    def start(url, name, **options):
        page = open_page(**options)
        sit_down(page, url, name)
        return page

    return start


@pytest.fixture(scope="module")
def seeded(run_app, tmp_path_factory):
    """``url`` of the app where Ada has proposed Chirp for two samples of the demo."""
    home = tmp_path_factory.mktemp("home")
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id", "label"]).drop_duplicates()
    labels = samples.set_index("sample_id")["label"]
    ledger = open_ledger(home / "demo" / "corrections.duckdb")
    selection = Selection(tuple(labels.index[:2]), how="click")
    propose(ledger, selection, labels, "Chirp", author="Ada", app_version="0.1")
    ledger.close()
    return run_app(PROJECT / "app.py", env={"GLITCH_AUDIT_HOME": str(home)})


def propose_first_suspect(page):
    """Accept the first suspect's suggestion; returns its id, its label, and the label proposed."""
    accept = page.locator('[data-kind="accept"]:enabled')
    accept.wait_for()
    sample = page.locator(".card").get_attribute("data-sample")
    before = page.locator('[data-kind="keep"] .what').inner_text().removeprefix("Keep ")
    proposed = accept.locator(".what").inner_text().removeprefix("Accept ")
    page.keyboard.press("a")
    page.locator(f'.card[data-busy="false"]:not([data-sample="{sample}"])').wait_for()
    return sample, before, proposed


def take_whole_ledger(page, folder):
    """Export the whole ledger from the page Corrections; returns the file."""
    page.get_by_role("heading", name="Exchange").wait_for()
    page.get_by_text("The correction table lies in").wait_for()
    wait_until_idle(page)
    choose_option(page, "What", "Whole ledger")
    page.get_by_role("button", name="Make it").click()
    button = page.get_by_test_id("stDownloadButton").filter(has_text="Download: whole ledger").get_by_role("button")
    with page.expect_download() as download:
        button.click()
    path = folder / "whole-ledger.zip"
    download.value.save_as(path)
    return path


def bring_in(page, path):
    """Fill an empty ledger on the page Corrections from that file."""
    page.get_by_role("tab", name="Bring in").click()
    page.get_by_test_id("stFileUploader").locator("input").first.set_input_files(path)
    page.get_by_role("button", name="Fill the ledger").click()
    page.get_by_text("1 of 1 proposals").wait_for()


def test_propose_review_blind_conflict_decide_and_carry_it_to_an_empty_workspace(open_desk, at_desk, tmp_path):
    desk = open_desk("first")
    ada = at_desk(f"{desk.url}/suspects", "Ada")
    sample, before, proposed = propose_first_suspect(ada)

    ben = at_desk(f"{desk.url}/review", "Ben")
    ben.locator(ASKING).wait_for()
    expect(ben.locator(".card")).to_have_attribute("data-sample", sample)
    main = ben.get_by_test_id("stMain")
    assert "Ada" not in main.inner_text() and "proposes" not in main.inner_text()
    ben.locator(".tile img").nth(3).wait_for()
    ben.keyboard.press("k")
    ben.locator(REVEALED).wait_for()
    ben.get_by_text(f"Ada proposes {proposed} instead of {before}. You said {before}.").wait_for()
    # A key that is pressed twice reviews once; what was reviewed is taken back, and reviewed again.
    ben.keyboard.press("r")
    ben.keyboard.press("r")
    ben.get_by_text("You have reviewed everything").wait_for()
    wait_until_idle(ben)
    ben.keyboard.press("z")
    ben.locator(REVEALED).wait_for()
    # This key crosses the end of that run.
    ben.keyboard.press("r")
    ben.get_by_text("You have reviewed everything").wait_for()

    # Ada, who stayed at her desk, does not get her own proposal to review.
    ada.get_by_role("link", name="Review", exact=True).click()
    ada.get_by_text("Nothing waits for you").wait_for()

    mo = at_desk(f"{desk.url}/decisions", "Mo")
    mo.locator(CONFLICT).wait_for()
    mo.get_by_text("Samples", exact=True).click()
    mo.get_by_text("Conflicts (1)").wait_for()
    mo.get_by_text(f"Ben stands for {before}").wait_for()
    wait_until_idle(mo)
    label = mo.get_by_role("combobox", name="Label that holds")
    label.click()
    mo.get_by_role("option", name=proposed, exact=True).click()
    wait_until_idle(mo)
    mo.get_by_role("textbox", name="Reason").fill(REASON)
    mo.keyboard.press("Control+Enter")
    mo.get_by_role("button", name=f"Decide: {proposed}").click()
    mo.get_by_text("Decided (1)").wait_for()
    mo.get_by_text("Decided by a moderator").wait_for()

    # Ben looks at what became of it; he may neither decide nor reopen.
    ben.get_by_role("link", name="Decisions", exact=True).click()
    ben.get_by_text("Decided by a moderator").wait_for()
    assert ben.get_by_role("button", name="Reopen").count() == 0

    ada.get_by_role("link", name="Corrections").click()
    with ada.expect_download() as download:
        ada.get_by_test_id("stDownloadButton").filter(has_text="Download as CSV").get_by_role("button").click()
    exported = pd.read_csv(download.value.path())
    assert exported[["id", "label before", "label proposed", "author"]].values.tolist() == [
        [sample, before, proposed, "Ada"]
    ]

    mo.get_by_role("link", name="Corrections").click()
    copy = take_whole_ledger(mo, tmp_path)
    second = open_desk("second")
    bring_in(at_desk(f"{second.url}/corrections", "Mo"), copy)
    carried = second.ledger()

    ledger = desk.ledger()
    assert_frame_equal(sample_states(carried), sample_states(ledger))
    carried.close()
    state = sample_states(ledger).loc[sample]
    assert (state["state"], state["label"], state["decided_by"]) == ("decided", proposed, "moderator")
    assert decisions(ledger)["reason"].tolist() == [REASON]
    assert reviews(ledger)[["author", "verdict", "blind_label"]].values.tolist() == [["Ben", "reject", before]]
    assert decided_labels(ledger, pd.Series({sample: before})).tolist() == [proposed]
    ledger.close()


def test_a_label_chosen_with_a_digit_and_a_third_one_from_the_list(seeded, at_desk):
    cy = at_desk(f"{seeded}/review", "Cy")
    cy.locator(ASKING).wait_for()
    sample = cy.locator(".card").get_attribute("data-sample")
    # Not what Ada proposed: who says that agrees with her, and is asked nothing more.
    digits = {key: cy.locator(f'button[aria-keyshortcuts="{key}"]').get_attribute("data-value") for key in "12"}
    key, first = next((key, name) for key, name in digits.items() if name != "Chirp")
    cy.keyboard.press(key)
    cy.locator(REVEALED).wait_for()
    cy.get_by_text(f"You said {first}.").wait_for()
    choose_option(cy, "Another label", "Helix")
    cy.locator('[data-kind="other label"]:enabled').filter(has_text="Helix").wait_for()
    cy.keyboard.press("o")
    cy.locator(f'{ASKING}:not([data-sample="{sample}"])').wait_for()
    cy.get_by_role("link", name="Decisions", exact=True).click()
    cy.locator('.card[data-stage="looking"]').wait_for()
    cy.get_by_text("Samples", exact=True).click()
    cy.get_by_text(f"Cy stands for Helix: gave a third label, Helix, having chosen {first} blind").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all_without_scrolling_sideways(seeded, at_desk, scheme):
    options = {"viewport": {"width": 400, "height": 850}, "color_scheme": scheme, "has_touch": True}
    ben = at_desk(f"{seeded}/review", "Ben", **options)
    ben.locator(ASKING).wait_for()
    wait_until_it_fits(ben)
    for button in ben.locator(".card button").all():
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 400 and box["height"] >= 36
    ben.locator(".card button", has_text="Keep").tap()
    ben.locator(REVEALED).wait_for()
    wait_until_it_fits(ben)

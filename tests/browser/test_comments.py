"""Comments in a real browser: Ada asks Bea to look, Bea finds it on Start and answers, and Ada sees the answer."""

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.ledger import open_ledger
from core.ledger.views.comments import all_comments
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

SAID = "is the tail a second glitch? <b>look</b>"


@pytest.fixture(scope="module")
def desk(run_app, tmp_path_factory):
    """The app on the demo with an empty ledger: its address, and the ledger's path."""
    home = tmp_path_factory.mktemp("home")
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)}), home / "demo" / "corrections.duckdb"


def unfold(page, title):
    """Unfold the comments, and wait until they can be written."""
    page.get_by_text(title, exact=True).click()
    page.get_by_placeholder("Say something about this sample").wait_for()


def test_ada_asks_bea_who_answers(desk, open_page):
    url, _ = desk
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id"])
    sample = str(samples["sample_id"].iloc[0])
    ada = open_page(viewport={"width": 1280, "height": 800})
    sit_down(ada, f"{url}/sample?sample={sample}", "Ada")
    wait_until_idle(ada)
    unfold(ada, "Comments (0)")
    ada.get_by_placeholder("Say something about this sample").fill(SAID)
    whom = ada.get_by_role("combobox", name="Please look")
    whom.click()
    whom.press_sequentially("Bea")
    ada.keyboard.press("Enter")
    # Twice: it is written once.
    ada.get_by_role("button", name="Comment", exact=True).dblclick()
    ada.get_by_text(SAID).first.wait_for()
    ada.get_by_text("Comments (1)", exact=True).wait_for()
    wait_until_idle(ada)
    expect(ada.get_by_placeholder("Say something about this sample")).to_have_value("")

    bea = open_page(viewport={"width": 1280, "height": 800})
    sit_down(bea, url, "Bea")
    bea.get_by_role("heading", name="What waits for you").wait_for()
    row = bea.locator(".st-key-start_waits_0")
    expect(row).to_contain_text(f"Ada asks you to look at sample {sample}: “{SAID}”")
    expect(bea.get_by_test_id("stSidebar").get_by_role("link", name="1 waits for you")).to_be_visible()
    assert row.locator("b").count() == 0
    wait_until_idle(bea)
    row.get_by_role("button", name="Open").click()
    bea.get_by_role("heading", name="Sample", exact=True).wait_for()
    # What waits for her is unfolded.
    bea.get_by_text("Comments (1) · 1 for you", exact=True).wait_for()
    wait_until_idle(bea)
    bea.get_by_role("button", name="Answer", exact=True).click()
    box = bea.get_by_role("textbox", name="Answer to Ada")
    box.wait_for()
    wait_until_idle(bea)
    box.fill("an echo, I think")
    bea.locator('[class*="st-key-talk_send"] button').click()
    bea.get_by_text("Comments (2)", exact=True).wait_for()
    expect(bea.get_by_test_id("stSidebar").get_by_role("link", name="1 waits for you")).to_have_count(0)

    ada.get_by_test_id("stSidebarNav").get_by_role("link", name="Start", exact=True).click()
    expect(ada.locator(".st-key-start_waits_0")).to_contain_text("Bea answered you about")
    wait_until_idle(ada)
    ada.locator(".st-key-start_waits_0").get_by_role("button", name="Open").click()
    ada.get_by_text("an echo, I think").first.wait_for()
    wait_until_idle(ada)
    ada.get_by_role("button", name="Seen", exact=True).click()
    expect(ada.get_by_test_id("stSidebar").get_by_role("link", name="1 waits for you")).to_have_count(0)
    expect(ada.get_by_text("an echo, I think").first).to_be_visible()


def test_the_thread_fits_a_phone(desk, open_page):
    url, _ = desk
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id"])
    page = open_page(viewport={"width": 400, "height": 850}, has_touch=True)
    sit_down(page, f"{url}/sample?sample={samples['sample_id'].iloc[0]}", "Cy")
    wait_until_idle(page)
    page.get_by_text("Comments (2)", exact=True).click()
    page.get_by_text("an echo, I think").first.wait_for()
    wait_until_it_fits(page)


def test_the_sample_s_window_has_them_and_keeps_open(desk, open_page):
    url, _ = desk
    page = open_page(viewport={"width": 1280, "height": 800})
    sit_down(page, f"{url}/clusters?cluster=0", "Cy")
    page.get_by_text("Comments (0)", exact=True).wait_for()
    wait_until_idle(page)
    tile = page.get_by_test_id("stMain").locator(".tile").first
    tile.scroll_into_view_if_needed()
    tile.dblclick()
    window = page.get_by_role("dialog")
    window.wait_for()
    wait_until_idle(page)
    window.get_by_text("Comments (0)", exact=True).click()
    window.get_by_placeholder("Say something about this sample").fill("seen in the window")
    window.get_by_role("button", name="Comment", exact=True).click()
    window.get_by_text("Comments (1)", exact=True).wait_for()
    wait_until_idle(page)
    expect(window.get_by_placeholder("Say something about this sample")).to_have_value("")
    expect(window.get_by_text("seen in the window")).to_be_visible()


def test_all_of_it_is_in_the_ledger_once(desk, tmp_path):
    _, path = desk
    copied = tmp_path / path.name
    for name in (path, path.with_name(f"{path.name}.wal")):
        if name.exists():
            (tmp_path / name.name).write_bytes(name.read_bytes())
    ledger = open_ledger(copied)
    found = all_comments(ledger)
    ledger.close()
    assert found["text"].tolist() == [SAID, "an echo, I think", "seen in the window"]
    assert found["asks"].tolist() == ["Bea", "", ""]

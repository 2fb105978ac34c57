"""The public demo in two real browsers: nobody sees another's work, and a download brings it back."""

import pytest

from tests.browser.driving import PROJECT, choose_option, type_name, wait_until_idle

pytestmark = pytest.mark.browser
SAMPLE = "Cknpzg3ucv"


@pytest.fixture(scope="module")
def demo_url(run_app, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    yield run_app(PROJECT / "demo" / "streamlit_app.py", env={"GLITCH_AUDIT_HOME": str(home)})
    # Whatever the visitors did, the server's own ledger was never made.
    assert not list(home.rglob("*.duckdb"))


def propose(page, url):
    page.goto(f"{url}/?sample={SAMPLE}")
    page.get_by_role("button", name="Select it on the map").click()
    page.get_by_role("heading", name="1 sample selected").wait_for()
    wait_until_idle(page)
    type_name(page, "Ada")
    wait_until_idle(page)
    choose_option(page, "New label", "Tomte")
    page.get_by_text("Give a reason").wait_for()
    page.get_by_role("textbox", name="Reason").fill("it is single")
    page.keyboard.press("Tab")
    wait_until_idle(page)
    page.get_by_role("button", name="Propose for 1 sample").click()
    page.get_by_text("1 proposal of Tomte is in the correction table").wait_for()


def hand_in(page, file):
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(file)


def test_work_is_private_and_a_download_brings_it_back(demo_url, open_page, tmp_path):
    ada, ben = open_page(), open_page()
    propose(ada, demo_url)
    ada.get_by_role("button", name="Keep or restore").click()
    with ada.expect_download() as download:
        ada.get_by_role("button", name="Download your sandbox").click()
    copy = tmp_path / "copy.zip"
    download.value.save_as(copy)

    ben.goto(f"{demo_url}/corrections")
    ben.get_by_text("Nothing was proposed yet").wait_for()
    wait_until_idle(ben)
    ben.get_by_role("button", name="Keep or restore").click()
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"this is no sandbox")
    hand_in(ben, wrong)
    ben.get_by_text("This file is no sandbox that was downloaded here").wait_for()
    hand_in(ben, copy)
    ben.get_by_text("1 of 1 proposals").wait_for()


def test_a_reload_is_a_new_visitor(demo_url, open_page):
    page = open_page()
    propose(page, demo_url)
    page.goto(f"{demo_url}/corrections")
    page.get_by_text("Nothing was proposed yet").wait_for()

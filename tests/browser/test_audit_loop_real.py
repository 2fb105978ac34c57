"""The moderator's loop on a folder of real Gravity Spy pictures that is opened and prepared in the app."""

import pytest

from tests.browser.driving import PROJECT
from tests.browser.loop_steps import from_lasso_to_rows, wait_for_map

pytestmark = pytest.mark.browser

REAL_PICTURES = PROJECT.parent / "shared" / "real" / "training_set"
PREPARE_TIMEOUT_MS = 300_000


@pytest.mark.skipif(
    not REAL_PICTURES.is_dir(),
    reason=f"the real pictures are not part of the project, and {REAL_PICTURES} is not on this machine",
)
def test_from_lasso_to_the_rows_in_duckdb(fresh, open_page):
    page = open_page(viewport={"width": 1280, "height": 1000})
    open_real_pictures(page, fresh)
    from_lasso_to_rows(page, fresh)


def open_real_pictures(page, fresh):
    page.goto(f"{fresh.url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill(str(REAL_PICTURES))
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("12 full figure, cropped to its plot area").wait_for()
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Prepare the map").get_by_role("button").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("link", name="Go to the map").wait_for(timeout=PREPARE_TIMEOUT_MS)
    page.get_by_role("link", name="Go to the map").click()
    wait_for_map(page)

"""A release in a real browser: made, downloaded, compared with the one before, and opened as a data set."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.dataset.released import read_release
from core.ledger import open_ledger
from core.ledger.people import MODERATOR, Person
from core.pipeline.kept_releases import draft_release, keep_release
from core.pipeline.releasing import ReleaseWish
from core.pipeline.snapshot import read_snapshot
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, HOME_VARIABLE, Workspace, open_workspace
from tests.browser.driving import PROJECT, sit_down, wait_until_idle, wait_until_it_fits
from tests.ledger.conftest import Desk

pytestmark = pytest.mark.browser

RELEASES = "decisions?decisions_section=Releases"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """The demo's workspace with Mo as moderator, a first release, and one more decision since."""
    demo = open_workspace(Workspace(tmp_path_factory.mktemp("home") / "demo", DEMO_SOURCE, DEMO_RESULTS))
    (demo.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')
    dataset, ledger = read_snapshot(demo), open_ledger(demo.ledger_path)
    first, second = dataset.samples.index[dataset.samples["label"] == "Blip"][:2]
    Desk(ledger).tell(first, "Ada proposes Tomte", "Ben accepts Ada")
    made = draft_release(ledger, demo, dataset, ReleaseWish("2026-10"), author=Person("Mo", MODERATOR))
    keep_release(demo, made)
    Desk(ledger).tell(second, "Ada proposes Tomte", "Ben accepts Ada")
    ledger.close()
    return demo


@pytest.fixture(scope="module")
def url(run_app, workspace):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(workspace.root.parent)})


def test_a_moderator_makes_one_takes_it_along_compares_it_and_opens_it(url, open_page, workspace, tmp_path):
    page = open_page()
    sit_down(page, f"{url}/{RELEASES}", "Mo")
    page.get_by_text("Make a release").click()
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill("2026-11")
    page.get_by_role("textbox", name="Authors to cite, one a line").fill("Lovelace, Ada\nGravity Spy")
    page.get_by_role("button", name="Make the release").click()
    page.get_by_text("Release 2026-11 is made: 1 label changed.").wait_for()
    page.get_by_text("Lovelace, Ada; Gravity Spy (20").wait_for()
    wait_until_idle(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2026-11.zip").click()
    taken = tmp_path / "2026-11.zip"
    download.value.save_as(taken)
    assert taken.read_bytes() == (workspace.root / "releases" / "2026-11.zip").read_bytes()
    found = read_release(taken)
    assert (found.about.before, found.about.decided, found.about.relabelled) == ("2026-10", 2, 2)

    expect(page.get_by_test_id("stCode").last).to_contain_text("Blip to Tomte: 1")
    with page.expect_download() as changes:
        page.get_by_role("button", name="What differs, a row a sample").click()
    assert "label changed,Blip,Tomte" in changes.value.path().read_text()

    page.goto(f"{url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill(
        str(workspace.root / "releases" / "2026-11.zip")
    )
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("labels are those of the release 2026-11").wait_for()


def test_a_reviewer_is_offered_the_download_alone_and_it_fits_a_phone(url, open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    sit_down(page, f"{url}/{RELEASES}", "Ada")
    page.get_by_role("button", name="Download 2026-1").wait_for()
    page.get_by_text("may not make a release of the labels").wait_for()
    assert page.get_by_role("button", name="Make the release").count() == 0
    wait_until_it_fits(page)

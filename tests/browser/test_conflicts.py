"""A fresh install in the real app: two people come into conflict, the first one to come is moderator and settles it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.ledger import open_ledger
from core.ledger.people import read_roles
from core.ledger.views.states import decisions, sample_states
from tests.browser.driving import sit_down, wait_until_idle, wait_until_it_fits
from tests.browser.test_two_people import ASKING, CONFLICT, REVEALED, propose_first_suspect

pytestmark = pytest.mark.browser


def reject(page):
    page.locator(ASKING).wait_for()
    page.keyboard.press("k")
    page.locator(REVEALED).wait_for()
    page.keyboard.press("r")
    page.get_by_text("You have reviewed everything").wait_for()


def test_the_first_person_settles_a_conflict_by_key_takes_it_back_and_names_another(fresh, open_page):
    url, folder, stop = fresh.url, fresh.demo, fresh.stop
    ada, ben = open_page(), open_page()
    sit_down(ada, f"{url}/suspects", "Ada")
    ada.get_by_text("You are the first here: you are moderator of this data set.").wait_for()
    sample, before, proposed = propose_first_suspect(ada)

    sit_down(ben, f"{url}/review", "Ben")
    expect(ben.get_by_text("You are the first here")).to_have_count(0)
    reject(ben)
    # Who is stuck reads who can help.
    ben.get_by_role("link", name="Decisions", exact=True).click()
    ben.get_by_text("Ada can settle it: a moderator of this data set.").wait_for()
    expect(ben.locator('.card[data-stage="looking"] [data-kind="settle"]')).to_have_count(0)

    ada.get_by_role("link", name="Decisions", exact=True).click()
    ada.locator(f'{CONFLICT}[data-sample="{sample}"]').wait_for()
    ada.get_by_text("1 of 1 in conflict").wait_for()
    ada.get_by_text(f"rejected {proposed} and kept {before}").first.wait_for()
    ada.locator(".tile img").nth(3).wait_for()
    # Pressed twice it is written once; taken back it is in conflict again.
    ada.keyboard.press("1")
    ada.keyboard.press("1")
    ada.get_by_text("Every conflict is settled.").wait_for()
    wait_until_idle(ada)
    ada.keyboard.press("z")
    ada.locator(CONFLICT).wait_for()
    # Ben gave no reason, so to side with him takes one.
    ada.keyboard.press("k")
    ada.get_by_text(f"Say why it is {before}").wait_for()
    wait_until_idle(ada)
    ada.get_by_role("textbox", name="Reason").fill("no arms")
    ada.keyboard.press("Enter")
    wait_until_idle(ada)
    ada.keyboard.press("k")
    ada.get_by_text("Every conflict is settled.").wait_for()

    ada.get_by_text("People", exact=True).click()
    person = ada.get_by_role("combobox", name="Person")
    person.fill("Cy")
    person.press("Enter")
    wait_until_idle(ada)
    ada.get_by_role("button", name="Give this role").click()
    ada.get_by_text("Cy is moderator now.").wait_for()
    cy = open_page()
    sit_down(cy, f"{url}/decisions", "Cy")
    cy.get_by_test_id("stSidebar").get_by_text("moderator").first.wait_for()

    stop()
    assert read_roles(folder / "roles.toml").by_name == {"Ada": "moderator", "Cy": "moderator"}
    ledger = open_ledger(folder / "corrections.duckdb")
    assert sample_states(ledger).loc[sample, ["state", "label", "decided_by"]].tolist() == [
        "decided",
        before,
        "moderator",
    ]
    written = decisions(ledger)
    assert written["label"].tolist() == [before, proposed] and written["status"].tolist() == ["current", "withdrawn"]
    assert written["reason"].tolist()[0] == "no arms"
    ledger.close()


def test_a_phone_shows_a_conflict_without_scrolling_sideways(fresh, open_page):
    url = fresh.url
    ada = open_page()
    sit_down(ada, f"{url}/suspects", "Ada")
    propose_first_suspect(ada)
    ben = open_page()
    sit_down(ben, f"{url}/review", "Ben")
    reject(ben)
    phone = open_page(viewport={"width": 400, "height": 850}, has_touch=True)
    sit_down(phone, f"{url}/decisions", "Ada")
    phone.locator(CONFLICT).wait_for()
    wait_until_it_fits(phone)
    phone.locator(".card button", has_text="1 person").nth(1).tap()
    phone.get_by_text("Every conflict is settled.").wait_for()


def test_who_comes_by_way_of_another_server_becomes_nobodys_moderator(fresh, open_page):
    url, folder = fresh.url, fresh.demo
    page = open_page(extra_http_headers={"X-Forwarded-For": "192.0.2.7"})
    sit_down(page, f"{url}/suspects", "Eve")
    page.get_by_test_id("stSidebar").get_by_text("reviewer").first.wait_for()
    propose_first_suspect(page)
    assert not (folder / "roles.toml").exists()

"""One practises by keys, sees the answer and the typical samples, and finds the progress again; no act is written."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import expect

from core.ledger import open_ledger
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle, wait_until_it_fits

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
ANSWERED, OPEN = '.card[data-busy="false"][data-stage="answered"]', '.card[data-busy="false"][data-stage="practice"]'


def test_five_samples_by_keys_a_reload_and_a_phone(run_app, open_page, tmp_path):
    home = tmp_path / "home"
    url = run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})
    ada = open_page(viewport={"width": 1280, "height": 800})
    sit_down(ada, f"{url}/practice", "Ada")
    for number, key in enumerate("12345", start=1):
        card = ada.locator(OPEN)
        card.wait_for()
        expect(card.locator('[data-kind="label"]')).to_have_count(5)
        sample = card.get_attribute("data-sample")
        # Neither the picture's window nor its colour says the label.
        expect(ada.get_by_text("Typical samples")).to_have_count(0)
        ada.keyboard.press(key)
        ada.locator(ANSWERED).wait_for()
        ada.get_by_text(f"You have named {number} sample").wait_for()
        ada.get_by_text("this is").wait_for()
        ada.get_by_text("Typical samples").wait_for()
        wait_until_idle(ada)
        # Of two labels of the demo too few good samples are known to show any.
        known = 2 - ada.get_by_text("No good sample of it is known here").count()
        assert known >= 1
        typical = ada.locator(".st-key-practice_typical_right img, .st-key-practice_typical_other img")
        expect(typical).to_have_count(3 * known)
        expect(ada.locator(ANSWERED)).to_have_attribute("data-sample", sample)
        ada.keyboard.press("n")
    ada.locator(OPEN).wait_for()
    wait_until_idle(ada)
    ada.reload()
    ada.get_by_text("You have named 5 samples").wait_for()
    foot = ada.get_by_text("not verified").bounding_box()
    assert foot["y"] + foot["height"] <= 800

    phone = open_page(**PHONE)
    phone.goto(f"{url}/practice")
    phone.get_by_text("Your progress is forgotten when you close this page.").wait_for()
    choice = phone.locator(OPEN).locator('[data-kind="label"]').last
    # By thumb: in the lower half of the screen before one scrolls.
    assert choice.bounding_box()["y"] > 844 / 2
    choice.tap()
    phone.locator(ANSWERED).locator('[data-kind="next"]').wait_for()
    wait_until_it_fits(phone)
    with closing(open_ledger(home / "demo" / "corrections.duckdb")) as ledger, ledger.snapshot() as tables:
        said = ("correction", "judgement", "review", "decision", "batch")
        assert [tables.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in said] == [0] * 5

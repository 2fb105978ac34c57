"""Two people in the real app: a moderator mixes known samples in, a reviewer meets one and does not notice."""

from __future__ import annotations

import os

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.dataset.selection import Selection
from core.ledger import Person, decide, open_ledger, propose
from core.ledger.views.reviews import reviews
from core.ledger.views.skill import known_answers
from core.ledger.views.states import sample_states
from tests.browser.driving import PROJECT, sit_down, start_server, stop_server, wait_until_idle

pytestmark = pytest.mark.browser

ASKING = '.card[data-busy="false"][data-stage="blind"]'
REVEALED = '.card[data-busy="false"][data-stage="revealed"]'
DECIDED, WAITING = 3, 5


@pytest.fixture
def desk(tmp_path):
    """``url, ledger_path, stop`` of the app where Ada proposed Chirp for eight samples, of which Mo decided three."""
    home = tmp_path / "home"
    (home / "demo").mkdir(parents=True)
    (home / "demo" / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id", "label"]).drop_duplicates()
    labels = samples[samples["label"] != "Chirp"].set_index("sample_id")["label"]
    path = home / "demo" / "corrections.duckdb"
    ledger = open_ledger(path)
    for sample_id in labels.index[: DECIDED + WAITING]:
        propose(ledger, Selection((sample_id,), how="click"), labels, "Chirp", author="Ada", app_version="0.1")
    for sample_id in labels.index[:DECIDED]:
        decide(ledger, sample_id, "Chirp", author=Person("Mo", "moderator"), reason="seen", app_version="0.1")
    ledger.close()
    environment = {**os.environ, "GLITCH_AUDIT_HOME": str(home)}
    url, server = start_server(PROJECT / "app.py", log=tmp_path / "app.log", env=environment, forked=True)
    yield url, path, lambda: stop_server(server)
    stop_server(server)


def people_of(page, url, name):
    sit_down(page, f"{url}/decisions?decisions_section=People", name)
    page.get_by_text("Everybody else is").first.wait_for()
    wait_until_idle(page)


def test_known_samples_come_silently_and_their_answers_reach_the_moderator_alone(desk, open_page):
    url, path, stop = desk
    mo = open_page()
    people_of(mo, url, "Mo")
    mo.get_by_text("Nobody has answered a known sample yet.").wait_for()
    mo.get_by_role("radio", name="1 in 5").click()
    mo.get_by_text("Known samples mixed in: 1 in 5.").wait_for()

    ben = open_page()
    sit_down(ben, f"{url}/review", "Ben")
    answered = 0
    ben.locator(ASKING).wait_for()
    told = ben.get_by_text("proposals of other people wait").inner_text()
    # Which places are drawn differs from rate to rate: one known sample comes before the last other one, or two.
    waiting = int(told.split()[0])
    known = waiting - WAITING
    assert known in (1, 2)
    while waiting:
        ben.locator(ASKING).wait_for()
        plural = "s" if waiting > 1 else ""
        ben.get_by_text(f"{waiting} proposal{plural} of other people wait").wait_for()
        if not answered:
            # The sidebar tells the same figure.
            expect(ben.get_by_role("link", name=f"Review {waiting}", exact=True)).to_be_visible()
        sample = ben.locator(".card").get_attribute("data-sample")
        ben.keyboard.press("k")
        ben.locator(REVEALED).wait_for()
        ben.get_by_text("Ada proposes Chirp").wait_for()
        ben.keyboard.press("r")
        answered, waiting = answered + 1, waiting - 1
        if waiting:
            ben.locator(f'{ASKING}:not([data-sample="{sample}"])').wait_for()
    ben.get_by_text("You have reviewed everything").wait_for()
    ben.get_by_role("link", name="Mine", exact=False).first.click()
    ben.get_by_text("rejected Chirp and kept", exact=False).nth(answered - 1).wait_for(state="attached")
    assert "known sample" not in ben.get_by_test_id("stMain").inner_text().lower()
    people_of(ben, url, "Ben")
    assert ben.get_by_role("heading", name="Known samples").count() == 0

    people_of(mo, url, "Mo")
    mo.get_by_role("heading", name="Known samples").wait_for()
    mo.locator('[data-testid="stDataFrame"]').nth(1).wait_for()
    stop()
    ledger = open_ledger(path)
    states = sample_states(ledger)
    assert (states["state"] == "decided").sum() == DECIDED and (states["state"] == "conflict").sum() == WAITING
    assert len(reviews(ledger)) == WAITING
    answers = known_answers(ledger)
    assert answers["author"].tolist() == ["Ben"] * known and answers["known"].tolist() == ["Chirp"] * known
    assert (answers["label"] != "Chirp").all()
    ledger.close()

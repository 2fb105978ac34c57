"""Twenty real browsers, each with a session of its own, propose, review and withdraw in one moment."""

import json
import uuid
from urllib.parse import urlencode

import pytest

from benchmarks.ledger_load import Desk, Record, differences
from tests.browser.driving import chromium

pytestmark = [pytest.mark.faults, pytest.mark.slow_faults]

SESSIONS = 20
TIMEOUT_MS = 120_000


def all_at_once(pages, desk, turn, acts):
    """Send one act in every browser before any answer is read; the answers, in the browsers' order."""
    for number, (page, act) in enumerate(zip(pages, acts, strict=True)):
        asked = urlencode({**act, "author": f"Reviewer {number}", "turn": turn})
        page.goto(f"{desk.url}/?{asked}", wait_until="commit")
    answers = []
    for page in pages:
        said = page.locator("code", has_text=f'"turn": "{turn}"')
        said.wait_for()
        answers.append(json.loads(said.inner_text()))
    assert not [answer for answer in answers if "refused" in answer]
    return answers


def test_twenty_browsers_propose_review_and_withdraw_in_one_moment(tmp_path):
    ledger = tmp_path / "corrections.duckdb"
    desk = Desk(ledger, tmp_path / "server.log")
    records = [Record() for _ in range(SESSIONS)]
    try:
        with chromium() as browser:
            pages = [browser.new_context().new_page() for _ in records]
            for page in pages:
                page.set_default_timeout(TIMEOUT_MS)
            for turn in (1, 2):
                acts = []
                for number, record in enumerate(records):
                    samples = tuple(f"{number}-{turn}-{place}" for place in range(1 + number % 5))
                    acts.append({"act": "propose", "id": uuid.uuid4().hex, "samples": ",".join(samples)})
                    record.proposed[acts[-1]["id"]] = samples
                all_at_once(pages, desk, turn, acts)
            waiting = all_at_once(pages, desk, 3, [{"act": "queue"}] * SESSIONS)
            acts = []
            for number, (record, answer) in enumerate(zip(records, waiting, strict=True)):
                verdict = ("accept", "reject", "unsure")[number % 3]
                proposal = answer["waiting"][number % len(answer["waiting"])]
                acts.append({"act": "review", "id": uuid.uuid4().hex, "of": proposal, "verdict": verdict})
                record.reviewed[acts[-1]["id"]] = proposal
            all_at_once(pages, desk, 4, acts)
            # The same again in the same moment, as somebody who presses F5 would.
            assert all(answer["repeated"] for answer in all_at_once(pages, desk, 5, acts))
            first = [next(iter(record.proposed)) for record in records]
            acts = [{"act": "withdraw", "batch": batch} for batch in first]
            for record, batch, answer in zip(records, first, all_at_once(pages, desk, 6, acts), strict=True):
                record.withdrawn[answer["id"]] = batch
    finally:
        desk.stop()
    assert differences(ledger, records) == []

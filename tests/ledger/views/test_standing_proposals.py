"""The line that a sheet shows under a picture: what stands proposed, by whom, and how far the sample is."""

from contextlib import closing

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose, withdraw
from core.ledger.views.standing_proposals import standing_proposals

LABELS = pd.Series({"a": "Blip", "b": "Blip", "c": "Blip"})


@pytest.fixture
def ledger(tmp_path):
    with closing(open_ledger(tmp_path / "corrections.duckdb")) as opened:
        yield opened


def say(ledger, ids, label, author):
    return propose(
        ledger, Selection(tuple(ids), how="click"), LABELS, label, reason="fat", author=author, app_version="0"
    )


def test_the_latest_that_stands_is_told_with_its_state(ledger):
    say(ledger, "ab", "Tomte", "Ada")
    last = say(ledger, "a", "Helix", "Ben")
    found = standing_proposals(ledger, None, ["a", "b", "c"])
    assert found["label_proposed"].to_dict() == {"a": "Helix", "b": "Tomte"}
    assert found["author"].to_dict() == {"a": "Ben", "b": "Ada"}
    assert found["state"].to_dict() == {"a": "conflict", "b": "in review"}
    withdraw(ledger, last.batch_id, author="Ben")
    assert standing_proposals(ledger, None, ["a"])["label_proposed"].to_dict() == {"a": "Tomte"}


def test_of_no_samples_nothing_is_told(ledger):
    say(ledger, "a", "Tomte", "Ada")
    assert standing_proposals(ledger, None, []).empty
    assert standing_proposals(ledger, None, ["c"]).empty

"""Twenty sessions of a real server at once: no event is lost, none is doubled; the clients' own records prove it."""

import re

import pytest

from benchmarks.ledger_load import differences, run_load

pytestmark = pytest.mark.faults


def counts(records):
    return [
        sum(len(getattr(record, name)) for record in records)
        for name in ("proposed", "reviewed", "withdrawn", "reviews_withdrawn")
    ]


def test_twenty_sessions_propose_review_and_withdraw_at_once(tmp_path):
    ledger, records, _ = run_load(tmp_path, clients=20, acts=4)
    assert differences(ledger, records) == []
    assert all(count > 0 for count in counts(records)[:3]), counts(records)
    assert sum(record.repeated for record in records) > 0


@pytest.mark.slow_faults
def test_twenty_sessions_while_the_server_is_killed_and_started_again(tmp_path):
    ledger, records, _ = run_load(tmp_path, clients=20, acts=25, kills=8)
    assert differences(ledger, records) == []
    assert sum(counts(records)) > 300


def test_a_lost_a_doubled_and_a_halved_event_would_be_noticed(tmp_path):
    ledger, records, _ = run_load(tmp_path, clients=2, acts=6)
    assert differences(ledger, records) == []
    act, samples = next(iter(records[0].proposed.items()))
    del records[0].proposed[act]
    assert any("0 lost, 1 too many" in sentence for sentence in differences(ledger, records))
    records[0].proposed[act] = (*samples, "one more")
    said = " ".join(differences(ledger, records))
    assert "proposed batches: 1 lost, 1 too many" in said
    assert re.search(r"rows of samples: [12] lost, 0 too many", said)  # two, where the batch was withdrawn

"""Programs of different versions on one ledger: the older one refuses to write, the newer one reads what was there."""

import json
import uuid
from datetime import datetime

import pytest

from core.errors import GlitchAuditError
from core.ledger import proposals
from core.ledger.storage.schema import VERSION
from core.ledger.storage.team import team_ledger
from tests.ledger.engines import contents

INSERT = (
    "INSERT INTO glitch_audit.act (ledger, number, act, schema_version, app_version, content) "
    "SELECT ledger, %s, %s, %s, '0', %s FROM glitch_audit.ledger WHERE name = 'workspace'"
)


@pytest.fixture
def at_once(monkeypatch):
    """Readers ask the server each time."""
    monkeypatch.setattr(team_ledger, "SECONDS_BETWEEN_QUESTIONS", 0.0)
    monkeypatch.setattr(team_ledger, "SECONDS_AFTER_SILENCE", 0.0)


def test_once_a_newer_program_has_written_an_older_one_reads_on_and_refuses_to_write(
    server, open_at, write, ask, at_once
):
    ledger = open_at()
    write(ledger, "a")
    ask(INSERT, 2, str(uuid.uuid4()), VERSION + 1, json.dumps({"batch": [], "table of the future": [{"a": 1}]}))
    newer = f"newer Glitch Audit .schema version {VERSION + 1}, this one knows {VERSION}.; update this program"
    for _ in range(2):
        with pytest.raises(GlitchAuditError, match=newer):
            write(ledger, "b")
    assert proposals(ledger)["sample_id"].tolist() == ["a"]
    assert "update this program" in ledger.problem() and "as it was at" in ledger.problem()
    assert "update this program" in open_at().problem()
    assert ask(
        "SELECT count(*) FROM glitch_audit.act JOIN glitch_audit.ledger USING (ledger) WHERE name = 'workspace'"
    ) == [(2,)]


def test_rows_of_an_older_program_are_brought_to_todays_tables_as_those_of_a_file_are(
    server, open_at, write, ask, at_once
):
    ledger = open_at()
    write(ledger, "a")
    at = datetime(2026, 3, 1, 9).isoformat(" ")
    # Version 4 had no keys of authors.
    old = {"author": "Ada Lovelace", "author_verified": False, "created_at": at, "kind": "proposal", "batch_id": "old"}
    ask("ALTER TABLE glitch_audit.act DISABLE TRIGGER USER")
    ask(
        "UPDATE glitch_audit.act SET number = 2 FROM glitch_audit.ledger WHERE act.ledger = ledger.ledger "
        "AND name = 'workspace'"
    )
    ask("ALTER TABLE glitch_audit.act ENABLE TRIGGER USER")
    batch = old | {
        "samples": 1,
        "skipped": 0,
        "how": "click",
        "polygon": "[]",
        "filters": "{}",
        "role": "reviewer",
        "dataset_fingerprint": "",
        "layout_fingerprint": "",
        "app_version": "0",
    }
    row = old | {
        "correction_id": "c",
        "sequence": 1,
        "sample_id": "z",
        "label_before": "Blip",
        "label_proposed": "Koi",
        "reason": "",
    }
    ask(INSERT, 1, str(uuid.uuid4()), 4, json.dumps({"batch": [batch], "correction": [row]}))
    fresh = open_at()
    found = proposals(fresh).set_index("sample_id")
    assert found.loc["z", ["author_key", "name_key"]].tolist() == ["ada lovelace", "ada lovelace"]
    assert sorted(found.index) == ["a", "z"]
    write(fresh, "b")
    assert contents(open_at()) == contents(fresh)


def test_an_older_programs_act_after_the_opening_is_read_all_the_same(server, open_at, write, ask, at_once):
    ledger = open_at()
    assert proposals(ledger).empty
    write(ledger, "a")
    ask("ALTER TABLE glitch_audit.act DISABLE TRIGGER USER")
    ask(
        "UPDATE glitch_audit.act SET schema_version = %s FROM glitch_audit.ledger WHERE act.ledger = ledger.ledger "
        "AND name = 'workspace'",
        VERSION - 1,
    )
    ask("ALTER TABLE glitch_audit.act ENABLE TRIGGER USER")
    at = datetime(2026, 3, 1, 9).isoformat(" ")
    rate = {
        "comment_id": "c",
        "event": 2,
        "created_at": at,
        "author": "Ada",
        "author_key": "ada",
        "name_key": "ada",
        "author_verified": False,
        "role": "reviewer",
        "kind": "comment",
        "subject_kind": "sample",
        "subject": "a",
        "subject_name": "a",
        "sample_ids": "[]",
        "text": "why?",
        "asks": "",
        "asks_key": "",
        "dataset_fingerprint": "",
        "app_version": "0",
    }
    ask(INSERT, 2, str(uuid.uuid4()), VERSION - 1, json.dumps({"comment": [rate]}))
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT text FROM comment").fetchall() == [("why?",)]
    write(ledger, "b")
    assert contents(open_at()) == contents(ledger)

"""A ledger that lost its end is not opened as if nothing had happened: how far it had come is noted beside it."""

import json
import os
import shutil
import signal
import subprocess
import sys

import duckdb
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import list_backups, open_ledger, proposals, propose, recover, recovery_offer
from core.ledger.storage.file_errors import TruncatedError
from core.ledger.storage.last_event import Extent, extent_now, extent_of, note_path, noted_extent
from core.ledger.storage.sandbox import Sandbox
from core.workspace import PROJECT_ROOT
from tests.ledger.storage.test_recovery import WRITE_AND_DIE

pytestmark = pytest.mark.file_only("about the file's write-ahead log")


def propose_one(ledger, sample):
    return propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, "Tomte", author="Ada", app_version="0")


@pytest.fixture
def killed(ledger):
    """A ledger of ten batches of 20 rows whose writer was killed, so that its rows lie in the log."""
    ledger.path.parent.mkdir(parents=True)
    done = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(ledger.path)], cwd=PROJECT_ROOT)
    assert done.returncode == -signal.SIGKILL
    return ledger


def log_of(ledger):
    return ledger.path.with_name(f"{ledger.path.name}.wal")


def test_each_act_is_noted_extent(ledger):
    for number in range(3):
        propose_one(ledger, f"s{number}")
        assert noted_extent(ledger.path) == Extent(2 * (number + 1), number + 1)
    ledger.close()
    assert ledger.problem() is None


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_log_is_a_sentence_that_names_what_is_missing(killed, share):
    os.truncate(log_of(killed), int(log_of(killed).stat().st_size * share))
    said = killed.problem()
    assert "lacks" in said and "of the 210 rows" in said and "the last one written was 200" in said
    with pytest.raises(TruncatedError):
        propose_one(killed, "more")
    offer = recovery_offer(killed)
    assert offer.cut and not offer.missing and offer.backup.rows == 21
    recovery = recover(killed, author="Ada")
    assert recovery.rows % 21 == 0 and 0 < recovery.rows < 210
    assert recovery.salvaged == (recovery.rows > 21)
    assert killed.problem() is None
    propose_one(killed, "more")
    killed.close()
    assert killed.problem() is None


def test_a_log_that_was_taken_away_is_noticed_and_the_backup_offered(ledger):
    propose_one(ledger, "first")
    ledger.back_up_if_due()
    ledger.close()
    before = ledger.path.read_bytes()
    propose_one(ledger, "second")
    ledger.close()
    propose_one(ledger, "third")
    ledger.close()
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM correction").fetchone() == (3,)
    ledger.close()
    ledger.path.write_bytes(before)  # an older file in its place
    assert "lacks 4 of the 6 rows" in ledger.problem()
    assert recovery_offer(ledger).backup == list_backups(ledger.path)[0]
    recover(ledger, author="Ada")
    assert ledger.problem() is None
    assert set(proposals(ledger)["sample_id"]) == {"first"}


def test_a_ledger_that_may_only_be_read_is_compared_too(ledger, monkeypatch):
    propose_one(ledger, "a")
    ledger.close()
    note_path(ledger.path).write_text(json.dumps({"rows": 40, "event": 20}))
    real = duckdb.connect

    def connect(path, *, read_only=False, **options):
        if not read_only:
            raise duckdb.IOException("Cannot open file: Read-only file system")
        return real(path, read_only=True, **options)

    monkeypatch.setattr(duckdb, "connect", connect)
    assert "lacks 38 of the 40 rows" in ledger.problem()


def test_what_is_noted_of_this_version_is_what_any_version_is_asked(ledger, desk):
    desk.tell("a", "Ada proposes Whistle", "Ben accepts Ada", "Mo decides Helix", "Ada keeps", "Ada withdraws")
    with ledger.cursor() as cursor:
        assert extent_now(cursor) == extent_of(cursor) == noted_extent(ledger.path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rows": 1}', '{"rows": "x", "event": 2}', '{"a": 1}'])
def test_a_damaged_note_is_none_and_a_ledger_without_one_opens(ledger, content):
    propose_one(ledger, "a")
    ledger.close()
    note_path(ledger.path).write_text(content)
    assert noted_extent(ledger.path) is None and ledger.problem() is None


def test_a_new_ledger_in_the_place_of_one_that_was_removed_is_not_compared_with_it(ledger):
    for number in range(3):
        propose_one(ledger, f"s{number}")
    ledger.close()
    ledger.path.unlink()
    shutil.rmtree(ledger.path.parent / "backups", ignore_errors=True)
    propose_one(ledger, "new")
    ledger.close()
    assert ledger.problem() is None


def test_a_note_that_cannot_be_written_stops_nobody(ledger):
    propose_one(ledger, "a")
    note_path(ledger.path).unlink()
    note_path(ledger.path).mkdir()
    propose_one(ledger, "b")
    ledger.close()
    assert len(proposals(ledger)) == 2


def test_a_sandbox_notes_nothing():
    sandbox = Sandbox()
    propose_one(sandbox.ledger, "a")
    assert not note_path(sandbox.ledger.path).exists()
    sandbox.discard()


def test_a_refused_act_is_not_noted_extent(ledger):
    propose_one(ledger, "a")
    before = noted_extent(ledger.path)
    with pytest.raises(GlitchAuditError):
        propose(ledger, Selection(("a",), "click"), {"a": "Blip"}, "Blip", author="Ada", app_version="0")
    assert noted_extent(ledger.path) == before


def test_what_is_opened_elsewhere_shares_the_note(ledger, tmp_path):
    propose_one(ledger, "a")
    ledger.close()
    copy = tmp_path / "copied" / ledger.path.name
    copy.parent.mkdir()
    shutil.copy(ledger.path, copy)
    assert open_ledger(copy).problem() is None
    open_ledger(copy).close()

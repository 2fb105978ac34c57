"""Backups: made before a write by count and age, consistent, thinned out, and no reason to stop work."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import BackupRule, list_backups, open_ledger, proposals, propose
from core.ledger.storage.backups import back_up, backup_folder, copy_database, read_whole, thin_out
from core.ledger.storage.schema import MIGRATIONS, VERSION, migrate

pytestmark = pytest.mark.file_only("PostgreSQL's own tools take the place of backups")


MORNING = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def propose_one(ledger, sample, label="Tomte"):
    return propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, label, author="Ada", app_version="0.1")


def samples_in(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return {sample for (sample,) in connection.execute("SELECT sample_id FROM correction").fetchall()}


def test_an_empty_or_missing_ledger_gets_no_backup(ledger):
    ledger.back_up_if_due(now=MORNING)
    assert not ledger.path.exists()
    propose_one(ledger, "a")
    assert list_backups(ledger.path) == ()


def test_the_first_write_of_a_day_leaves_a_backup_of_what_was_there_before(tmp_path):
    path = tmp_path / "corrections.duckdb"
    propose_one(open_ledger(path), "old")
    open_ledger(path).close()
    propose_one(open_ledger(path), "new")
    (backup,) = list_backups(path)
    assert samples_in(backup.path) == {"old"}
    assert backup.rows == 2  # one batch, one correction
    propose_one(open_ledger(path), "newer")
    assert list_backups(path) == (backup,)
    open_ledger(path).close()


@pytest.mark.parametrize(("hours", "expected"), [(23, 1), (24, 2)])
def test_a_backup_is_due_when_the_last_one_is_a_day_old(ledger, hours, expected):
    propose_one(ledger, "a")
    ledger.close()
    ledger.back_up_if_due(now=MORNING)
    with ledger.cursor() as cursor:  # what a writer would add, without its own backup
        cursor.execute("INSERT INTO correction SELECT * REPLACE ('x' AS correction_id) FROM correction")
    ledger.back_up_if_due(now=MORNING + timedelta(hours=hours))
    assert len(list_backups(ledger.path)) == expected


def test_a_backup_is_due_after_so_many_writes(ledger):
    ledger.backup_rule = BackupRule(writes=3)
    for number in range(8):
        propose_one(ledger, f"s{number}")
    assert [len(samples_in(backup.path)) for backup in list_backups(ledger.path)] == [7, 4, 1]


def test_nothing_is_copied_where_nothing_changed(ledger):
    propose_one(ledger, "a")
    with ledger.cursor() as cursor:
        assert back_up(cursor, ledger.path, now=MORNING) is not None
        assert back_up(cursor, ledger.path, now=MORNING + timedelta(days=2)) is None
    assert len(list_backups(ledger.path)) == 1


def test_a_backup_has_the_schema_the_sequences_and_the_rows_of_the_ledger(ledger, tmp_path):
    for number in range(3):
        propose_one(ledger, f"s{number}")
    copy = tmp_path / "copy.duckdb"
    with ledger.cursor() as cursor:
        copy_database(cursor, copy)
    copied = open_ledger(copy)
    propose_one(copied, "more")
    assert proposals(copied)["sample_id"].tolist() == ["more", *proposals(ledger)["sample_id"]]
    described = "SELECT table_name, column_name, data_type, column_default, comment FROM duckdb_columns() ORDER BY ALL"
    with ledger.cursor() as cursor, copied.cursor() as other:
        assert other.execute(described).fetchall() == cursor.execute(described).fetchall()
    copied.close()


def test_the_ledger_stays_closed_to_other_programs_after_a_backup(ledger):
    propose_one(ledger, "a")
    ledger.back_up_if_due()
    assert len(list_backups(ledger.path)) == 1
    attempt = "import sys, duckdb; duckdb.connect(sys.argv[1])"
    ended = subprocess.run([sys.executable, "-c", attempt, str(ledger.path)], capture_output=True, text=True)
    assert ended.returncode != 0
    assert "Could not set lock" in ended.stderr


def test_a_backup_that_cannot_be_made_stops_nobody_and_leaves_nothing_half(ledger):
    propose_one(ledger, "a")
    backup_folder(ledger.path).write_text("in the way")
    ledger.close()
    propose_one(ledger, "b")
    assert set(proposals(ledger)["sample_id"]) == {"a", "b"}
    assert "No backup of the ledger could be made" in ledger.backup_trouble


def test_a_disk_without_room_for_a_copy_is_found_out_before(ledger, monkeypatch):
    propose_one(ledger, "a")
    monkeypatch.setattr("core.ledger.storage.backups._SPARE_BYTES", 10**18)
    with ledger.cursor() as cursor, pytest.raises(GlitchAuditError, match=r"No backup .* MB left"):
        back_up(cursor, ledger.path)
    assert list(backup_folder(ledger.path).iterdir()) == []


def test_the_newest_ones_and_one_a_day_are_kept(tmp_path):
    path = tmp_path / "corrections.duckdb"
    backup_folder(path).mkdir()
    for hours in range(0, 24 * 40, 6):
        stamp = (MORNING - timedelta(hours=hours)).strftime("%Y%m%dT%H%M%S%fZ")
        (backup_folder(path) / f"corrections-{stamp}-{hours}rows-event{1000 - hours}-{hours:016x}.duckdb").touch()
    other = backup_folder(path) / "notes.txt"
    other.touch()
    thin_out(path, BackupRule(keep_newest=5, keep_days=30))
    # At 08:00 and every 6 hours before: of today there are 08:00 and 02:00, of each day before 20:00 is the newest.
    newest_of_days = {0} | set(range(12, 24 * 29, 24))
    assert {backup.rows for backup in list_backups(path)} == {0, 6, 12, 18, 24} | newest_of_days
    assert other.exists()


def made(path, when, rows, event):
    backup_folder(path).mkdir(exist_ok=True)
    stamp = when.strftime("%Y%m%dT%H%M%S%fZ")
    (backup_folder(path) / f"{path.stem}-{stamp}-{rows}rows-event{event}-{event:016x}.duckdb").touch()


def test_a_backup_of_a_wrong_clock_is_as_new_as_what_it_holds(tmp_path):
    path = tmp_path / "corrections.duckdb"
    made(path, datetime(2031, 1, 1, tzinfo=UTC), rows=3, event=2)
    made(path, MORNING, rows=78, event=70)
    made(path, MORNING - timedelta(days=3000), rows=90, event=81)
    assert [(backup.rows, backup.last_event) for backup in list_backups(path)] == [(90, 81), (78, 70), (3, 2)]


def test_a_backup_of_an_older_version_is_asked_how_far_it_goes(ledger):
    for number in range(3):
        propose_one(ledger, f"s{number}")
    with ledger.cursor() as cursor:
        backup = back_up(cursor, ledger.path, now=MORNING)
    backup.path.rename(backup.path.with_name(backup.path.name.replace("-event3", "")))
    listed = list_backups(ledger.path)[0]
    assert "event" not in listed.path.name and (listed.rows, listed.last_event) == (6, 3)


def test_a_date_in_the_future_stops_no_backup(ledger):
    propose_one(ledger, "a")
    ledger.close()
    ledger.back_up_if_due(now=datetime(2031, 1, 1, tzinfo=UTC))
    propose_one(ledger, "b")
    # The clock is right again, in the same process and in another one.
    ledger.back_up_if_due(now=MORNING)
    assert [backup.rows for backup in list_backups(ledger.path)] == [4, 2]
    propose_one(ledger, "c")
    ledger.close()
    ledger.back_up_if_due(now=MORNING + timedelta(days=1))
    assert [backup.rows for backup in list_backups(ledger.path)] == [6, 4, 2]


def test_a_clock_that_is_years_ahead_thins_nothing_out(tmp_path):
    path = tmp_path / "corrections.duckdb"
    for day in range(20):
        made(path, MORNING + timedelta(days=day), rows=day, event=day)
    made(path, datetime(2031, 1, 1, tzinfo=UTC), rows=20, event=20)
    thin_out(path, BackupRule(keep_newest=3, keep_days=30))
    assert len(list_backups(path)) == 21


def test_an_older_ledger_migrates_with_a_backup_beside_it(ledger, monkeypatch):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:1])
        patch.setattr("core.ledger.storage.schema.VERSION", 1)
        migrate(old)
        old.execute(
            "INSERT INTO correction VALUES ('c', nextval('correction_sequence'), 'b', 'proposal', "
            "'2026-01-02 03:04:05', 'Ada', false, 'old', 'Blip', 'Tomte', 'why', NULL, NULL)"
        )
    assert ledger.readable()
    (backup,) = list_backups(ledger.path)
    assert read_whole(backup.path)[0] == backup.rows == 1
    with duckdb.connect(str(backup.path), read_only=True) as connection:
        assert connection.execute("SELECT max(version) FROM schema_version").fetchone() == (1,)
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT max(version) FROM schema_version").fetchone() == (VERSION,)


def test_without_room_for_that_backup_an_older_ledger_does_not_migrate(ledger, monkeypatch):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:1])
        patch.setattr("core.ledger.storage.schema.VERSION", 1)
        migrate(old)
        old.execute(
            "INSERT INTO batch SELECT 'b', 'p', now()::TIMESTAMP, '', false, 1, 0, '', '', '[]', 1, '{}', '', '', ''"
        )
    backup_folder(ledger.path).write_text("in the way")
    assert "No backup of the ledger could be made" in ledger.problem()
    with duckdb.connect(str(ledger.path), read_only=True) as connection:
        assert connection.execute("SELECT max(version) FROM schema_version").fetchone() == (1,)

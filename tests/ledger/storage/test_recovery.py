"""A damaged ledger: recognised, set aside whole, and the fullest readable copy put in its place."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import list_backups, proposals, propose, recover, recovery_offer
from core.ledger.people import Person
from core.ledger.storage.backups import back_up

pytestmark = pytest.mark.file_only("about damaged files and backups beside them")

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from core.dataset.selection import Selection
from core.ledger import open_ledger, propose

ledger = open_ledger(Path(sys.argv[1]))
for number in range(10):
    ids = tuple(f"{number}-{place}" for place in range(20))
    propose(ledger, Selection(ids, "lasso"), dict.fromkeys(ids, "Blip"), "Tomte", author="Ada", app_version="0")
os.kill(os.getpid(), signal.SIGKILL)
"""


def propose_many(ledger, name, count=20):
    ids = tuple(f"{name}-{place}" for place in range(count))
    propose(ledger, Selection(ids, "lasso"), dict.fromkeys(ids, "Blip"), "Tomte", author="Ada", app_version="0")


@pytest.fixture
def with_backup(ledger):
    """A closed ledger of two batches, the first of them in a backup too."""
    propose_many(ledger, "first")
    ledger.back_up_if_due()
    propose_many(ledger, "second")
    ledger.close()
    return ledger


def damage(path, place=None):
    content = bytearray(path.read_bytes())
    place = len(content) // 2 if place is None else place
    content[place : place + 64] = bytes(byte ^ 0x5A for byte in content[place : place + 64])
    path.write_bytes(content)
    return bytes(content)


def damage_rows(path):
    """Damage a block that holds rows, so that the file opens and only reading the rows shows it."""
    content = path.read_bytes()
    return damage(path, content.index(b"second-1"))


def batches_of(ledger):
    return set(proposals(ledger)["sample_id"].str.split("-").str[0])


@pytest.mark.parametrize("harm", [lambda path: damage(path, 0), damage_rows], ids=["header", "rows"])
def test_a_damaged_ledger_is_set_aside_and_the_backup_put_in_its_place(with_backup, harm):
    content = harm(with_backup.path)
    assert "damaged" in with_backup.problem()
    offer = recovery_offer(with_backup)
    assert not offer.missing
    assert offer.backup == list_backups(with_backup.path)[0]
    recovery = recover(with_backup, author="Ada", now=NOW)
    assert recovery.backup == offer.backup
    assert recovery.set_aside.name == "corrections.damaged-20260504T080000Z.duckdb"
    assert recovery.set_aside.read_bytes() == content
    assert with_backup.problem() is None
    assert batches_of(with_backup) == {"first"}
    propose_many(with_backup, "third")
    assert batches_of(with_backup) == {"first", "third"}


def test_a_damaged_backup_is_passed_over_for_an_older_good_one(with_backup):
    good = list_backups(with_backup.path)[0]
    later = good.path.with_name(good.path.name.replace("-2", "-3", 1))
    later.write_bytes(good.path.read_bytes())
    damage(later, 0)
    damage(with_backup.path, 0)
    assert list_backups(with_backup.path)[0].path == later
    assert recovery_offer(with_backup).backup == good
    assert recover(with_backup, author="Ada").backup == good


def test_all_backups_are_offered_with_what_they_hold_and_another_one_can_be_chosen(with_backup):
    ahead = list_backups(with_backup.path)[0]
    ahead = ahead.path.rename(ahead.path.with_name(ahead.path.name.replace("-20", "-21", 1)))
    propose_many(with_backup, "third")
    with with_backup.cursor() as cursor:
        back_up(cursor, with_backup.path)
    with_backup.close()
    damage(with_backup.path, 0)
    offer = recovery_offer(with_backup)
    # The one of the year 21xx holds one batch and is the older one.
    assert (offer.backups[0].rows, offer.backups[0].last_event) == (63, 60)
    assert (offer.backups[-1].rows, offer.backups[-1].last_event) == (21, 20)
    assert offer.backup == offer.backups[0]
    assert recover(with_backup, author="Ada", backup=offer.backups[-1]).backup.path == ahead
    assert batches_of(with_backup) == {"first"}


def test_a_chosen_backup_that_cannot_be_read_is_refused(with_backup):
    (backup,) = list_backups(with_backup.path)
    damage(with_backup.path, 0)
    damage(backup.path, 0)
    content = with_backup.path.read_bytes()
    with pytest.raises(GlitchAuditError, match="cannot be read whole"):
        recover(with_backup, author="Ada", backup=backup)
    assert with_backup.path.read_bytes() == content


def test_without_a_backup_the_ledger_begins_empty_and_the_damaged_file_is_kept(ledger):
    propose_many(ledger, "only")
    ledger.close()
    content = damage(ledger.path, 0)
    assert recovery_offer(ledger).backup is None
    recovery = recover(ledger, author="Ada")
    assert (recovery.backup, recovery.rows, recovery.salvaged) == (None, 0, False)
    assert recovery.set_aside.read_bytes() == content
    propose_many(ledger, "new")
    assert batches_of(ledger) == {"new"}


def test_a_damaged_log_is_read_up_to_the_damage_in_whole_batches(ledger):
    ended = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(ledger.path)], env=os.environ)
    assert ended.returncode == -signal.SIGKILL
    log = ledger.path.with_name(f"{ledger.path.name}.wal")
    damage(log, log.stat().st_size * 3 // 4)
    assert "damaged" in ledger.problem()
    recovery = recover(ledger, author="Ada")
    assert recovery.salvaged
    found = proposals(ledger).groupby("batch_id").size()
    assert 0 < len(found) < 10
    assert set(found) == {20}
    assert recovery.rows == 21 * len(found)
    assert recovery.set_aside.with_name(f"{recovery.set_aside.name}.wal").exists()


def test_a_missing_ledger_with_backups_can_be_put_back(with_backup):
    with_backup.path.unlink()
    assert recovery_offer(with_backup).missing
    assert recover(with_backup, author="Ada").set_aside is None
    assert batches_of(with_backup) == {"first"}


def test_two_recoveries_in_one_second_keep_both_damaged_files(with_backup):
    asides = []
    for _ in range(2):
        with_backup.close()
        damage(with_backup.path, 0)
        asides.append(recover(with_backup, author="Ada", now=NOW).set_aside)
    assert asides[0] != asides[1]
    assert all(path.exists() for path in asides)


def test_a_sound_ledger_is_not_touched(ledger):
    assert recovery_offer(ledger) is None
    propose_many(ledger, "fine")
    assert recovery_offer(ledger) is None
    with pytest.raises(GlitchAuditError, match="not damaged"):
        recover(ledger, author="Ada")
    assert batches_of(ledger) == {"fine"}


def test_a_viewer_may_not_recover(with_backup):
    content = damage(with_backup.path, 0)
    with pytest.raises(GlitchAuditError, match="viewer"):
        recover(with_backup, author=Person("Vera", "viewer"))
    assert with_backup.path.read_bytes() == content

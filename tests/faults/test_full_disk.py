"""A full disk: one clear sentence, nothing lost, nothing half written, and the ledger opens afterwards."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys

import pytest
from PIL import Image

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import BackupRule, list_backups, open_ledger, proposals, propose
from core.ledger.storage.backups import read_whole
from core.workspace import PROJECT_ROOT

pytestmark = pytest.mark.faults

SAMPLES = 60


def propose_many(ledger, name):
    ids = tuple(f"{name}-{place}-{'x' * 50}" for place in range(SAMPLES))
    reason = os.urandom(400).hex()
    return propose(
        ledger, Selection(ids, "lasso"), dict.fromkeys(ids, "Blip"), "Tomte", author="A", app_version="0", reason=reason
    ).batch_id


def fill_up(ledger, *, attempts=400, refusals_wanted=3):
    """Propose until the disk has refused a few times; the batches that were acknowledged, and what was said."""
    acknowledged, said = [], []
    for number in range(attempts):
        try:
            acknowledged.append(propose_many(ledger, number))
        except GlitchAuditError as error:
            said.append(str(error))
            if len(said) == refusals_wanted:
                break
    return acknowledged, said


def whole_batches(ledger):
    sizes = proposals(ledger).groupby("batch_id").size()
    assert set(sizes) <= {SAMPLES}
    return set(sizes.index)


@pytest.mark.parametrize("log_limit", ["16MB", "500KB"], ids=["in the log", "while folding the log into the file"])
def test_a_full_disk_loses_nothing_and_the_ledger_works_again_with_room(small_disk, log_limit):
    disk = small_disk(8)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(4_000_000))
    ledger = open_ledger(disk / "workspace" / "corrections.duckdb")
    with ledger.cursor() as cursor:
        cursor.execute(f"SET GLOBAL checkpoint_threshold = '{log_limit}'")
    acknowledged, said = fill_up(ledger)
    assert len(acknowledged) > 3
    assert len(said) == 3
    assert all("is full" in sentence and "free some space" in sentence for sentence in said), said
    ledger.close()
    assert ledger.problem() is None or "is full" in ledger.problem()
    ballast.unlink()
    assert ledger.problem() is None
    # The refused ones may be there whole, where only the folding after the writing met the full disk; never in part.
    found = whole_batches(ledger)
    assert set(acknowledged) <= found
    assert len(found) <= len(acknowledged) + len(said)
    assert propose_many(ledger, "after") in whole_batches(ledger)
    ledger.close()


def test_no_room_for_a_backup_stops_nobody(small_disk):
    disk = small_disk(8)
    ledger = open_ledger(disk / "workspace" / "corrections.duckdb")
    ledger.backup_rule = BackupRule(writes=2)
    first = propose_many(ledger, "first")
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(6_000_000))
    more = {propose_many(ledger, number) for number in range(5)}
    assert "No backup of the ledger could be made" in ledger.backup_trouble
    assert whole_batches(ledger) == {first} | more
    ballast.unlink()
    for number in range(3):
        propose_many(ledger, f"later {number}")
    assert ledger.backup_trouble is None
    assert all(read_whole(backup.path)[0] == backup.rows for backup in list_backups(ledger.path))
    ledger.close()


PREPARE = """
import sys
from pathlib import Path
import numpy as np
from core.dataset import open_dataset
from core.errors import GlitchAuditError
from core.evidence.previews import PreviewCollector
dataset = open_dataset(Path(sys.argv[1]))
try:
    collector = PreviewCollector(dataset, Path(sys.argv[2]))
except GlitchAuditError as error:
    sys.exit(str(error))
for row in range(len(dataset.pictures)):
    collector.add(row, np.full((28, 34), 99, np.uint8))
"""


@pytest.mark.parametrize("asked", [True, False], ids=["found out before", "taken by another one meanwhile"])
def test_previews_on_a_full_disk_are_a_sentence_and_no_signal(small_disk, tmp_path, asked):
    disk = small_disk(2)
    (disk / "ballast").write_bytes(bytes(1_500_000))
    for number in range(200):
        (tmp_path / "data" / "Blip").mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), number).save(tmp_path / "data" / "Blip" / f"s{number}.png")
    program = PREPARE if asked else "import core.evidence.previews as p; p.lacking_room = lambda *_: ''\n" + PREPARE
    command = [sys.executable, "-c", program, str(tmp_path / "data"), str(disk)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT)
    assert ended.returncode == 1, (ended.returncode, ended.stderr)
    assert "The previews cannot be gathered in" in ended.stderr and "free some space" in ended.stderr
    assert ("1.2 MB are needed" in ended.stderr) is asked
    (disk / "ballast").unlink()
    ended = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT)
    assert ended.returncode == 0, ended.stderr


def _fill_a_limited_file(path, told):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))
    told.send(fill_up(open_ledger(path), attempts=60))
    told.close()


def test_a_file_that_may_not_grow_is_the_same_to_a_user_without_the_right_to_mount(tmp_path):
    path = tmp_path / "corrections.duckdb"
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe(duplex=False)
    writer = context.Process(target=_fill_a_limited_file, args=(path, its))
    writer.start()
    its.close()
    acknowledged, said = ours.recv()
    writer.join()
    assert len(acknowledged) > 3
    assert all("is full" in sentence for sentence in said), said
    ledger = open_ledger(path)
    assert set(acknowledged) <= whole_batches(ledger)
    assert propose_many(ledger, "after") in whole_batches(ledger)
    ledger.close()

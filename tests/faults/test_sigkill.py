"""SIGKILL in the middle of writing, over and over: every acknowledged act is there, and none is half there."""

import multiprocessing
import random
import time

import pytest

from core.ledger import list_backups, open_ledger
from core.ledger.storage.backups import read_whole
from tests.faults.writer import write_until_killed

pytestmark = pytest.mark.faults

MANY, SOME = 50, 15
MOST_ACTS, LONGEST_S = 8, 0.05
"""How many acts are waited for before a kill, and how long after the last: on a busy machine as many are done."""


@pytest.fixture(scope="module")
def processes():
    """Forks from a process that has imported all of it, so that many starts do not take a minute."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.writer", "duckdb", "pandas"])
    return context


def killed_after(processes, path, seed, acts, seconds):
    """Run the writer, kill it some seconds after so many acts, and return all that it had acknowledged."""
    ours, its = processes.Pipe(duplex=False)
    writer = processes.Process(target=write_until_killed, args=(path, seed, its))
    writer.start()
    its.close()
    assert ours.recv()[0] == "ready"
    acknowledged = [ours.recv() for _ in range(acts)]
    time.sleep(seconds)
    writer.kill()
    try:
        while True:
            acknowledged.append(ours.recv())
    except (EOFError, OSError):  # the last message may be cut off: then it was not acknowledged
        pass
    writer.join()
    assert writer.exitcode == -9
    return acknowledged


def stored(ledger):
    """Every batch with the samples it says and the rows it has, and every judgement with its batch."""
    with ledger.cursor() as cursor:
        batches = cursor.execute(
            "SELECT coalesce(batch.batch_id, correction.batch_id), any_value(batch.samples), count(correction_id) "
            "FROM batch FULL JOIN correction ON correction.batch_id = batch.batch_id GROUP BY 1"
        ).fetchall()
        judgements = cursor.execute("SELECT judgement_id, batch_id FROM judgement").fetchall()
    return {batch: (said, rows) for batch, said, rows in batches}, dict(judgements)


@pytest.mark.parametrize("kills", [SOME, pytest.param(MANY, marks=pytest.mark.slow_faults)])
def test_every_acknowledged_act_survives_and_none_is_half_there(processes, tmp_path, kills):
    path = tmp_path / "corrections.duckdb"
    chance = random.Random(4)
    batches_told, judgements_told = {}, set()
    for kill in range(kills):
        for kind, act, samples in killed_after(
            processes, path, kill, chance.randint(0, MOST_ACTS), chance.uniform(0, LONGEST_S)
        ):
            if kind == "batch":
                batches_told[act] = samples
            else:
                judgements_told.add(act)
        ledger = open_ledger(path)
        batches, judgements = stored(ledger)
        ledger.close()
        assert {batch: batches[batch] for batch in batches_told} == {
            batch: (samples, samples) for batch, samples in batches_told.items()
        }
        assert judgements_told <= judgements.keys()
        assert all(said == rows for said, rows in batches.values())
        assert all(batch in batches for batch in judgements.values())
        # One act may be written and not yet acknowledged when the kill comes, no more.
        unknown = len(batches) - len(batches_told) - len(judgements_told)
        assert 0 <= unknown <= kill + 1
    assert len(batches_told) > kills
    for backup in list_backups(path):
        assert read_whole(backup.path)[0] == backup.rows

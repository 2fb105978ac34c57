"""What the fault tests run in a process of its own: write to a ledger, and tell each act once it was acknowledged."""

from __future__ import annotations

import random
from multiprocessing.connection import Connection
from pathlib import Path

from core.dataset.selection import Selection
from core.ledger import BackupRule, SuspectCase, judge, open_ledger, propose, restore, withdraw


def write_until_killed(path: Path, seed: int, told: Connection) -> None:
    """Propose, judge, withdraw and restore; sends ``(kind, id, samples)`` after each act.

    Every other seed folds the log into the file, and makes a backup, every few acts, so that the kill meets those too.
    """
    ledger = open_ledger(path)
    if seed % 2:
        ledger.backup_rule = BackupRule(writes=5)
        with ledger.cursor() as cursor:
            cursor.execute("SET GLOBAL checkpoint_threshold = '50KB'")
    chance = random.Random(seed)
    told.send(("ready", "", 0))
    written = []
    number = 0
    while True:
        number += 1
        act = chance.choice(("propose", "propose", "judge", "withdraw", "restore"))
        if act == "judge":
            case = SuspectCase(f"{seed}-{number}", "Blip", "Tomte")
            done = judge(ledger, case, "accept", author="Ada", app_version="0")
            told.send(("judgement", done.judgement_id, 1))
        elif act == "propose" or not written:
            samples = chance.choice((1, 7, 300))
            ids = tuple(f"{seed}-{number}-{place}" for place in range(samples))
            before = dict.fromkeys(ids, "Blip")
            done = propose(ledger, Selection(ids, "lasso"), before, "Tomte", author="Ada", app_version="0")
            written.append(done.batch_id)
            told.send(("batch", done.batch_id, samples))
        else:
            batch_id = written.pop()
            done = withdraw(ledger, batch_id, author="Ada")
            told.send(("batch", done.batch_id, done.samples))
            if act == "restore":
                done = restore(ledger, batch_id, author="Ada")
                told.send(("batch", done.batch_id, done.samples))

"""A ledger of a million acts, of a team and in a file: how long until it is open, what reading and writing take then.

    python -m benchmarks.team_large_ledger [--acts 1000000]

The acts are made by SQL in Debian's PostgreSQL: two in five propose a label for one sample, two judge a suspect, one
decides. The file is a copy of the replica. "A page of Corrections" is all that the page reads of the ledger as a
moderator opens it: right after a write, and once more when nothing was written since. What the page sends to the
browser is not in it. Results: benchmarks/results/team_large_ledger.txt.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks.machine import when_and_where
from core.ledger import Ledger, Person, batches, decide, judgements, open_ledger, proposals
from core.ledger.storage.backups import copy_database
from core.ledger.storage.schema import VERSION
from core.ledger.storage.team.address import LEDGER_VARIABLE
from core.ledger.views.batches import count_batches, last_to_redo, last_to_undo
from core.ledger.views.judgements import count_judgements
from core.ledger.views.proposals import count_proposals, proposal_choices
from core.ledger.views.waiting import ledger_extent
from pages.parts.corrections.turning import ROWS
from tests.postgres import Postgres

RESULTS = Path(__file__).with_name("results") / "team_large_ledger.txt"

_SIGNED = """'created_at', to_char(timestamp '2026-01-01' + n * interval '1 second', 'YYYY-MM-DD HH24:MI:SS'),
    'author', 'P' || n % 20, 'author_key', 'p' || n % 20, 'name_key', 'p' || n % 20, 'author_verified', false"""
_CONTENT = f"""
    CASE WHEN n % 5 < 2 THEN json_build_object(
        'batch', json_build_array(jsonb_build_object('batch_id', 'b' || n, 'kind', 'proposal', {_SIGNED}, 'samples', 1,
            'skipped', 0, 'how', 'click', 'polygon', '[]', 'filters', '{{}}', 'dataset_fingerprint', '',
            'layout_fingerprint', '', 'app_version', '0', 'role', 'reviewer')),
        'correction', json_build_array(jsonb_build_object('correction_id', md5('b' || n), 'sequence', n, 'batch_id',
            'b' || n, 'kind', 'proposal', {_SIGNED}, 'sample_id', 's' || n, 'label_before', 'Blip', 'label_proposed',
            'Tomte', 'reason', 'rises')))
    WHEN n % 5 < 4 THEN json_build_object('judgement', json_build_array(jsonb_build_object('judgement_id', 'j' || n,
        'sequence', n, 'event', n, {_SIGNED}, 'role', 'reviewer', 'sample_id', 's' || n, 'label', 'Blip', 'verdict',
        'keep', 'suggested_label', 'Tomte', 'reason', '', 'suspects_fingerprint', '', 'dataset_fingerprint', '',
        'app_version', '0')))
    ELSE json_build_object('decision', json_build_array(jsonb_build_object('decision_id', 'd' || n, 'event', n,
        {_SIGNED}, 'role', 'moderator', 'sample_id', 's' || n, 'turn', 0, 'kind', 'decide', 'label', 'Koi', 'reason',
        'seen', 'dataset_fingerprint', '', 'app_version', '0'))) END"""


def make_acts(server: Postgres, name: str, acts: int) -> None:
    """Have the server write so many acts of one ledger by itself."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        ledger = connection.execute("SELECT ledger FROM glitch_audit.ledger WHERE name = %s", [name]).fetchone()
        assert ledger is not None
        connection.execute(
            "INSERT INTO glitch_audit.act (ledger, number, act, schema_version, app_version, content) "
            f"SELECT {ledger[0]}, n, gen_random_uuid(), {VERSION}, '0', {_CONTENT} FROM generate_series(2, {acts}) AS n"
        )


def _took(act: Callable[[], object], times: int = 1) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def _corrections(ledger: Ledger) -> None:
    """Read what the page Corrections reads as somebody opens it; see pages/corrections.py."""
    count_judgements(ledger)
    proposal_choices(ledger)
    count_proposals(ledger)
    proposals(ledger, most=ROWS)
    author = Person("P3")
    count_batches(ledger, by=author)
    last_to_undo(ledger, author)
    last_to_redo(ledger, author)
    count_batches(ledger)
    batches(ledger, most=ROWS)


def _line(what: str, value: float, unit: str = "") -> str:
    places = 1 if unit[:1] in ("s", "m") else 0
    return f"{what:52} {value:10,.{places}f} {unit}".rstrip()


def _used(ledger: Ledger, name: str) -> list[str]:
    """Open a ledger, read it and write to it; return the figures as lines."""
    number = iter(range(10_000))

    def settle() -> None:
        author = Person("Mo", "moderator")
        decide(ledger, f"{name} {next(number)}", "Koi", author=author, reason="seen", app_version="0")

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    opened = _took(ledger.readable)
    cpu = time.process_time() - cpu
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    lines = [
        _line(f"{name}: it is open", opened, f"s ({cpu:.1f} s of the processor, {grown:,.0f} MB memory)"),
        _line(f"{name}: how far it has come (each page asks)", _took(lambda: ledger_extent(ledger), 5) * 1e3, "ms"),
        # It may wait for a backup, or for its connection.
        _line(f"{name}: the first decision", _took(settle) * 1e3, "ms"),
        _line(f"{name}: a decision", _took(settle, 20) * 1e3, "ms (bar: 100)"),
    ]
    cpu = time.process_time()
    took = _took(lambda: _corrections(ledger))
    cpu = time.process_time() - cpu
    lines += [
        _line(f"{name}: a page of Corrections", took, f"s ({cpu:.1f} s of the processor; bar: 1)"),
        _line(f"{name}: the page again", _took(lambda: _corrections(ledger)), "s"),
        _line(f"{name}: the judgements, unfolded", _took(lambda: judgements(ledger, most=ROWS)), "s"),
        _line(f"{name}: a page in the middle", _took(lambda: proposals(ledger, first=150_000, most=ROWS)), "s"),
        _line(f"{name}: rows", ledger_extent(ledger).rows),
    ]
    return lines


def main() -> None:
    """Make the ledgers, open them, read them and write to them; print the figures and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=1_000_000)
    acts = parser.parse_args().acts
    lines = [when_and_where(), f"python -m benchmarks.team_large_ledger --acts {acts}", ""]
    server = Postgres(lasting=True)
    try:
        os.environ[LEDGER_VARIABLE] = server.url()
        ledger = open_ledger(server.folder / "large" / "corrections.duckdb")
        author = Person("Mo", "moderator")
        decide(ledger, "first", "Koi", author=author, reason="seen", app_version="0")
        lines.append(_line("made by SQL", _took(lambda: make_acts(server, "large", acts)), "s"))
        ledger.close()
        lines += _used(ledger, "PostgreSQL")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "corrections.duckdb"
            with ledger.cursor() as cursor:
                copy_database(cursor, path)
            ledger.close()
            lines.append(_line("file: size", path.stat().st_size / 1e6, "MB"))
            file = Ledger(path)
            lines += _used(file, "file")
            file.close()
    finally:
        server.remove()
    lines.append(f"Load when it ended: {os.getloadavg()[0]:.1f}.")
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

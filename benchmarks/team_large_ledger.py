"""A team's ledger of a million acts: how long until a process has its replica, and what reading and writing take then.

    python -m benchmarks.team_large_ledger [--acts 1000000]

The acts are made by SQL in Debian's PostgreSQL: two in five propose a label for one sample, two judge a suspect, one
decides. Results: benchmarks/results/team_large_ledger.txt.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks.machine import when_and_where
from core.ledger import Person, ProposalFilters, decide, open_ledger, proposals
from core.ledger.storage.schema import VERSION
from core.ledger.storage.team.address import LEDGER_VARIABLE
from core.ledger.views.waiting import ledger_extent
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


def main() -> None:
    """Make the ledger, open it, read it and write to it; print the figures and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=1_000_000)
    acts = parser.parse_args().acts
    lines = [when_and_where(), f"python -m benchmarks.team_large_ledger --acts {acts}", ""]
    server = Postgres(lasting=True)
    try:
        os.environ[LEDGER_VARIABLE] = server.url()
        ledger = open_ledger(server.folder / "large" / "corrections.duckdb")
        number = iter(range(10_000))

        def settle() -> None:
            author = Person("Mo", "moderator")
            decide(ledger, f"t{next(number)}", "Koi", author=author, reason="seen", app_version="0")

        settle()
        every = ProposalFilters(status="all")
        made = _took(lambda: make_acts(server, "large", acts))
        ledger.close()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        cpu = time.process_time()
        opened = _took(ledger.readable)
        cpu = time.process_time() - cpu
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        lines += [
            f"made by SQL                          {made:9.1f} s",
            f"a process has its replica            {opened:9.1f} s ({cpu:.1f} s of the processor, "
            f"{grown:,.0f} MB memory)",
            f"how far it has come (each page asks) {_took(lambda: ledger_extent(ledger), 5) * 1e3:9.1f} ms",
            f"all proposals as a table             {_took(lambda: proposals(ledger, every)):9.1f} s",
            f"a decision                           {_took(settle, 20) * 1e3:9.1f} ms (bar: 100)",
            f"rows                                 {ledger_extent(ledger).rows:9,}",
        ]
    finally:
        server.remove()
    lines.append(f"Load when it ended: {os.getloadavg()[0]:.1f}.")
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

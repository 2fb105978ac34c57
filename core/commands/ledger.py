"""``python -m core ledger copy FROM TO``: copy a ledger from its file to a team's database, or back."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from core.commands.data_sets import workspace_named
from core.errors import GlitchAuditError
from core.ledger.exchange.moving import copy_ledger
from core.ledger.storage.store import Ledger
from core.ledger.storage.team.address import LEDGER_VARIABLE, address_in_environment, is_address, ledger_name
from core.ledger.storage.team.team_ledger import TeamLedger
from core.typed_paths import typed_path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``ledger``."""
    side = (
        f"a workspace's name or a DuckDB file, a PostgreSQL address, or {LEDGER_VARIABLE} for the address in the "
        "environment, which keeps its password off the command line"
    )
    parser.add_argument("act", choices=("copy",), help="what to do")
    parser.add_argument("source", metavar="FROM", help=side)
    parser.add_argument("target", metavar="TO", help=f"{side}; an empty ledger")
    parser.add_argument(
        "--name", default="", help="the ledger's name in the database (default: the other side's workspace)"
    )


def run(options: argparse.Namespace) -> None:
    """Copy, compare both sides, and print the rows and hash of each table."""
    sides = [_given(text) for text in (options.source, options.target)]
    path = next((side for side in sides if isinstance(side, Path)), None)
    if path is None and not options.name:
        raise GlitchAuditError("Both ledgers lie in databases: say with --name which one is meant.")
    name = options.name or ledger_name(path or Path())
    with (
        closing(_opened(sides[0], name)) as source,
        closing(_opened(sides[1], name)) as target,
        closing(_opened(sides[1], name)) as again,
    ):
        # A file is held by whoever has it open, so that it is read through the same connection.
        copied = copy_ledger(source, target, target_again=again if isinstance(again, TeamLedger) else None)
        print(f"{'table':16} {'rows':>10}  content, the same on both sides")
        for table in copied:
            print(f"{table.name:16} {table.rows:10,}  {table.content}")
        print(f"{source} was copied to {target}.")


def _given(text: str) -> Path | str:
    """Return a file's path, or an address."""
    if text == LEDGER_VARIABLE:
        address = address_in_environment()
        if address is None:
            raise GlitchAuditError(f"{LEDGER_VARIABLE} is not set in the environment: set it, or give the address.")
        return address
    if is_address(text):
        return text
    path = typed_path(text)
    return path.resolve() if path.suffix == ".duckdb" else workspace_named(Path(text)).ledger_path.resolve()


def _opened(side: Path | str, name: str) -> Ledger:
    return Ledger(side) if isinstance(side, Path) else TeamLedger(Path(name) / "corrections.duckdb", side, name=name)

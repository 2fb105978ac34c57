"""Open a workspace's ledger: a file in its folder, or where the environment says so, in a team's database."""

from __future__ import annotations

import threading
from pathlib import Path

from core.ledger.storage.store import Ledger
from core.ledger.storage.team.address import address_in_environment
from core.ledger.storage.team.team_ledger import TeamLedger

_ledgers: dict[tuple[Path, str | None], Ledger] = {}
_ledgers_lock = threading.Lock()


def open_ledger(path: Path) -> Ledger:
    """Return the ledger at ``path``, the same object for the same file all over this process.

    With ``GLITCH_AUDIT_LEDGER`` in the environment it lies in that PostgreSQL database instead, under the name of its
    workspace. DuckDB lets one process hold a file, so all its pages and threads share this one connection. Nothing is
    opened, and so nothing raised, until it is used.
    """
    path = Path(path).expanduser().resolve()
    address = address_in_environment()
    with _ledgers_lock:
        if (path, address) not in _ledgers:
            _ledgers[path, address] = Ledger(path) if address is None else TeamLedger(path, address)
        return _ledgers[path, address]

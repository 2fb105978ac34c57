"""Where a team's ledger lies: the address in the environment, what may be shown of it, and a ledger's name there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import GlitchAuditError
from core.packages import missing_packages

LEDGER_VARIABLE = "GLITCH_AUDIT_LEDGER"
"""Environment variable with the PostgreSQL address of the ledgers of all workspaces; without it they are files."""

_SCHEMES = ("postgresql://", "postgres://")
_FILE_NAME = "corrections"


@dataclass(frozen=True, repr=False)
class Address:
    """A PostgreSQL address that libpq can read.

    Attributes:
        url: with the password; never shown.
        shown: host, port and database alone.
    """

    url: str
    shown: str

    def __repr__(self) -> str:
        return f"Address({self.shown})"


def address_in_environment() -> str | None:
    """Return what the environment gives as the ledgers' address, unread; None where they are files."""
    return os.environ.get(LEDGER_VARIABLE, "").strip() or None


def is_address(text: str) -> bool:
    """Return whether a text is a PostgreSQL address, rather than a path."""
    return text.startswith(_SCHEMES)


def read_address(url: str, *, given_by: str = LEDGER_VARIABLE) -> Address:
    """Return an address that was checked; raises GlitchAuditError, without the text of it, where it is none.

    Nothing of an address that cannot be read is shown: what looks like its host may be half of a password.
    """
    wrong = (
        f"{given_by} is no address of a PostgreSQL database: write postgresql://NAME:PASSWORD@HOST:PORT/DATABASE, with "
        "special characters of the password as %40 and the like."
    )
    if not is_address(url):
        raise GlitchAuditError(wrong)
    if missing_packages(["psycopg"]):
        raise GlitchAuditError(
            "A ledger on PostgreSQL needs the package psycopg: install it with "
            "python -m pip install -r requirements-scale.txt"
        )
    import psycopg.conninfo

    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise GlitchAuditError(wrong) from None
    hosts = str(parts.get("host") or parts.get("hostaddr") or "localhost").split(",")
    ports = str(parts.get("port") or "").split(",")
    database = str(parts.get("dbname") or parts.get("user") or "")
    if any(port and not port.isdecimal() for port in ports) or any("@" in part for part in (*hosts, database)):
        raise GlitchAuditError(wrong)
    ports = ports * len(hosts) if len(ports) == 1 else ports
    places = [f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=False)]
    return Address(url, f"{' or '.join(places)}, database {database or 'of the user'}")


def ledger_name(path: Path) -> str:
    """Return the name in the database of the ledger that would be the file at ``path``: that of its workspace."""
    return path.parent.name if path.stem == _FILE_NAME else f"{path.parent.name}/{path.stem}"

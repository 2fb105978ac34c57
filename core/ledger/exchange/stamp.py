"""The stamp of every export: which data set, which state of the ledger, which program."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.ledger.acts.checks import now
from core.ledger.storage.store import Ledger
from core.ledger.views.queries import read_frame
from core.version import APP_VERSION

ABOUT_NAME = "about.json"
"""The file beside every exported file or inside every exported folder."""

_FORMAT = "glitch-audit export"
_MAX_TEXT = 1_000


@dataclass(frozen=True)
class LedgerState:
    """How far a ledger has come.

    Attributes:
        events: rows in all of its append-only tables.
        last_event: time of the latest row, ISO 8601 in UTC; empty for a ledger without rows.
        fingerprint: hash of the ids of all rows; the same for two ledgers that hold the same events.
    """

    events: int
    last_event: str
    fingerprint: str


@dataclass(frozen=True)
class Stamp:
    """What an export was made from.

    ``kind`` says in words what was exported, ``rule`` when a correction counts as decided (empty where that did not
    matter); ``made_at`` is ISO 8601 in UTC. For the ledger's values see :class:`LedgerState`.
    """

    kind: str
    dataset_name: str
    dataset_fingerprint: str
    ledger_events: int
    ledger_last_event: str
    ledger_fingerprint: str
    rule: str
    app_version: str
    made_at: str

    def sentence(self) -> str:
        """Return all of it in one sentence."""
        state = f"{self.ledger_events:,} events"
        if self.ledger_last_event:
            state += f", the latest of {self.ledger_last_event}"
        return (
            f"{self.kind} of {self.dataset_name} (fingerprint {self.dataset_fingerprint}), made at {self.made_at} by "
            f"Glitch Audit {self.app_version} from a ledger of {state} (fingerprint {self.ledger_fingerprint})."
        )


def ledger_tables(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Return the append-only tables of the ledger file and their columns; none where there is no file.

    Every table begins with the id of its rows, and has ``created_at`` in UTC.
    """
    found = read_frame(
        ledger,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database() "
        "AND table_name IN (SELECT table_name FROM duckdb_tables()) AND table_name <> 'schema_version' "
        "ORDER BY table_name, column_index",
        [],
        ("table_name", "column_name"),
    )
    return {str(name): tuple(rows) for name, rows in found.groupby("table_name")["column_name"]}


def ledger_state(ledger: Ledger) -> LedgerState:
    """Return the state of a ledger; no events for one that is missing or cannot be read."""
    tables = {name: columns for name, columns in ledger_tables(ledger).items() if "created_at" in columns}
    if not tables:
        return LedgerState(0, "", "")
    ids = " UNION ALL ".join(
        f'SELECT \'{name}/\' || "{columns[0]}" AS id, created_at, {_number(columns)} AS number FROM "{name}"'
        for name, columns in tables.items()
    )
    row = read_frame(
        ledger,
        f"SELECT count(*) AS events, arg_max(created_at, (number, created_at)) AS last_event, "
        f"coalesce(md5(string_agg(id, chr(10) ORDER BY id)), '') AS fingerprint FROM ({ids})",
        [],
        ("events", "last_event", "fingerprint"),
    ).iloc[0]
    last = "" if row["events"] == 0 else row["last_event"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return LedgerState(int(row["events"]), last, str(row["fingerprint"])[:16])


def _number(columns: tuple[str, ...]) -> str:
    """Return the column that numbers a table's rows; "0" for batches, which have their corrections' numbers."""
    return next((name for name in ("event", "sequence") if name in columns), "0")


def make_stamp(ledger: Ledger, dataset: Dataset, *, kind: str, rule: str = "") -> Stamp:
    """Return the stamp of an export of this kind that is made now; ``rule`` in words."""
    state = ledger_state(ledger)
    return Stamp(
        kind=kind,
        dataset_name=dataset.name,
        dataset_fingerprint=dataset.fingerprint,
        ledger_events=state.events,
        ledger_last_event=state.last_event,
        ledger_fingerprint=state.fingerprint,
        rule=rule,
        app_version=APP_VERSION,
        made_at=now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def stamp_text(stamp: Stamp, **more: object) -> str:
    """Return the text of ``about.json``."""
    return json.dumps({"format": _FORMAT, **dataclasses.asdict(stamp), **more}, indent=2, ensure_ascii=False) + "\n"


def write_about(folder: Path, stamp: Stamp, **more: object) -> None:
    """Write ``about.json`` into an export's folder: the stamp, and ``more``."""
    (folder / ABOUT_NAME).write_text(stamp_text(stamp, **more), encoding="utf-8")


def read_stamp(text: str | bytes, *, where: str) -> tuple[Stamp, dict[str, Any]]:
    """Return the stamp in an ``about.json``, and what else stands there; raises GlitchAuditError if it is none."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or facts.pop("format", None) != _FORMAT:
        raise GlitchAuditError(f"{where}: this is no description of a Glitch Audit export")
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Stamp):
        value = facts.pop(field.name, None)
        wanted = int if field.name == "ledger_events" else str
        if type(value) is not wanted or len(str(value)) > _MAX_TEXT:
            raise GlitchAuditError(f"{where}: the description of the export lacks a usable '{field.name}'")
        values[field.name] = value
    return Stamp(**values), facts

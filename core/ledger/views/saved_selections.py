"""Selections kept under a name: somebody else can open the very same samples by their address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from core.dataset.selection import Selection, filters_from, read_asked_record, read_drawn_record
from core.errors import GlitchAuditError
from core.ledger.storage.store import Ledger
from core.ledger.views.queries import read_frame

SAVED_COLUMNS = (
    *(
        "selection_id",
        "created_at",
        "author",
        "author_key",
        "name_key",
        "author_verified",
        "role",
        "name",
        "note",
        "samples",
        "how",
        "polygon",
    ),
    *("cluster", "filters", "dataset_fingerprint", "layout_fingerprint", "app_version", "status", "withdrawn_by"),
    "withdrawn_at",
)
_STATUSES = ("current", "withdrawn", "all")
_SAVED = """
    SELECT saved.*, json_array_length(saved.sample_ids)::INTEGER AS samples,
        CASE WHEN taken_back.selection_id IS NULL THEN 'current' ELSE 'withdrawn' END AS status,
        taken_back.author AS withdrawn_by, taken_back.created_at AS withdrawn_at
    FROM saved_selection AS saved
    LEFT JOIN saved_selection AS taken_back ON taken_back.withdraws = saved.selection_id
    WHERE saved.withdraws IS NULL
"""


@dataclass(frozen=True)
class SavedSelection:
    """A selection as it was saved.

    ``selection_id`` names it, in addresses too; ``created_at`` is in UTC. ``withdrawn``: it was taken back since.
    ``repeated``: it had been saved before, and nothing was added now.
    """

    selection_id: str
    name: str
    note: str
    selection: Selection
    author: str
    author_verified: bool
    author_key: str
    created_at: datetime
    withdrawn: bool = False
    repeated: bool = False


def saved_selections(ledger: Ledger, *, status: str = "current", dataset_fingerprint: str = "") -> pd.DataFrame:
    """Return one row a saved selection, "current", "withdrawn" or "all", latest first: :data:`SAVED_COLUMNS`."""
    if status not in _STATUSES:
        raise ValueError(f"the status must be one of {', '.join(_STATUSES)}, not '{status}'")
    query = (
        f"SELECT {', '.join(SAVED_COLUMNS)} FROM ({_SAVED}) WHERE ($1 = 'all' OR status = $1) "
        "AND ($2 = '' OR dataset_fingerprint = $2) ORDER BY event DESC"
    )
    return read_frame(ledger, query, [status, dataset_fingerprint], SAVED_COLUMNS)


def find_saved_selection(ledger: Ledger, selection_id: str) -> SavedSelection:
    """Return the selection of this id, a withdrawn one too; GlitchAuditError if it is unknown or unreadable."""
    columns = (*SAVED_COLUMNS, "sample_ids")
    found = read_frame(
        ledger, f"SELECT {', '.join(columns)} FROM ({_SAVED}) WHERE selection_id = ?", [str(selection_id)], columns
    )
    if found.empty:
        raise GlitchAuditError(
            "The address names a selection that is not saved here: ask for the link again, or look whether the right "
            "data set is open."
        )
    row = found.iloc[0].to_dict()
    try:
        selection = _selection(row)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise GlitchAuditError(f"The saved selection {selection_id} cannot be read; save it anew.") from error
    return SavedSelection(
        selection_id=row["selection_id"],
        name=row["name"],
        note=row["note"],
        selection=selection,
        author=row["author"],
        author_verified=bool(row["author_verified"]),
        author_key=row["author_key"],
        created_at=row["created_at"].to_pydatetime().astimezone(UTC),
        withdrawn=row["status"] == "withdrawn",
    )


def _selection(row: Mapping[str, Any]) -> Selection:
    polygon, parts = read_drawn_record(row["polygon"])
    return Selection(
        sample_ids=tuple(str(name) for name in json.loads(row["sample_ids"])),
        how=str(row["how"]),
        polygon=polygon,
        parts=parts,
        cluster=None if pd.isna(row["cluster"]) else int(row["cluster"]),
        filters=filters_from(json.loads(row["filters"])),
        dataset_fingerprint=str(row["dataset_fingerprint"]),
        layout_fingerprint=str(row["layout_fingerprint"]),
        asked=read_asked_record(row["polygon"]),
    )

"""Selections kept under a name, so that somebody else can open the very same samples by an address."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from core.dataset.selection import Selection, drawn_record, filters_from, read_drawn_record
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.proposing import checked_person, checked_text, new_batch_id, now, transaction
from core.ledger.people import Person, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.reading import read_frame

MAX_NAME = 100
MAX_NOTE = 2_000

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
_ROW = (
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
        "how",
        "polygon",
        "cluster",
    ),
    *("filters", "sample_ids", "dataset_fingerprint", "layout_fingerprint", "app_version", "withdraws"),
)
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

    Attributes:
        selection_id: names it, in addresses too.
        name, note: what its author called it and wrote of it.
        selection: the samples, how they were chosen, and on what.
        author: who saved it.
        author_verified: whether the author had signed in.
        author_key: which person that is.
        created_at: when, in UTC.
        withdrawn: whether it was taken back since.
        repeated: it had been saved before, and nothing was added now.
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


def save_selection(
    ledger: Ledger,
    selection: Selection,
    *,
    name: str,
    author: str | Person,
    app_version: str,
    note: str = "",
    selection_id: str | None = None,
) -> SavedSelection:
    """Keep a selection: its outline, its filters, its sample ids, and the fingerprints of what it was made on.

    Args:
        ledger: where to write.
        selection: at least one sample.
        name: at most 100 characters; two selections may have the same.
        author: who saves it; as a viewer one may not.
        app_version: of this program.
        note: what it is for, at most 2,000 characters.
        selection_id: from :func:`core.ledger.new_batch_id`; one that was saved before is returned (``repeated``).

    Raises:
        GlitchAuditError: nothing is selected, a text is empty or too long, the role does not allow it, or the ledger
            cannot be written.
    """
    person = checked_person(author)
    require(person, "save selection")
    sample_ids = list(dict.fromkeys(selection.sample_ids))
    if not sample_ids:
        raise GlitchAuditError("No samples are selected, so there is nothing to save.")
    row = {
        "selection_id": selection_id or new_batch_id(),
        "created_at": now(),
        "author": person.name,
        "author_key": person.key,
        "name_key": person.name_key,
        "author_verified": person.verified,
        "role": person.role,
        "name": checked_text(name, "selection's name", MAX_NAME, one_line=True),
        "note": checked_text(note, "note", MAX_NOTE, required=False),
        "how": selection.how,
        "polygon": drawn_record(selection),
        "cluster": selection.cluster,
        "filters": json.dumps(dataclasses.asdict(selection.filters)),
        "sample_ids": json.dumps(sample_ids),
        "dataset_fingerprint": selection.dataset_fingerprint,
        "layout_fingerprint": selection.layout_fingerprint,
        "app_version": app_version,
        "withdraws": None,
    }
    repeated = _append(ledger, row)
    return dataclasses.replace(find_saved_selection(ledger, row["selection_id"]), repeated=repeated)


def withdraw_saved_selection(
    ledger: Ledger, selection_id: str, *, author: str | Person, app_version: str
) -> SavedSelection:
    """Take a saved selection back by appending a row; its address says so from then on. A second time adds nothing.

    Raises:
        GlitchAuditError: there is none of that id, somebody else saved it and the author is no moderator, or the ledger
            cannot be written.
    """
    person = checked_person(author)
    saved = find_saved_selection(ledger, selection_id)
    require_own(person, saved.author, saved.author_key)
    with ledger.cursor() as cursor:
        found = cursor.execute(
            f"SELECT {', '.join(_ROW)} FROM saved_selection WHERE selection_id = ?", [selection_id]
        ).fetchall()[0]
    row = dict(zip(_ROW, found, strict=True)) | {
        "selection_id": fingerprint("withdrawn selection", selection_id),
        "created_at": now(),
        "author": person.name,
        "author_key": person.key,
        "name_key": person.name_key,
        "author_verified": person.verified,
        "role": person.role,
        "app_version": app_version,
        "withdraws": selection_id,
    }
    repeated = _append(ledger, row)
    return dataclasses.replace(saved, withdrawn=True, repeated=repeated)


def saved_selections(ledger: Ledger, *, status: str = "current", dataset_fingerprint: str = "") -> pd.DataFrame:
    """One row a saved selection, latest first: :data:`SAVED_COLUMNS`; times in UTC.

    Args:
        ledger: where it is missing or cannot be read, the answer is empty (see ``Ledger.problem``).
        status: "current", "withdrawn" or "all".
        dataset_fingerprint: only those made on this data set; empty for any.
    """
    if status not in _STATUSES:
        raise ValueError(f"the status must be one of {', '.join(_STATUSES)}, not '{status}'")
    query = (
        f"SELECT {', '.join(SAVED_COLUMNS)} FROM ({_SAVED}) WHERE ($1 = 'all' OR status = $1) "
        "AND ($2 = '' OR dataset_fingerprint = $2) ORDER BY event DESC"
    )
    return read_frame(ledger, query, [status, dataset_fingerprint], SAVED_COLUMNS)


def find_saved_selection(ledger: Ledger, selection_id: str) -> SavedSelection:
    """The saved selection of this id, one that was withdrawn too.

    Raises:
        GlitchAuditError: there is none in this ledger, or what it says cannot be read.
    """
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


def _selection(row: Mapping[str, object]) -> Selection:
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
    )


def _append(ledger: Ledger, row: dict[str, object]) -> bool:
    """Write the row unless its id is there already; returns whether it was."""
    if row["withdraws"] is None:
        ledger.check_samples(json.loads(str(row["sample_ids"])))
    row = row | {"created_at": row["created_at"].replace(tzinfo=None)}
    with ledger.write_lock, ledger.cursor() as cursor, transaction(cursor):
        written = cursor.execute(
            f"INSERT INTO saved_selection ({', '.join(_ROW)}) VALUES ({', '.join('?' * len(_ROW))}) "
            "ON CONFLICT DO NOTHING RETURNING selection_id",
            [row[name] for name in _ROW],
        ).fetchall()
    return not written

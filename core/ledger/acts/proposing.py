"""Propose, withdraw and restore labels: each appends one batch in one transaction."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from core.dataset.selection import Selection, drawn_record
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text, now
from core.ledger.acts.rows import new_batch_id, transaction
from core.ledger.people import Person, owns, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.proposals import PROPOSAL, WITHDRAWAL

if TYPE_CHECKING:
    import duckdb

BATCH_TABLES = ("batch", "correction")
"""The tables that a batch is written to."""

_PROVENANCE = (
    "how",
    "polygon",
    "cluster",
    "filters",
    "dataset_fingerprint",
    "layout_fingerprint",
    "app_version",
)

# Who wrote a batch, and before that the batches that it brought back: what one wrote stays one's own.
_OWNERS = """
    WITH RECURSIVE former(author, author_key, refers_to, steps) AS (
        SELECT author, author_key, refers_to, 0 FROM batch WHERE batch_id = ?
        UNION ALL
        SELECT batch.author, batch.author_key, batch.refers_to, steps + 1
        FROM former JOIN batch ON batch.batch_id = former.refers_to
    )
    SELECT author, author_key FROM former ORDER BY steps
"""


@dataclass(frozen=True)
class Batch:
    """A written batch: ``kind`` is "proposal" or "withdrawal"; undo all of it with :func:`withdraw`.

    Attributes:
        created_at: in UTC.
        samples: correction rows written, one a sample.
        skipped: selected samples that were left out because they carry the proposed label already.
        refers_to: the batch that this one withdraws or restores.
        repeated: the batch had been written before, and nothing was added now.
    """

    batch_id: str
    kind: str
    created_at: datetime
    author: str
    samples: int
    skipped: int = 0
    refers_to: str | None = None
    repeated: bool = False


@dataclass(frozen=True)
class Draft:
    """A batch that is ready to be written: its rows (one a sample), and how its samples were chosen."""

    batch: Batch
    rows: pd.DataFrame
    provenance: Mapping[str, object]
    author: Person


def propose(
    ledger: Ledger,
    selection: Selection,
    labels_before: Mapping[str, str] | pd.Series,
    label_proposed: str,
    *,
    author: str | Person,
    app_version: str,
    reason: str = "",
    confidence: float | None = None,
    author_verified: bool = False,
    batch_id: str | None = None,
) -> Batch:
    """Propose a label of the taxonomy, or a new one, for every sample of a selection that does not carry it already.

    Args:
        selection: the samples, and how they were chosen, which is recorded with them.
        labels_before: the label of each sample now, by sample id; may hold more samples than the selection.
        confidence: the author's own, from 0 to 1, or None.
        author_verified: whether an author given as a name has signed in; a :class:`Person` says so itself.
        batch_id: from :func:`new_batch_id`. A batch that was written before is returned as it was (``repeated``).

    Raises:
        GlitchAuditError: nothing to write, a text that is empty or too long (label 100, author 200, reason 2,000
            characters), an author who is no reviewer, or a ledger that cannot be written.
    """
    batch = draft_proposal(
        selection,
        labels_before,
        label_proposed,
        author=author,
        app_version=app_version,
        reason=reason,
        confidence=confidence,
        author_verified=author_verified,
        batch_id=batch_id,
    )
    return append_batch(ledger, batch)


def draft_proposal(
    selection: Selection,
    labels_before: Mapping[str, str] | pd.Series,
    label_proposed: str,
    *,
    author: str | Person,
    app_version: str,
    reason: str = "",
    confidence: float | None = None,
    author_verified: bool = False,
    batch_id: str | None = None,
) -> Draft:
    """Return what :func:`propose` would write; arguments and errors as there."""
    label_proposed = checked_text(label_proposed, "label", MAX_LABEL, one_line=True)
    person = checked_person(author, verified=author_verified)
    require(person, "propose")
    reason = checked_text(reason, "reason", MAX_REASON, required=False)
    if confidence is not None and not 0 <= confidence <= 1:
        raise GlitchAuditError(f"The confidence must lie between 0 and 1, not {confidence}.")
    before = _labels_before(selection, labels_before)
    changed = before[before != label_proposed]
    if changed.empty:
        raise GlitchAuditError(f"All {len(before)} selected samples carry the label '{label_proposed}' already.")
    batch = Batch(
        batch_id=batch_id or new_batch_id(),
        kind=PROPOSAL,
        created_at=now(),
        author=person.name,
        samples=len(changed),
        skipped=len(before) - len(changed),
    )
    rows = pd.DataFrame({"sample_id": changed.index, "label_before": changed.to_numpy()})
    rows["label_proposed"] = label_proposed
    rows["reason"] = reason
    rows["confidence"] = float("nan") if confidence is None else float(confidence)
    provenance = {
        "how": selection.how,
        "polygon": drawn_record(selection),
        "cluster": selection.cluster,
        "filters": json.dumps(dataclasses.asdict(selection.filters)),
        "dataset_fingerprint": selection.dataset_fingerprint,
        "layout_fingerprint": selection.layout_fingerprint,
        "app_version": app_version,
    }
    return Draft(batch, rows, provenance, person)


def withdraw(ledger: Ledger, batch_id: str, *, author: str | Person, author_verified: bool = False) -> Batch:
    """Take back a whole batch of proposals by appending a withdrawal of each; a second time adds nothing.

    Raises GlitchAuditError if it is unknown or somebody else's (moderators may), or the ledger cannot be written.
    """
    return append_batch(ledger, draft_withdrawal(ledger, batch_id, author=author, author_verified=author_verified))


def draft_withdrawal(ledger: Ledger, batch_id: str, *, author: str | Person, author_verified: bool = False) -> Draft:
    """Return what :func:`withdraw` would write; arguments and errors as there."""
    person = checked_person(author, verified=author_verified)
    require(person, "withdraw")
    rows, provenance, _ = _proposed(ledger, batch_id, person)
    batch = Batch(
        batch_id=_withdrawal_id(batch_id),
        kind=WITHDRAWAL,
        created_at=now(),
        author=person.name,
        samples=len(rows),
        refers_to=batch_id,
    )
    return Draft(batch, rows, provenance, person)


def restore(ledger: Ledger, batch_id: str, *, author: str | Person, author_verified: bool = False) -> Batch:
    """Undo a withdrawal: append the withdrawn proposals again, as the author's own batch with the same provenance.

    ``batch_id`` is that of the withdrawn proposals, not of the withdrawal. The new batch can be withdrawn in its turn;
    restoring the same batch twice adds nothing. Raises GlitchAuditError if there is no such batch, it is not withdrawn,
    the author neither wrote it nor is a moderator, or the ledger cannot be written.
    """
    person = checked_person(author, verified=author_verified)
    require(person, "withdraw")
    rows, provenance, skipped = _proposed(ledger, batch_id, person)
    with ledger.cursor() as cursor:
        if not _withdrawn(cursor, batch_id):
            raise GlitchAuditError(f"Batch {batch_id} is not withdrawn, so there is nothing to restore.")
        # It may have been restored and withdrawn again; then the last one of that chain is the one to bring back.
        while _withdrawn(cursor, _restored_id(batch_id)):
            batch_id = _restored_id(batch_id)
    batch = Batch(
        batch_id=_restored_id(batch_id),
        kind=PROPOSAL,
        created_at=now(),
        author=person.name,
        samples=len(rows),
        skipped=skipped,
        refers_to=batch_id,
    )
    return append_batch(ledger, Draft(batch, rows, provenance, person))


def append_batch(ledger: Ledger, draft: Draft) -> Batch:
    """Write a drafted batch, or find it written before; raises GlitchAuditError if the ledger cannot be written."""
    import duckdb

    batch = draft.batch
    if batch.kind != WITHDRAWAL:
        ledger.check_samples(draft.rows["sample_id"])
    with ledger.write_lock, ledger.cursor() as cursor:
        earlier = _written(cursor, batch.batch_id)
        if earlier is not None:
            return earlier
        try:
            with transaction(ledger, cursor, BATCH_TABLES):
                insert_batch(cursor, draft)
        except duckdb.Error:
            # Streamlit reloads changed modules, and then two copies of this one, each with its lock, may meet here.
            earlier = _written(cursor, batch.batch_id)
            if earlier is None:
                raise
            return earlier
    return batch


def insert_batch(cursor: duckdb.DuckDBPyConnection, draft: Draft) -> None:
    """Write a drafted batch and its rows; the caller holds the ledger's lock and has begun a transaction."""
    batch = draft.batch
    cursor.register("new_row", draft.rows)
    cursor.execute(
        "INSERT INTO batch (batch_id, kind, created_at, author, author_key, name_key, author_verified, role, samples, "
        f"skipped, refers_to, {', '.join(_PROVENANCE)}) VALUES ({', '.join('?' * (11 + len(_PROVENANCE)))})",
        [
            batch.batch_id,
            batch.kind,
            batch.created_at.replace(tzinfo=None),
            batch.author,
            draft.author.key,
            draft.author.name_key,
            draft.author.verified,
            draft.author.role,
            batch.samples,
            batch.skipped,
            batch.refers_to,
            *(draft.provenance[name] for name in _PROVENANCE),
        ],
    )
    # An id made of batch and sample lets two ledgers be merged without writing a row twice.
    cursor.execute(
        "INSERT INTO correction (correction_id, batch_id, kind, created_at, author, author_key, name_key, "
        "author_verified, sample_id, label_before, label_proposed, reason, confidence, withdraws) "
        "SELECT md5($1 || '/' || sample_id), $1, $2, $3, $4, $5, $6, $7, sample_id, label_before, label_proposed, "
        "reason, CASE WHEN isnan(confidence) THEN NULL ELSE confidence END, $8 FROM new_row",
        [
            batch.batch_id,
            batch.kind,
            batch.created_at.replace(tzinfo=None),
            batch.author,
            draft.author.key,
            draft.author.name_key,
            draft.author.verified,
            batch.refers_to if batch.kind == WITHDRAWAL else None,
        ],
    )


def _written(cursor: duckdb.DuckDBPyConnection, batch_id: str) -> Batch | None:
    row = cursor.execute(
        "SELECT batch_id, kind, created_at, author, samples, skipped, refers_to FROM batch WHERE batch_id = ?",
        [batch_id],
    ).fetchone()
    if row is None:
        return None
    batch = Batch(*row)
    return dataclasses.replace(batch, created_at=batch.created_at.replace(tzinfo=UTC), repeated=True)


def _withdrawal_id(batch_id: str) -> str:
    # Ids that follow from the batch's own make a second undo, or a second redo, the same row and not another.
    return fingerprint(WITHDRAWAL, batch_id)


def _restored_id(batch_id: str) -> str:
    return fingerprint("restored", batch_id)


def _withdrawn(cursor: duckdb.DuckDBPyConnection, batch_id: str) -> bool:
    return _written(cursor, _withdrawal_id(batch_id)) is not None


def _proposed(ledger: Ledger, batch_id: str, person: Person) -> tuple[pd.DataFrame, dict[str, object], int]:
    """Return a batch's rows, provenance and skipped count, for a person who may take it back."""
    with ledger.cursor() as cursor:
        found = cursor.execute(
            f"SELECT skipped, {', '.join(_PROVENANCE)} FROM batch WHERE batch_id = ? AND kind = ?", [batch_id, PROPOSAL]
        ).fetchone()
        if found is None:
            raise GlitchAuditError(f"The ledger {ledger} has no batch of proposals {batch_id}.")
        skipped, *provenance = found
        owners = cursor.execute(_OWNERS, [batch_id]).fetchall()
        if not any(owns(person, key) for _, key in owners):
            require_own(person, *owners[0])
        rows = cursor.execute(
            "SELECT sample_id, label_before, label_proposed, reason, confidence FROM correction "
            "WHERE batch_id = ? ORDER BY sequence",
            [batch_id],
        ).df()
    return rows, dict(zip(_PROVENANCE, provenance, strict=True)), skipped


def _labels_before(selection: Selection, labels_before: Mapping[str, str] | pd.Series) -> pd.Series:
    if not selection.sample_ids:
        raise GlitchAuditError("No samples are selected, so there is nothing to propose.")
    ids = pd.Index(list(dict.fromkeys(selection.sample_ids)), dtype="str")
    known = pd.Series(labels_before, dtype="str")
    missing = ids[~ids.isin(known.index)]
    if len(missing):
        raise GlitchAuditError(
            f"{len(missing)} of the selected samples are not in this data set, first '{missing[0]}'; select them again."
        )
    return known.loc[ids].fillna("")

"""Propose to merge, split, rename or add classes of the taxonomy, and give verdicts; accepting one relabels nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text
from core.ledger.acts.rows import (
    Row,
    append_row,
    as_written,
    new_batch_id,
    signature,
    stored_rows,
    withdrawal_of,
)
from core.ledger.people import Person, perhaps_own, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.taxonomy_changes import (
    ACCEPT,
    CHANGE_KINDS,
    DECISION,
    LATEST_DECISIONS,
    MERGE,
    NEW_CLASS,
    REJECT,
    RENAME,
    REVIEW,
    SPLIT,
    TAXONOMY_ANSWERS,
)

if TYPE_CHECKING:
    import duckdb


MAX_CLASSES = 50
MAX_EXAMPLES = 200


@dataclass(frozen=True)
class TaxonomyChange:
    """A written proposal to change the taxonomy: ``labels`` (none for "new class") become ``becomes``.

    ``created_at`` is in UTC, ``kind`` one of :data:`CHANGE_KINDS`, ``sample_ids`` are examples. ``withdraws`` is the
    change that this row takes back, else None; ``repeated`` says that it had been written before, and nothing was added
    now.
    """

    change_id: str
    created_at: datetime
    author: str
    kind: str
    labels: tuple[str, ...]
    becomes: tuple[str, ...]
    reason: str
    sample_ids: tuple[str, ...]
    withdraws: str | None = None
    repeated: bool = False


@dataclass(frozen=True)
class TaxonomyReview:
    """A written verdict on a change of the taxonomy; ``kind`` is "review", or "decision" by a moderator."""

    review_id: str
    created_at: datetime
    author: str
    change_id: str
    kind: str
    verdict: str
    reason: str
    withdraws: str | None = None
    repeated: bool = False


def propose_taxonomy_change(
    ledger: Ledger,
    kind: str,
    *,
    labels: Sequence[str] = (),
    becomes: Sequence[str],
    reason: str,
    author: str | Person,
    app_version: str,
    sample_ids: Sequence[str] = (),
    dataset_fingerprint: str = "",
    change_id: str | None = None,
) -> TaxonomyChange:
    """Propose to change the classes; neither this nor its acceptance gives any sample another label.

    Args:
        kind: "merge" (two classes or more become one), "split" (one becomes two or more), "rename" (one becomes one),
            or "new class" (none becomes one).
        labels, becomes: the present classes, and the classes that they become.
        sample_ids: examples, at most 200; required for "split" and "new class".
        change_id: from ``new_batch_id``. A change that was written before is returned as it was (``repeated``).

    Raises:
        GlitchAuditError: an unknown kind, classes that do not fit it, missing examples, a reason that is empty or
            longer than 2,000 characters, an author who is no reviewer, or a ledger that cannot be written.
    """
    person = checked_person(author)
    require(person, "change taxonomy")
    labels, becomes = _classes(labels), _classes(becomes)
    _check_kind(kind, labels, becomes)
    examples = list(dict.fromkeys(sample_ids))
    if kind in (SPLIT, NEW_CLASS) and not examples:
        raise GlitchAuditError(f"A {kind} needs examples: select some samples that show it.")
    if len(examples) > MAX_EXAMPLES:
        raise GlitchAuditError(f"{len(examples)} examples are too many; choose at most {MAX_EXAMPLES}.")
    row = {
        "change_id": change_id or new_batch_id(),
        **signature(person),
        "kind": kind,
        "labels": json.dumps(labels),
        "becomes": json.dumps(becomes),
        "reason": checked_text(reason, "reason", MAX_REASON),
        "sample_ids": json.dumps(examples),
        "dataset_fingerprint": dataset_fingerprint,
        "app_version": app_version,
        "withdraws": None,
    }
    return _change(*append_row(ledger, "taxonomy_change", row))


def withdraw_taxonomy_change(ledger: Ledger, change_id: str, *, author: str | Person) -> TaxonomyChange:
    """Take back a proposed change by appending; a second time adds nothing.

    Raises GlitchAuditError if it is unknown or somebody else's (moderators may), or the ledger cannot be written.
    """
    person = checked_person(author)
    with ledger.cursor() as cursor:
        former = _found(ledger, cursor, change_id)
    require_own(person, former["author"], former["author_key"])
    row = withdrawal_of(former, person, what="withdrawn taxonomy change")
    return _change(*append_row(ledger, "taxonomy_change", row))


def review_taxonomy_change(
    ledger: Ledger,
    change_id: str,
    verdict: str,
    *,
    author: str | Person,
    app_version: str,
    reason: str = "",
    review_id: str | None = None,
) -> TaxonomyReview:
    """Write a verdict on somebody else's change: "accept", "reject" or "unsure"; the author's latest one counts.

    Raises GlitchAuditError for an unknown verdict, a change that is unknown, withdrawn or the author's own, a role that
    may not review, a text that is too long, or a ledger that cannot be written.
    """
    person = checked_person(author)
    require(person, "change taxonomy")
    _check_verdict(verdict, TAXONOMY_ANSWERS)
    row = _verdict(person, change_id, REVIEW, verdict, reason, app_version, review_id)

    def check(cursor: duckdb.DuckDBPyConnection) -> Row:
        change = _standing(ledger, cursor, change_id)
        if perhaps_own(person, change["author_key"], change["name_key"]):
            raise GlitchAuditError("Nobody reviews a change that he proposed; somebody else has to.")
        return {}

    return as_written(TaxonomyReview, *append_row(ledger, "taxonomy_review", row, complete=check))


def decide_taxonomy_change(
    ledger: Ledger,
    change_id: str,
    verdict: str,
    *,
    author: str | Person,
    reason: str,
    app_version: str,
    review_id: str | None = None,
) -> TaxonomyReview:
    """Accept or reject a change as a moderator, whatever others said, with a written reason.

    Raises GlitchAuditError for another verdict, a change that is unknown, withdrawn or decided already (withdraw that
    first), an author who is no moderator, a text that is empty or too long, or a ledger that cannot be written.
    """
    person = checked_person(author)
    require(person, "decide")
    _check_verdict(verdict, (ACCEPT, REJECT))
    reason = checked_text(reason, "reason", MAX_REASON)
    row = _verdict(person, change_id, DECISION, verdict, reason, app_version, review_id)

    def check(cursor: duckdb.DuckDBPyConnection) -> Row:
        _standing(ledger, cursor, change_id)
        decided = stored_rows(cursor, f"({LATEST_DECISIONS})", "change_id = ?", [change_id])
        if decided:
            raise GlitchAuditError(
                f"{decided[0]['author']} has decided this change ({decided[0]['verdict']}); withdraw that first."
            )
        return {}

    return as_written(TaxonomyReview, *append_row(ledger, "taxonomy_review", row, complete=check))


def withdraw_taxonomy_review(ledger: Ledger, review_id: str, *, author: str | Person) -> TaxonomyReview:
    """Take back a verdict on a change, or a moderator's decision of it, by appending; a second time adds nothing.

    Raises GlitchAuditError if it is unknown, the author may not take it back, or the ledger cannot be written.
    """
    person = checked_person(author)
    with ledger.cursor() as cursor:
        found = stored_rows(cursor, "taxonomy_review", "review_id = ? AND withdraws IS NULL", [review_id])
    if not found:
        raise GlitchAuditError(f"The ledger {ledger} has no review {review_id} of a change of the taxonomy.")
    require_own(person, found[0]["author"], found[0]["author_key"])
    if found[0]["kind"] == DECISION:
        require(person, "decide")
    row = withdrawal_of(found[0], person, what="withdrawn taxonomy review")
    return as_written(TaxonomyReview, *append_row(ledger, "taxonomy_review", row))


def _classes(names: Sequence[str]) -> list[str]:
    checked = [checked_text(name, "name of a class", MAX_LABEL, one_line=True) for name in names]
    if len(checked) > MAX_CLASSES:
        raise GlitchAuditError(f"{len(checked)} classes are too many for one change; name at most {MAX_CLASSES}.")
    return list(dict.fromkeys(checked))


def _check_kind(kind: str, labels: list[str], becomes: list[str]) -> None:
    if kind not in CHANGE_KINDS:
        raise GlitchAuditError(f"A change of the taxonomy is one of {', '.join(CHANGE_KINDS)}, not '{kind}'.")
    sizes = len(labels), len(becomes)
    fits, needs = {
        MERGE: (sizes[0] >= 2 and sizes[1] == 1, "two classes or more that become one"),
        SPLIT: (sizes[0] == 1 and sizes[1] >= 2, "one class that becomes two or more"),
        RENAME: (sizes == (1, 1) and labels != becomes, "one class and another name for it"),
        NEW_CLASS: (sizes == (0, 1), "the name of one class that is not there yet"),
    }[kind]
    if not fits:
        raise GlitchAuditError(f"A {kind} needs {needs}; {sizes[0]} and {sizes[1]} were given.")


def _check_verdict(verdict: str, allowed: tuple[str, ...]) -> None:
    if verdict not in allowed:
        raise GlitchAuditError(f"The verdict must be one of {', '.join(allowed)}, not '{verdict}'.")


def _verdict(
    person: Person, change_id: str, kind: str, verdict: str, reason: str, app_version: str, review_id: str | None
) -> Row:
    return {
        "review_id": review_id or new_batch_id(),
        **signature(person),
        "change_id": change_id,
        "kind": kind,
        "verdict": verdict,
        "reason": checked_text(reason, "reason", MAX_REASON, required=False),
        "app_version": app_version,
        "withdraws": None,
    }


def _found(ledger: Ledger, cursor: duckdb.DuckDBPyConnection, change_id: str) -> Row:
    found = stored_rows(cursor, "taxonomy_change", "change_id = ? AND withdraws IS NULL", [change_id])
    if not found:
        raise GlitchAuditError(f"The ledger {ledger} has no change of the taxonomy {change_id}.")
    return found[0]


def _standing(ledger: Ledger, cursor: duckdb.DuckDBPyConnection, change_id: str) -> Row:
    change = _found(ledger, cursor, change_id)
    if not stored_rows(cursor, "current_taxonomy_change", "change_id = ?", [change_id]):
        raise GlitchAuditError("This change of the taxonomy was withdrawn in the meantime; go on.")
    return change


def _change(row: Row, repeated: bool) -> TaxonomyChange:
    lists = {name: tuple(json.loads(row[name])) for name in ("labels", "becomes", "sample_ids")}
    return as_written(TaxonomyChange, {**row, **lists}, repeated)

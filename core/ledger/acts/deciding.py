"""Acts of moderators: settle a sample's label whatever others said, or open it again, setting aside what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text
from core.ledger.acts.rows import Row, append_row, as_written, new_batch_id, signature, stored_rows, withdrawal_of
from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.states import DECIDE, DECIDED, REOPEN, sample_states

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Decision:
    """A written act of a moderator: ``kind`` is "decide" or "reopen", which has an empty ``label``.

    ``created_at`` is in UTC. Undo it with :func:`withdraw_decision`; ``withdraws`` is the decision that this row takes
    back, else None. ``repeated`` says that it had been written before, and nothing was added now.
    """

    decision_id: str
    created_at: datetime
    author: str
    sample_id: str
    kind: str
    label: str
    reason: str
    withdraws: str | None = None
    repeated: bool = False


def decide(
    ledger: Ledger,
    sample_id: str,
    label: str,
    *,
    author: str | Person,
    reason: str,
    app_version: str,
    dataset_fingerprint: str = "",
    decision_id: str | None = None,
) -> Decision:
    """Settle a sample's label as a moderator, whatever others said; the sample's own label confirms it.

    ``decision_id`` is from ``new_batch_id``, made when the form is shown. A decision that was written before is
    returned as it was (``repeated``).

    Raises:
        GlitchAuditError: the author is no moderator, a decision on the sample stands (reopen it first), a text is empty
            or too long (label 100, reason 2,000 characters), or the ledger cannot be written.
    """
    person = checked_person(author)
    require(person, "decide")
    row = {
        **_row(person, sample_id, DECIDE, reason, decision_id),
        "label": checked_text(label, "label", MAX_LABEL, one_line=True),
        "dataset_fingerprint": dataset_fingerprint,
        "app_version": app_version,
    }

    def refuse_twice(cursor: duckdb.DuckDBPyConnection) -> None:
        standing = cursor.execute(
            f"SELECT author, label FROM current_decision WHERE sample_id = ? AND kind = '{DECIDE}'", [sample_id]
        ).fetchone()
        if standing:
            raise GlitchAuditError(
                f"{standing[0]} has decided that {sample_id} is '{standing[1]}'; reopen it to decide anew."
            )

    return _append(ledger, row, check=refuse_twice)


def reopen(
    ledger: Ledger,
    sample_id: str,
    *,
    author: str | Person,
    reason: str,
    app_version: str,
    rule: DecisionRule | None = None,
    dataset_fingerprint: str = "",
    decision_id: str | None = None,
) -> Decision:
    """Take up a decided sample again: what was said before no longer counts, and stays on record.

    ``rule`` says when a sample counts as decided, by default when two people agree; the rest is as for :func:`decide`.
    Raises GlitchAuditError if the author is no moderator, the sample is not decided, the reason is empty or too long,
    or the ledger cannot be written.
    """
    person = checked_person(author)
    require(person, "reopen")
    row = {
        **_row(person, sample_id, REOPEN, reason, decision_id),
        "label": "",
        "dataset_fingerprint": dataset_fingerprint,
        "app_version": app_version,
    }

    def refuse_undecided(_: duckdb.DuckDBPyConnection) -> None:
        state = sample_states(ledger, rule, sample_ids=[sample_id]).loc[sample_id, "state"]
        if state != DECIDED:
            raise GlitchAuditError(f"{sample_id} is {state}, not decided, so there is nothing to reopen.")

    return _append(ledger, row, check=refuse_undecided)


def withdraw_decision(ledger: Ledger, decision_id: str, *, author: str | Person) -> Decision:
    """Undo a decision or reopening by appending: votes and decisions before it count again. A second time adds nothing.

    Raises GlitchAuditError if there is no such decision, the author is no moderator, or the ledger cannot be written.
    """
    person = checked_person(author)
    require(person, "decide")
    with ledger.cursor() as cursor:
        found = stored_rows(cursor, "decision", "decision_id = ? AND withdraws IS NULL", [decision_id])
    if not found:
        raise GlitchAuditError(f"The ledger {ledger} has no decision {decision_id}.")
    return _append(ledger, withdrawal_of(found[0], person, what="withdrawn decision"))


def _row(person: Person, sample_id: str, kind: str, reason: str, decision_id: str | None) -> Row:
    if not sample_id:
        raise GlitchAuditError("No sample is chosen, so there is nothing to decide.")
    return {
        "decision_id": decision_id or new_batch_id(),
        **signature(person),
        "sample_id": sample_id,
        "kind": kind,
        "reason": checked_text(reason, "reason", MAX_REASON),
        "withdraws": None,
    }


def _append(ledger: Ledger, row: Row, check: Callable[[duckdb.DuckDBPyConnection], None] | None = None) -> Decision:
    """Write the row unless that was done before; ``check`` may refuse, while nobody else can write."""

    def complete(cursor: duckdb.DuckDBPyConnection) -> Row:
        if check is not None:
            check(cursor)
        # No two rows of a sample have the same turn, so of two people who decide at once one is refused.
        turns = cursor.execute("SELECT count(*) FROM decision WHERE sample_id = ?", [row["sample_id"]]).fetchall()
        return {"turn": turns[0][0]}

    return as_written(Decision, *append_row(ledger, "decision", row, complete=complete, samples=[row["sample_id"]]))

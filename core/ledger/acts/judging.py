"""Judgements of suspects: verdicts on a sample whose label the embedding contradicts.

Accepting a suggestion proposes the label at the same time: both are written, or neither is. A judgement stands until it
is withdrawn, its author judges the sample anew, or the proposal that it wrote is withdrawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text
from core.ledger.acts.proposing import BATCH_TABLES, Draft, draft_proposal, draft_withdrawal, insert_batch
from core.ledger.acts.rows import Row, as_written, insert_row, new_batch_id, signature, transaction, withdrawal_of
from core.ledger.people import Person, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.judgements import ACCEPT, JUDGEMENT_KINDS, STORED_COLUMNS

if TYPE_CHECKING:
    import duckdb

_Prepared = tuple[list[Row], list[Draft]]
_Earlier = dict[str, "Judgement"]
_WITHDRAWN = "withdrawn judgement"


@dataclass(frozen=True)
class SuspectCase:
    """The suspect that is judged, as it was shown.

    Attributes:
        sample_id: the sample; where every picture counts as a sample, the glitch that it shows.
        suggested_label: the label that fits better; may be empty.
        score: how suspect it is, for ranking; None where unknown.
        chance_wrong: the chance that the label is wrong, 0 to 1; None where unknown.
    """

    sample_id: str
    label: str
    suggested_label: str = ""
    score: float | None = None
    chance_wrong: float | None = None
    suspects_fingerprint: str = ""
    dataset_fingerprint: str = ""
    layout_fingerprint: str = ""


@dataclass(frozen=True)
class CaseToJudge:
    """A suspect with what is said of it; the fields beside ``case`` are arguments of :func:`judge`."""

    case: SuspectCase
    reason: str = ""
    label_proposed: str | None = None
    judgement_id: str | None = None


@dataclass(frozen=True)
class Judgement:
    """A written judgement: ``verdict`` is "accept", "keep", "skip" or "unsure".

    ``created_at`` is in UTC; ``batch_id`` is that of the proposal that "accept" wrote, else None. Undo it with
    :func:`withdraw_judgement`; ``withdraws`` is the judgement that this row takes back, else None. ``repeated`` says
    that it had been written before, and nothing was added now; ``replaced`` that it took the place of the author's
    former one.
    """

    judgement_id: str
    created_at: datetime
    author: str
    sample_id: str
    label: str
    suggested_label: str
    verdict: str
    reason: str
    batch_id: str | None = None
    withdraws: str | None = None
    repeated: bool = False
    replaced: bool = False


def judge(
    ledger: Ledger,
    case: SuspectCase,
    verdict: str,
    *,
    author: str | Person,
    app_version: str,
    label_proposed: str | None = None,
    reason: str = "",
    author_verified: bool = False,
    judgement_id: str | None = None,
) -> Judgement:
    """Write a judgement of a suspect; "accept" proposes the label in the same transaction.

    The author's former judgement of the sample, and its proposal, are taken back with it: one person has one judgement
    of a sample.

    Args:
        verdict: "accept" (the label is wrong), "keep" (it is right), "unsure", or "skip" (somebody else should look).
        label_proposed: for "accept", the label to propose; the suggested one by default.
        author_verified: whether an author given as a name has signed in; a :class:`Person` says so itself.
        judgement_id: from ``new_batch_id``, made when the suspect is shown. A judgement that was written before is
            returned as it was (``repeated``), whatever the verdict now, so that a double click writes once.

    Raises:
        GlitchAuditError: an unknown verdict, a text that is empty or too long (reason 2,000, author 200 characters), a
            label that the sample has already, an author who is no reviewer, or a ledger that cannot be written.
    """
    one = CaseToJudge(case, reason, label_proposed, judgement_id)
    return judge_together(
        ledger, [one], verdict, author=author, app_version=app_version, author_verified=author_verified
    )[0]


def judge_together(
    ledger: Ledger,
    cases: Sequence[CaseToJudge],
    verdict: str,
    *,
    author: str | Person,
    app_version: str,
    author_verified: bool = False,
) -> list[Judgement]:
    """Write the same verdict on several suspects in one transaction, all of them or none; returns one a case.

    Each judgement has a proposal of its own, so that one of them can be judged anew and the others stay. Where any of
    them was written before, nothing is added, and those that were are returned as they are.

    Args:
        cases: at least one, each sample once.
        verdict, author, app_version, author_verified: as for :func:`judge`; so are the errors, and one case that cannot
            be written leaves all of them unwritten.
    """
    if verdict not in JUDGEMENT_KINDS:
        raise GlitchAuditError(f"The verdict must be one of {', '.join(JUDGEMENT_KINDS)}, not '{verdict}'.")
    if len({one.case.sample_id for one in cases}) != len(cases) or not cases:
        raise ValueError("a sample is judged once, and at least one is")
    person = checked_person(author, verified=author_verified)
    require(person, "judge")
    signed = signature(person)
    rows: list[Row] = []
    proposals: list[Draft] = []
    for one in cases:
        judgement_id = one.judgement_id or new_batch_id()
        proposal = _draft_acceptance(one, person, judgement_id, app_version=app_version) if verdict == ACCEPT else None
        proposals += [proposal] if proposal else []
        rows.append(
            {
                "judgement_id": judgement_id,
                **signed,
                **_columns_of(one.case),
                "verdict": verdict,
                "reason": checked_text(one.reason, "reason", MAX_REASON, required=False),
                "batch_id": proposal.batch.batch_id if proposal else None,
                "app_version": app_version,
                "withdraws": None,
            }
        )

    def prepared(earlier: _Earlier) -> _Prepared:
        if earlier:
            return [], []
        former = _standing(ledger, [one.case.sample_id for one in cases], person)
        withdrawals = [_draft_withdrawal(ledger, row, person) for row in former]
        drafts = [draft for _, draft in withdrawals if draft is not None]
        return [*(withdrawal for withdrawal, _ in withdrawals), *rows], [*drafts, *proposals]

    return _append(ledger, [str(row["judgement_id"]) for row in rows], prepared)


def withdraw_judgement(
    ledger: Ledger, judgement_id: str, *, author: str | Person, author_verified: bool = False
) -> Judgement:
    """Take back a judgement, and with it the proposal that it wrote, by appending; a second time adds nothing.

    Raises GlitchAuditError if it is unknown or somebody else's (moderators may), or the ledger cannot be written.
    """
    return withdraw_judgements(ledger, [judgement_id], author=author, author_verified=author_verified)[0]


def withdraw_judgements(
    ledger: Ledger, judgement_ids: Sequence[str], *, author: str | Person, author_verified: bool = False
) -> list[Judgement]:
    """Take back several judgements in one transaction, as :func:`withdraw_judgement` does one; all of them or none.

    Those that were taken back before, or replaced, stay as they are.
    """
    person = checked_person(author, verified=author_verified)
    with ledger.cursor() as cursor:
        condition = "judgement WHERE list_contains(?, judgement_id) AND withdraws IS NULL"
        found = {row["judgement_id"]: row for row in _rows(cursor, condition, [list(judgement_ids)])}
    for judgement_id in judgement_ids:
        if judgement_id not in found:
            raise GlitchAuditError(f"The ledger {ledger} has no judgement {judgement_id}.")

    def prepared(earlier: _Earlier) -> _Prepared:
        left = [row for key, row in found.items() if _withdrawn_id(key) not in earlier]
        pairs = [_draft_withdrawal(ledger, row, person) for row in left]
        return [row for row, _ in pairs], [draft for _, draft in pairs if draft is not None]

    return _append(ledger, [_withdrawn_id(judgement_id) for judgement_id in judgement_ids], prepared)


def _columns_of(case: SuspectCase) -> Row:
    def checked(text: str, what: str) -> str:
        return checked_text(text, what, MAX_LABEL, required=False, one_line=True)

    return {
        "sample_id": case.sample_id,
        "label": checked(case.label, "label"),
        "suggested_label": checked(case.suggested_label, "suggested label"),
        "score": _number(case.score),
        "chance_wrong": _chance(case.chance_wrong),
        "suspects_fingerprint": case.suspects_fingerprint,
        "dataset_fingerprint": case.dataset_fingerprint,
    }


def _draft_acceptance(one: CaseToJudge, person: Person, judgement_id: str, *, app_version: str) -> Draft:
    """Return the proposal of a label that a judgement accepts; its id follows from the judgement's."""
    case = one.case
    selection = Selection(
        sample_ids=(case.sample_id,),
        how="query",
        dataset_fingerprint=case.dataset_fingerprint,
        layout_fingerprint=case.layout_fingerprint,
    )
    return draft_proposal(
        selection,
        {case.sample_id: case.label},
        case.suggested_label if one.label_proposed is None else one.label_proposed,
        author=person,
        app_version=app_version,
        reason=one.reason,
        batch_id=fingerprint("proposal of a judgement", judgement_id),
    )


def _append(ledger: Ledger, judgement_ids: Sequence[str], prepared: Callable[[_Earlier], _Prepared]) -> list[Judgement]:
    """Write judgements and batches in one transaction, and return those of these ids, in this order.

    ``prepared`` is called while nobody else can write, with those that were written before.
    """
    import duckdb

    with ledger.write_lock, ledger.cursor() as cursor:
        earlier = _written(cursor, judgement_ids)
        rows, drafts = prepared(earlier)
        if judged := [str(row["sample_id"]) for row in rows if row["withdraws"] is None]:
            ledger.check_samples(judged)
        try:
            with transaction(ledger, cursor, [*(BATCH_TABLES if drafts else ()), "judgement"]):
                for draft in drafts:
                    insert_batch(cursor, draft)
                for row in rows:
                    insert_row(cursor, "judgement", row)
        except duckdb.Error:
            # As in core.ledger.acts.proposing: two copies of this module, each with its lock, may meet here.
            earlier = _written(cursor, judgement_ids)
            if not earlier:
                raise
            rows = []
    # Before the judgements come the withdrawals of what their author had said.
    replaced = {row["sample_id"] for row in rows if row["withdraws"] is not None}
    written = dict(earlier)
    for row in rows:
        is_new = row["withdraws"] is None and row["sample_id"] in replaced
        written[str(row["judgement_id"])] = as_written(Judgement, row | {"replaced": is_new}, False)
    return [written[judgement_id] for judgement_id in judgement_ids if judgement_id in written]


def _draft_withdrawal(ledger: Ledger, row: Row, person: Person) -> tuple[Row, Draft | None]:
    """Return the row that takes a judgement back, and what takes back its proposal if that still stands."""
    require_own(person, row["author"], row["author_key"])
    withdrawal = withdrawal_of(row, person, what=_WITHDRAWN) | {"batch_id": None}
    with ledger.cursor() as cursor:
        standing = cursor.execute("SELECT latest FROM standing_batch WHERE batch_id = ?", [row["batch_id"]]).fetchone()
    if standing is None:
        return withdrawal, None
    return withdrawal, draft_withdrawal(ledger, standing[0], author=person)


def _withdrawn_id(judgement_id: str) -> str:
    return fingerprint(_WITHDRAWN, judgement_id)


def _standing(ledger: Ledger, sample_ids: Sequence[str], person: Person) -> list[Row]:
    with ledger.cursor() as cursor:
        condition = "list_contains(?, sample_id) AND list_contains(?, author_key)"
        return _rows(cursor, f"current_judgement WHERE {condition}", [list(sample_ids), list(person.keys)])


def _written(cursor: duckdb.DuckDBPyConnection, judgement_ids: Sequence[str]) -> dict[str, Judgement]:
    found = _rows(cursor, "judgement WHERE list_contains(?, judgement_id)", [list(judgement_ids)])
    return {str(row["judgement_id"]): as_written(Judgement, row | {"replaced": False}, True) for row in found}


def _rows(cursor: duckdb.DuckDBPyConnection, source: str, values: list[object]) -> list[Row]:
    found = cursor.execute(f"SELECT {', '.join(STORED_COLUMNS)} FROM {source}", values).fetchall()
    return [dict(zip(STORED_COLUMNS, row, strict=True)) for row in found]


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _chance(value: float | None) -> float | None:
    value = _number(value)
    if value is not None and not 0 <= value <= 1:
        raise GlitchAuditError(f"The chance that the label is wrong must lie between 0 and 1, not {value}.")
    return value

"""Comment on something, answer, say that one has seen it, and take a comment back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.checks import MAX_AUTHOR, checked_person, checked_text
from core.ledger.acts.rows import Row, append_row, as_written, new_batch_id, signature, stored_rows, withdrawal_of
from core.ledger.names import person_key
from core.ledger.people import Person, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.comments import COMMENT, SEEN, SUBJECT_KINDS, Subject

if TYPE_CHECKING:
    import duckdb

MAX_COMMENT = 2_000
_MAX_NAME = 500
_OF_THE_SUBJECT = ("subject_kind", "subject", "subject_name", "dataset_fingerprint")


@dataclass(frozen=True)
class Comment:
    """A comment as it was written.

    ``answers`` is the comment that it answers, None for none; ``asks`` names who is asked to look. ``repeated``: it had
    been written before, and nothing was added now.
    """

    comment_id: str
    created_at: datetime
    author: str
    author_verified: bool
    role: str
    subject_kind: str
    subject: str
    subject_name: str
    text: str
    answers: str | None
    asks: str
    withdraws: str | None
    repeated: bool = False


def comment(
    ledger: Ledger,
    subject: Subject,
    text: str,
    *,
    author: str | Person,
    app_version: str,
    asks: str = "",
    dataset_fingerprint: str = "",
    comment_id: str | None = None,
) -> Comment:
    """Write a comment on a sample, saved selection, cluster or conflict; one of an id that was written adds nothing.

    Args:
        ledger: where it is written.
        subject: what it is about.
        text: at most 2,000 characters.
        author: a reviewer or moderator.
        app_version: of the program that writes.
        asks: the name of who is asked to look; empty for nobody.
        dataset_fingerprint: of the data set that is on screen.
        comment_id: from :func:`core.ledger.new_batch_id`.

    Raises:
        GlitchAuditError: the text is empty or too long, the author asks himself or may not comment, the picture has
            changed since it was looked at, or the ledger cannot be written.
    """
    if subject.kind not in SUBJECT_KINDS:
        raise ValueError(f"a comment is on one of {', '.join(SUBJECT_KINDS)}, not on '{subject.kind}'")
    if not subject.key:
        raise GlitchAuditError("There is nothing here to comment on: choose a sample, a selection or a cluster.")
    row = _drafted(text, author, asks, app_version, comment_id) | {
        "subject_kind": subject.kind,
        "subject": subject.key,
        "subject_name": subject.name[:_MAX_NAME],
        "sample_ids": json.dumps(list(subject.sample_ids)),
        "dataset_fingerprint": dataset_fingerprint,
    }
    about = (subject.key,) if subject.of_a_sample else subject.sample_ids
    return as_written(Comment, *append_row(ledger, "comment", row, samples=about))


def answer(
    ledger: Ledger,
    answered_id: str,
    text: str,
    *,
    author: str | Person,
    app_version: str,
    asks: str = "",
    comment_id: str | None = None,
) -> Comment:
    """Answer a comment; it is about what that one is about. Arguments and refusals as for :func:`comment`.

    Raises:
        GlitchAuditError: there is no comment of that id, or it was taken back.
    """
    row = _drafted(text, author, asks, app_version, comment_id) | {"answers": answered_id}
    return as_written(Comment, *append_row(ledger, "comment", row, complete=_as_answered(answered_id)))


def mark_seen(ledger: Ledger, comment_id: str, *, author: str | Person, app_version: str) -> None:
    """Note that the author has seen a comment, so that it waits for him no longer; a second time adds nothing.

    Raises:
        GlitchAuditError: there is no comment of that id, the author may not comment, or the ledger cannot be written.
    """
    person = checked_person(author)
    require(person, "comment")
    row = _row(person, fingerprint(SEEN, comment_id, person.key), app_version) | {"kind": SEEN, "answers": comment_id}
    append_row(ledger, "comment", row, complete=_as_answered(comment_id))


def withdraw_comment(ledger: Ledger, comment_id: str, *, author: str | Person, app_version: str) -> Comment:
    """Take a comment back by appending, its answers stay; a second time adds nothing.

    Raises:
        GlitchAuditError: there is none of that id, somebody else wrote it (moderators may), or the ledger cannot be
            written.
    """
    person = checked_person(author)
    with ledger.cursor() as cursor:
        found = stored_rows(
            cursor, "comment", "comment_id = ? AND kind = ? AND withdraws IS NULL", [comment_id, COMMENT]
        )
    if not found:
        raise GlitchAuditError("There is no such comment: look at the page again.")
    require_own(person, found[0]["author"], found[0]["author_key"])
    row = withdrawal_of(found[0], person, what="withdrawn comment") | {"app_version": app_version}
    return as_written(Comment, *append_row(ledger, "comment", row))


def _drafted(text: str, author: str | Person, asks: str, app_version: str, comment_id: str | None) -> Row:
    person = checked_person(author)
    require(person, "comment")
    asks = checked_text(asks, "name of who is asked to look", MAX_AUTHOR, required=False, one_line=True)
    if asks and person_key(asks) == person.name_key:
        raise GlitchAuditError("You ask yourself to look: choose somebody else, or nobody.")
    return _row(person, comment_id or new_batch_id(), app_version) | {
        "text": checked_text(text, "comment", MAX_COMMENT),
        "asks": asks,
        "asks_key": person_key(asks) if asks else "",
    }


def _row(person: Person, comment_id: str, app_version: str) -> Row:
    """Return all columns of a row, empty where they say nothing."""
    return {
        "comment_id": comment_id,
        **signature(person),
        "kind": COMMENT,
        **dict.fromkeys(_OF_THE_SUBJECT, ""),
        "sample_ids": "[]",
        "text": "",
        "answers": None,
        "asks": "",
        "asks_key": "",
        "app_version": app_version,
        "withdraws": None,
    }


def _as_answered(comment_id: str) -> Callable[[duckdb.DuckDBPyConnection], Row]:
    """Return what gives a row the subject of the comment that it answers; it raises where that does not stand."""

    def complete(cursor: duckdb.DuckDBPyConnection) -> Row:
        found = stored_rows(cursor, "current_comment", "comment_id = ? AND kind = ?", [comment_id, COMMENT])
        if not found:
            raise GlitchAuditError("The comment was taken back, or is not there: look at the page again.")
        return {name: found[0][name] for name in _OF_THE_SUBJECT}

    return complete

"""Check texts and names before a writing function writes them, and give the time."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import UTC, datetime

from core.errors import GlitchAuditError
from core.ledger.names import is_unseen, person_key
from core.ledger.people import Person, as_person

MAX_LABEL = 100
MAX_REASON = 2_000
MAX_AUTHOR = 200


def checked_text(text: str, what: str, limit: int, *, required: bool = True, one_line: bool = False) -> str:
    """Return the stripped text; GlitchAuditError if it is too long, cannot be shown, or is empty but ``required``."""
    text = text.strip()
    if required and not text:
        raise GlitchAuditError(f"The {what} is empty; fill it in.")
    if len(text) > limit:
        raise GlitchAuditError(f"The {what} has {len(text)} characters, {limit} at most are kept; shorten it.")
    allowed = "" if one_line else "\r\n\t"
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in allowed for character in text):
        raise GlitchAuditError(f"The {what} has characters that cannot be shown, such as a line break; take them out.")
    return text


def checked_person(author: str | Person, *, verified: bool = False) -> Person:
    """Return the author with a tidied name; raises GlitchAuditError if it is empty, too long or does not show."""
    person = as_person(author, verified=verified)
    name = checked_text(unicodedata.normalize("NFC", person.name), "reviewer's name", MAX_AUTHOR, one_line=True)
    if any(is_unseen(character) for character in name) or not person_key(name):
        raise GlitchAuditError("Your name has characters that cannot be seen: delete it, and type it anew.")
    return dataclasses.replace(person, name=" ".join(name.split()))


def now() -> datetime:
    """Return the time of an act, in UTC."""
    return datetime.now(UTC)

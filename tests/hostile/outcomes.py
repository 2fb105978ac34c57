"""What became of a file that was handed in."""

from __future__ import annotations

from pathlib import Path

from core.errors import MAX_TEXT, GlitchAuditError
from tests.hostile.readers import Reader

READ, REFUSED = "read", "refused by its reader"
UNFORESEEN, STOPPED = "unforeseen by its reader", "stopped its process"
TOO_BIG, TOO_SLOW = "took too much memory", "took too long"
OUTCOMES = (READ, REFUSED, UNFORESEEN, STOPPED, TOO_BIG, TOO_SLOW)
"""All but the first are one sentence for whoever handed the file in; the last four are said by the gate."""

_SENTENCES = {
    "the file cannot be read, so it is damaged or of another kind than it says": UNFORESEEN,
    "the file is damaged in a way that stops its reader": STOPPED,
    "it grows beyond": TOO_BIG,
    "reading it took longer than": TOO_SLOW,
}


def outcome(reader: Reader, path: Path) -> str:
    """One of :data:`OUTCOMES`; whatever is raised beside a GlitchAuditError goes on to the caller."""
    try:
        reader.read(path)
    except GlitchAuditError as error:
        said = str(error)
        assert 0 < len(said) <= MAX_TEXT
        return next((kind for words, kind in _SENTENCES.items() if words in said), REFUSED)
    return READ

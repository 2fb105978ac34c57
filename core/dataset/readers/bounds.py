"""How big a file may be before it is refused, and text that cannot be a name."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from core.errors import GlitchAuditError

MAX_TABLE_BYTES = 1_000_000_000
"""A table of samples or votes; the largest published Gravity Spy table has a quarter of this."""

MAX_LIST_BYTES = 100_000_000
"""A list of corrections or of ids."""

MAX_COLUMNS = 20_000
"""Columns of a table; the longest embedding in use has some 4,000."""

MAX_CELLS = 2_000_000_000
"""Rows times columns of a matrix of numbers, 8 GB as float32."""

MAX_TEXT = 1_000
"""Characters of a sample's id; a path may be one."""

MAX_LABEL_TEXT = 255
"""Characters of a label; a folder's name may be one."""

_LONGEST_HEADER = 5_000_000
"""Bytes of a CSV's first line."""


def refuse_too_big(path: Path, limit: int) -> None:
    """Raise GlitchAuditError if the file is over ``limit`` bytes, is no file, or cannot be examined."""
    try:
        if not path.is_file():
            raise GlitchAuditError(f"{path}: there is no such file")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be examined ({error})") from None
    if size > limit:
        raise GlitchAuditError(
            f"{path}: the file is too big ({size / 1e6:,.0f} MB, at most {limit / 1e6:,.0f} MB are read)"
        )


def refuse_too_wide(path: Path) -> None:
    """Raise GlitchAuditError if a CSV's first line has over ``MAX_COLUMNS`` columns, or cannot be read."""
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_HEADER)
    except OSError as error:
        raise GlitchAuditError(f"{path}: the file cannot be read ({error.strerror or error})") from None
    if len(line) == _LONGEST_HEADER or line.count(b",") >= MAX_COLUMNS:
        raise GlitchAuditError(f"{path}: the table has over {MAX_COLUMNS:,} columns, so it is not read")


def why_no_name(text: str, limit: int = MAX_LABEL_TEXT) -> str:
    """Why a text cannot be the label of a sample, or its id; empty where it can."""
    if not text.strip():
        return "is empty"
    if len(text) > limit:
        return f"has {len(text):,} characters, at most {limit:,} are kept"
    # The slow look at each character is for the few texts that need it.
    if not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "has characters that cannot be shown, such as a line break"
    return ""

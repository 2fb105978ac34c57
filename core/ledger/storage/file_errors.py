"""Put errors of DuckDB and of the disk into a sentence that a person can act on."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from core.errors import GlitchAuditError

_HOLDER = re.compile(r"\(PID (\d+)\)")
_HELD = ("Could not set lock", "being used by another process")
_NOT_WRITABLE = ("Permission denied", "Read-only file system")
_FULL = ("No space left on device", "File too large", "Disk quota exceeded")
_FULL_NUMBERS = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_DAMAGED = (
    "not a valid DuckDB database",
    "Could not read enough bytes",
    "Corrupt database file",
    "Corrupt WAL file",
    "Failure while replaying WAL",
    "MetadataReader",
    "Failed to deserialize",
    "checksum",
)


class NotWritableError(GlitchAuditError):
    """The ledger's file or folder may not be written; reading may still work."""


class DamagedError(GlitchAuditError):
    """The ledger's file is not what was written to it."""


class TruncatedError(DamagedError):
    """The ledger's file holds less than was written to it."""


def ledger_error(path: Path, error: Exception) -> GlitchAuditError | None:
    """Return an error of the ledger's file or the disk as a sentence; None if it comes from a wrong statement."""
    import duckdb

    if isinstance(error, DamagedError):
        return error
    text = str(error).strip()
    if _says(text, _HELD):
        holder = _HOLDER.search(text)
        who = f"another program (process {holder[1]})" if holder else "another program"
        return GlitchAuditError(
            f"The ledger {path} is held by {who}; everything but proposing works, and proposing does again once that "
            "program is closed."
        )
    if getattr(error, "errno", None) in _FULL_NUMBERS or _says(text, _FULL):
        return GlitchAuditError(
            f"The disk that holds the ledger {path} is full. All that was written before is safe; free some space and "
            "do the last step again."
        )
    if isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.EROFS or _says(text, _NOT_WRITABLE):
        return NotWritableError(
            f"The ledger {path} cannot be written; choose a workspace in a folder that you may write to."
        )
    if _says(text, _DAMAGED):
        return _damaged(path)
    if isinstance(error, duckdb.IOException | duckdb.FatalException | OSError):
        return _unknown(path, error)
    return None


def opening_error(path: Path, error: Exception) -> GlitchAuditError:
    """Return an error from opening the file as a sentence; no statement of ours can be wrong there."""
    import duckdb

    # DuckDB takes a file that is not what it wrote for a mistake of its own.
    if isinstance(error, duckdb.InternalException | duckdb.SerializationException):
        return _damaged(path)
    return ledger_error(path, error) or _unknown(path, error)


def _damaged(path: Path) -> DamagedError:
    return DamagedError(
        f"The ledger {path} is damaged or is no DuckDB file; it was not changed. The page “Corrections” offers to set "
        "it aside and to put the newest backup in its place."
    )


def _unknown(path: Path, error: Exception) -> GlitchAuditError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return GlitchAuditError(f"The ledger {path} cannot be used: {lines[0].rstrip('.')}. Proposing is off until then.")


def _says(text: str, signs: tuple[str, ...]) -> bool:
    return any(sign in text for sign in signs)

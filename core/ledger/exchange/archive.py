"""Write an export as one ZIP, and read one that somebody hands in without letting it out of its folder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from core.errors import GlitchAuditError
from core.gate.zip_guard import ZipLimits, open_zip, why_not_as_a_whole

LIMITS = ZipLimits(
    archive_bytes=500_000_000, directory_bytes=100_000_000, members=200_000, unpacked_bytes=1_000_000_000
)
"""Of an export; all of its files are unpacked together."""


def pack_folder(folder: Path) -> bytes:
    """Return a ZIP of all files below a folder, links followed; raises GlitchAuditError if they exceed 500 MB."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    if size > LIMITS.archive_bytes:
        raise GlitchAuditError(
            f"The export has {size / 1e6:,.0f} MB, at most 500 MB are packed for a download; write it to a folder "
            "instead."
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            # A fixed time of change: ZIP knows no years before 1980, and a data set's files may carry such.
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            archive.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(data: bytes, *, name: str) -> dict[str, bytes]:
    """Return the files of a ZIP, in memory; nothing is written to disk.

    Raises GlitchAuditError for no ZIP, or one that is too big, packed so tightly that it is a trap, encrypted, or has a
    name that leads out of the archive.
    """
    with open_zip(io.BytesIO(data), LIMITS, name=name, size=len(data)) as archive:
        if reason := why_not_as_a_whole(archive, LIMITS, size=len(data)):
            raise GlitchAuditError(f"{name}: {reason}")
        try:
            return {member.filename: archive.read(member) for member in archive.infolist() if not member.is_dir()}
        except MemoryError:
            raise
        except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
            raise GlitchAuditError(f"{name}: the file is no ZIP archive that can be read") from None

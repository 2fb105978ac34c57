"""Write an export as one ZIP, and read one that somebody hands in without letting it out of its folder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath

from core.errors import GlitchAuditError

MAX_ARCHIVE_BYTES = 500_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_MEMBERS = 200_000
_MAX_RATIO = 200
_SMALL = 1_000_000


def pack_folder(folder: Path) -> bytes:
    """Return a ZIP of all files below a folder, links followed.

    Raises:
        GlitchAuditError: they are more than 500 MB together.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    if size > MAX_ARCHIVE_BYTES:
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

    Raises:
        GlitchAuditError: no ZIP, too big, packed so tightly that it is a trap, encrypted, or with a name that leads out
            of the archive.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise GlitchAuditError(f"{name}: the archive is too big ({len(data) / 1e6:,.0f} MB, at most 500 MB)")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_traps(members, name, packed=len(data))
            return {member.filename: archive.read(member) for member in members if not member.is_dir()}
    except GlitchAuditError:
        raise
    except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{name}: the file is no ZIP archive that can be read") from None


def _refuse_traps(members: list[zipfile.ZipInfo], name: str, *, packed: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise GlitchAuditError(f"{name}: the archive holds {len(members):,} files, at most {MAX_MEMBERS:,} are read")
    if len({member.filename for member in members}) < len(members):
        raise GlitchAuditError(f"{name}: the archive holds two files of one name")
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED_BYTES or size > max(_SMALL, packed * _MAX_RATIO):
        raise GlitchAuditError(f"{name}: the archive would unpack to {size / 1e6:,.0f} MB, so it is not opened")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            raise GlitchAuditError(f"{name}: a file in the archive leads out of it, so it is not opened")
        if member.flag_bits & 0x1:
            raise GlitchAuditError(f"{name}: the archive is encrypted")

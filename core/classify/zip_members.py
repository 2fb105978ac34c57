"""The files inside a ZIP that somebody hands in: read one at a time, never unpacked to disk, traps left out."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from core.dataset.model import Problem
from core.errors import GlitchAuditError

MAX_ARCHIVE_BYTES = 1_000_000_000
MAX_MEMBER_BYTES = 50_000_000
MAX_MEMBERS = 50_000

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OTHER_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd",
}
"""First bytes of archives that are not opened."""

_MAX_RATIO = 200
_SMALL = 1_000_000
# zipfile reads the whole directory into memory before a member can be looked at; 46 bytes are its shortest entry.
_MAX_DIRECTORY_BYTES = 10_000_000
_END_RECORD, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_ENCRYPTED = 0x1
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def open_archive(file: BinaryIO, *, name: str, size: int) -> zipfile.ZipFile:
    """The archive, its directory read.

    Raises:
        GlitchAuditError: no ZIP, or too big.
    """
    if size > MAX_ARCHIVE_BYTES:
        raise GlitchAuditError(f"{name}: the archive is too big ({size / 1e6:,.0f} MB, at most 1,000 MB)")
    if _directory_bytes(file, size) > _MAX_DIRECTORY_BYTES:
        raise GlitchAuditError(f"{name}: the archive holds too many files, at most {MAX_MEMBERS:,} are read")
    try:
        archive = zipfile.ZipFile(file)
    except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{name}: the file is no ZIP archive that can be read") from None
    if len(archive.infolist()) > MAX_MEMBERS:
        raise GlitchAuditError(
            f"{name}: the archive holds {len(archive.infolist()):,} files, at most {MAX_MEMBERS:,} are read"
        )
    return archive


def usable_members(archive: zipfile.ZipFile, *, name: str) -> Iterator[zipfile.ZipInfo | Problem]:
    """The files inside, in the archive's order, and a problem for each that cannot be used.

    Folders, and what operating systems leave in archives, are passed over in silence. No member's name ever becomes a
    path on this computer.
    """
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or any(part in _LITTER for part in path.parts):
            continue
        where = f"{name}/{member.filename}"
        if member.flag_bits & _ENCRYPTED:
            yield Problem(where, "the file is encrypted: hand it in without a password")
        elif stat.S_ISLNK(member.external_attr >> 16):
            yield Problem(where, "the file is only a link to another file")
        elif member.file_size > max(_SMALL, member.compress_size * _MAX_RATIO):
            yield Problem(
                where, f"the file would unpack to {member.file_size / 1e6:,.0f} MB, so it is taken for a trap"
            )
        elif member.file_size > MAX_MEMBER_BYTES:
            yield Problem(where, f"the file is too big ({member.file_size / 1e6:,.0f} MB, at most 50 MB)")
        else:
            yield member


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, name: str) -> bytes:
    """The bytes of one member.

    Raises:
        GlitchAuditError: it is damaged, or packed in a way that cannot be read.
    """
    try:
        with archive.open(member) as file:
            # The directory may lie about the size.
            data = file.read(MAX_MEMBER_BYTES + 1)
    except Exception:  # as above
        raise GlitchAuditError(
            f"{name}/{member.filename}: the file cannot be unpacked, the archive is damaged"
        ) from None
    if len(data) > MAX_MEMBER_BYTES:
        raise GlitchAuditError(f"{name}/{member.filename}: the file is too big (more than 50 MB)")
    return data


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """How long the archive says its directory is; -1 where it has no end record, which zipfile then refuses."""
    file.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) < at + _END_LENGTH:
        return -1
    return int.from_bytes(tail[at + 12 : at + 16], "little")

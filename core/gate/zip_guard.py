"""Guard against hostile ZIP archives: how much one may hold and unpack to, and which of its files may be read."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from core.errors import GlitchAuditError

MAX_RATIO = 200
"""How many times its packed size something may unpack to; more is taken for a trap."""

SMALL = 1_000_000
"""So many bytes may be packed as tightly as they like."""

_END_RECORD, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class ZipLimits:
    """What a ZIP may hold at most.

    Attributes:
        archive_bytes: of the file itself.
        directory_bytes: of its table of contents, which zipfile reads into memory before anything can be checked.
        members: files and folders.
        unpacked_bytes: of what is unpacked at once: of one file where they are read one by one, else of all together.
    """

    archive_bytes: int
    directory_bytes: int
    members: int
    unpacked_bytes: int


def open_zip(file: BinaryIO, limits: ZipLimits, *, name: str, size: int) -> zipfile.ZipFile:
    """Open an archive without unpacking any of its files.

    ``file`` is at its beginning, ``size`` its bytes, and ``name`` is for messages. Raises GlitchAuditError if it is no
    ZIP, or too big.
    """
    if size > limits.archive_bytes:
        most = limits.archive_bytes / 1e6
        raise GlitchAuditError(f"{name}: the archive is too big ({size / 1e6:,.0f} MB, at most {most:,.0f} MB)")
    if _directory_bytes(file, size) > limits.directory_bytes:
        raise GlitchAuditError(f"{name}: the archive holds too many files, at most {limits.members:,} are read")
    try:
        archive = zipfile.ZipFile(file)
    except MemoryError:
        raise
    except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{name}: the file is no ZIP archive that can be read") from None
    count = len(archive.infolist())
    if count > limits.members:
        archive.close()
        raise GlitchAuditError(f"{name}: the archive holds {count:,} files, at most {limits.members:,} are read")
    return archive


def why_not_unpacked(entry: zipfile.ZipInfo, limits: ZipLimits) -> str:
    """Return why this one file is not unpacked, as the end of a sentence; "" where it may be."""
    if entry.flag_bits & _ENCRYPTED:
        return "the file is encrypted: hand it in without a password"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "the file is only a link to another file"
    if _is_a_trap(entry.file_size, packed=entry.compress_size):
        return f"the file would unpack to {entry.file_size / 1e6:,.0f} MB, so it is taken for a trap"
    if entry.file_size > limits.unpacked_bytes:
        most = limits.unpacked_bytes / 1e6
        return f"the file is too big ({entry.file_size / 1e6:,.0f} MB, at most {most:,.0f} MB)"
    return ""


def unpacks_too_far(archive: zipfile.ZipFile, limits: ZipLimits, *, size: int) -> bool:
    """Return whether an archive of ``size`` bytes unpacks to too much, or is packed so tightly as to be a trap."""
    return _is_a_trap(_unpacked(archive), packed=size) or _unpacked(archive) > limits.unpacked_bytes


def why_not_as_a_whole(archive: zipfile.ZipFile, limits: ZipLimits, *, size: int) -> str:
    """Return why an archive of ``size`` bytes is not unpacked as a whole, as the end of a sentence; else ""."""
    members = archive.infolist()
    if len({member.filename for member in members}) < len(members):
        return "the archive holds two files of one name"
    if unpacks_too_far(archive, limits, size=size):
        return f"the archive would unpack to {_unpacked(archive) / 1e6:,.0f} MB, so it is not opened"
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            return "a file in the archive leads out of it, so it is not opened"
        if member.flag_bits & _ENCRYPTED:
            return "the archive is encrypted"
    return ""


def _unpacked(archive: zipfile.ZipFile) -> int:
    return sum(member.file_size for member in archive.infolist())


def _is_a_trap(unpacked: int, *, packed: int) -> bool:
    return unpacked > max(SMALL, packed * MAX_RATIO)


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """Return how many bytes the archive says its directory has; -1 without an end record, which zipfile refuses."""
    file.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) < at + _END_LENGTH:
        return -1
    return int.from_bytes(tail[at + 12 : at + 16], "little")

"""The files inside a ZIP that somebody hands in: read one at a time, never unpacked to disk, traps left out."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.dataset.model import Problem
from core.errors import GlitchAuditError
from core.gate import Limits, apart

MAX_ARCHIVE_BYTES = 1_000_000_000
MAX_MEMBER_BYTES = 50_000_000
MAX_MEMBERS = 50_000

HEAD = 8
"""How many first bytes tell what a file is."""

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


@dataclass(frozen=True)
class Member:
    """A file inside a ZIP.

    Attributes:
        number: which entry of the archive's directory it is.
        name: as the directory has it; it never becomes a path on this computer.
        size: bytes, unpacked, as the directory says.
        head: its first bytes.
        checksum: the CRC-32 of its bytes; what unpacks to others is damaged.
    """

    number: int
    name: str
    size: int
    head: bytes
    checksum: int


@apart(Limits(memory=500_000_000, seconds=60, output=100_000_000))
def list_members(source: bytes | Path, *, name: str, size: int) -> list[Member | Problem]:
    """The files inside a ZIP, in its order, behind the gate; a problem for each that cannot be used.

    Folders, and what operating systems leave in archives, are passed over in silence.

    Args:
        source: the archive's bytes, or where it lies.
        name: the archive's, for messages.
        size: of the archive, in bytes.

    Raises:
        GlitchAuditError: no ZIP, or too big.
    """
    with _opened(source, name) as file, _open_archive(file, name=name, size=size) as archive:
        return list(_members(archive, name))


def read_member(source: bytes | Path, member: Member, *, name: str) -> bytes:
    """The bytes of one member; to be called behind the gate.

    Raises:
        GlitchAuditError: it is damaged, packed in a way that cannot be read, or the archive is another one by now.
    """
    with _opened(source, name) as file:
        try:
            with zipfile.ZipFile(file) as archive, archive.open(archive.infolist()[member.number]) as packed:
                # The directory may lie about the size.
                data = packed.read(MAX_MEMBER_BYTES + 1)
        except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
            raise GlitchAuditError(f"{name}: the file cannot be unpacked, the archive is damaged") from None
    if len(data) > MAX_MEMBER_BYTES:
        raise GlitchAuditError(f"{name}: the file is too big (more than 50 MB)")
    return data


def _opened(source: bytes | Path, name: str) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise GlitchAuditError(f"{name}: the file cannot be read ({error.strerror or error})") from None


def _open_archive(file: BinaryIO, *, name: str, size: int) -> zipfile.ZipFile:
    if size > MAX_ARCHIVE_BYTES:
        raise GlitchAuditError(f"{name}: the archive is too big ({size / 1e6:,.0f} MB, at most 1,000 MB)")
    if _directory_bytes(file, size) > _MAX_DIRECTORY_BYTES:
        raise GlitchAuditError(f"{name}: the archive holds too many files, at most {MAX_MEMBERS:,} are read")
    try:
        archive = zipfile.ZipFile(file)
    except MemoryError:
        raise
    except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{name}: the file is no ZIP archive that can be read") from None
    if len(archive.infolist()) > MAX_MEMBERS:
        raise GlitchAuditError(
            f"{name}: the archive holds {len(archive.infolist()):,} files, at most {MAX_MEMBERS:,} are read"
        )
    return archive


def _members(archive: zipfile.ZipFile, name: str) -> Iterator[Member | Problem]:
    for number, entry in enumerate(archive.infolist()):
        if not entry.filename:
            yield Problem(name, "a file in the archive has no name, so it is left out")
            continue
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or any(part in _LITTER for part in path.parts):
            continue
        where = f"{name}/{entry.filename}"
        if reason := _why_unusable(entry):
            yield Problem(where, reason)
            continue
        try:
            with archive.open(entry) as packed:
                head = packed.read(HEAD)
        except Exception:  # as above
            yield Problem(where, "the file cannot be unpacked, the archive is damaged")
        else:
            yield Member(number, entry.filename, entry.file_size, head, entry.CRC)


def _why_unusable(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _ENCRYPTED:
        return "the file is encrypted: hand it in without a password"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "the file is only a link to another file"
    if entry.file_size > max(_SMALL, entry.compress_size * _MAX_RATIO):
        return f"the file would unpack to {entry.file_size / 1e6:,.0f} MB, so it is taken for a trap"
    if entry.file_size > MAX_MEMBER_BYTES:
        return f"the file is too big ({entry.file_size / 1e6:,.0f} MB, at most 50 MB)"
    return ""


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """How long the archive says its directory is; -1 where it has no end record, which zipfile then refuses."""
    file.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) < at + _END_LENGTH:
        return -1
    return int.from_bytes(tail[at + 12 : at + 16], "little")

"""The files inside a ZIP that somebody hands in: read one at a time, never unpacked to disk, traps left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.dataset.model import Problem
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.gate.zip_guard import ZipLimits, open_zip, why_not_unpacked

LIMITS = ZipLimits(archive_bytes=1_000_000_000, directory_bytes=10_000_000, members=50_000, unpacked_bytes=50_000_000)
"""Of an archive of pictures; its files are unpacked one at a time."""

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

_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Member:
    """A file inside a ZIP.

    ``number`` is its entry in the archive's directory, ``name`` as written there (never a path on this computer),
    ``size`` its unpacked bytes as stated there, ``head`` its first bytes, ``checksum`` their CRC-32: what unpacks to
    others is damaged.
    """

    number: int
    name: str
    size: int
    head: bytes
    checksum: int


@in_own_process(Limits(memory=500_000_000, seconds=60, output=100_000_000))
def list_members(source: bytes | Path, *, name: str, size: int) -> list[Member | Problem]:
    """Return the files inside a ZIP, in its order, read behind the gate; a problem for each that cannot be used.

    Folders and operating systems' litter are passed over. Raises GlitchAuditError where it is no ZIP, or too big.
    """
    with _opened(source, name) as file, open_zip(file, LIMITS, name=name, size=size) as archive:
        return list(_members(archive, name))


def read_member(source: bytes | Path, member: Member, *, name: str) -> bytes:
    """Return the bytes of one member; to be called behind the gate.

    Raises GlitchAuditError where it is damaged, cannot be unpacked, is too big, or the archive is another one by now.
    """
    with _opened(source, name) as file:
        try:
            with zipfile.ZipFile(file) as archive, archive.open(archive.infolist()[member.number]) as packed:
                # The directory may lie about the size.
                data = packed.read(LIMITS.unpacked_bytes + 1)
        except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
            raise GlitchAuditError(f"{name}: the file cannot be unpacked, the archive is damaged") from None
    if len(data) > LIMITS.unpacked_bytes:
        raise GlitchAuditError(f"{name}: the file is too big (more than {LIMITS.unpacked_bytes / 1e6:.0f} MB)")
    return data


def _opened(source: bytes | Path, name: str) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise GlitchAuditError(f"{name}: the file cannot be read ({error.strerror or error})") from None


def _members(archive: zipfile.ZipFile, name: str) -> Iterator[Member | Problem]:
    for number, entry in enumerate(archive.infolist()):
        if not entry.filename:
            yield Problem(name, "a file in the archive has no name, so it is left out")
            continue
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or any(part in _LITTER for part in path.parts):
            continue
        where = f"{name}/{entry.filename}"
        if reason := why_not_unpacked(entry, LIMITS):
            yield Problem(where, reason)
            continue
        try:
            with archive.open(entry) as packed:
                head = packed.read(HEAD)
        except Exception:  # as above
            yield Problem(where, "the file cannot be unpacked, the archive is damaged")
        else:
            yield Member(number, entry.filename, entry.file_size, head, entry.CRC)

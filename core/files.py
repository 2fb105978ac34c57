"""Write files whole or not at all, under temporary names of their own, and hold locks that end with their process."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_TOKEN_BYTES = 8
_ENDING = ".new"
_LEFTOVER_SECONDS = 24 * 3600.0
_ASIDE = re.compile(r".+\.damaged-(\d+)")
_ASIDE_KEPT = 3
_SYNCED_ONE_BY_ONE = 50
_CHUNK = 1 << 20


def temporary_beside(path: Path) -> Path:
    """Return a random name beside ``path`` for unfinished content; no other thread, process or machine uses it."""
    return path.with_name(f".{path.name}.{secrets.token_hex(_TOKEN_BYTES)}{_ENDING}")


@contextmanager
def whole_file(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """Yield a temporary path that replaces ``path`` when the block ends well, and is removed otherwise.

    With ``lasting`` the content is on the disk before it gets its name, so a power cut leaves the old file or the new
    one; without, for files that are written each second. Raises OSError if the place cannot be written.
    """
    temporary = temporary_beside(path)
    try:
        yield temporary
        if lasting:
            to_disk(temporary)
        temporary.replace(path)
        if lasting:
            names_to_disk(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield a temporary folder that becomes ``path`` when the block ends well, and is removed otherwise.

    Parents are made. With ``replace`` it takes the place of a folder of that name; otherwise the folder that was there
    first stays, because two writers of one artifact write the same. Raises OSError if the place cannot be written.
    """
    temporary = temporary_beside(path)
    try:
        temporary.mkdir(parents=True)
        yield temporary
        folder_to_disk(temporary)
        _put_in_place(temporary, path, replace=replace)
        names_to_disk(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def to_disk(path: Path) -> None:
    """Wait until the file's content is on the disk; raises OSError if it cannot be written there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def names_to_disk(folder: Path) -> None:
    """Wait until the names in ``folder`` are on the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def folder_to_disk(folder: Path) -> None:
    """Wait until everything in ``folder`` is on the disk; raises OSError if it cannot be written there."""
    places = [(Path(place), names) for place, _, names in os.walk(folder)]
    if sum(len(names) for _, names in places) > _SYNCED_ONE_BY_ONE and hasattr(os, "sync"):
        # Thousands of pictures one by one would take minutes.
        os.sync()
        return
    for place, names in places:
        for name in names:
            if not (place / name).is_symlink():
                to_disk(place / name)
        names_to_disk(place)


def lacking_room(folder: Path, needed: int) -> str:
    """Return in a few words what the disk of ``folder`` lacks for ``needed`` bytes; "" where there is room."""
    with suppress(OSError):
        free = shutil.disk_usage(folder).free
        if free < needed:
            return f"{needed / 1e6:,.1f} MB are needed and {free / 1e6:,.1f} MB are free"
    return ""


def take_room(file: IO[bytes], size: int) -> None:
    """Extend an open file with zeros to ``size`` bytes, and reserve the disk space; raises OSError if there is no room.

    A file that is only made long has no space reserved: the system would kill a process that writes to it through a
    memory map when the disk is full.
    """
    file.seek(0, os.SEEK_END)
    missing = size - file.tell()
    if missing <= 0:
        return
    file.flush()
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), size - missing, missing)
            return
        except OSError as error:
            # Some disks cannot take room without writing.
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                raise
    for start in range(0, missing, _CHUNK):
        file.write(bytes(min(_CHUNK, missing - start)))
    file.flush()


def set_aside(folder: Path) -> Path:
    """Rename a damaged folder to ``<its name>.damaged-<number>``, and return its new place.

    The latest three such folders are kept. Raises OSError if the folder cannot be renamed.
    """
    earlier = {path: int(found[1]) for path in folder.parent.iterdir() if (found := _ASIDE.fullmatch(path.name))}
    aside = folder.with_name(f"{folder.name}.damaged-{max(earlier.values(), default=0) + 1}")
    folder.rename(aside)
    for path in sorted(earlier, key=earlier.__getitem__)[: max(0, len(earlier) + 1 - _ASIDE_KEPT)]:
        shutil.rmtree(path, ignore_errors=True)
    return aside


def remove_leftovers(folder: Path, *, older_than: float = _LEFTOVER_SECONDS) -> None:
    """Delete the temporary files and folders in ``folder`` that are older than ``older_than`` seconds."""
    with suppress(OSError):
        for path in folder.glob(f".*{_ENDING}"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > older_than:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def locked(path: Path, *, wait: float = -1) -> Iterator[None]:
    """Hold the lock file ``path`` for the block, against all other threads and processes.

    The operating system frees the lock when its holder ends; the empty file stays. ``wait`` is in seconds, negative for
    as long as it takes.

    Raises:
        TimeoutError: another holder still has it.
        OSError: the file cannot be made; its folder has to exist.
    """
    from filelock import FileLock

    # A soft lock, the library's way out on a disk without locks, would outlive a killed holder.
    try:
        lock = FileLock(path, timeout=wait, fallback_to_soft=False)
        lock.acquire()
    except NotImplementedError as error:
        raise OSError(f"{path.parent} lies on a disk that knows no locks") from error
    try:
        yield
    finally:
        lock.release()


def is_locked(path: Path) -> bool:
    """Return whether somebody holds the lock file ``path``; False where that cannot be found out (a read-only disk)."""
    return holder_lives(path) is True


def holder_lives(path: Path) -> bool | None:
    """Return whether somebody holds the lock file ``path``; None where there is none, or it cannot be asked."""
    if not path.exists():
        return None
    try:
        with locked(path, wait=0):
            return False
    except TimeoutError:
        return True
    except OSError:
        return None


def _put_in_place(temporary: Path, path: Path, *, replace: bool) -> None:
    aside = temporary_beside(path)
    if replace and path.exists():
        path.rename(aside)
    try:
        temporary.rename(path)
    except OSError:
        if replace or not path.is_dir():
            with suppress(OSError):
                aside.rename(path)
            raise
    finally:
        if path.exists():
            shutil.rmtree(aside, ignore_errors=True)

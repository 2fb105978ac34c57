"""Seal a folder of results with the size and hash of each file, so that damage is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

SEAL_FILE = "seal.json"
"""The seal's file, inside the folder that it seals."""

_State = tuple[tuple[str, int, int], ...]


def seal(folder: Path) -> None:
    """Note size and SHA-256 of every file in ``folder``, in place of an earlier seal; raises OSError if it cannot."""
    files = {name: [size, _hash(folder / name)] for name, size, _ in _state(folder) if name != SEAL_FILE}
    (folder / SEAL_FILE).write_text(json.dumps({"files": files}, indent=1), encoding="utf-8")


def is_sealed(folder: Path) -> bool:
    """Return whether ``folder`` has a seal; results of versions up to 0.4 have none."""
    return (folder / SEAL_FILE).is_file()


def flaw_of(folder: Path) -> str:
    """Return in a few words what differs from the folder's seal; "" for a whole folder, and for one without a seal.

    Sizes are compared each time, contents once per process and state of the files, as hashing takes some 20 ms for the
    packed demo.
    """
    return _flaw(folder, _state(folder)) if is_sealed(folder) else ""


@lru_cache(maxsize=256)
def _flaw(folder: Path, state: _State) -> str:
    found = {name: size for name, size, _ in state}
    try:
        noted = json.loads((folder / SEAL_FILE).read_text(encoding="utf-8"))["files"].items()
        for name, (size, digest) in noted:
            if name not in found:
                return f"{name} is missing"
            if found[name] != size:
                return f"{name} has {found[name]:,} bytes and not {size:,}"
            if _hash(folder / name) != digest:
                return f"{name} is not what was written"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"its seal cannot be compared ({type(error).__name__})"
    return ""


def _state(folder: Path) -> _State:
    """Return name (relative to the folder), size and time of each file."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            status = path.stat()
            found.append((path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

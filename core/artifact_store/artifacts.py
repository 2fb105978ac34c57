"""Artifacts in a store: parts first, under a name of their own, then one manifest that makes them count.

An artifact ``layout-<key>`` lies at ``<store>/layout-<key>/``: ``manifest.json`` names a folder of parts beside it, and
size and SHA-256 of each. A writer that is killed leaves parts that no manifest names; two writers write parts of their
own, and the later manifest counts, which says the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from core.artifact_store.places import Place, StoreTroubleError, why_not

MANIFEST = "manifest.json"
_VERSION = 1
_PARTS = "parts-"


class DamagedError(Exception):
    """An artifact in the store is not what was written; the text says what differs."""


@dataclass(frozen=True)
class Manifest:
    """What an artifact in a store consists of: the folder of its parts, and size and SHA-256 by each one's name."""

    parts: str
    files: dict[str, tuple[int, str]]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(size for size, _ in self.files.values())


def read_manifest(place: Place, name: str) -> Manifest | None:
    """Return what an artifact consists of; None where there is none, or it is no manifest (half of one, say).

    Raises StoreTroubleError where the store cannot be asked.
    """
    try:
        content = place.quick.cat_file(place.path(name, MANIFEST))
    except FileNotFoundError:
        return None
    except Exception as error:
        raise why_not(place, error) from None
    return _manifest(content)


def fetch_parts(place: Place, name: str, manifest: Manifest, folder: Path) -> None:
    """Write the artifact's parts into ``folder``.

    Raises DamagedError where a part is missing or not what was written, StoreTroubleError where the store cannot be
    asked, OSError where the folder cannot be written.
    """
    for file, (size, digest) in manifest.files.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        # Made here, so that a disk that refuses is told from a store that does.
        target.touch()
        try:
            place.files.get_file(place.path(name, manifest.parts, file), str(target))
        except FileNotFoundError:
            raise DamagedError(f"{file} is missing") from None
        except Exception as error:
            if isinstance(error, OSError) and error.filename == str(target):
                raise
            raise why_not(place, error) from None
        if (found := target.stat().st_size) != size:
            raise DamagedError(f"{file} has {found:,} bytes and not {size:,}")
        if _hash(target) != digest:
            raise DamagedError(f"{file} is not what was written")


def upload_artifact(place: Place, name: str, folder: Path) -> bool:
    """Upload a whole artifact, unless the store has one of that name; return whether it was uploaded.

    Raises StoreTroubleError where the store refuses or cannot be reached; what was uploaded until then does not count.
    """
    if read_manifest(place, name) is not None:
        return False
    parts = f"{_PARTS}{secrets.token_hex(8)}"
    files: dict[str, tuple[int, str]] = {}
    try:
        for path in _files_of(folder):
            file = path.relative_to(folder).as_posix()
            files[file] = (path.stat().st_size, _hash(path))
            place.files.put_file(str(path), place.path(name, parts, file))
        content = {"version": _VERSION, "name": name, "parts": parts, "files": files}
        place.files.pipe_file(place.path(name, MANIFEST), json.dumps(content, indent=1).encode())
    except StoreTroubleError:
        raise
    except Exception as error:
        raise why_not(place, error) from None
    return True


def stored_artifacts(place: Place) -> dict[str, Manifest]:
    """Return what each artifact in the store consists of, by name; raises StoreTroubleError."""
    found = {name: read_manifest(place, name) for name in _folders_in(place, place.root)}
    return {name: manifest for name, manifest in found.items() if manifest is not None}


def remove_leftovers(place: Place, *, older_than: float) -> int:
    """Remove the parts that no manifest names, left by killed and overtaken writers; return how many folders of them.

    Those with a file younger than ``older_than`` seconds stay: a writer may be at it, or a reader just have read the
    manifest that named them. Raises StoreTroubleError.
    """
    removed = 0
    for name in _folders_in(place, place.root):
        manifest = read_manifest(place, name)
        for parts in _folders_in(place, place.path(name)):
            folder = place.path(name, parts)
            if not parts.startswith(_PARTS) or (manifest and manifest.parts == parts):
                continue
            try:
                if _age(place, folder) > older_than:
                    place.files.rm(folder, recursive=True)
                    removed += 1
            except Exception as error:
                raise why_not(place, error) from None
    return removed


def withdraw_damaged(place: Place, name: str, manifest: Manifest) -> None:
    """Take a damaged artifact's manifest away, unless it is another one by now, so that a new one can be uploaded.

    Raises StoreTroubleError where that is refused.
    """
    if read_manifest(place, name) == manifest:
        try:
            place.files.rm_file(place.path(name, MANIFEST))
        except FileNotFoundError:
            return
        except Exception as error:
            raise why_not(place, error) from None


def _folders_in(place: Place, folder: str) -> list[str]:
    try:
        found = place.files.ls(folder, detail=True)
    except FileNotFoundError:
        return []
    except Exception as error:
        raise why_not(place, error) from None
    return sorted(one["name"].rstrip("/").rsplit("/", 1)[-1] for one in found if one["type"] == "directory")


def _age(place: Place, folder: str) -> float:
    """Seconds since the folder's newest file was written; negative where the store does not say."""
    names = ("LastModified", "mtime", "modified", "created", "last_modified")
    written = []
    for one in place.files.find(folder, detail=True).values():
        moment = next((one[name] for name in names if one.get(name)), None)
        if isinstance(moment, datetime):
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if not isinstance(moment, (int, float)):
            return -1.0
        written.append(float(moment))
    return time.time() - max(written, default=0.0)


def _manifest(content: bytes) -> Manifest | None:
    try:
        found: Any = json.loads(content)
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in found["files"].items()}
        manifest = Manifest(str(found["parts"]), files)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    # What others can write must not reach beyond the artifact's folder.
    names = (manifest.parts, *manifest.files)
    safe = all(map(_stays_inside, names)) and found.get("version") == _VERSION
    return manifest if safe else None


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _files_of(folder: Path) -> list[Path]:
    return sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

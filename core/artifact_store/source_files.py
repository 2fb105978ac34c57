"""Data sets in a store: a file is fetched once, and again only where it is another one there."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

from core.artifact_store.places import Place, StoreTroubleError, open_place, why_not
from core.errors import GlitchAuditError
from core.files import lacking_room, locked, whole_file
from core.fingerprint import fingerprint

ORIGIN_FILE = "origin.json"
"""What was fetched: address, size, and the store's mark of the content (an ETag, say), beside the file."""

_LOCK = ".lock"
_log = logging.getLogger(__name__)


def local_copy(address: str, home: Path) -> Path:
    """Return the local copy of a data set's file, below ``home``; fetched where there is none, or another is there now.

    Only the object's head is asked for where the copy is the same. A store that cannot be asked leaves the copy in
    use, which the log says. Raises GlitchAuditError where there is no such file, no copy and no way to it, or a folder
    of loose files.
    """
    place = open_place(address)
    name = place.root.rsplit("/", 1)[-1]
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name.partition(".")[0]).strip("-").lower()[:40] or "data"
    copy = home / f"{plain}-{fingerprint(place.shown)[:6]}" / name
    try:
        found = _head(place)
    except StoreTroubleError as trouble:
        if not copy.is_file():
            raise
        _log.warning("%s The copy that was fetched before is used.", trouble)
        return copy
    origin = {"address": place.shown, **found}
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        with locked(copy.parent / _LOCK):
            if not (copy.is_file() and _noted(copy) == origin and copy.stat().st_size == found["size"]):
                _fetch(place, copy, origin)
    except OSError as error:
        raise GlitchAuditError(
            f"{place.shown} cannot be fetched to {copy.parent} ({error.strerror or error}): free some space, or set "
            "GLITCH_AUDIT_HOME to a folder that you may write to."
        ) from error
    return copy


def _head(place: Place) -> dict[str, Any]:
    """Size of the object and the store's mark of its content."""
    try:
        found = place.quick.info(place.root)
    except FileNotFoundError:
        raise GlitchAuditError(f"{place.shown}: there is no such file in the store; check the address.") from None
    except Exception as error:
        raise why_not(place, error) from None
    if found.get("type") == "directory":
        raise GlitchAuditError(
            f"{place.shown} is a folder of loose files, each of which would be asked for by itself: pack them into one "
            "Parquet file first, where they are on a disk, with python -m core pack FOLDER FILE.parquet, and put that "
            "into the store."
        )
    marks = ("ETag", "etag", "md5Hash", "content_md5", "LastModified", "mtime", "modified", "created")
    mark = next((str(found[name]) for name in marks if found.get(name)), "")
    return {"size": int(found.get("size") or 0), "mark": mark}


def _noted(copy: Path) -> Any:
    try:
        return json.loads((copy.parent / ORIGIN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _fetch(place: Place, copy: Path, origin: dict[str, Any]) -> None:
    if lack := lacking_room(copy.parent, origin["size"]):
        raise GlitchAuditError(f"{place.shown} cannot be fetched to {copy.parent}: {lack}.")
    # A fetch that ends half way leaves no note that would vouch for another file.
    (copy.parent / ORIGIN_FILE).unlink(missing_ok=True)
    with whole_file(copy) as temporary:
        try:
            place.files.get_file(place.root, str(temporary))
        except Exception as error:
            raise why_not(place, error) from None
        if (size := temporary.stat().st_size) != origin["size"]:
            raise GlitchAuditError(
                f"{place.shown} gave {size:,} bytes and not {origin['size']:,}: it is being written; try again later."
            )
    with whole_file(copy.parent / ORIGIN_FILE) as temporary:
        temporary.write_text(json.dumps(origin, indent=1), encoding="utf-8")

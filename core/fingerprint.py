"""Content hashes: results are cached under them, and provenance is kept by them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

_DIGITS = 16
_PLAIN_TYPES = {str, int, float, bool, type(None)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        # Half a million names of samples are plain already.
        return list(value) if set(map(type, value)) <= _PLAIN_TYPES else [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def fingerprint(*parts: Any) -> str:
    """Return a 16-digit hexadecimal hash of bytes, plain values, and dataclasses of plain values.

    The same content gives the same hash in every process; dictionaries are sorted by key. Raises TypeError for a part
    that JSON cannot express.
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = isinstance(part, bytes)
        chunk = part if raw else json.dumps(_plain(part), sort_keys=True).encode()
        digest.update((b"raw" if raw else b"json") + len(chunk).to_bytes(8, "little"))
        digest.update(chunk)
    return digest.hexdigest()[:_DIGITS]

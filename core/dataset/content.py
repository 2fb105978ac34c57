"""Hashes of content that come out the same wherever the content lies, and whichever library read it."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

_WHOLE_BELOW = 64_000_000
_PIECES = 64
_PIECE_BYTES = 262_144
_DIGITS = 16


def content_hash(path: Path) -> str:
    """Hexadecimal hash of the size and the bytes; of a file over 64 MB, of 64 pieces spread evenly, ends included."""
    size = path.stat().st_size
    digest = hashlib.sha256(size.to_bytes(8, "little"))
    with path.open("rb") as file:
        if size <= _WHOLE_BELOW:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        else:
            for piece in range(_PIECES):
                file.seek((size - _PIECE_BYTES) * piece // (_PIECES - 1))
                digest.update(file.read(_PIECE_BYTES))
    return digest.hexdigest()


def picture_stamp(data: bytes) -> str:
    """A short hexadecimal hash of one picture's encoded bytes."""
    return hashlib.blake2b(data, digest_size=_DIGITS // 2).hexdigest()


def frame_hash(frame: pd.DataFrame) -> str:
    """Return a hexadecimal hash of a table: its index, and each column's name, kind and values.

    Neither the order of the rows, told apart by their unique index, nor that of the columns counts. Text is text
    however pandas keeps it, and numbers are little-endian bytes of their own width, so every machine and pandas gives
    the same.
    """
    ids = np.array([str(name) for name in frame.index], dtype=object)
    order = np.argsort(ids, kind="stable")
    digest = hashlib.sha256(_text_bytes(list(ids[order])))
    for name in sorted(frame.columns, key=str):
        kind, values = _canonical(frame[name].iloc[order])
        head = json.dumps([str(name), kind, len(values)]).encode()
        digest.update(len(head).to_bytes(8, "little") + head + values)
    return digest.hexdigest()[:_DIGITS]


def _canonical(column: pd.Series) -> tuple[str, bytes]:
    """What a column holds, in a word, and its values as bytes."""
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_numeric_dtype(kind):
        width = np.dtype(getattr(kind, "numpy_dtype", kind))
        absent = column.isna().to_numpy()
        if pd.api.types.is_extension_array_dtype(kind):
            values = column.to_numpy(dtype=width, na_value=width.type(0))
            return f"{width.kind}{width.itemsize} or nothing", values.tobytes() + np.packbits(absent).tobytes()
        values = np.array(column.to_numpy(), dtype=width.newbyteorder("<"))
        if width.kind == "f":
            # There are many bit patterns for "not a number", and two for zero.
            values = np.where(absent, np.array(np.nan, dtype=values.dtype), values + 0).astype(values.dtype)
        return f"{width.kind}{width.itemsize}", values.tobytes()
    return "text", _text_bytes([_plain(value) for value in column.tolist()])


def _plain(value: object) -> object:
    """A value that JSON can express, the same for values that mean the same."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else ["number", repr(value)]
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return ["number", str(value)]
    if isinstance(value, bytes):
        return ["bytes", picture_stamp(value)]
    if isinstance(value, (list, tuple, np.ndarray)):
        return ["list", [_plain(part) for part in value]]
    if isinstance(value, dict):
        return ["table", sorted([str(name), _plain(part)] for name, part in value.items())]
    if hasattr(value, "isoformat"):
        return ["time", value.isoformat()]
    return [type(value).__name__, str(value)]


def _text_bytes(values: list[object]) -> bytes:
    return json.dumps(values).encode()

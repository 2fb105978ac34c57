"""Channels in HDF5 as gwpy writes a TimeSeries, a TimeSeriesDict or a StateVector: a dataset each, read in parts.

h5py reads it here rather than gwpy, which reads a dataset whole: of a year at 1 Hz only the part that is wanted then
takes memory. A test holds it to gwpy's own reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from core.detector.channels.names import unit_text
from core.detector.channels.series import MOST_CHANNELS, Piece, checked
from core.errors import GlitchAuditError

_DEPTH = 4
# Constant stretches pack well; what claims to be far longer than its file is not read.
_MOST_PACKED = 2_000
_SMALL = 50_000_000
_SECONDS = frozenset({"s", "second", "seconds", "sec"})


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Yield the file; GlitchAuditError where it is none or turns out damaged."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            yield file
    except GlitchAuditError:
        raise
    except Exception as error:  # the HDF5 library meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{path}: the file cannot be read as HDF5 ({error}).") from None


def entries(group: Any, path: Path, *, below: str = "", depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """Yield each dataset and group below ``group`` with its place; links that leave the file are passed over.

    Raises GlitchAuditError where there are more than a file of channels has.
    """
    import h5py

    for number, name in enumerate(group):
        if number >= MOST_CHANNELS:
            raise GlitchAuditError(f"{path}: it holds over {MOST_CHANNELS:,} entries in one place, so it is not read.")
        # A link may lead to another file, which nobody meant to open.
        if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
            continue
        entry = group.get(name)
        if entry is None:
            continue
        yield below + name, entry
        if isinstance(entry, h5py.Group) and depth > 1:
            yield from entries(entry, path, below=f"{below}{name}/", depth=depth - 1)


def own_dataset(entry: Any) -> bool:
    """Whether this is a dataset whose values lie in the file itself."""
    import h5py

    return isinstance(entry, h5py.Dataset) and not entry.is_virtual and not entry.external


def hdf5_pieces(path: Path) -> tuple[Piece, ...]:
    """Return the channels of an HDF5 file, as they lie in it; raises GlitchAuditError where there are none."""
    found: list[Piece] = []
    with opened(path) as file:
        for place, entry in entries(file, path):
            if own_dataset(entry) and entry.ndim == 1 and _is_series(entry):
                found.append(_piece(path, place, entry))
                if len(found) > MOST_CHANNELS:
                    raise GlitchAuditError(f"{path}: it holds over {MOST_CHANNELS:,} channels, so it is not read.")
    if not found:
        raise GlitchAuditError(
            f"{path}: no channel in it as gwpy writes one (a dataset with x0, dx and xunit); write it with "
            "TimeSeriesDict.write."
        )
    return tuple(found)


def hdf5_samples(piece: Piece, first: int, last: int) -> np.ndarray:
    """Return the samples ``first`` to ``last`` (not included) of a piece, as float64; integers where it has bits."""
    with opened(piece.path) as file:
        values = file[piece.key][first:last]
    if values.dtype.kind not in "biuf":
        raise GlitchAuditError(f"{piece.path}: {piece.name} holds no real numbers; bring a real time series.")
    return values.astype(np.uint64 if piece.bits else np.float64)


def text_of(value: Any) -> str:
    """Return an attribute as text, whichever way it was written."""
    if isinstance(value, np.ndarray):
        value = value.ravel()[0] if value.size else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _is_series(entry: Any) -> bool:
    return {"x0", "dx"} <= set(entry.attrs) and text_of(entry.attrs.get("xunit", "s")).strip().lower() in _SECONDS


def _piece(path: Path, place: str, entry: Any) -> Piece:
    name = text_of(entry.attrs.get("channel") or entry.attrs.get("name") or place)
    if ":" not in name and ":" in place:
        name = place
    size = entry.shape[0] * entry.dtype.itemsize
    if size > _SMALL and size > _MOST_PACKED * path.stat().st_size:
        raise GlitchAuditError(
            f"{path}: {name[:80]} says it has {entry.shape[0]:,} samples, far more than the file holds."
        )
    bits = entry.attrs.get("bits")
    return checked(
        Piece(
            path=path,
            key=place,
            name=name.strip()[:200],
            unit=unit_text(entry.attrs.get("unit", "")),
            start=float(entry.attrs["x0"]),
            step=float(entry.attrs["dx"]),
            samples=int(entry.shape[0]),
            bits=tuple(text_of(bit) for bit in bits) if bits is not None else (),
        )
    )

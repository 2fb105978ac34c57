"""States of a detector as stretches of time: flags in files, bits of a state vector, a channel above a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.detector.channels.gps import refuse_implausible
from core.detector.channels.hdf5 import entries, hdf5_pieces, hdf5_samples, opened, own_dataset, text_of
from core.detector.channels.names import DETECTORS
from core.detector.channels.series import MOST_CHANNELS, Piece
from core.detector.channels.text_segments import text_spans
from core.detector.model import ChannelTable, Segments, bins_as_segments, row_of, segments
from core.detector.packages import need_ligo_lw
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

STATE_SUFFIXES = (".h5", ".hdf5", ".hdf", ".xml", ".gz", ".csv", ".txt", ".dat")
_BLOCK = 4_000_000
_BILLION = 1e-9


@dataclass(frozen=True, eq=False)
class State:
    """A state of a detector.

    Attributes:
        name: as the file calls it.
        detector: H1, L1, V1, K1 or G1; "" where nothing says whose it is.
        active: when it was on.
        known: when it is known whether it was.
    """

    name: str
    detector: str
    active: Segments
    known: Segments


@in_own_process(Limits(memory=2_000_000_000, seconds=120))
def read_states(path: Path) -> tuple[State, ...]:
    """Return the states of a file: HDF5 or LIGO_LW flags, bits of a state vector, or text of begins and ends.

    A text names no state, so the file does; it is taken for known from its first stretch to its last. Raises
    GlitchAuditError where the file is not understood, or nothing is known in it at any time.
    """
    if not path.is_file():
        raise GlitchAuditError(f"{path}: there is no such file.")
    suffix = path.suffix.lower()
    if suffix in (".h5", ".hdf5", ".hdf"):
        states = _flags_in_hdf5(path) or _bits_in_hdf5(path)
    elif suffix in (".xml", ".gz"):
        states = _flags_in_ligo_lw(path)
    else:
        active = segments(text_spans(path))
        span = [(active.spans[0, 0], active.spans[-1, 1])] if len(active.spans) else []
        states = (State(path.stem, _detector(path.name), active, segments(span)),)
    if not any(len(state.known.spans) for state in states):
        raise GlitchAuditError(f"{path}: the list of stretches is empty; bring one that says when the state was on.")
    for state in states:
        for known in (state.known, state.active):
            if len(known.spans):
                refuse_implausible(float(known.spans[0, 0]), float(known.spans[-1, 1]), where=f"{path}: {state.name}")
    return states


def read_livetime(path: Path, *, detector: str) -> Segments:
    """Return when the detector observed: all that is active in a file of segments.

    Raises GlitchAuditError where the file is of other detectors, or no stretch is in it.
    """
    states = read_states(path)
    mine = [state for state in states if state.detector in ("", detector)]
    if not mine:
        others = ", ".join(sorted({state.detector for state in states}))
        raise GlitchAuditError(f"{path}: the stretches are of {others}, and {detector} is wanted.")
    live = segments(np.concatenate([state.active.spans for state in mine]))
    if not len(live.spans):
        raise GlitchAuditError(f"{path}: the list of stretches is empty, so {detector} would never have observed.")
    return live


def above(table: ChannelTable, channel_name: str, threshold: float) -> State:
    """Return the state in which a channel of the table is above ``threshold``, in the channel's own unit: whole steps.

    Raises GlitchAuditError for a channel that is not there.
    """
    row = row_of(table, channel_name)
    values = np.asarray(table.values[row])
    channel = table.channels[row]
    unit = f" {channel.unit}" if channel.unit else ""
    return State(
        f"{channel.name} above {threshold:g}{unit}",
        channel.detector,
        bins_as_segments(table, np.nan_to_num(values, nan=-np.inf) > threshold),
        bins_as_segments(table, np.isfinite(values)),
    )


def _detector(name: str) -> str:
    return name[:2].upper() if name[:2].upper() in DETECTORS and name[2:3] in ":-_" else ""


def _spans(dataset: Any, path: Path) -> Segments:
    """A table of segments as gwpy writes it: seconds and nanoseconds of begin and end."""
    table = dataset[:]
    names = table.dtype.names or ()
    if not {"start_time", "end_time"} <= set(names):
        raise GlitchAuditError(f"{path}: {dataset.name} has no start_time and end_time, so it holds no stretches.")
    begin, end = (
        table[name].astype(np.float64)
        + (table[f"{name}_ns"].astype(np.float64) * _BILLION if f"{name}_ns" in names else 0.0)
        for name in ("start_time", "end_time")
    )
    return _joined(np.column_stack([begin, end]), path)


def _joined(spans: np.ndarray, path: Path) -> Segments:
    try:
        return segments(spans)
    except ValueError:
        raise GlitchAuditError(f"{path}: a stretch of time ends before it begins, or is no number.") from None


def _flags_in_hdf5(path: Path) -> tuple[State, ...]:
    import h5py

    found: list[State] = []
    with opened(path) as file:
        for place, entry in entries(file, path):
            if not isinstance(entry, h5py.Group) or "active" not in entry:
                continue
            active, known = entry.get("active"), entry.get("known", entry.get("valid"))
            if not (own_dataset(active) and own_dataset(known)):
                continue
            key = place.rsplit("/", 1)[-1]
            # Several flags may share one name; where they lie in the file is theirs alone.
            name = key if ":" in key else text_of(entry.attrs.get("name", key))
            found.append(State(name[:200], _detector(name), _spans(active, path), _spans(known, path)))
            if len(found) > MOST_CHANNELS:
                raise GlitchAuditError(f"{path}: it holds over {MOST_CHANNELS:,} states, so it is not read.")
    return tuple(found)


def _bits_in_hdf5(path: Path) -> tuple[State, ...]:
    pieces = [piece for piece in hdf5_pieces(path) if piece.bits]
    if not pieces:
        raise GlitchAuditError(
            f"{path}: it holds neither flags (a group with active and known) nor a state vector with named bits."
        )
    return tuple(state for piece in pieces for state in _bits(piece))


def _bits(piece: Piece) -> list[State]:
    """One state a bit that has a name."""
    on: list[list[np.ndarray]] = [[] for _ in piece.bits]
    for first in range(0, piece.samples, _BLOCK):
        words = hdf5_samples(piece, first, min(first + _BLOCK, piece.samples))
        for bit, parts in enumerate(on):
            flag = np.concatenate([[False], (words >> np.uint64(bit)) & np.uint64(1) > 0, [False]])
            parts.append(first + np.flatnonzero(np.diff(flag.astype(np.int8))).reshape(-1, 2))
    known = segments([(piece.start, piece.end)])
    return [
        State(
            f"{piece.name} {name}",
            _detector(piece.name),
            segments(piece.start + piece.step * np.concatenate(parts)),
            known,
        )
        for name, parts in zip(piece.bits, on, strict=True)
        if name and name != "None"
    ]


def _flags_in_ligo_lw(path: Path) -> tuple[State, ...]:
    need_ligo_lw("LIGO_LW segment files")
    from gwpy.segments import DataQualityDict

    try:
        flags = DataQualityDict.read(str(path), format="ligolw")
        return tuple(
            State(
                str(name),
                _detector(str(name)),
                _joined(np.array([(float(a), float(b)) for a, b in flag.active]).reshape(-1, 2), path),
                _joined(np.array([(float(a), float(b)) for a, b in flag.known]).reshape(-1, 2), path),
            )
            for name, flag in flags.items()
        )
    except GlitchAuditError:
        raise
    except Exception as error:  # an XML library meets arbitrary bytes
        raise GlitchAuditError(
            f"{path}: the file cannot be read as LIGO_LW segments ({type(error).__name__}: {error})."
        ) from None

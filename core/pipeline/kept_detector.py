"""What was read of a detector and found in it, as it is kept in the cache."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.dataset.model import Problem
from core.detector.channels.fringes import is_displacement
from core.detector.channels.listing import ListedChannel
from core.detector.channels.series import Piece
from core.detector.channels.states import State
from core.detector.channels.tables import load_table, save_table
from core.detector.model import Channel, ChannelTable, Segments, TriggerTable

_ABOUT, _ARRAYS = "detector.json", "arrays.npz"
_MOST_PIECES = 20_000


@dataclass(frozen=True, eq=False)
class Detector:
    """What was read of a detector.

    Attributes:
        table: its channels on one grid.
        listed: each channel as it lies in the files; pieces only of those that move an optic.
        states, triggers: those that were brought.
        problems: files that are none of it.
        fingerprint: changes with any of it.
    """

    table: ChannelTable
    listed: tuple[ListedChannel, ...] = ()
    states: tuple[State, ...] = ()
    triggers: tuple[TriggerTable, ...] = ()
    problems: tuple[Problem, ...] = ()
    fingerprint: str = ""


def save_detector(detector: Detector, folder: Path) -> None:
    """Write what was read of a detector into a folder."""
    save_table(detector.table, folder)
    arrays: dict[str, np.ndarray] = {}
    for number, state in enumerate(detector.states):
        arrays[f"active{number}"], arrays[f"known{number}"] = state.active.spans, state.known.spans
    for number, one in enumerate(detector.triggers):
        arrays[f"triggers{number}"] = np.stack([one.times, one.snr, one.frequencies])
    np.savez(folder / _ARRAYS, **arrays)  # type: ignore[arg-type]
    about = {
        "listed": [_listed(one) for one in detector.listed],
        "states": [[state.name, state.detector] for state in detector.states],
        "triggers": [asdict(one.channel) for one in detector.triggers],
        "problems": [asdict(problem) for problem in detector.problems],
        "fingerprint": detector.fingerprint,
    }
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def kept_detector(folder: Path) -> Detector:
    """Return what :func:`save_detector` wrote."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS) as kept:
        arrays = {name: kept[name] for name in kept.files}
    return Detector(
        table=load_table(folder),
        listed=_channels(about),
        states=tuple(
            State(name, detector, Segments(arrays[f"active{number}"]), Segments(arrays[f"known{number}"]))
            for number, (name, detector) in enumerate(about["states"])
        ),
        triggers=tuple(
            TriggerTable(Channel(**channel), *arrays[f"triggers{number}"])
            for number, channel in enumerate(about["triggers"])
        ),
        problems=tuple(Problem(**problem) for problem in about["problems"]),
        fingerprint=about["fingerprint"],
    )


def kept_channels(folder: Path) -> tuple[ListedChannel, ...]:
    """Return the channels as they lie in the files, and nothing of their values."""
    return _channels(json.loads((folder / _ABOUT).read_text(encoding="utf-8")))


def _channels(about: dict[str, Any]) -> tuple[ListedChannel, ...]:
    return tuple(
        ListedChannel(Channel(**one["channel"]), tuple(_piece(piece) for piece in one["pieces"]))
        for one in about["listed"]
    )


def _listed(one: ListedChannel) -> dict[str, Any]:
    """A channel as it lies in the files; many pieces are joined, unless they are to be read again for fringes."""
    pieces = one.pieces
    if not is_displacement(one.channel, rate=one.rate) or len(pieces) > _MOST_PIECES:
        first = pieces[0]
        spans = one.recorded.spans
        pieces = tuple(
            Piece(first.path, "", first.name, first.unit, float(a), first.step, round((b - a) / first.step))
            for a, b in spans
        )
    return {"channel": asdict(one.channel), "pieces": [{**asdict(piece), "path": str(piece.path)} for piece in pieces]}


def _piece(said: dict[str, Any]) -> Piece:
    return Piece(**{**said, "path": Path(said["path"]), "bits": tuple(said["bits"])})

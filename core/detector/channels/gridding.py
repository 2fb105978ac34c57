"""Channels of all rates to one grid: which rows there are, which files fill them, and the sums of all together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.detector.channels.bins import Sums, Task, binned, means
from core.detector.channels.blrms import bands_within
from core.detector.channels.listing import ListedChannel
from core.detector.channels.names import BANDS, band_name
from core.detector.model import Channel
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

_MOST_SAMPLES = 40_000_000
_MOST_SUMS = 5_000_000
_MOST_TASKS = 20_000


@dataclass(frozen=True)
class GridParams:
    """How channels are brought to one grid.

    Attributes:
        step: length of a bin, s.
        fast: from this rate on (Hz) a channel that is no RMS itself is read as its motion in each of ``bands``, for the
            mean of a seismometer says nothing.
        bands: Hz.
    """

    step: float = 60.0
    fast: float = 16.0
    bands: tuple[tuple[float, float], ...] = BANDS


@dataclass(frozen=True)
class Row:
    """A row of the grid: what it is called, whether it holds roots of mean squares, and the samples that fill a bin."""

    channel: Channel
    squares: bool
    samples: float


@dataclass(frozen=True)
class Plan:
    """The grid before it is filled: from GPS ``start`` on, ``bins`` of ``step`` s, its rows, and who fills them."""

    start: float
    step: float
    bins: int
    rows: tuple[Row, ...]
    tasks: tuple[Task, ...]


def plan_grid(
    listed: Sequence[ListedChannel], *, params: GridParams | None = None, within: tuple[float, float] | None = None
) -> Plan:
    """Return how the channels come to one grid, over all that is recorded or ``within`` these GPS seconds.

    Raises GlitchAuditError where no channel is there, none lies within, or one is slower than a bin.
    """
    params = params or GridParams()
    if not listed:
        raise GlitchAuditError("No channel is chosen: choose at least one of those in the files.")
    start, end = min(one.start for one in listed), max(one.end for one in listed)
    if within is not None:
        if within[1] <= start or within[0] >= end:
            raise GlitchAuditError(
                f"The channels are of GPS {start:.0f} to {end:.0f}, and {within[0]:.0f} to {within[1]:.0f} is wanted: "
                "bring channels of the time of the glitches."
            )
        start, end = max(start, within[0]), min(end, within[1])
    start = float(np.floor(start / params.step) * params.step)
    rows: list[Row] = []
    tasks: list[Task] = []
    for one in listed:
        mine = _rows_of(one, params)
        places = tuple((len(rows) + number, band) for number, (_, band) in enumerate(mine))
        rows += [row for row, _ in mine]
        tasks += [Task(piece, places) for piece in one.pieces if piece.end > start and piece.start < end]
    tasks.sort(key=lambda task: (str(task.piece.path), task.piece.key))
    return Plan(start, params.step, int(np.ceil((end - start) / params.step - 1e-9)), tuple(rows), tuple(tasks))


def batches(plan: Plan) -> Iterator[tuple[Task, ...]]:
    """Yield the plan's tasks in batches, each of bounded samples and sums."""
    batch: list[Task] = []
    samples = sums = 0.0
    for task in plan.tasks:
        more = task.piece.samples * len(task.rows)
        out = min(plan.bins, task.piece.step * task.piece.samples / plan.step + 1) * len(task.rows)
        full = samples + more > _MOST_SAMPLES or sums + out > _MOST_SUMS or len(batch) >= _MOST_TASKS
        if batch and full:
            yield tuple(batch)
            batch, samples, sums = [], 0.0, 0.0
        batch.append(task)
        samples, sums = samples + more, sums + out
    if batch:
        yield tuple(batch)


@in_own_process(Limits(memory=2_000_000_000, seconds=600, output=500_000_000))
def sums_of(name: Path, batch: tuple[Task, ...], *, start: float, step: float, bins: int) -> list[Sums]:  # noqa: ARG001 - the gate says it
    """Return the sums of a batch on the grid, read behind the gate; ``name`` is the file that an error names."""
    return [one for task in batch for one in binned(task, start=start, step=step, bins=bins)]


def save_sums(found: Sequence[Sums], path: Path) -> None:
    """Write sums as one NPZ file."""
    with path.open("wb") as file:
        np.savez(
            file,
            rows=np.array([one.row for one in found], dtype=np.int64),
            firsts=np.array([one.first for one in found], dtype=np.int64),
            lengths=np.array([len(one.sums) for one in found], dtype=np.int64),
            sums=np.concatenate([np.zeros(0), *(one.sums for one in found)]),
            counts=np.concatenate([np.zeros(0), *(one.counts for one in found)]),
        )


def load_sums(path: Path) -> list[Sums]:
    """Return what :func:`save_sums` wrote."""
    with np.load(path) as kept:
        ends = np.cumsum(kept["lengths"])
        parts = zip(kept["rows"], kept["firsts"], ends - kept["lengths"], ends, strict=True)
        sums, counts = kept["sums"], kept["counts"]
    return [Sums(int(row), int(first), sums[a:b], counts[a:b]) for row, first, a, b in parts]


def fill(plan: Plan, shards: Iterable[Sequence[Sums]], *, folder: Path) -> np.ndarray:
    """Return the grid's values, float32 (rows, bins), on the disk in ``folder`` (which may be gone later)."""
    shape = (len(plan.rows), plan.bins)
    make = np.lib.format.open_memmap
    sums = make(folder / "sums.npy", mode="w+", dtype=np.float64, shape=shape)
    counts = make(folder / "counts.npy", mode="w+", dtype=np.float64, shape=shape)
    for shard in shards:
        for one in shard:
            there = slice(one.first, one.first + len(one.sums))
            sums[one.row, there] += one.sums
            counts[one.row, there] += one.counts
    values = make(folder / "values.npy", mode="w+", dtype=np.float32, shape=shape)
    for number, row in enumerate(plan.rows):
        values[number] = means(sums[number], counts[number], expected=row.samples, squares=row.squares)
    return values


def _rows_of(one: ListedChannel, params: GridParams) -> list[tuple[Row, tuple[float, float] | None]]:
    if one.pieces[0].bits:
        raise GlitchAuditError(f"{one.channel.name} holds states, not values: bring it as a state.")
    if one.pieces[0].step > params.step * (1 + 1e-6):
        raise GlitchAuditError(
            f"{one.channel.name} has a value every {one.pieces[0].step:g} s, and the grid one every {params.step:g} s: "
            "choose a coarser grid."
        )
    samples = params.step / one.pieces[0].step
    bands = bands_within(one.rate, params.bands)
    if one.rate < params.fast or "RMS" in one.channel.name.upper() or not bands:
        return [(Row(one.channel, False, samples), None)]
    named = [replace(one.channel, name=f"{one.channel.name}_BLRMS_{band_name(*band)}") for band in bands]
    return [(Row(channel, True, samples), band) for channel, band in zip(named, bands, strict=True)]

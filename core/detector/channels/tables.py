"""The table of channels on one grid: read in pieces, kept in the workspace's cache, and gone on with after a stop."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.detector.channels.gridding import (
    GridParams,
    Plan,
    batches,
    fill,
    load_sums,
    plan_grid,
    save_sums,
    sums_of,
)
from core.detector.channels.listing import ListedChannel
from core.detector.model import Channel, ChannelTable, Segments, bins_as_segments, segments
from core.errors import GlitchAuditError
from core.files import whole_file
from core.fingerprint import fingerprint
from core.progress import OnProgress
from core.workspace import Workspace, cached_stage, load_stage

STAGE = "channels"
VERSION = 1


def channel_table(
    workspace: Workspace,
    listed: Sequence[ListedChannel],
    *,
    params: GridParams | None = None,
    within: tuple[float, float] | None = None,
    live: Mapping[str, Segments] | None = None,
    on_progress: OnProgress | None = None,
) -> ChannelTable:
    """Return the channels on one grid, from the cache or read now; values stay on the disk until they are asked for.

    Files are read in pieces, so that a year of 400 channels at 1 Hz (50 GB) needs no more memory than a day of them,
    and a killed reading goes on from the last finished batch. ``within`` bounds the time, GPS seconds; ``live`` is by
    detector when it observed, where that is not given whenever any of its channels was recorded. Raises
    GlitchAuditError where a file cannot be read, or holds what does not fit the grid.
    """
    plan = plan_grid(listed, params=params, within=within)
    key = table_key(plan)
    if load_stage(workspace, STAGE, key, load_table) is None:
        cached_stage(
            workspace,
            STAGE,
            key,
            load=load_table,
            save=save_table,
            build=lambda: _read(workspace, plan, key, on_progress),
        )
    table = load_stage(workspace, STAGE, key, load_table)
    if table is None:
        raise GlitchAuditError(f"{workspace.cache}: the channels that were kept here are gone already: try again.")
    safety = {one.channel.name: one.channel.safety for one in listed}
    table = replace(table, channels=tuple(_with_safety(channel, safety) for channel in table.channels))
    return replace(table, live=dict(live) if live is not None else recorded_times(table))


def table_key(plan: Plan) -> str:
    """Return the cache key of a plan: it changes with the grid, the rows, and any file that they are read from."""
    files = sorted({task.piece.path for task in plan.tasks})
    stamps = [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    rows = [[row.channel.name, row.channel.unit, row.squares] for row in plan.rows]
    tasks = [[str(task.piece.path), task.piece.key, [list(row) for row in task.rows]] for task in plan.tasks]
    return fingerprint(STAGE, VERSION, [plan.start, plan.step, plan.bins], rows, tasks, stamps)


def recorded_times(table: ChannelTable) -> dict[str, Segments]:
    """Return by detector when any of its channels was recorded, in whole bins."""
    live = {}
    for detector in sorted({channel.detector for channel in table.channels}):
        rows = [number for number, channel in enumerate(table.channels) if channel.detector == detector]
        # Row by row: all at once would bring the whole table into memory.
        there = np.zeros(table.values.shape[1], dtype=bool)
        for row in rows:
            there |= np.isfinite(table.values[row])
        live[detector] = bins_as_segments(table, there)
    return live


def save_table(table: ChannelTable, folder: Path) -> None:
    """Write the table into a folder."""
    np.save(folder / "values.npy", np.ascontiguousarray(table.values, dtype=np.float32))
    about = {
        "start": table.start,
        "step": table.step,
        "channels": [[one.name, one.detector, one.unit, one.safety] for one in table.channels],
        "live": {name: spans.spans.tolist() for name, spans in table.live.items()},
    }
    (folder / "table.json").write_text(json.dumps(about), encoding="utf-8")


def load_table(folder: Path) -> ChannelTable:
    """Return what :func:`save_table` wrote; the values are mapped from the disk."""
    about = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    return ChannelTable(
        channels=tuple(Channel(*one) for one in about["channels"]),
        start=float(about["start"]),
        step=float(about["step"]),
        values=np.load(folder / "values.npy", mmap_mode="r"),
        live={name: segments([tuple(span) for span in spans]) for name, spans in about["live"].items()},
    )


def _read(workspace: Workspace, plan: Plan, key: str, on_progress: OnProgress | None) -> ChannelTable:
    folder = workspace.partial(STAGE, key)
    parts = tuple(batches(plan))
    places = [folder / f"sums-{number:06d}.npz" for number in range(len(parts))]
    for number, (batch, place) in enumerate(zip(parts, places, strict=True)):
        if on_progress:
            on_progress(number, len(parts))
        if not place.exists():
            found = sums_of(batch[0].piece.path, batch, start=plan.start, step=plan.step, bins=plan.bins)
            with whole_file(place, lasting=False) as temporary:
                save_sums(found, temporary)
    values = fill(plan, (load_sums(place) for place in places), folder=folder)
    if on_progress:
        on_progress(len(parts), len(parts))
    return ChannelTable(tuple(row.channel for row in plan.rows), plan.start, plan.step, values, {})


def _with_safety(channel: Channel, safety: Mapping[str, object]) -> Channel:
    # A band of motion is called after its channel.
    said = safety.get(channel.name) or next(
        (v for k, v in safety.items() if channel.name.startswith(k + "_BLRMS_")), None
    )
    return replace(channel, safety=said or "unknown")  # type: ignore[arg-type]

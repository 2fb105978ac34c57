"""Small files of channels, states and triggers, as gwpy lays them out, without gwpy."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

START = 1_187_008_800.0
"""GPS seconds of a whole minute."""


def series_file(path: Path, channels: dict[str, np.ndarray], *, start=START, step=60.0, unit="um") -> Path:
    with h5py.File(path, "w") as file:
        for name, values in channels.items():
            dataset = file.create_dataset(name, data=values)
            dataset.attrs.update({"name": name, "unit": unit, "x0": start, "dx": step, "xunit": "s"})
    return path


def flag_file(path: Path, flags: dict[str, tuple[list, list]]) -> Path:
    kind = [(name, "<i8") for name in ("start_time", "start_time_ns", "end_time", "end_time_ns")]
    with h5py.File(path, "w") as file:
        for name, parts in flags.items():
            group = file.create_group(f"segments/{name}")
            for part, spans in zip(("active", "known"), parts, strict=True):
                rows = [(int(a), round((a % 1) * 1e9), int(b), round((b % 1) * 1e9)) for a, b in spans]
                group.create_dataset(part, data=np.array(rows, dtype=kind))
    return path


def trigger_file(path: Path, times: list[float], *, snr=None) -> Path:
    rows = np.zeros(len(times), dtype=[("time", "<f8"), ("frequency", "<f8"), ("snr", "<f8")])
    rows["time"], rows["snr"], rows["frequency"] = times, snr or 10.0, 30.0
    with h5py.File(path, "w") as file:
        file.create_dataset("triggers", data=rows)
    return path

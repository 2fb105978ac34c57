"""How long channels take to come to one grid of minutes, and how much memory: ``python benchmarks/channels.py``.

Made-up files of a day, a value a second, as gwpy writes a TimeSeriesDict. What a year of 400 such channels (50 GB)
takes is said by the rate: files are read in batches, each in a process that may take 2 GB, and the table lies on disk.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.machine import when_and_where  # noqa: E402 - needs the project's path
from core.detector.channels.listing import channel_files, list_channels  # noqa: E402
from core.detector.channels.tables import channel_table  # noqa: E402
from core.workspace import Workspace  # noqa: E402

CHANNELS, DAY, START = 20, 86_400, 1_238_112_000
YEAR = 365 * 400


def main() -> None:
    """Measure 5 and 20 days, print and write what came out."""
    lines = [when_and_where(), "command: python benchmarks/channels.py", ""]
    for days in (5, 20):
        lines.append(_measured(days))
    lines.append("Memory is that of this process; each batch is read in one that may take 2 GB at most.")
    text = "\n".join(lines) + "\n"
    print(text)
    (PROJECT / "benchmarks" / "results" / "channels.txt").write_text(text, encoding="utf-8")


def _measured(days: int) -> str:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder / "files", days)
        begun = time.perf_counter()
        listed = list_channels(channel_files([folder / "files"]))
        told = time.perf_counter() - begun
        begun = time.perf_counter()
        table = channel_table(Workspace(folder / "workspace", folder), listed)
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        channel_table(Workspace(folder / "workspace", folder), listed)
        again = time.perf_counter() - begun
        assert table.values.shape == (CHANNELS, days * 1440)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    rate = CHANNELS * days / read
    return (
        f"{CHANNELS} channels x {days} days at 1 Hz ({CHANNELS * days * DAY * 4 / 1e6:,.0f} MB): listed in "
        f"{told:.1f} s, read in {read:.1f} s ({rate:,.0f} channel days a second), again from the cache in "
        f"{again:.2f} s; {memory:,.0f} MB; a year of 400 by this rate: {YEAR / rate / 60:,.0f} min"
    )


def _write(folder: Path, days: int) -> None:
    folder.mkdir()
    random = np.random.default_rng(0)
    for day in range(days):
        with h5py.File(folder / f"day{day:03d}.h5", "w") as file:
            for number in range(CHANNELS):
                values = random.lognormal(size=DAY).astype(np.float32)
                dataset = file.create_dataset(f"L1:PEM-CHANNEL_{number}_RMS", data=values)
                dataset.attrs.update({"x0": START + day * DAY, "dx": 1.0, "unit": "nm/s", "xunit": "s"})


if __name__ == "__main__":
    main()

"""What becomes of 12,000 damaged files, and what bombs take: the gate between strangers' files and the server.

First, sound files of every kind are changed as in ``tests/hostile`` and handed to their readers, with another seed than
the tests' and with one thousand each. Then the bombs that once took the server's memory are handed in. The memory of
this process is looked at, and that of the biggest process that read. Run it as

    python -m benchmarks.hostile_files

It writes ``benchmarks/results/hostile_files.txt``. Bars: whatever happens is a result or one sentence, nothing takes
longer than its 20 s, no process holds more than 1 GB, and this one goes on.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.machine import when_and_where  # noqa: E402 - needs the project's path
from core.gate.asking import keeper_of  # noqa: E402 - needs the project's path
from core.gate.limits import MOST_MEMORY, MOST_SECONDS  # noqa: E402
from tests.hostile import bombs  # noqa: E402
from tests.hostile.mutations import CHANGES, changed  # noqa: E402
from tests.hostile.outcomes import OUTCOMES, outcome  # noqa: E402
from tests.hostile.readers import Reader, readers  # noqa: E402

RESULTS = PROJECT / "benchmarks" / "results" / "hostile_files.txt"
SEED, EACH = 2026, 1_000
MEMORY_MB, SECONDS = 800, 20


def hand_in(reader: Reader, folder: Path, count: int) -> tuple[Counter[str], list[float]]:
    """What became of ``count`` changed files of one kind, and how long each took in s."""
    counts: Counter[str] = Counter()
    took: list[float] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @seed(SEED)
    @given(st.sampled_from(sorted(reader.seeds)), CHANGES)
    def one(name, changes):
        path = folder / name
        path.write_bytes(changed(reader.seeds[name], changes))
        began = time.perf_counter()
        counts[outcome(reader, path)] += 1
        took.append(time.perf_counter() - began)

    one()
    return counts, took


def handed_in() -> dict[tuple[str, str], bytes]:
    """The bombs, by the reader that they are for and their name."""
    many = bombs.entries(1_000_000)
    return {
        ("corrections", "one value of 1 MB in 10,000 rows.parquet"): bombs.dictionary(),
        ("corrections", "992 columns, 900,000 short rows.csv"): bombs.wide(),
        ("tables", "a million columns.csv"): bombs.million_columns(),
        ("data sets in HDF5", "120 links to itself.h5"): bombs.links(),
        ("pictures", "40 megapixels of 16 bits.png"): bombs.pixels(),
        ("archives of pictures", "a million entries.zip"): many,
        ("exports", "a million entries.zip"): many,
        ("a sandbox", "a million entries.zip"): many,
        ("archives of pictures", "zeros.zip"): bombs.zeros(),
    }


class Unforeseen(logging.Handler):
    """Counts the kinds of exceptions that no reader had thought of, and keeps the log quiet."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record of the gate's."""
        said = record.getMessage()
        if ": its reader failed: " in said:
            self.kinds[said.split(": its reader failed: ")[1][:90]] += 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--each", type=int, default=EACH, help="changed files of each kind")
    options = parser.parse_args(arguments)
    os.environ[MOST_MEMORY], os.environ[MOST_SECONDS] = str(MEMORY_MB), str(SECONDS)
    lines = [
        f"{when_and_where()}; python -m benchmarks.hostile_files --each {options.each}",
        f"Limits of a reading process: {MEMORY_MB:,} MB beyond what it begins with, {SECONDS} s. Seed {SEED}.",
        "",
        "Sound files with 1 to 6 changes, by what was handed in",
        f"{'':<22}" + "".join(f"{name:>26}" for name in OUTCOMES) + f"{'median':>10}{'longest':>10}",
    ]

    def tell(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    print("\n".join(lines), flush=True)
    unforeseen = Unforeseen()
    log = logging.getLogger("core.gate.gated")
    log.addHandler(unforeseen)
    log.propagate = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sound").mkdir()
        known = readers(folder / "sound")
        total: Counter[str] = Counter()
        before = psutil.Process().memory_info().rss
        for reader in known:
            counts, took = hand_in(reader, folder, options.each)
            total += counts
            cells = "".join(f"{counts[kind]:>26,}" for kind in OUTCOMES)
            tell(f"{reader.name:<22}{cells}{np.median(took):>8.3f} s{max(took):>8.2f} s")
        tell(f"{'all':<22}" + "".join(f"{total[kind]:>26,}" for kind in OUTCOMES))
        tell(f"Raised beside the one sentence: 0 of {total.total():,}, as any other would have ended this run.")
        for kind, count in unforeseen.kinds.most_common():
            tell(f"  unforeseen {count:,} times: {kind}")
        tell(f"This process grew by {(psutil.Process().memory_info().rss - before) / 1e6:,.0f} MB meanwhile.")
        tell("")
        tell("Bombs: what became of each, how long it took, and how far this process grew")
        by_name = {reader.name: reader for reader in known}
        for (reader_name, file_name), content in handed_in().items():
            path = folder / file_name
            path.write_bytes(content)
            size = len(content)
            del content
            before, began = psutil.Process().memory_info().rss, time.perf_counter()
            became = outcome(by_name[reader_name], path)
            grew = max(0, psutil.Process().memory_info().rss - before) / 1e6
            tell(
                f"{reader_name:<22}{file_name:<46}{size / 1e6:>8.2f} MB  {became:<24}"
                f"{time.perf_counter() - began:>7.2f} s{grew:>7.0f} MB"
            )
    keeper_of(os.getpid())._stop()
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    tell(f"The biggest process that read anything held {most:,.0f} MB, its libraries included.")
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

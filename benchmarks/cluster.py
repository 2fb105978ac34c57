"""Pictures on a cluster: one and two workers beside one machine, what the results cost on their way, hours and money.

    python -m benchmarks.cluster

Figures of 800 x 600 pixels as Gravity Spy draws them are embedded by glitch-resnet18 in three ways, in turn: in this
process with a thread a core, and by one and by two worker processes of one thread each on loopback. Workers are warm
(torch and weights are loaded) before the clock starts. Pictures a second of processor time of the workers suffer less
from other load than those of wall time. Every round's shards are compared byte for byte with those of one machine.

The cost model: hours = pictures / (pictures a core second x cores x efficiency), where efficiency is measured, two
workers beside one; money is core hours times an assumed price. It is checked against the walls of one and two workers.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil

from benchmarks.embed import full_figure, write_pictures
from benchmarks.machine import when_and_where
from core.dataset.model import Dataset
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams
from core.evidence.previews import PREVIEW_HEIGHT, PREVIEW_WIDTH
from core.tasks.dask_cluster import OnDask, on_cluster
from tests.tasks.small_cluster import SmallCluster

RESULTS = Path(__file__).parent / "results" / "cluster.txt"
SHARD = 32
SHARD_BYTES = 512 * 512 * 4 + 128 * PREVIEW_HEIGHT * PREVIEW_WIDTH
"""What a real shard gives back: 512 rows of 512 float32, and the previews of 128 glitches with four views."""
PRICE = 0.04
"""US dollars a core hour: an assumption, about what a rented core without a contract costs."""
SIZES = (2_500_000, 10_000_000)
CORES = (2, 32, 512)
OLD_KERNELS = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"}


def drawn(folder: Path, count: int) -> Dataset:
    rng = np.random.default_rng(18)
    kept = write_pictures(folder, [_energy(rng) for _ in range(count)], full_figure)
    return replace(kept, source=folder)


def _energy(rng: np.random.Generator) -> np.ndarray:
    noise = rng.gamma(1.0, 12.0, (140, 170))
    rows, columns = np.mgrid[:140, :170]
    centre, width = rng.uniform(20, 120), rng.uniform(2, 20)
    blob = 200 * np.exp(-(((rows - centre) / width) ** 2) - ((columns - 85) / width) ** 2)
    return np.clip(noise + blob, 0, 255).astype(np.uint8)


def processor_seconds(cluster: SmallCluster) -> float:
    times = [psutil.Process(worker.pid).cpu_times() for worker in cluster.workers]
    return sum(one.user + one.system for one in times)


@contextmanager
def workers(
    folder: Path, count: int, environment: dict[str, str] | None = None
) -> Iterator[tuple[SmallCluster, OnDask]]:
    folder.mkdir()
    with SmallCluster(folder, workers=count, environment=environment) as cluster, on_cluster(cluster.address) as tasks:
        yield cluster, tasks


def embedded(
    dataset: Dataset, folder: Path, tasks: OnDask | None = None, precision: str = "float32"
) -> tuple[float, np.ndarray, dict[str, bytes]]:
    """Wall seconds, the matrix, and the shards by name."""
    began = time.perf_counter()
    found = embed_pictures(dataset, EmbedParams(precision=precision), folder=folder, shard_size=SHARD, tasks=tasks)
    seconds = time.perf_counter() - began
    return seconds, found.matrix, {path.name: path.read_bytes() for path in folder.rglob("pictures-*")}


def warmed(dataset: Dataset, folder: Path, tasks: OnDask, precision: str = "float32") -> None:
    some = replace(
        dataset, pictures=dataset.pictures.iloc[: 4 * SHARD], fingerprint="warm", pictures_fingerprint="warm"
    )
    embedded(some, folder, tasks, precision)


def parcel_of(_task: int, _common: None) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, SHARD_BYTES, dtype=np.uint8)


def returned(tasks: OnDask, count: int = 100) -> float:
    """Megabytes a second of results as large as real shards, through the scheduler to this process."""
    # By the name under which workers know it, which is not that of a module that is run.
    from benchmarks.cluster import parcel_of

    began = time.perf_counter()
    size = sum(found.nbytes for _, found in tasks.results(parcel_of, range(count)))
    return size / 1e6 / (time.perf_counter() - began)


def rounds_of(
    dataset: Dataset, folder: Path, rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]], float]:
    """Wall seconds and the workers' processor seconds of each way, and megabytes a second of results."""
    walls: dict[str, list[float]] = {"one machine": [], "1 worker": [], "2 workers": []}
    worked: dict[str, list[float]] = {"1 worker": [], "2 workers": []}
    with workers(folder / "one", 1) as one, workers(folder / "two", 2) as two:
        for name, (_, tasks) in (("w1", one), ("w2", two)):
            warmed(dataset, folder / name, tasks)
        for number in range(rounds):
            seconds, _, truth = embedded(dataset, folder / f"here{number}")
            walls["one machine"].append(seconds)
            for name, (cluster, tasks) in (("1 worker", one), ("2 workers", two)):
                before = processor_seconds(cluster)
                seconds, _, shards = embedded(dataset, folder / f"{name}{number}", tasks)
                assert shards == truth, f"{name} gave other bytes than one machine"
                walls[name].append(seconds)
                worked[name].append(processor_seconds(cluster) - before)
        return walls, worked, returned(two[1])


def kernels(dataset: Dataset, folder: Path) -> list[str]:
    """How alike vectors are that were made with a processor's own kernels and with the plainest."""
    few = replace(dataset, pictures=dataset.pictures.iloc[:96], samples=dataset.samples.iloc[:96])
    lines = []
    with workers(folder / "old", 1, OLD_KERNELS) as (_, tasks):
        for precision in ("float32", "bfloat16"):
            _, here, _ = embedded(few, folder / f"own-{precision}", precision=precision)
            _, there, _ = embedded(few, folder / f"old-{precision}", tasks, precision)
            cosine = float((here.astype(float) * there).sum(axis=1).min())
            lines.append(f"{precision}: least cosine {cosine:.8f}, largest difference {np.abs(here - there).max():.1e}")
    return lines


def model_lines(rate: float, efficiency: float) -> Iterator[str]:
    yield f"{'pictures':>12} {'cores':>6} {'hours':>9} {'core hours':>11} {'US$':>7}"
    for size in SIZES:
        for cores in CORES:
            hours = size / (rate * cores * efficiency) / 3600
            yield f"{size:>12,} {cores:>6} {hours:>9.2f} {hours * cores:>11.0f} {hours * cores * PRICE:>7.2f}"


def report(dataset: Dataset, folder: Path, rounds: int) -> Iterator[str]:
    count = len(dataset.pictures)
    walls, worked, speed = rounds_of(dataset, folder, rounds)
    median = {name: statistics.median(seconds) for name, seconds in walls.items()}
    pace = {name: count / statistics.median(seconds) for name, seconds in worked.items()}
    # How much of a core each worker was given, on a machine that others use too.
    share = {
        name: statistics.median(np.array(seconds) / walls[name]) / int(name[0]) for name, seconds in worked.items()
    }
    yield f"{count} figures of 800 x 600, glitch-resnet18, float32, shards of {SHARD}; {rounds} rounds in turn, medians"
    yield "every shard of every round: the bytes of one machine"
    yield f"{'':<13}{'wall s':>7}{'pictures/s':>12}{'ratio':>7}{'a core second':>15}{'of a core':>11}"
    for name, seconds in median.items():
        own = f"{pace[name]:>15.1f}{share[name]:>11.0%}" if name in pace else f"{'-':>15}{'-':>11}"
        yield f"{name:<13}{seconds:>7.1f}{count / seconds:>12.1f}{median['1 worker'] / seconds:>7.2f}{own}"
    yield f"results of {SHARD_BYTES / 1e6:.1f} MB, a real shard's, through the scheduler: {speed:,.0f} MB a second"
    yield ""
    rate, efficiency = pace["1 worker"], min(pace["2 workers"] / pace["1 worker"], 1.0)
    yield f"cost model: {rate:.1f} pictures a core second, efficiency of two workers {efficiency:.2f},"
    yield f"assumed US$ {PRICE} a core hour (no GPU was at hand: its rate is not measured)"
    yield from model_lines(rate, efficiency)
    for number, name in enumerate(worked, start=1):
        said = count / (rate * number * (efficiency if number > 1 else 1)) / share[name]
        yield (
            f"check, {name}: the model says {said:.1f} s with the part of a core that was given, the wall was "
            f"{median[name]:.1f} s (x {median[name] / said:.2f})"
        )
    many = rate * efficiency * max(CORES)
    size = statistics.mean((dataset.source / name).stat().st_size for name in dataset.pictures["location"])
    yield (
        f"{max(CORES)} cores read {many * size / 1e6:,.0f} MB of such figures a second, and return "
        f"{many / 512 * SHARD_BYTES / 1e6:,.0f} MB"
    )
    yield ""
    yield "vectors by this processor's kernels beside those by the plainest (ATEN default, oneDNN SSE4.1), 96 pictures"
    yield from kernels(dataset, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=768)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    lines = [f"{when_and_where()}, python -m benchmarks.cluster {' '.join(sys.argv[1:])}".rstrip()]
    with tempfile.TemporaryDirectory() as folder:
        dataset = drawn(Path(folder), options.pictures)
        (Path(folder) / "made").mkdir()
        lines += report(dataset, Path(folder) / "made", options.rounds)
    print("\n".join(lines))
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

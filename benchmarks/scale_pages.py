"""What the server does with a very large prepared set: opening it, memory, search, filters, colours, selection.

    python -m benchmarks.scale_pages [--samples 613786]

The set is that of benchmarks/scale.py, whose results are taken from its folder: a table of labels and measurements with
vectors of 512 dimensions beside it, without pictures, places and clusters after the demo's. It is written and prepared
once, and opened in a process of its
own, as the app opens it; what a page asks for is called as the page calls it, median of five. Without a browser: what
is sent and drawn is not in it. It writes benchmarks/results/scale_pages.txt. Bars of issue 18.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.layout import ROOT
from benchmarks.machine import when_and_where
from core.workspace import HOME_VARIABLE

RESULT = ROOT / "benchmarks" / "results" / "scale_pages.txt"
BARS = {
    "opening": 3.0,
    "search": 0.3,
    "filter": 1.0,
    "colour by label": 1.0,
    "colour by number": 1.0,
    "selection of 3,000": 0.5,
}
MEMORY_BAR = 3.0
ROUNDS, EXAMPLES, TILES = 5, 5, 48


def write_set(folder: Path) -> tuple[Path, Path]:
    """The table, and the vectors beside it."""
    import pandas as pd

    table, vectors = folder / "table.parquet", folder / "vectors.npy"
    labels = np.load(folder / "labels.npy")
    random = np.random.default_rng(7)
    count = len(labels)
    places, _ = after_the_demo(count)
    names = [f"s{number:06d}" for number in range(count)]
    frame = {
        "id": names,
        "label": labels,
        "detector": np.where(random.random(count) < 0.38, "H1", "L1"),
        "event_time": 1.126e9 + np.sort(random.uniform(0, 1.2e8, count)),
        "snr": 7.5 + random.exponential(10, count),
        "peak_frequency": random.uniform(10, 2048, count),
        "duration": random.exponential(0.5, count),
        "x": places[:, 0],
        "y": places[:, 1],
    }
    pd.DataFrame(frame).to_parquet(table)
    if not vectors.exists():
        vectors.hardlink_to(folder / "matrix.npy")
    (folder / "vectors.txt").write_text("\n".join(names))
    return table, vectors


def after_the_demo(samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Places float32 (n, 2) and clusters int32 (n,) of the demo's glitches that the rows were drawn around."""
    from benchmarks.scale import SEED
    from benchmarks.scale_vectors import around_of, pictured
    from core.pipeline.stages import load_prepared
    from core.workspace import demo_workspace

    demo, around = load_prepared(demo_workspace()), pictured()[around_of(samples, seed=SEED)]
    beside = np.random.default_rng(8).normal(0, 0.1, (samples, 2))
    return (demo.layout.coordinates[around] + beside).astype(np.float32), demo.clustering.labels[around]


def make(folder: Path) -> None:
    """Write the set and prepare it with the results that benchmarks/scale.py kept."""
    from core.pipeline import stages
    from core.pipeline.settings import Settings
    from core.pipeline.snapshot import read_dataset
    from core.space.clustering import Clustering
    from core.space.layout import Layout
    from core.space.neighbours import load_neighbours
    from core.workspace import workspace_for

    table, vectors = write_set(folder)
    workspace = workspace_for(table)
    read_dataset(workspace)

    places, clusters = after_the_demo(len(np.load(folder / "labels.npy")))
    found = Clustering(clusters.astype(np.int32), np.ones(len(clusters), np.float32), "scale")
    with (
        patch.object(stages, "find_neighbours", lambda *_, **__: load_neighbours(folder / "neighbours")),
        patch.object(stages, "compute_layout", lambda *_, **__: Layout(places, "scale")),
        patch.object(stages, "cluster", lambda *_, **__: found),
    ):
        stages.prepare(workspace, report=lambda progress: None, settings=Settings(vectors=str(vectors)))


def memory() -> float:
    """Resident memory of this process in GB, and how much of it is its own rather than a mapped file's."""
    import psutil

    return psutil.Process().memory_info().rss / 2**30


def own_memory() -> float:
    """Memory of this process alone, without mapped files, in GB."""
    import psutil

    found = psutil.Process().memory_info()
    return (found.rss - found.shared) / 2**30


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians: seconds by the clock, and of the processor."""
    found = []
    for _ in range(rounds):
        wall, busy = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - busy))
    return statistics.median(one for one, _ in found), statistics.median(other for _, other in found)


def ask(folder: Path) -> dict:
    """Open the set in this process, and ask for what the pages ask for."""
    from core.dataset import taxonomy_for
    from core.dataset.selection import Filters
    from core.evidence.colours import colour_by_column, colour_by_label
    from core.pipeline.searching import search_index
    from core.pipeline.stages import load_prepared, prepared_key
    from core.space.filters import filter_mask, make_selection
    from core.space.likeness_search import examples_of, search
    from core.workspace import workspace_for

    found: dict[str, tuple[float, float]] = {}
    wall, busy = time.perf_counter(), time.process_time()
    prepared = load_prepared(workspace_for(folder / "table.parquet"))
    found["opening"] = time.perf_counter() - wall, time.process_time() - busy
    sizes = {"opened": (memory(), own_memory())}
    found["asking if all is there"] = timed(lambda: prepared_key(prepared.workspace))
    found["packing the map"] = timed(lambda: prepared.packing, 1)
    samples, clusters = prepared.samples, prepared.clustering.labels
    index: list = []
    found["getting ready to search"] = timed(lambda: index.append(search_index(prepared)), 1)
    like, unlike = (examples_of(index[0], rows) for rows in (range(EXAMPLES), range(900, 903)))
    found["search"] = timed(lambda: search(index[0], like, unlike).rows[:TILES])
    sizes["searched"] = memory(), own_memory()
    filters = Filters(labels=tuple(samples["label"].unique()[:3]), detectors=("H1",), ranges=(("snr", 10.0, 50.0),))
    found["filter"] = timed(lambda: filter_mask(samples, clusters, filters))
    found["filter by text"] = timed(lambda: filter_mask(samples, clusters, Filters(text="s0001")))
    taxonomy = taxonomy_for(samples["label"].unique())
    found["colour by label"] = timed(lambda: colour_by_label(samples["label"], taxonomy))
    found["colour by number"] = timed(lambda: colour_by_column(samples["snr"]))
    mask = np.zeros(len(samples), bool)
    mask[np.random.default_rng(0).choice(len(samples), min(3000, len(samples)), replace=False)] = True
    found["selection of 3,000"] = timed(lambda: make_selection(samples, mask, how="lasso", clusters=clusters))
    ids = samples.index[mask].astype(str)
    found["ids on screen"] = timed(lambda: samples.index.isin(ids))
    sizes["all asked"] = memory(), own_memory()
    return {"samples": len(samples), "seconds": found, "memory": sizes}


def report(found: dict) -> list[str]:
    """Lines of the result."""
    lines = [f"{found['samples']:,} samples x 512, vectors beside a table, no pictures"]
    for what, (wall, busy) in found["seconds"].items():
        bar = BARS.get(what)
        verdict = "" if bar is None else f" (bar {bar:g} s: {'met' if min(wall, busy) <= bar else 'MISSED'})"
        lines.append(f"  {what:<24} {wall:7.3f} s by the clock, {busy:7.3f} s of processor{verdict}")
    for when, (all_of_it, own) in found["memory"].items():
        verdict = f" (bar {MEMORY_BAR:g}: {'met' if all_of_it <= MEMORY_BAR else 'MISSED'})"
        lines.append(f"  memory, {when:<16} {all_of_it:5.2f} GB{verdict}, {own:.2f} of its own, the rest mapped files")
    return lines


def main() -> None:
    """Write and prepare the set where need be, open it in a process of its own, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=613_786)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "glitch-audit-scale")
    parser.add_argument("--dry", action="store_true", help="print, and leave the file of results as it is")
    parser.add_argument("--one", choices=("make", "ask"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.folder / str(options.samples)
    os.environ[HOME_VARIABLE] = str(folder / "home")
    if options.one == "make":
        make(folder)
        return
    if options.one == "ask":
        print(json.dumps(ask(folder)))
        return
    again = [sys.executable, "-m", "benchmarks.scale_pages", "--folder", str(options.folder)]
    again += ["--samples", str(options.samples), "--one"]
    if not (folder / "home").exists():
        subprocess.run([*again, "make"], cwd=ROOT, check=True)
    done = subprocess.run([*again, "ask"], cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    lines = [f"{when_and_where()}; python -m benchmarks.scale_pages {' '.join(sys.argv[1:])}".rstrip(), *report(found)]
    print("\n".join(lines))
    if not options.dry:
        RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

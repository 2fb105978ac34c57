"""The stages of a data set as large as all of O1 to O3, one size and stage at a time, each in a process of its own.

    python -m benchmarks.scale [--sizes 34332 100000 300000 613786] [--stages neighbours ...] [--again]

Vectors: benchmarks/scale_vectors.py, 512 dimensions; parameters of the FAISS index were chosen on seed 100, seed 0 is
reported. A stage reads what the stages before it wrote into the folder of results (``--folder``, in /tmp), so a run
that was ended goes on where it was; ``--again`` measures the named stages anew. Seconds are those of the stage alone,
without imports of numpy and pandas and without reading its input; processor seconds stand beside those of the clock,
for a machine with other work; the peak is that of the whole process. The recall is that of 2,000 samples against exact
neighbours. ``neighbours`` is what the workbench does at the size: exact up to 50,000, then pynndescent, then FAISS;
``faiss`` and ``pynndescent`` are the engines by name. ``opening`` and what a page asks for: benchmarks/scale_pages.py.
The exponent is the slope of the logarithm of processor seconds on that of the size, between the last two sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.layout import ROOT
from benchmarks.machine import when_and_where

RESULT = ROOT / "benchmarks" / "results" / "scale.txt"
SIZES = (34_332, 100_000, 300_000, 613_786)
SEED, ASKED, COUNT = 0, 2000, 30
GIGABYTE = 2**30


def _minutes(number: float) -> float:
    return 60 * number


BARS = {"neighbours": _minutes(12), "layout": _minutes(15), "clustering": _minutes(3), "suspects": _minutes(15)}
RECALL_BAR, PEAK_BAR = 0.98, 12.0


def vectors(folder: Path, samples: int) -> Callable[[], dict]:
    """Draw the vectors and labels."""
    from benchmarks.scale_vectors import draw, labels_of

    def work() -> dict:
        matrix, around = draw(samples, seed=SEED)
        np.save(folder / "matrix.npy", matrix)
        np.save(folder / "labels.npy", labels_of(around, seed=SEED))
        return {}

    return work


def exact(folder: Path, samples: int) -> Callable[[], dict]:
    """Exact neighbours of some samples, which recall is measured against."""
    from core.space.neighbours import _exact

    matrix = np.load(folder / "matrix.npy")
    asked = np.sort(np.random.default_rng(1).choice(samples, size=min(ASKED, samples), replace=False))

    def work() -> dict:
        indices, distances = _exact(matrix, asked, COUNT)
        np.savez(folder / "exact.npz", asked=asked, indices=indices, distances=distances)
        return {}

    return work


def neighbours(folder: Path, samples: int, *, engine: str = "", name: str = "neighbours") -> Callable[[], dict]:
    """Neighbours as the workbench finds them, or with an engine by name."""
    from core.space.neighbour_engines import engine_for, installed_engine
    from core.space.neighbours import NeighbourParams, find_neighbours, save_neighbours

    matrix = np.load(folder / "matrix.npy")
    by_name = {"engine": installed_engine(engine), "exact_up_to": 0} if engine else {"engine": engine_for(samples)}

    def work() -> dict:
        found = find_neighbours(matrix, NeighbourParams(count=COUNT, **by_name), embedding_fingerprint="scale")
        save_neighbours(found, folder / name)
        known = np.load(folder / "exact.npz")
        pairs = zip(found.indices[known["asked"]].tolist(), known["indices"].tolist(), strict=True)
        shared = [len(set(ours) & set(right)) / COUNT for ours, right in pairs]
        how = "exact" if not engine and samples <= NeighbourParams().exact_up_to else by_name["engine"]
        return {"recall": float(np.mean(shared)), "lowest_recall": float(np.min(shared)), "engine": how}

    return work


def faiss(folder: Path, samples: int) -> Callable[[], dict]:
    """Neighbours by FAISS."""
    return neighbours(folder, samples, engine="FAISS", name="faiss")


def pynndescent(folder: Path, samples: int) -> Callable[[], dict]:
    """Neighbours by pynndescent."""
    return neighbours(folder, samples, engine="pynndescent", name="pynndescent")


def layout(folder: Path, samples: int, *, wide: bool = False) -> Callable[[], dict]:
    """The map, or the wide layout that is clustered."""
    from core.space.clustering import default_cluster_params, space_to_cluster
    from core.space.layout import LayoutParams, compute_layout, save_layout
    from core.space.neighbours import load_neighbours

    matrix, near = np.load(folder / "matrix.npy"), load_neighbours(folder / "neighbours")
    params = space_to_cluster(default_cluster_params(samples), LayoutParams()) if wide else LayoutParams()

    def work() -> dict:
        save_layout(compute_layout(matrix, near, params), folder / ("wide_layout" if wide else "layout"))
        return {}

    return work


def wide_layout(folder: Path, samples: int) -> Callable[[], dict]:
    """The 10-D layout."""
    return layout(folder, samples, wide=True)


def clustering(folder: Path, samples: int) -> Callable[[], dict]:
    """HDBSCAN of the wide layout."""
    from core.space.clustering import cluster, default_cluster_params, save_clustering
    from core.space.layout import load_layout

    wide = load_layout(folder / "wide_layout")

    def work() -> dict:
        found = cluster(wide, default_cluster_params(samples))
        save_clustering(found, folder / "clustering")
        return {"clusters": int(found.labels.max() + 1), "noise": float((found.labels < 0).mean())}

    return work


def suspects(folder: Path, samples: int) -> Callable[[], dict]:
    """Suspects, with the near duplicates that they leave together."""
    import pandas as pd

    from core.audit.model import AuditInput
    from core.audit.suspects import find_suspects, save_suspects
    from core.space.neighbours import load_neighbours

    labels = np.load(folder / "labels.npy")
    matrix = np.load(folder / "matrix.npy")
    case = AuditInput(
        samples=pd.DataFrame({"label": labels}, index=pd.Index([f"s{n:06d}" for n in range(samples)])),
        matrix=matrix,
        neighbours=load_neighbours(folder / "neighbours"),
        coordinates=matrix[:, :2],
        clusters=np.zeros(samples, np.int32),
        glitches=np.arange(samples),
        fingerprint="scale",
    )

    def work() -> dict:
        found = find_suspects(case)
        save_suspects(found, folder / "suspects")
        return {"flagged": int(found.table["flagged"].sum())}

    return work


STAGES: dict[str, Callable[[Path, int], Callable[[], dict]]] = {
    "vectors": vectors,
    "exact": exact,
    "neighbours": neighbours,
    "layout": layout,
    "wide_layout": wide_layout,
    "clustering": clustering,
    "suspects": suspects,
    "faiss": faiss,
    "pynndescent": pynndescent,
}
MEASURED = ("neighbours", "layout", "wide_layout", "clustering", "suspects", "faiss", "pynndescent")


def run_stage(stage: str, folder: Path, samples: int) -> None:
    """Do one stage in this process, and add what it took to the results of its size."""
    work = STAGES[stage](folder, samples)
    wall, busy = time.perf_counter(), time.process_time()
    told = work()
    seconds, processor = time.perf_counter() - wall, time.process_time() - busy
    # Linux counts the peak in kilobytes, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / GIGABYTE
    results = kept(folder)
    load = os.getloadavg()[0]
    results[stage] = {"seconds": seconds, "processor": processor, "peak": peak, "load": load, **told}
    (folder / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(f"{samples:,} {stage}: {results[stage]}", flush=True)


def kept(folder: Path) -> dict:
    """What was measured before at this size."""
    path = folder / "results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def table(results: dict[int, dict]) -> list[str]:
    """Lines of the report: a stage and size each, then how each stage grows."""
    lines = [f"{'stage':<12} {'samples':>9} {'processor s':>12} {'clock s':>9} {'peak GB':>8} {'load':>5}"]
    for stage in MEASURED:
        for samples, found in results.items():
            if (one := found.get(stage)) is None:
                continue
            line = f"{stage:<12} {samples:>9,} {one['processor']:>12.1f} {one['seconds']:>9.1f}"
            lines.append(f"{line} {one['peak']:>8.2f} {one['load']:>5.1f}  {_told(stage, samples, one)}".rstrip())
    lines.append("growth: exponent of processor seconds between neighbouring sizes")
    for stage in MEASURED:
        sizes = [samples for samples, found in results.items() if stage in found]
        spent = [results[samples][stage]["processor"] for samples in sizes]
        slopes = np.diff(np.log(spent)) / np.diff(np.log(sizes))
        if len(slopes):
            lines.append(f"  {stage:<12} {', '.join(f'{slope:.2f}' for slope in slopes)}")
    return lines


def _told(stage: str, samples: int, one: dict) -> str:
    parts = [f"{name} {one[name]:.4f}" if name == "recall" else f"{name} {one[name]}" for name in _SAID if name in one]
    if samples == SIZES[-1]:
        if stage in BARS:
            met = min(one["seconds"], one["processor"]) <= BARS[stage]
            parts.append(f"bar {BARS[stage] / 60:g} min: {'met' if met else 'MISSED'}")
        if "recall" in one:
            parts.append(f"recall bar {RECALL_BAR}: {'met' if one['recall'] >= RECALL_BAR else 'MISSED'}")
        parts.append(f"peak bar {PEAK_BAR:g} GB: {'met' if one['peak'] <= PEAK_BAR else 'MISSED'}")
    return ", ".join(parts)


_SAID = ("engine", "recall", "lowest_recall", "clusters", "flagged")


def draw_figure(results: dict[int, dict], path: Path) -> None:
    """Processor minutes of each stage over the number of samples, on logarithmic scales, with the straight growth."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    for stage in MEASURED[:5]:
        sizes = [samples for samples, found in results.items() if stage in found]
        spent = [results[samples][stage]["processor"] / 60 for samples in sizes]
        axes.plot(sizes, spent, marker="o", markersize=4, linewidth=1.2, label=stage.replace("_", " "))
    first = [found["suspects"]["processor"] / 60 for found in results.values() if "suspects" in found][:1]
    if first:
        sizes = np.array(list(results))
        axes.plot(sizes, first[0] * sizes / sizes[0], ":", color="0.5", label="in proportion to the samples")
    axes.set(xscale="log", yscale="log", xlabel="samples", ylabel="processor minutes")
    axes.set_xticks(list(results), [f"{samples:,}" for samples in results])
    axes.minorticks_off()
    axes.legend(fontsize=7, frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure what is not measured yet, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--stages", nargs="*", choices=STAGES, default=list(STAGES)[:7])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "glitch-audit-scale")
    parser.add_argument("--again", action="store_true", help="measure the named stages anew")
    parser.add_argument("--dry", action="store_true", help="print, and leave the file of results as it is")
    parser.add_argument("--figure", type=Path, help="draw the growth of the stages into this file")
    parser.add_argument("--one", nargs=2, metavar=("STAGE", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_stage(options.one[0], options.folder / options.one[1], int(options.one[1]))
        return
    for samples in options.sizes:
        folder = options.folder / str(samples)
        folder.mkdir(parents=True, exist_ok=True)
        for stage in options.stages:
            if options.again or stage not in kept(folder):
                command = [sys.executable, "-m", "benchmarks.scale", "--folder", str(options.folder)]
                subprocess.run([*command, "--one", stage, str(samples)], cwd=ROOT, check=True)
    results = {samples: kept(options.folder / str(samples)) for samples in SIZES}
    results = {samples: found for samples, found in results.items() if found}
    command = " ".join(["python -m benchmarks.scale", *sys.argv[1:]])
    lines = [f"{when_and_where()}; {command}", *table(results)]
    print("\n".join(lines))
    if options.figure:
        draw_figure(results, options.figure)
    if not options.dry:
        RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

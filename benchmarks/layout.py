"""The layout as the reference audit computes it and as this project does, in turn, each in a fresh process.

    python benchmarks/layout.py [--sizes 5000 34332] [--repeats 1]

Reference: umap-learn on the raw matrix (cosine, n_neighbors 30, min_dist 0.1, random_state 42). Ours: exact neighbours
found once, then UMAP with the same parameters and seed from the principal components. Both are cold: each run is a new
process that imports what it needs and compiles what it must, and the seconds count from before the first import of a
package that only the layout needs. Trustworthiness (Venna and Kaski 2001, scikit-learn, cosine, 15 neighbours) is that
of the same fixed subsample of both maps, taken in the parent, outside the measured time. Processor seconds stand beside
the wall-clock ones, for a machine with other work. Each run is added to benchmarks/results/layout.txt, missed bars
included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "layout.txt"
DIMENSIONS = 512
GROUPS = 22
SUBSAMPLE = 3000
ARMS = ("reference", "ours")


def vectors(samples: int) -> np.ndarray:
    """Float32 (samples, 512), L2-normalised: 22 groups of unequal size, each a curve with noise around its centre."""
    random = np.random.default_rng(20_240_601)
    shares = random.dirichlet(np.full(GROUPS, 1.5))
    group = random.choice(GROUPS, size=samples, p=shares)
    centres = random.normal(size=(GROUPS, DIMENSIONS))
    along = random.normal(size=(GROUPS, DIMENSIONS))
    place = random.uniform(-1, 1, size=(samples, 1))
    # Noise of few dimensions, as in real embeddings: in 512 independent ones all neighbours would be equally far.
    noise = random.normal(size=(samples, 12)) @ random.normal(size=(12, DIMENSIONS)) / np.sqrt(12)
    points = centres[group] + place * along[group] + 0.6 * noise + 0.3 * random.normal(size=(samples, DIMENSIONS))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def vectors_like_the_demo(samples: int) -> np.ndarray:
    """Float32 (samples, 512), L2-normalised: the packed demo's 1.0 s view, each glitch many times over.

    Each row lies between a glitch of the demo and one of its ten nearest, and beside their line by noise as long as a
    third of it: what the workbench really lays out, only more of it.
    """
    packed = next((ROOT / "data" / "demo_results").glob("embedding-*/embedding.npy"))
    view = np.load(packed).astype(np.float32)[:, DIMENSIONS : 2 * DIMENSIONS]
    view = view[np.linalg.norm(view, axis=1) > 0]
    view /= np.linalg.norm(view, axis=1, keepdims=True)
    nearest = np.argsort(-(view @ view.T), axis=1)[:, 1:11]
    random = np.random.default_rng(20_240_602)
    first = random.integers(len(view), size=samples)
    line = view[nearest[first, random.integers(10, size=samples)]] - view[first]
    noise = random.normal(size=line.shape) / np.sqrt(DIMENSIONS)
    beside = noise * np.linalg.norm(line, axis=1, keepdims=True) / 3
    points = view[first] + random.uniform(size=(samples, 1)) * line + beside
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


DATA = {"curves": vectors, "demo": vectors_like_the_demo}


def run_arm(arm: str, matrix_file: Path, result_file: Path) -> None:
    """Compute one layout in this process and print its seconds and peak memory in MB as JSON."""
    matrix = np.load(matrix_file)
    began, busy = time.perf_counter(), time.process_time()
    if arm == "reference":
        from umap import UMAP

        mapper = UMAP(n_neighbors=30, min_dist=0.1, metric="cosine", random_state=42)
        coordinates = mapper.fit_transform(matrix)
    else:
        sys.path.insert(0, str(ROOT))
        from core.space.layout import LayoutParams, compute_layout
        from core.space.neighbours import NeighbourParams, find_neighbours

        coordinates = compute_layout(matrix, find_neighbours(matrix, NeighbourParams()), LayoutParams()).coordinates
    seconds = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    np.save(result_file, coordinates)
    # Linux counts the peak in kilobytes, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    print(json.dumps({"seconds": seconds, "processor": time.process_time() - busy, "peak": usage.ru_maxrss / unit}))


def measure(samples: int, data: str, repeats: int, folder: Path) -> list[str]:
    """Run both arms in turn ``repeats`` times and return the lines to print; the fastest run of each counts."""
    from sklearn.manifold import trustworthiness

    matrix = DATA[data](samples)
    matrix_file = folder / "matrix.npy"
    np.save(matrix_file, matrix)
    chosen = np.random.default_rng(0).choice(samples, size=min(SUBSAMPLE, samples), replace=False)
    runs = {arm: [] for arm in ARMS}
    trust = {}
    for _ in range(repeats):
        for arm in ARMS:
            result_file = folder / f"{arm}.npy"
            command = [sys.executable, __file__, "--arm", arm, str(matrix_file), str(result_file)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            runs[arm].append(json.loads(done.stdout.splitlines()[-1]))
            coordinates = np.load(result_file)[chosen]
            trust[arm] = trustworthiness(matrix[chosen], coordinates, n_neighbors=15, metric="cosine")
    best = {arm: min(run["seconds"] for run in runs[arm]) for arm in ARMS}
    lines = [f"{samples} samples x {DIMENSIONS}, {data}"]
    for arm in ARMS:
        peak = max(run["peak"] for run in runs[arm])
        seconds = ", ".join(f"{run['seconds']:.1f}" for run in runs[arm])
        processor = ", ".join(f"{run['processor']:.1f}" for run in runs[arm])
        lines.append(
            f"  {arm:<9}  {seconds} s cold ({processor} s of processor), "
            f"trustworthiness {trust[arm]:.4f}, peak {peak:.0f} MB"
        )
    ratio = best["reference"] / best["ours"]
    gain = trust["ours"] - trust["reference"]
    lines.append(
        f"  ratio {ratio:.2f} (bar 2: {_verdict(ratio >= 2)}), "
        f"trustworthiness {gain:+.4f} (bar: not lower: {_verdict(gain >= 0)})"
    )
    return lines


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 34_332])
    parser.add_argument(
        "--data", choices=sorted(DATA), default="demo", help="made-up curves, or vectors like the demo's"
    )
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--arm", nargs=3, metavar=("ARM", "MATRIX", "RESULT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.arm:
        run_arm(options.arm[0], Path(options.arm[1]), Path(options.arm[2]))
        return
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        processor = names[0].split(":")[1].strip() if names else processor
    load = f", load {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {processor}, {os.cpu_count()} cores{load}",
        f"python {' '.join(sys.argv)}",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for samples in options.sizes:
            measured = measure(samples, options.data, options.repeats, Path(folder))
            print("\n".join(measured), flush=True)
            lines += measured
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    with RESULT.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()

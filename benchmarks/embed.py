"""Embedding speed: the usual loop against ours, on the same pictures and weights, in turn.

    python -m benchmarks.embed

The usual loop decodes with Pillow, copies gray to three channels, and runs a float32 network on batches of 32. Ours is
``core.embed.embedder.embed_pictures`` as the application calls it, shards written included. Both use one ResNet-18 with
seeded random weights (speed does not depend on them) at 224 x 224. Rounds alternate and medians are compared, so that
other load on the machine hits all alike; models are built before the clock starts on both sides. The ratio of processor
time stands beside that of wall time: it suffers less from other load, whose average is printed first.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import torch
from PIL import Image

from core.dataset.model import Dataset
from core.dataset.pictures import decode
from core.dataset.viridis import to_viridis
from core.embed.backbones import BACKBONES
from core.embed.embedder import embed_pictures
from core.embed.evaluate import simulated_glitches
from core.embed.model import EmbedParams
from core.embed.network import residual_network
from core.embed.preprocess import network_input
from core.embed.runner import make_runner
from core.errors import GlitchAuditError

BACKBONE = BACKBONES["resnet18"]
GFLOP_PER_PICTURE = 3.63
BARS = {"float32": 1.7, "bfloat16": 4.0, "openvino-bfloat16": 9.0}
RESULTS = Path(__file__).parent / "results" / "embed.txt"


class FileStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, location: str) -> bytes:
        return (self.folder / location).read_bytes()


def small_gray(energy: np.ndarray) -> Image.Image:
    return Image.fromarray(energy)


def full_figure(energy: np.ndarray) -> Image.Image:
    """An 800 x 600 RGBA figure with the plot area where Gravity Spy draws it, and ticks outside."""
    figure = Image.new("RGBA", (800, 600), "white")
    plot = Image.fromarray(energy).resize((566, 466), Image.Resampling.BICUBIC)
    figure.paste(Image.fromarray(to_viridis(np.asarray(plot))), (105, 66))
    for place in range(90, 520, 60):
        figure.paste("black", (92, place, 105, place + 2))
    return figure


def write_pictures(folder: Path, energies: list[np.ndarray], draw: Callable[[np.ndarray], Image.Image]) -> Dataset:
    names = [f"{number:05d}.png" for number in range(len(energies))]
    for name, energy in zip(names, energies, strict=True):
        buffer = io.BytesIO()
        draw(energy).save(buffer, "PNG")
        (folder / name).write_bytes(buffer.getvalue())
    pictures = pd.DataFrame({"sample_id": names, "view": "picture", "location": names})
    samples = pd.DataFrame({"label": "any"}, index=pd.Index(names, name="sample_id"))
    return Dataset("benchmark", folder, "files", samples, pictures, FileStore(folder), (), folder.name)


def usual_loop(folder: Path, names: list[str], network: torch.nn.Module) -> np.ndarray:
    mean = torch.tensor(BACKBONE.mean).view(3, 1, 1)
    std = torch.tensor(BACKBONE.std).view(3, 1, 1)
    features = []
    with torch.no_grad():
        for first in range(0, len(names), 32):
            batch = []
            for name in names[first : first + 32]:
                with Image.open(folder / name) as image:
                    resized = image.convert("L").convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
                pixels = torch.from_numpy(np.array(resized)).permute(2, 0, 1).float() / 255
                batch.append((pixels - mean) / std)
            features.append(network(torch.stack(batch)).numpy())
    return np.concatenate(features)


def plain_features(dataset: Dataset, network: torch.nn.Module) -> np.ndarray:
    """What the plain three-channel float32 network says of the same energies: the truth for the cosine."""
    mean = torch.tensor(BACKBONE.mean).view(3, 1, 1)
    std = torch.tensor(BACKBONE.std).view(3, 1, 1)
    features = []
    with torch.no_grad():
        for names in np.array_split(dataset.pictures["location"], -(-len(dataset.pictures) // 16)):
            energies = [decode(dataset.store.read(name), where=name).energy for name in names]
            pixels = np.stack([network_input(energy, size=BACKBONE.size) for energy in energies])
            gray = torch.from_numpy(pixels)[:, None].float().expand(-1, 3, -1, -1) / 255
            features.append(network((gray - mean) / std).numpy())
    return np.concatenate(features)


def lowest_cosine(first: np.ndarray, second: np.ndarray) -> float:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return float(((first * second).sum(1) / lengths).min())


def matrix_peak(kind: torch.dtype, *, size: int = 3072, rounds: int = 4) -> float:
    """GFLOP/s of the best of a few square matrix products."""
    matrix = torch.randn(size, size).to(kind)
    matrix @ matrix
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        matrix @ matrix
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best / 1e9


@contextmanager
def clocked(seconds: list[float], processor_seconds: list[float]) -> Iterator[None]:
    wall, work = time.perf_counter(), time.process_time()
    yield
    seconds.append(time.perf_counter() - wall)
    processor_seconds.append(time.process_time() - work)


def compare(kind: str, dataset: Dataset, network: torch.nn.Module, runners: dict, rounds: int, write: Callable) -> None:
    names = dataset.pictures["location"].tolist()
    plain = plain_features(dataset, network)
    seconds: dict[str, list[float]] = {name: [] for name in ("usual loop", *runners)}
    processor_seconds: dict[str, list[float]] = {name: [] for name in seconds}
    cosines: dict[str, float] = {}
    peaks: dict[str, list[float]] = {"float32": [], "bfloat16": []}
    for _ in range(rounds):
        for precision, measured in peaks.items():
            measured.append(matrix_peak(getattr(torch, precision)))
        with clocked(seconds["usual loop"], processor_seconds["usual loop"]):
            usual_loop(dataset.source, names, network)
        for precision, runner in runners.items():
            params = EmbedParams(backbone=BACKBONE.name, unit="picture", precision=precision)
            with (
                tempfile.TemporaryDirectory() as folder,
                patch("core.embed.embedder.make_runner", lambda *_, runner=runner, **__: runner),
                clocked(seconds[precision], processor_seconds[precision]),
            ):
                embedding = embed_pictures(dataset, params, folder=Path(folder))
            cosines[precision] = lowest_cosine(plain, embedding.matrix)
    top = {precision: max(values) for precision, values in peaks.items()}
    write(f"\n{kind}: {len(names)} pictures, {rounds} rounds in turn, medians")
    write(f"matrix product peak: float32 {top['float32']:.0f}, bfloat16 {top['bfloat16']:.0f} GFLOP/s")
    heads = ("ratio", 8), ("lowest..highest", 18), ("processor", 11), ("cosine", 10), ("of peak", 9)
    write(f"{'':20}{'pictures/s':>12}" + "".join(f"{head:>{width}}" for head, width in heads))
    for name, times in seconds.items():
        rate = len(names) / statistics.median(times)
        ratios = [usual / ours for usual, ours in zip(seconds["usual loop"], times, strict=True)]
        spread = f"{min(ratios):.2f}..{max(ratios):.2f}"
        cosine = f"{cosines[name]:.5f}" if name in cosines else "-"
        peak = top["bfloat16" if "bfloat16" in name else "float32"]
        share = rate * GFLOP_PER_PICTURE / peak
        work = statistics.median(processor_seconds["usual loop"]) / statistics.median(processor_seconds[name])
        ratio = statistics.median(ratios)
        write(f"{name:20}{rate:12.1f}{ratio:8.2f}{spread:>18}{work:11.2f}{cosine:>10}{share:9.0%}")


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    flags = next((line for line in lines if line.startswith("flags")), "")
    return f"{name}, {torch.get_num_threads()} threads, bfloat16 matrix unit: {'amx_bf16' in flags}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=176)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    lines: list[str] = []

    def write(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    write(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, python -m benchmarks.embed {' '.join(sys.argv[1:])}".rstrip())
    load = os.getloadavg()[0]
    busy = "; other programs are running: repeat on an idle machine" if load > 0.5 else ""
    write(f"load average {load:.1f} on {os.cpu_count()} cores before the start{busy}")
    write(f"{processor()}; Python {platform.python_version()}, torch {torch.__version__}, Pillow {Image.__version__}")
    torch.manual_seed(0)
    network = residual_network(BACKBONE.architecture, channels=3).eval()
    runners = {}
    for precision in BARS:
        try:
            runners[precision] = make_runner(BACKBONE, precision=precision, network=network)
        except GlitchAuditError as error:
            write(f"{precision} left out: {error}")
            continue
        runners[precision](np.zeros((8, *BACKBONE.size), dtype=np.uint8))
    write("bars on small pictures: " + ", ".join(f"{name} {bar}x" for name, bar in BARS.items()) + "; cosine 0.999")
    energies = [view for views in simulated_glitches(options.pictures // 4, seed=1).pictures for view in views]
    for kind, draw in (("small gray PNG, 170 x 140", small_gray), ("figures, 800 x 600 RGBA PNG", full_figure)):
        with tempfile.TemporaryDirectory() as folder:
            dataset = write_pictures(Path(folder), energies, draw)
            compare(kind, dataset, network, runners, options.rounds, write)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

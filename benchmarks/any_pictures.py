"""How well neighbours agree on ordinary pictures and on glitches, by which network, and how many pictures a second.

    python -m benchmarks.any_pictures [--cifar ../shared/real/labels/cifar10h_4000.npz] [--patches FOLDER]

Each picture is called as most of its five nearest others are (cosine; of equally many, the nearest decides): the share
that is right, with Wilson's 95 % interval. "pixels" are the colours at 32 x 32, their mean taken off. Everything else
goes through the workbench's own embedder, decoding and all, in float32.

The corpora: digits, scikit-learn's 1,797 handwritten digits of 8 x 8 as gray PNG files; cifar, the 4,000 photographs of
CIFAR-10H (measured only: CC BY-NC-SA); patches, 64 x 64 pieces without overlap of pictures that scikit-image ships,
among them a stained tissue, a retina and cells under the microscope, called by the picture that each comes from;
demo, the 1.0 s view of the packed demo's glitches, with the labels that they were drawn with. Nothing was chosen by
these figures.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.machine import when_and_where
from core.dataset import PICTURES, Dataset, open_dataset
from core.dataset.kind import chosen_kind
from core.dataset.shown import read_decoded, resize_colours, tile_of
from core.embed.backbones import GENERAL_DEFAULT, OFFLINE_DEFAULT
from core.embed.combine import unit_rows
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams
from core.statistics.intervals import wilson_interval

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "any_pictures.txt"
NEIGHBOURS = 5
SIDE = 32
PATCH, MOST_PATCHES, BLANK = 64, 64, 8.0
PATCHED = ("ihc.png", "retina.jpg", "cell.png", "hubble_deep_field.jpg", "moon.png", "brick.png", "grass.png",
           "gravel.png")  # fmt: skip


def right_by_neighbours(matrix: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which rows their five nearest others call as their label, bool (rows,)."""
    likeness = unit_rows(matrix) @ unit_rows(matrix).T
    np.fill_diagonal(likeness, -np.inf)
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEIGHBOURS]
    said = labels[nearest]
    votes = (said[:, :, None] == said[:, None, :]).sum(axis=2)
    # argmax takes the first, which is the nearest of those with most votes.
    return said[np.arange(len(said)), votes.argmax(axis=1)] == labels


def write_pictures(folder: Path, pictures: Iterator[tuple[str, np.ndarray]]) -> Dataset:
    """Write (label, pixels) as PNG files in class folders, and open them as ordinary pictures."""
    for number, (label, pixels) in enumerate(pictures):
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / label / f"{number:05d}.png")
    return replace(open_dataset(folder), kind=chosen_kind(PICTURES))


def digits() -> Iterator[tuple[str, np.ndarray]]:
    """Scikit-learn's digits, 0 to 16 as 0 to 255."""
    from sklearn.datasets import load_digits

    found = load_digits()
    for image, target in zip(found.images, found.target, strict=True):
        yield f"digit {target}", np.clip(image * 16, 0, 255).astype(np.uint8)


def cifar(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """CIFAR-10H's photographs with CIFAR-10's labels."""
    with np.load(path, allow_pickle=False) as found:
        names = found["classes"][found["label"]]
        yield from zip(map(str, names), found["pictures"], strict=True)


def patches(folder: Path) -> Iterator[tuple[str, np.ndarray]]:
    """At most 64 pieces of each picture, evenly spread, those with next to nothing on them left out."""
    for name in PATCHED:
        pixels = np.asarray(Image.open(folder / name).convert("RGB"))
        rows, columns = pixels.shape[0] // PATCH, pixels.shape[1] // PATCH
        pieces = [
            pixels[row * PATCH : (row + 1) * PATCH, column * PATCH : (column + 1) * PATCH]
            for row in range(rows)
            for column in range(columns)
        ]
        pieces = [piece for piece in pieces if piece.std() > BLANK]
        chosen = np.unique(np.linspace(0, len(pieces) - 1, min(MOST_PATCHES, len(pieces))).round().astype(int))
        for place in chosen:
            yield name.split(".")[0], pieces[place]


def demo() -> Dataset:
    """Return the 1.0 s view of the packed demo, labelled by its truth."""
    whole = open_dataset(ROOT / "data" / "demo.parquet")
    truth = pd.read_parquet(ROOT / "data" / "demo_truth.parquet").set_index("sample_id")["true_label"]
    pictures = whole.pictures[whole.pictures["view"] == "1.0"]
    samples = whole.samples.loc[pictures["sample_id"]]
    samples = samples.assign(label=truth.reindex(samples.index).to_numpy())
    return replace(whole, samples=samples, pictures=pictures, fingerprint="demo", pictures_fingerprint="demo, 1.0 s")


def pixels_of(dataset: Dataset, ids: tuple[str, ...]) -> np.ndarray:
    """Return the colours of each picture at 32 x 32, less the mean of all, float32 (samples, 3,072)."""
    locations = dict(zip(dataset.pictures["sample_id"], dataset.pictures["location"], strict=True))
    rows = []
    for name in ids:
        tile = tile_of(read_decoded(dataset, locations[name]), height=SIDE, width=SIDE)
        rows.append(resize_colours(tile, SIDE, SIDE).reshape(-1).astype(np.float32))
    matrix = np.stack(rows)
    return matrix - matrix.mean(axis=0)


def measured(name: str, dataset: Dataset, folder: Path, out: io.StringIO) -> None:
    """Print the figures of one corpus."""
    labels = dataset.samples["label"].astype(str)
    print(f"{name}: {len(labels):,} pictures, {labels.nunique()} labels, {dataset.kind.kind}", file=out)
    ids: tuple[str, ...] = ()
    for backbone in (GENERAL_DEFAULT, OFFLINE_DEFAULT):
        began = time.perf_counter()
        embedding = embed_pictures(dataset, EmbedParams(backbone=backbone), folder=folder / name / backbone)
        seconds = time.perf_counter() - began
        ids = embedding.ids
        right = right_by_neighbours(embedding.matrix, labels.loc[list(ids)].to_numpy())
        _line(backbone, right, out, f", {len(ids) / seconds:.0f} pictures a second")
    _line("pixels", right_by_neighbours(pixels_of(dataset, ids), labels.loc[list(ids)].to_numpy()), out)


def half_precision(dataset: Dataset, folder: Path, out: io.StringIO) -> None:
    """Print what bfloat16 changes of the general backbone, on the corpus that was measured last."""
    full = embed_pictures(dataset, EmbedParams(backbone=GENERAL_DEFAULT), folder=folder / "half")
    began = time.perf_counter()
    half = embed_pictures(dataset, EmbedParams(backbone=GENERAL_DEFAULT, precision="bfloat16"), folder=folder / "half")
    seconds = time.perf_counter() - began
    cosines = (full.matrix * half.matrix).sum(axis=1)
    labels = dataset.samples["label"].astype(str).loc[list(half.ids)].to_numpy()
    right = right_by_neighbours(half.matrix, labels)
    print(f"  {GENERAL_DEFAULT} in bfloat16: {right.mean():.3f}, {len(half.ids) / seconds:.0f} pictures a second, "
          f"cosine to float32 at least {cosines.min():.4f}, median {np.median(cosines):.4f}", file=out)  # fmt: skip


def _line(name: str, right: np.ndarray, out: io.StringIO, more: str = "") -> None:
    low, high = wilson_interval(int(right.sum()), len(right))
    print(f"  {name}: {right.mean():.3f} ({low:.3f} to {high:.3f}){more}", file=out)


def main() -> None:
    """Measure what is there, print it, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cifar", type=Path, default=ROOT.parent / "shared/real/labels/cifar10h_4000.npz")
    parser.add_argument("--patches", type=Path, help="the folder skimage/data of an installed scikit-image")
    options = parser.parse_args()
    out = io.StringIO()
    print(when_and_where(), file=out)
    print("python -m benchmarks.any_pictures --cifar cifar10h_4000.npz --patches skimage/data", file=out)
    print(f"right by {NEIGHBOURS} neighbours, each left out once (95 %), and how fast on this loaded machine", file=out)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        written = write_pictures(folder / "digits", digits())
        measured("digits", written, folder / "shards", out)
        half_precision(written, folder / "shards", out)
        if options.patches:
            measured("patches", write_pictures(folder / "patches", patches(options.patches)), folder / "shards", out)
        measured("demo", demo(), folder / "shards", out)
        if options.cifar.is_file():
            measured("cifar", write_pictures(folder / "cifar", cifar(options.cifar)), folder / "shards", out)
    print(out.getvalue(), end="")
    RESULTS.write_text(out.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()

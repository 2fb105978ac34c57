"""Four kinds of data that have nothing to do with detectors, written as folders that a person would open."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

CIFAR = Path(__file__).parents[3] / "shared" / "real" / "labels" / "cifar10h_4000.npz"


def digits(folder: Path) -> str:
    """scikit-learn's handwritten digits, 8 x 8 and gray, in folders by class; returns the id of one."""
    from sklearn.datasets import load_digits

    data = load_digits()
    for number in range(80):
        place = folder / f"digit {data.target[number]}"
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray((data.images[number] * 255 / 16).astype(np.uint8)).save(place / f"{number:03d}.png")
    return f"digit {data.target[0]}/000"


def photographs_in_one_folder(folder: Path) -> str:
    """Photographs of CIFAR-10H in one flat folder, and a CSV with their labels and how many people agree."""
    with np.load(CIFAR, allow_pickle=False) as data:
        pictures, votes, classes = data["pictures"][:80], data["votes"][:80], data["classes"]
    (folder / "images").mkdir(parents=True)
    lines = ["image;label;agreement"]
    for number, (pixels, counts) in enumerate(zip(pictures, votes, strict=True)):
        Image.fromarray(pixels).save(folder / "images" / f"{number:03d}.png")
        lines.append(f"{number:03d}.png;{classes[int(counts.argmax())]};{counts.max() / counts.sum():.3f}")
    (folder / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    return "images/000"


def patches_of_a_head(folder: Path) -> str:
    """Pieces of the magnetic resonance picture that Matplotlib ships, named by whether they show tissue or air."""
    import matplotlib.cbook

    with gzip.open(matplotlib.cbook.get_sample_data("s1045.ima.gz", asfileobj=False)) as file:
        head = np.frombuffer(file.read(), np.uint16).reshape(256, 256).byteswap()
    shades = np.clip(head / np.quantile(head, 0.995) * 255, 0, 255).astype(np.uint8)
    first = ""
    for number in range(100):
        top, left = 24 * (number // 10), 24 * (number % 10)
        piece = shades[top : top + 24, left : left + 24]
        label = "tissue" if piece.mean() > 40 else "air"
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(piece).save(folder / label / f"{top:03d}_{left:03d}.png")
        if label == "tissue" and not first:
            first = f"{label}/{top:03d}_{left:03d}"
    return first


def patches_of_photographs(folder: Path) -> str:
    """Pieces of the two colour photographs that scikit-learn ships, by which one, with a CSV of where they lay."""
    from sklearn.datasets import load_sample_images

    lines = ["path,top,half"]
    for name, photograph in zip(("temple", "flower"), load_sample_images().images, strict=True):
        (folder / name).mkdir(parents=True)
        for number in range(40):
            top, left = 80 * (number // 8), 76 * (number % 8)
            Image.fromarray(photograph[top : top + 76, left : left + 76]).save(folder / name / f"{number:02d}.png")
            lines.append(f"{name}/{number:02d}.png,{top},{'left' if left < 300 else 'right'}")
    (folder / "where.csv").write_text("\n".join(lines), encoding="utf-8")
    return "flower/00"


KINDS: dict[str, Callable[[Path], str]] = {
    "digits": digits,
    "cifar": photographs_in_one_folder,
    "head": patches_of_a_head,
    "patches": patches_of_photographs,
}


def plane_of(folder: Path, target: Path) -> None:
    """Write two coordinates for each picture below the folder, which its mean colours give: a map without a network."""
    files = sorted(folder.rglob("*.png"))
    colours = np.stack([np.asarray(Image.open(file).convert("RGB"), float).mean(axis=(0, 1)) for file in files])
    spread = np.stack([np.asarray(Image.open(file).convert("L"), float).std() for file in files])
    np.save(target, np.column_stack([colours @ (0.6, 0.3, 0.1), spread + colours[:, 2]]).astype(np.float32))
    ids = [str(file.relative_to(folder).with_suffix("")) for file in files]
    target.with_suffix(".txt").write_text("\n".join(ids), encoding="utf-8")


def mean_colour(source: Path | bytes) -> np.ndarray:
    """The mean of a picture's red, green and blue, 0 to 255."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    return np.asarray(Image.open(file).convert("RGB"), float).mean(axis=(0, 1))

"""Pictures with two glitches side by side, cut from the demo's, and plain ones: for benchmarks/box_search.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.embed.decoding import read_picture
from core.pipeline.stages import load_prepared
from core.space.box_search import SMALLEST, Box
from core.workspace import DATA_FOLDER, demo_workspace

VIEW = "1.0"
SIZE = (140, 170)
HALF = SIZE[1] // 2
_FEWEST, _INSIDE = 10, 0.7
_NO_KIND = "None_of_the_Above"
_BRIGHT, _NOISE = 0.35, 40


@dataclass(frozen=True)
class Plain:
    """The demo's samples without planted faults: ``pixels`` uint8 (n, 140, 170) of one view, ``labels`` str (n,).

    ``short`` lists the labels whose glitches fit into the middle half of the picture.
    """

    pixels: np.ndarray
    labels: np.ndarray
    short: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """One draw: what is searched, and what is searched for.

    ``plain`` int are rows of :class:`Plain` that are searched; ``pairs`` int (m, 2) the rows of which composites are
    made that are searched too, ``wanted`` int (q, 2) those that are searched for, by their first; ``sides`` 0 or 1 for
    the half in which the first lies, of the composites and of the wanted ones.
    """

    plain: np.ndarray
    pairs: np.ndarray
    sides: np.ndarray
    wanted: np.ndarray
    wanted_sides: np.ndarray


def load_plain() -> Plain:
    """The demo's pictures of the one-second view."""
    prepared = load_prepared(demo_workspace())
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id")
    pictures = prepared.dataset.pictures
    pictures = pictures[pictures["view"] == VIEW].set_index("sample_id")["location"]
    pixels, labels = [], []
    for name in prepared.samples.index:
        if truth.loc[name, "fault"] != "none" or name not in pictures.index:
            continue
        read = read_picture(prepared.dataset.store, pictures[name], row=0, size=SIZE)
        if read.pixels is not None:
            pixels.append(read.pixels)
            labels.append(str(truth.loc[name, "true_label"]))
    every, names = np.stack(pixels), np.array(labels)
    above = np.clip(every.astype(np.float32) - _NOISE, 0, None)
    quarter = SIZE[1] // 4
    share = above[:, :, quarter : quarter + HALF].sum((1, 2)) / np.maximum(above.sum((1, 2)), 1)
    short = tuple(
        str(name)
        for name in np.unique(names)
        if name != _NO_KIND and (names == name).sum() >= _FEWEST and np.median(share[names == name]) >= _INSIDE
    )
    return Plain(every, names, short)


def draw(plain: Plain, *, seed: int, queries: int, composites: int) -> Drawn:
    """One draw; no glitch of a wanted picture is searched, alone or in a composite."""
    random = np.random.default_rng([14, seed])
    wanted = _pairs(plain, np.arange(len(plain.labels)), queries, random)
    left = np.setdiff1d(np.arange(len(plain.labels)), wanted)
    pairs = _pairs(plain, left, composites, random)
    return Drawn(left, pairs, random.integers(0, 2, composites), wanted, random.integers(0, 2, queries))


def _pairs(plain: Plain, rows: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Pairs of different short labels, each label as often as the others."""
    found = []
    for number in range(count):
        first = plain.short[number % len(plain.short)]
        second = random.choice([name for name in plain.short if name != first])
        found.append([random.choice(rows[plain.labels[rows] == name]) for name in (first, second)])
    return np.array(found)


def composite(plain: Plain, pair: np.ndarray, side: int) -> np.ndarray:
    """The middle halves of two pictures side by side, the first on the left where ``side`` is 0."""
    quarter = SIZE[1] // 4
    halves = [plain.pixels[row][:, quarter : quarter + HALF] for row in (pair if side == 0 else pair[::-1])]
    return np.concatenate(halves, axis=1)


def box_around(picture: np.ndarray, *, columns: tuple[int, int], random: np.random.Generator) -> Box:
    """The box that somebody would draw around the glitch between these columns: around what is bright, not exactly."""
    part = picture[:, slice(*columns)].astype(np.float32)
    bright = part >= max(_NOISE, _BRIGHT * float(part.max()))
    down, across = np.flatnonzero(bright.any(1)), np.flatnonzero(bright.any(0))
    height, width = SIZE
    sides = np.array(
        [
            (columns[0] + across[0]) / width,
            (columns[0] + across[-1] + 1) / width,
            1 - (down[-1] + 1) / height,
            1 - down[0] / height,
        ]
    )
    sides += np.array([-0.02, 0.02, -0.03, 0.03]) + random.uniform(-0.015, 0.015, 4)
    least, most = columns[0] / width, columns[1] / width
    left, right = np.clip(sides[:2], least, most)
    low, high = np.clip(sides[2:], 0, 1)
    right, high = max(right, left + SMALLEST), max(high, low + SMALLEST)
    return Box(min(left, 1 - SMALLEST), min(right, 1), min(low, 1 - SMALLEST), min(high, 1))

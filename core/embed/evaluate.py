"""How well an embedding tells glitches apart: accuracy of the nearest neighbours, by glitch."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.dataset.model import VIEWS
from core.dataset.pictures import decode
from core.embed.combine import combine_views
from core.embed.likeness import likeness
from core.embed.preprocess import network_input
from core.embed.runner import Runner

if TYPE_CHECKING:
    from core.simulate.real_noise import RealNoise

_OTHER_Q, _MEDIAN_TILES = 0.12, 512
SHEET_WIDTH, SHEET_HEIGHT = 360, 270
"""Pixels of one figure on a sheet of examples."""


@dataclass(frozen=True)
class LabelledGlitches:
    """Glitches with their four views, one list of energies (height, width) a glitch in the order of ``VIEWS``."""

    pictures: list[list[np.ndarray]]
    labels: np.ndarray


def knn_accuracy(
    matrix: np.ndarray, labels: Sequence[str] | np.ndarray, *, k: int = 5, weights: np.ndarray | None = None
) -> float:
    """Return the share of glitches whose ``k`` nearest others mostly carry their label; NaN for fewer than two.

    A tie goes to the label of the nearest among those tied. ``matrix`` is (glitches, d), one row a glitch, so that no
    view of the glitch itself can be its neighbour; ``weights`` (glitches, views), how much each view counts
    (:class:`core.embed.likeness.Vectors`), None where all glitches have all views.
    """
    predicted = knn_labels(matrix, labels, k=k, weights=weights)
    return float(np.mean(predicted == np.asarray(labels, dtype=object))) if len(predicted) else float("nan")


def knn_labels(
    matrix: np.ndarray, labels: Sequence[str] | np.ndarray, *, k: int = 5, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the label that the ``k`` nearest others vote for, one a row; empty for fewer than two glitches."""
    from sklearn.neighbors import NearestNeighbors

    count = len(matrix)
    if count < 2:
        return np.array([], dtype=object)
    if weights is not None:
        alike = likeness(matrix, matrix, weights=weights, other_weights=weights)
        np.fill_diagonal(alike, -np.inf)
        nearest = np.argsort(-alike, axis=1, kind="stable")[:, : min(k, count - 1)]
        return _vote(nearest, np.asarray(labels, dtype=object))
    search = NearestNeighbors(n_neighbors=min(k, count - 1), metric="cosine").fit(matrix)
    # Without an argument scikit-learn leaves each row itself out.
    return _vote(search.kneighbors(return_distance=False), np.asarray(labels, dtype=object))


def transfer_accuracy(
    known: np.ndarray, known_labels: np.ndarray, asked: np.ndarray, asked_labels: np.ndarray, *, k: int = 5
) -> float:
    """Return the share of the glitches asked about that their ``k`` nearest known ones name rightly."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=min(k, len(known)), metric="cosine").fit(known)
    predicted = _vote(search.kneighbors(asked, return_distance=False), np.asarray(known_labels, dtype=object))
    return float(np.mean(predicted == np.asarray(asked_labels, dtype=object)))


def probe_accuracy(matrix: np.ndarray, labels: Sequence[str] | np.ndarray, *, folds: int = 5, seed: int = 0) -> float:
    """Return the cross-validated accuracy of a linear probe (logistic regression) on the vectors.

    NaN where a label has fewer than two glitches.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    labels = np.asarray(labels, dtype=object).astype(str)
    fewest = int(np.unique(labels, return_counts=True)[1].min()) if len(labels) else 0
    if fewest < 2:
        return float("nan")
    split = StratifiedKFold(min(folds, fewest), shuffle=True, random_state=seed)
    predicted = cross_val_predict(LogisticRegression(C=10.0, max_iter=2000), matrix, labels, cv=split)
    return float(np.mean(predicted == labels))


def _vote(neighbours: np.ndarray, labels: np.ndarray) -> np.ndarray:
    winners = []
    for row in neighbours:
        votes = labels[row].tolist()
        # max keeps the first of equals, and votes are ordered by distance.
        winners.append(max(votes, key=votes.count))
    return np.array(winners, dtype=object)


def simulated_glitches(
    count: int,
    *,
    seed: int,
    workers: int = 0,
    device: str = "cpu",
    varied: bool = False,
    as_elsewhere: bool = False,
    noise: RealNoise | None = None,
) -> LabelledGlitches:
    """Return freshly drawn glitches, the classes in equal shares (rounded to whole batches of two a class).

    ``varied`` draws them as training does (``core.simulate.variation``), some of them in the real ``noise`` where it is
    given; ``as_elsewhere`` also changes their pictures as training does (``core.embed.picture_changes``).
    """
    import torch

    from core.embed.picture_changes import changed_pictures
    from core.embed.training_data import load_batches
    from core.simulate.views import ViewMaker
    from core.simulate.waveforms import CLASSES

    size = min(count, 2 * len(CLASSES))
    maker = ViewMaker(device, median_tiles=_MEDIAN_TILES, other_q=_OTHER_Q) if as_elsewhere else ViewMaker(device)
    generator = torch.Generator(device).manual_seed(seed)
    pictures, labels = [], []
    batches = load_batches(
        seed=seed,
        first=0,
        last=max(1, count // size),
        size=size,
        workers=workers,
        pinned=False,
        varied=varied,
        noise=noise,
    )
    # The choice of another Q comes from torch's own generator, which is left as it was.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for series, numbers in batches:
            drawn = maker(series.to(device))
            if as_elsewhere:
                drawn = changed_pictures(drawn.clone(), generator).mul_(255.0).round_().to(torch.uint8)
            pictures += [list(views) for views in drawn.cpu().numpy()]
            labels += [CLASSES[number] for number in numbers.tolist()]
    return LabelledGlitches(pictures, np.array(labels, dtype=object))


def real_glitches(folder: Path) -> LabelledGlitches:
    """Return the glitches of class folders with Gravity Spy names that have all four views."""
    pictures, labels = [], []
    for shortest in sorted(folder.glob(f"*/*_spectrogram_{VIEWS[0]}.png")):
        stem = shortest.name.removesuffix(f"{VIEWS[0]}.png")
        files = [shortest.with_name(f"{stem}{view}.png") for view in VIEWS]
        if all(file.exists() for file in files):
            pictures.append([decode(file.read_bytes(), where=str(file)).energy for file in files])
            labels.append(shortest.parent.name)
    return LabelledGlitches(pictures, np.array(labels, dtype=object))


def sheet_glitches(folder: Path, *, classes: Collection[str]) -> LabelledGlitches:
    """Return the glitches on sheets ``<label>.png``: a row each, four figures of 360 x 270 pixels, views in order."""
    from PIL import Image

    pictures, labels = [], []
    for file in sorted(folder.glob("*.png")):
        if file.stem not in classes:
            continue
        with Image.open(file) as sheet:
            for top in range(0, sheet.height - SHEET_HEIGHT + 1, SHEET_HEIGHT):
                row = []
                for number in range(len(VIEWS)):
                    left = number * SHEET_WIDTH
                    encoded = io.BytesIO()
                    sheet.crop((left, top, left + SHEET_WIDTH, top + SHEET_HEIGHT)).save(encoded, "PNG")
                    row.append(decode(encoded.getvalue(), where=str(file)).energy)
                pictures.append(row)
                labels.append(file.stem)
    return LabelledGlitches(pictures, np.array(labels, dtype=object))


def embed_glitches(glitches: LabelledGlitches, runner: Runner, *, size: tuple[int, int], batch: int = 8) -> np.ndarray:
    """Return one row a glitch, float32 (glitches, 4 * d), as the embedding stage makes it."""
    flat = [network_input(energy, size=size) for views in glitches.pictures for energy in views]
    features = np.concatenate([runner(np.stack(flat[first : first + batch])) for first in range(0, len(flat), batch)])
    return joined(features)


def joined(features: np.ndarray) -> np.ndarray:
    """Return rows of pictures, four a glitch in the order of ``VIEWS``, joined to rows of glitches."""
    glitches = len(features) // len(VIEWS)
    ids = [str(number) for number in range(glitches) for _ in VIEWS]
    return combine_views(features, sample_ids=ids, views=list(VIEWS) * glitches, order=VIEWS)[1]


def pixel_components(glitches: LabelledGlitches, *, size: tuple[int, int], components: int = 64) -> np.ndarray:
    """Return a baseline without any network: principal components of each view's pixels, joined like features."""
    from sklearn.decomposition import PCA

    flat = np.stack([network_input(energy, size=size) for views in glitches.pictures for energy in views])
    flat = flat.reshape(len(flat), -1).astype(np.float32) / 255.0
    components = min(components, *flat.shape)
    return joined(PCA(components, svd_solver="randomized", random_state=0).fit_transform(flat))

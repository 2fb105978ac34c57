"""A classifier without a network: it names a picture by which third of it is brightest, from the top."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from core.classify.naming.classifier import Classifier
from core.classify.naming.unknown import distances, fit_space, make_rule
from core.dataset.model import VIEWS

HEIGHT, WIDTH = 32, 40
LABELS = ("Chirp", "Blip", "Helix")
_RNG = np.random.default_rng(0)


def stripe(number: int, *, seed: int = 0) -> np.ndarray:
    """Energy (32, 40) with a bright stripe in the third ``number`` from the top."""
    picture = np.random.default_rng([seed, number]).integers(0, 40, (HEIGHT, WIDTH))
    picture[4 + 10 * number : 8 + 10 * number] += 150
    return picture.astype(np.uint8)


def png(pixels: np.ndarray) -> bytes:
    """The picture as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def features_of(pictures: np.ndarray) -> np.ndarray:
    """Mean energy of four thirds-or-so of the height; float32 (n, 4)."""
    return pictures.reshape(len(pictures), 4, -1).mean(axis=2).astype(np.float32)


def score(pictures: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The energy of each third, averaged over the views that are there; features one block a view."""
    features = np.zeros((*present.shape, 4), np.float32)
    features[present] = features_of(pictures[present])
    thirds = np.stack([pictures[:, :, 4 + 10 * n : 8 + 10 * n].mean(axis=(2, 3)) for n in range(3)], axis=-1)
    scores = (thirds * present[..., None]).sum(axis=1) / present.sum(axis=1, keepdims=True) / 20
    lengths = np.linalg.norm(features.reshape(len(features), -1), axis=1)
    return scores.astype(np.float32), features.reshape(len(features), -1) / lengths[:, None]


def fake_classifier(*, views: tuple[str, ...] = VIEWS, unit: str = "sample", **changes) -> Classifier:
    """The classifier; its rule for the unlike comes from 120 stripes."""
    slots = len(views) if unit == "sample" else 1
    numbers = np.arange(120) % 3
    known = np.stack([[stripe(n, seed=100 + 9 * at + s) for s in range(slots)] for at, n in enumerate(numbers)])
    features = score(known, np.ones((120, slots), bool))[1].reshape(120, slots, 4)
    names = [LABELS[n] for n in numbers]
    space = fit_space(features[:60], names[:60], names=LABELS, axes=3)
    held_out = distances(features[60:], np.ones((60, slots), bool), space)
    usual = {
        "name": "fake",
        "labels": LABELS,
        "views": views,
        "unit": unit,
        "size": (HEIGHT, WIDTH),
        "temperatures": {slots: 1.0},
        "rule": make_rule({slots: held_out}, space=space),
        "about": "Tells thirds apart.",
        "fingerprint": "fake",
        "score": score,
        "any_view": slots == 1,
        "blocks": slots,
    }
    return Classifier(**{**usual, **changes})

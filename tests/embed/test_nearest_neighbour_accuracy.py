"""Accuracy of the nearest neighbours on cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.dataset.model import VIEWS
from core.embed.combine import unit_rows
from core.embed.evaluate import (
    LabelledGlitches,
    embed_glitches,
    joined,
    knn_accuracy,
    knn_labels,
    pixel_components,
    transfer_accuracy,
)


def on_circle(*degrees: float) -> np.ndarray:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_each_row_is_named_by_the_others() -> None:
    # 0, 1 and 2 degrees carry a, 90, 91 and 92 carry b, and the a at 96 lies among the b.
    matrix, labels = on_circle(0, 1, 2, 90, 91, 92, 96), list("aaabbba")
    assert knn_labels(matrix, labels, k=2).tolist() == list("aaabbbb")
    assert knn_accuracy(matrix, labels, k=2) == pytest.approx(6 / 7)


def test_length_of_the_vectors_does_not_matter() -> None:
    matrix, labels = on_circle(0, 3, 90, 93), list("aabb")
    assert knn_accuracy(matrix * np.array([[1], [50], [0.1], [7]]), labels, k=1) == 1.0


def test_tie_goes_to_the_nearest() -> None:
    assert knn_labels(on_circle(0, 1, 3), list("xab"), k=2)[0] == "a"
    assert knn_labels(on_circle(0, 1, 3), list("xba"), k=2)[0] == "b"


def test_degenerate_sets() -> None:
    assert math.isnan(knn_accuracy(np.ones((1, 2)), ["a"]))
    assert math.isnan(knn_accuracy(np.ones((0, 2)), []))
    assert knn_accuracy(np.ones((3, 2)), ["a"] * 3) == 1.0
    assert knn_accuracy(on_circle(0, 9), ["a", "b"]) == 0.0


def test_known_glitches_name_others() -> None:
    known, asked = on_circle(0, 2, 90, 92), on_circle(1, 80, 91)
    assert transfer_accuracy(known, np.array(list("aabb")), asked, np.array(list("aab")), k=2) == pytest.approx(2 / 3)


def test_embedding_joins_the_four_views_of_a_glitch() -> None:
    rng = np.random.default_rng(2)
    pictures = [[rng.integers(0, 256, (4, 5), dtype=np.uint8) for _ in VIEWS] for _ in range(3)]
    glitches = LabelledGlitches(pictures, np.array(list("abc"), dtype=object))
    matrix = embed_glitches(glitches, lambda batch: batch.reshape(len(batch), -1)[:, :7].astype(float), size=(4, 5))
    first = np.concatenate(unit_rows(np.stack([view.reshape(-1)[:7] for view in pictures[0]]))) / 2
    assert matrix.shape == (3, 28)
    assert matrix[0] == pytest.approx(first, abs=1e-6)


def test_pixel_components_work_on_fewer_pictures_than_components() -> None:
    rng = np.random.default_rng(2)
    pictures = [[rng.integers(0, 256, (4, 5), dtype=np.uint8) for _ in VIEWS] for _ in range(3)]
    matrix = pixel_components(LabelledGlitches(pictures, np.array(list("abc"))), size=(4, 5))
    assert matrix.shape == (3, 4 * 12)
    assert joined(np.ones((4, 2))).shape == (1, 8)


def test_views_that_are_missing_do_not_count() -> None:
    # The second view hardly tells a from b. By zeros, the glitches that have it alone flock.
    (a, b), (a2, b2) = on_circle(0, 90), on_circle(40, 50)
    matrix = unit_rows(np.array([[*a, *a2], [0, 0, *a2], [*b, *b2], [0, 0, *b2]]))
    weights = np.array([[1, 1], [0, 1], [1, 1], [0, 1]], np.float32)
    assert knn_accuracy(matrix, list("aabb"), k=1, weights=weights) == 1.0
    assert knn_labels(matrix, list("aabb"), k=1).tolist() == list("abba")

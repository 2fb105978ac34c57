"""Joining the views: cosines between glitches are what the formula in ``core.embed.combine`` says."""

from __future__ import annotations

import numpy as np
import pytest

from core.dataset.model import VIEWS
from core.embed.combine import combine_views, one_row_a_picture, unit_rows


def features(glitches: int, views: int = 4) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(glitches * views, 6)).astype(np.float32) * 10


def combined(values: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    ids = [f"g{number // 4}" for number in range(len(values))]
    return combine_views(values, sample_ids=ids, views=list(VIEWS) * (len(values) // 4), order=VIEWS)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def test_cosine_is_the_mean_of_the_views_cosines() -> None:
    values = features(2)
    _, matrix = combined(values)
    expected = np.mean([cosine(values[view], values[4 + view]) for view in range(4)])
    assert matrix[0] @ matrix[1] == pytest.approx(expected, abs=1e-6)


def test_view_that_both_lack_drops_out() -> None:
    values = features(2)
    values[[3, 7]] = np.nan
    _, matrix = combined(values)
    expected = np.mean([cosine(values[view], values[4 + view]) for view in range(3)])
    assert matrix[0] @ matrix[1] == pytest.approx(expected, abs=1e-6)


def test_view_that_one_lacks_shrinks_the_cosine() -> None:
    values = features(2)
    values[5] = np.nan
    _, matrix = combined(values)
    expected = sum(cosine(values[view], values[4 + view]) for view in (0, 2, 3)) / np.sqrt(4 * 3)
    assert matrix[0] @ matrix[1] == pytest.approx(expected, abs=1e-6)


def test_rows_have_length_one_and_views_a_fixed_place() -> None:
    values = features(1)
    ids, matrix = combine_views(values, sample_ids=["g"] * 4, views=list(VIEWS)[::-1], order=VIEWS)
    assert ids == ("g",)
    assert np.linalg.norm(matrix[0]) == pytest.approx(1.0, abs=1e-6)
    assert matrix[0].reshape(4, 6) == pytest.approx(unit_rows(values)[::-1] / 2, abs=1e-6)


def test_sample_without_a_readable_picture_is_left_out() -> None:
    values = features(3)
    values[4:8] = np.nan
    ids, matrix = combined(values)
    assert ids == ("g0", "g2")
    assert matrix.shape == (2, 24)


def test_row_of_zeros_stays_zero() -> None:
    assert unit_rows(np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2


def test_picture_mode_keeps_one_row_a_picture() -> None:
    values = features(1)
    values[1] = np.nan
    ids, matrix = one_row_a_picture(values, sample_ids=["a/b"] * 4, views=VIEWS)
    assert ids == ("a/b/0.5", "a/b/2.0", "a/b/4.0")
    assert matrix == pytest.approx(unit_rows(values[[0, 2, 3]]))

"""Outliers: far-away samples come first, whatever else is there."""

import numpy as np
import pytest

from core.audit.outliers import find_outliers


def test_far_samples_come_first(make_input):
    random = np.random.default_rng(0)
    matrix = np.array([1, 0, 0, 0, 0, 0]) + 0.2 * random.normal(size=(100, 6))
    matrix[3], matrix[50] = [0, 1, 0, 0, 0, 0], [0, 0, -1, 0, 0, 0]
    table = find_outliers(make_input(matrix, ["a"] * 100))
    assert set(table.index[:2]) == {"s00003", "s00050"}
    assert len(table) == 100
    assert (table["outlier_score"].diff().dropna() <= 0).all()
    assert table["chance"].iloc[0] < 0.001
    assert table["chance"].iloc[50] > 0.1


def test_the_distance_is_the_mean_to_the_nearest(make_input):
    matrix = np.random.default_rng(1).normal(size=(40, 4))
    case = make_input(matrix, ["a"] * 40)
    table = find_outliers(case, nearest=5)
    assert table["distance"]["s00007"] == pytest.approx(case.neighbours.distances[7, :5].mean(), abs=1e-6)


def test_siblings_do_not_keep_company(make_input):
    random = np.random.default_rng(2)
    matrix = np.array([1, 0, 0, 0]) + 0.1 * random.normal(size=(20, 4))
    matrix[0] = [0, 0, 1, 0]
    views = np.repeat(matrix, 4, axis=0) + 0.001 * random.normal(size=(80, 4))
    table = find_outliers(make_input(views, ["a"] * 80, glitches=np.repeat(np.arange(20), 4)))
    assert set(table.index[:4]) == {"s00000", "s00001", "s00002", "s00003"}


def test_degenerate_input(make_input):
    few = find_outliers(make_input(np.eye(3), ["a"] * 3))
    assert few["outlier_score"].isna().all()
    assert len(find_outliers(make_input(np.zeros((0, 3)), []))) == 0
    alike = find_outliers(make_input(np.ones((20, 3)), ["a"] * 20))
    assert (alike["outlier_score"] == 0).all()
    matrix = np.random.default_rng(3).normal(size=(20, 3))
    matrix[4] = 0
    table = find_outliers(make_input(matrix, ["a"] * 20))
    assert table.index[-1] == "s00004"
    assert np.isnan(table["outlier_score"].iloc[-1])

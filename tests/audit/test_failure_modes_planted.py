"""Planted differences: their closed form against doing it, and what they say of glitches that differ and do not."""

import numpy as np
import pytest
from scipy.stats import norm

from core.audit.failure_modes.background import Background, background, shrunken
from core.audit.failure_modes.planted import _families, _from_where, _share_below, _shifts, _Space, planting

PLAIN = Background(np.zeros((12, 0)), np.zeros(0), 1.0)


def scattered(count, dimensions, seed=0):
    """Rows whose spread falls off, so that there are loud and quiet directions."""
    random = np.random.default_rng(seed)
    return random.normal(size=(count, dimensions)) / np.sqrt(1 + np.arange(dimensions))


@pytest.mark.parametrize("leading", [None, 3])
def test_the_closed_form_is_what_planting_does(leading):
    random = np.random.default_rng(1)
    rows = scattered(40, 12)
    rows -= rows.mean(axis=0)
    scatter = background(scattered(300, 12, seed=2), np.zeros(300, int)) if leading is None else PLAIN
    space = _Space(rows, scatter, leading=leading)
    groups = np.stack([random.permutation(40) < 15 for _ in range(3)], axis=1).astype(float)
    lines = np.linalg.qr(random.normal(size=(12, 2)))[0]
    shifts = np.array([[0.5, 0.2], [1.5, 3.0]])
    found = space.planted(lines, groups, shifts).reshape(2, 3, 2)
    for size in range(2):
        for group in range(3):
            for line in range(2):
                moved = rows + np.outer(groups[:, group], shifts[size, line] * lines[:, line])
                moved -= moved.mean(axis=0)
                products = moved @ scatter.undo(moved.T)
                evened = products @ np.linalg.inv(products + space.ridge * np.eye(40))
                ones = groups[:, group] == 1
                contrast = np.where(ones, 1 / ones.sum(), -1 / (~ones).sum())
                distance = contrast @ (evened - np.diag(np.diag(evened))) @ contrast
                assert found[size, group, line] == pytest.approx(distance, rel=1e-6, abs=1e-9)


def test_a_shift_gives_the_chance_that_it_is_planted_for():
    along = np.random.default_rng(0).normal(size=(400, 1))
    shifts = _shifts(along, (0.6, 0.8, 0.95), np.random.default_rng(1))
    # For a bell curve the chance is the normal distribution's at the shift over the square root of two.
    assert norm.cdf(shifts[:, 0] / along.std() / np.sqrt(2)) == pytest.approx([0.6, 0.8, 0.95], abs=0.02)
    above = (along + shifts[1] > along.T)[~np.eye(400, dtype=bool)]
    assert above.mean() == pytest.approx(0.8, abs=0.01)


def test_directions_are_of_length_one_and_cover_loud_and_quiet_ones():
    rows = scattered(30, 20)
    scatter = background(scattered(200, 20, seed=3), np.zeros(200, int))
    families = _families(rows - rows.mean(axis=0), scatter, np.random.default_rng(0))
    assert set(families) == {"loud", "middling", "quiet", "mixed", "numbers", "own"}
    for lines in families.values():
        assert np.linalg.norm(lines, axis=0) == pytest.approx(np.ones(lines.shape[1]))
    spread = {name: (rows @ lines).std(axis=0).mean() for name, lines in families.items()}
    assert spread["own"] > spread["loud"] > spread["quiet"]


def test_constant_columns_are_no_direction():
    rows = np.column_stack([scattered(30, 4), np.zeros(30)])
    scatter = background(np.column_stack([scattered(90, 4, seed=1), np.zeros(90)]), np.zeros(90, int))
    families = _families(rows - rows.mean(axis=0), scatter, np.random.default_rng(0))
    for lines in families.values():
        assert ((rows @ lines).std(axis=0) > 1e-6).all()
    second = np.arange(30) % 2 == 0
    found = planting(rows, second, scatter, margin=0.8, permutations=99, random=np.random.default_rng(0))
    assert 0 < found.p_value <= 1 and 0.5 <= found.chance_right <= 1


def test_the_background_does_not_know_where_clusters_lie():
    rows = scattered(400, 10)
    clusters = np.repeat(np.arange(4), 100)
    here = background(rows, clusters)
    moved = background(rows + 50 * np.random.default_rng(1).normal(size=(4, 10))[clusters], clusters)
    assert moved.values == pytest.approx(here.values, rel=1e-6)


def test_one_wild_cluster_does_not_make_a_direction_loud():
    rows, clusters = scattered(500, 6), np.repeat(np.arange(5), 100)
    rows[clusters == 2, 5] *= 30
    found = background(rows, clusters)
    wild = int(np.abs(found.axes[5]).argmax())
    assert found.values[wild] < 3 * rows[clusters != 2, 5].var()


@pytest.mark.parametrize(("count", "dimensions"), [(600, 64), (300, 512)])
def test_shrinking_brings_eigenvalues_nearer_to_the_true_variances(count, dimensions):
    rows = scattered(count, dimensions)
    found = background(rows, np.zeros(count, int))
    true = (found.axes**2 / (1 + np.arange(dimensions))[:, None]).sum(axis=0)
    sample = (rows @ found.axes).var(axis=0)
    assert np.abs(np.log(found.values / true)).mean() < 0.5 * np.abs(np.log(sample / true)).mean()
    if dimensions > count:
        left = (1 / (1 + np.arange(dimensions))).sum() - true.sum()
        assert found.beyond == pytest.approx(left / (dimensions - len(true)), rel=0.15)


def test_undo_is_the_inverse_of_the_covariance():
    found = background(scattered(30, 50), np.zeros(30, int))
    rest = np.eye(50) - found.axes @ found.axes.T
    covariance = found.axes @ np.diag(found.values) @ found.axes.T + found.beyond * rest
    assert covariance @ found.undo(np.eye(50)) == pytest.approx(np.eye(50), abs=1e-8)


def test_too_little_to_learn_from():
    for rows in (np.zeros((0, 5)), np.ones((1, 5)), np.ones((9, 5))):
        found = background(rows, np.zeros(len(rows), int))
        assert found.undo(np.eye(5)) == pytest.approx(np.eye(5))
    values, beyond = shrunken(np.array([0.5, 1.0, 2.0]), 3, 40)
    assert np.isfinite(values).all() and (values > 0).all() and beyond > 0


def test_a_planted_margin_is_hardly_ever_called_equivalent():
    """Glitches that differ by just the margin along a random line, 60 a label in 32 numbers."""
    wrong = seen = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        scatter = background(scattered(500, 32, seed=1000 + seed), np.zeros(500, int))
        rows, second = scattered(120, 32, seed=seed), np.arange(120) % 2 == 0
        number = int(random.integers(32))
        rows[second, number] += np.sqrt(2) * norm.ppf(0.8) / np.sqrt(1 + number)
        found = planting(rows, second, scatter, margin=0.8, permutations=99, random=random)
        wrong += found.p_equivalent <= 0.05
        seen += found.p_value <= 0.05
    # At most 5 % are expected; seven of forty would have a chance of one in two hundred.
    assert wrong <= 6
    assert seen >= 34


def test_shuffled_labels_are_mostly_equivalent_where_there_is_power_and_p_values_are_uniform():
    equivalent, p_values = 0, []
    scatter = background(scattered(500, 16, seed=99), np.zeros(500, int))
    for seed in range(40):
        random = np.random.default_rng(seed)
        second = random.permutation(160) < 80
        found = planting(scattered(160, 16, seed=seed), second, scatter, margin=0.8, permutations=99, random=random)
        equivalent += found.p_equivalent <= 0.05
        p_values.append(found.p_value)
        assert 0.6 < found.visible < 0.8
    assert equivalent >= 36
    assert 0.35 < np.mean(p_values) < 0.65


def test_without_power_nothing_is_visible():
    scatter = background(scattered(300, 400, seed=1), np.zeros(300, int))
    rows = scattered(24, 400)
    found = planting(
        rows, np.arange(24) % 2 == 0, scatter, margin=0.8, permutations=199, random=np.random.default_rng(0)
    )
    assert np.isnan(found.visible) or found.visible > 0.9
    assert found.p_equivalent > 0.05 and found.high > 0.8


def test_sizes_between_two_planted_ones_are_interpolated():
    sizes = np.array([0.6, 0.7, 0.8])
    assert _from_where(sizes, np.array([0.5, 0.3, 0.1]), 0.2, otherwise=np.nan) == pytest.approx(0.75)
    assert _from_where(sizes, np.array([0.1, 0.3, 0.1]), 0.2, otherwise=np.nan) == pytest.approx(0.75)
    assert _from_where(sizes, np.array([0.1, 0.1, 0.1]), 0.2, otherwise=np.nan) == 0.6
    assert np.isnan(_from_where(sizes, np.array([0.5, 0.4, 0.3]), 0.2, otherwise=np.nan))


def test_a_share_that_counting_cannot_reach_comes_from_a_bell_curve():
    values = norm.ppf((np.arange(2000) + 0.5) / 2000)[None, :, None]
    assert _share_below(values, 0.0)[0] == pytest.approx(0.5, abs=0.01)
    assert _share_below(values, -4.0)[0] == pytest.approx(norm.cdf(-4), rel=0.1)


def test_numbers_that_add_up_to_a_constant_do_not_hide_what_is_not_there():
    """Shares of energy: twelve numbers, eleven directions, 100 glitches a label, and nothing between the labels."""
    equivalent = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        rows, others = scattered(200, 12, seed=seed), scattered(500, 12, seed=100 + seed)
        rows, others = (each - each.mean(axis=1, keepdims=True) for each in (rows, others))
        second = random.permutation(200) < 100
        with np.errstate(all="raise", under="ignore"):
            found = planting(
                rows, second, background(others, np.zeros(500, int)), margin=0.8, permutations=99, random=random
            )
        equivalent += found.p_equivalent <= 0.05
    assert equivalent >= 9


def test_directions_that_are_unlike_each_other_are_counted_one_by_one():
    # Two directions, all of whose plantings lie far beyond the mark: one much farther than the other.
    luck = np.random.default_rng(0).normal(size=200)
    by_size = np.stack([20 + luck, 200 + luck], axis=1)[None]
    assert _share_below(by_size, 10.0) == pytest.approx([0], abs=1e-9)
    # Half of the plantings of one of two directions are a quarter of all.
    assert _share_below(by_size, float(np.median(by_size[0, :, 0]))) == pytest.approx([0.25], abs=0.01)

"""Global agreement: scikit-learn's scores without noise, the map's faithfulness, and intervals that hold the truth."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import entr
from sklearn.manifold import trustworthiness
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    completeness_score,
    homogeneity_score,
    v_measure_score,
)

from core.audit.agreement import agreement
from core.space.stability import Stability
from core.statistics.intervals import wilson_interval

SCORES = {
    "homogeneity": homogeneity_score,
    "completeness": completeness_score,
    "v_measure": v_measure_score,
    "adjusted_mutual_information": adjusted_mutual_info_score,
    "adjusted_rand": adjusted_rand_score,
}


@pytest.fixture
def noisy(make_input):
    """200 samples of four labels in five clusters that mostly follow them, a tenth noise."""
    random = np.random.default_rng(0)
    label = random.integers(0, 4, 200)
    clusters = np.where(random.random(200) < 0.7, label, random.integers(0, 5, 200))
    clusters = np.where(random.random(200) < 0.1, -1, clusters)
    return make_input(random.normal(size=(200, 6)), [f"label {number}" for number in label], clusters=clusters)


def test_scores_are_scikit_learns_with_noise_left_out(noisy):
    found = agreement(noisy)
    inside = noisy.clusters >= 0
    for name, score in SCORES.items():
        value = getattr(found, name)
        assert value == pytest.approx(score(noisy.labels[inside], noisy.clusters[inside]))
        low, high = getattr(found, f"{name}_interval")
        assert low < value < high
    assert (found.samples, found.glitches, found.clusters) == (200, 200, 5)
    assert found.noise_share == pytest.approx((~inside).mean())
    assert found.noise_share_interval == pytest.approx(wilson_interval((~inside).sum(), 200))


def test_the_map_is_judged_both_ways(noisy):
    found = agreement(noisy)
    assert found.trustworthiness == pytest.approx(trustworthiness(noisy.matrix, noisy.coordinates, n_neighbors=15))
    assert found.continuity == pytest.approx(trustworthiness(noisy.coordinates, noisy.matrix, n_neighbors=15))
    assert found.trustworthiness != found.continuity


def test_a_map_that_folds_two_groups_together_is_continuous_but_not_trustworthy(make_input):
    random = np.random.default_rng(1)
    group = np.arange(200) % 2
    matrix = np.column_stack([np.where(group, 5, -5), random.normal(size=(200, 2))])
    case = make_input(matrix, ["x"] * 200)
    case = replace(case, coordinates=case.matrix[:, 1:].copy())
    found = agreement(case)
    assert found.continuity > 0.97
    assert found.trustworthiness < 0.9


def test_large_data_sets_are_judged_on_a_seeded_sample(noisy):
    first, again = (agreement(noisy, sample=80, seed=3) for _ in range(2))
    assert (first.trustworthiness, first.continuity) == (again.trustworthiness, again.continuity)
    part, whole = agreement(noisy, sample=80).trustworthiness, agreement(noisy).trustworthiness
    assert part != whole
    assert part == pytest.approx(whole, abs=0.1)


def test_a_ready_made_map_has_nothing_to_be_true_to(noisy, make_input):
    for found in (
        agreement(noisy, ready_made_map=True),
        agreement(make_input(np.random.default_rng(2).normal(size=(50, 2)), ["x", "y"] * 25)),
    ):
        assert np.isnan([found.trustworthiness, found.continuity]).all()


def true_scores(joint):
    """The scores of endless samples, by their definitions, from the joint distribution of labels and clusters."""
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    row_entropy, column_entropy = entr(rows).sum(), entr(columns).sum()
    information = row_entropy + column_entropy - entr(joint).sum()
    together, by_label, by_cluster = (joint**2).sum(), (rows**2).sum(), (columns**2).sum()
    chance = by_label * by_cluster
    return {
        "v_measure": 2 * information / (row_entropy + column_entropy),
        "adjusted_mutual_information": 2 * information / (row_entropy + column_entropy),
        "adjusted_rand": (together - chance) / ((by_label + by_cluster) / 2 - chance),
    }


@pytest.mark.parametrize(
    ("labels", "clusters", "names"),
    [
        (3, 4, ["v_measure", "adjusted_mutual_information", "adjusted_rand"]),
        # The V-measure is not adjusted for chance and stays too high with so few samples a cell.
        (15, 20, ["adjusted_mutual_information", "adjusted_rand"]),
    ],
)
def test_intervals_hold_the_truth(make_input, labels, clusters, names):
    random = np.random.default_rng(5)
    joint = random.dirichlet(np.ones(labels))[:, None] * random.dirichlet(np.full(clusters, 0.3), size=labels)
    truth = true_scores(joint)
    held = []
    for _ in range(15):
        cells = random.choice(joint.size, size=250, p=joint.ravel() / joint.sum())
        case = make_input(np.ones((250, 2)), (cells // clusters).astype(str), clusters=cells % clusters)
        found = agreement(case)
        intervals = [(*getattr(found, f"{name}_interval"), truth[name]) for name in names]
        held.append([low <= value <= high for low, high, value in intervals])
    # Fifteen trials at a true coverage of 0.9: fewer than ten have a chance of 0.2 %.
    assert (np.sum(held, axis=0) >= 10).all()


def test_views_do_not_narrow_the_intervals(noisy, make_input):
    four = make_input(
        np.repeat(noisy.matrix, 4, axis=0),
        np.repeat(noisy.labels, 4),
        clusters=np.repeat(noisy.clusters, 4),
        glitches=np.repeat(np.arange(200), 4),
    )
    one, many = agreement(noisy), agreement(four)
    assert (many.samples, many.glitches) == (800, 200)
    assert many.noise_share_interval == pytest.approx(one.noise_share_interval)
    # The same groups of glitches without their repeats: the interval is as wide, up to the little bias they add.
    width = np.diff(one.adjusted_rand_interval)[0]
    assert np.diff(many.adjusted_rand_interval)[0] == pytest.approx(width, rel=0.1)


def test_stability_is_the_mean_over_clusters(noisy):
    jaccard = np.array([[1, 0.5, np.nan], [0.8, 0.7, 0.9]], np.float32)
    found = agreement(noisy, stability=Stability(jaccard, np.arange(3, dtype=np.int32), "x"))
    assert found.stability == pytest.approx((0.9 + 0.6 + 0.9) / 3)
    assert found.stability_interval == pytest.approx(np.quantile([0.75, 0.8], [0.025, 0.975]))
    assert np.isnan(agreement(noisy).stability)


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 20])
def test_all_noise_cannot_be_judged(make_input, rows):
    found = agreement(make_input(np.ones((rows, 3)), ["a"] * rows, clusters=[-1] * rows))
    assert np.isnan([getattr(found, name) for name in SCORES]).all()
    assert np.isnan(found.v_measure_interval).all()
    assert found.clusters == 0
    assert found.noise_share == 1 or rows == 0


def test_one_label_in_one_cluster_says_nothing(make_input):
    assert np.isnan(agreement(make_input(np.ones((30, 3)), ["a"] * 30)).v_measure)


@pytest.mark.parametrize(("labels", "clusters"), [(1, 5), (5, 1), (30, 30), (1, 30)])
def test_degenerate_groupings_stay_within_bounds(make_input, labels, clusters):
    random = np.random.default_rng(3)
    case = make_input(
        random.normal(size=(30, 3)), (np.arange(30) % labels).astype(str), clusters=np.arange(30) % clusters
    )
    found = agreement(case)
    for name in SCORES:
        low, high = getattr(found, f"{name}_interval")
        assert -1 <= low <= getattr(found, name) <= high <= 1

"""The parts that verdicts are made of: probe, enrichment, gap and Holm's method, against scikit-learn and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, fisher_exact, hypergeom
from sklearn.metrics import roc_auc_score

from core.audit.failure_modes.enrichment import _chance_of_as_many, label_homes
from core.audit.failure_modes.gaps import OTHER, gap_between
from core.audit.failure_modes.gradients import distance_between, label_spacing
from core.audit.failure_modes.probe import (
    _chance_right,
    _spread,
    fold_regression,
    leading_components,
    prepare_features,
    probe,
)
from core.audit.failure_modes.units import gather, units_of


def test_chance_right_is_the_area_under_the_curve_within_folds():
    random = np.random.default_rng(0)
    features = random.normal(size=(60, 5))
    second = random.random(60) < 0.4
    regression = fold_regression(features, random=random, repeats=1)
    won, pairs = 0.0, 0
    for tested, weights in zip(regression.folds, regression.weights, strict=True):
        ones = int(second[tested].sum())
        count = ones * (len(tested) - ones)
        if count:
            won += roc_auc_score(second[tested], weights @ second.astype(float)) * count
            pairs += count
    assert _chance_right(regression, second[:, None])[0] == pytest.approx(won / pairs)


def test_predictions_come_from_the_other_folds_only():
    random = np.random.default_rng(1)
    regression = fold_regression(random.normal(size=(40, 3)), random=random, repeats=2)
    for tested, weights in zip(regression.folds, regression.weights, strict=True):
        assert not weights[:, tested].any()
        # An intercept: constant targets are predicted exactly.
        assert np.allclose(weights @ np.full(40, 7.0), 7.0)


@pytest.mark.parametrize("shape", ["shift", "ring"])
def test_a_difference_is_found_whether_shift_or_ring(shape):
    random = np.random.default_rng(2)
    values = random.normal(size=(120, 3))
    second = np.arange(120) % 2 == 1
    if shape == "shift":
        values[second, 0] += 3
    else:
        values[~second] *= 0.2
        values[second] *= 3 / np.linalg.norm(values[second], axis=1, keepdims=True)
    found = probe(prepare_features(values), second, margin=0.8, permutations=200, random=random)
    assert found.chance_right > 0.95 and found.p_value < 0.01 and found.p_equivalent > 0.95


def test_p_values_are_uniform_where_there_is_nothing_to_find():
    found = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        features = prepare_features(random.normal(size=(50, 8)))
        found.append(probe(features, random.random(50) < 0.5, margin=0.8, permutations=99, random=random))
    p_values = np.array([each.p_value for each in found])
    assert 0.35 < p_values.mean() < 0.65
    assert (p_values <= 0.05).sum() <= 8
    covered = np.mean([each.low <= 0.5 <= each.high for each in found])
    assert covered >= 0.85


def test_standard_error_of_hanley_and_mcneil():
    """At 0.5 it is the Mann-Whitney statistic's exact one but for the tie term: (n1 + n2 + 1) / (12 n1 n2)."""
    assert _spread(0.5, 30, 40) ** 2 == pytest.approx((30 + 40 + 1) / (12 * 30 * 40), rel=1e-6)


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (12, 12)])
def test_leading_components_are_those_of_the_singular_value_decomposition(shape):
    values = np.random.default_rng(0).normal(size=shape)
    left, sizes, _ = np.linalg.svd(values, full_matrices=False)
    found, found_sizes = leading_components(values, 5)
    assert found_sizes == pytest.approx(sizes[:5])
    assert np.abs(np.sum(found * left[:, :5], axis=0)) == pytest.approx(np.ones(5))


def test_gaps_are_filled_and_empty_columns_dropped():
    values = np.array([[1.0, np.nan, 5.0], [2.0, np.nan, np.nan], [3.0, np.nan, 7.0], [4.0, 1.0, 8.0]] * 5)
    features = prepare_features(values)
    assert features.shape == (20, 2) and np.isfinite(features).all()
    assert prepare_features(np.full((5, 2), np.nan)) is None
    assert prepare_features(np.ones((5, 2))) is None


def test_enrichment_in_one_detector_is_fishers_exact_test(make_input):
    labels = np.array(["A"] * 9 + ["B"] * 21)
    clusters = np.array([0] * 7 + [1] * 2 + [0] * 5 + [1] * 16)
    case = make_input(np.random.default_rng(0).normal(size=(30, 4)), labels, clusters=clusters)
    homes = label_homes(gather(case, stability={}, groups=None)).set_index(["label", "cluster"])
    p_values = [
        fisher_exact([[7, 5], [2, 16]], alternative="greater").pvalue,
        1.0,  # two glitches are too few to be at home
        fisher_exact([[5, 7], [16, 2]], alternative="greater").pvalue,
        fisher_exact([[16, 2], [5, 7]], alternative="greater").pvalue,
    ]
    cells = [("A", 0), ("A", 1), ("B", 0), ("B", 1)]
    assert homes.loc[cells, "q_value"].to_numpy() == pytest.approx(false_discovery_control(p_values))
    assert homes.loc[("A", 0), "share"] == pytest.approx(7 / 12)
    assert homes.loc[("A", 0), "home"] == pytest.approx(7 / 9)


def test_the_chance_of_as_many_holds_at_the_size_of_the_real_data_set():
    total, marked, drawn = 34_332, 3_000, 2_500
    counts = {"H1": total}
    for n in (0, 219, 260, 300):
        found = _chance_of_as_many(n, pd.Series(counts), pd.Series({"H1": marked}), pd.Series({"H1": drawn}))
        assert found == pytest.approx(hypergeom.sf(n - 1, total, marked, drawn), rel=1e-8)


def test_enrichment_shuffles_within_detector(make_input):
    """A cluster of one detector, whose glitches all carry that detector's commonest label: no surprise within it."""
    labels = np.array(["A"] * 20 + ["B"] * 20)
    detector = np.array(["H1"] * 20 + ["L1"] * 20)
    case = make_input(
        np.random.default_rng(0).normal(size=(40, 4)), labels, clusters=np.repeat([0, 1], 20), detector=detector
    )
    homes = label_homes(gather(case, stability={}, groups=None))
    assert (homes["q_value"] == 1).all()
    assert hypergeom.sf(19, 40, 20, 20) < 1e-9


def test_a_gap_counts_what_lies_half_way():
    random = np.random.default_rng(0)
    ends = np.concatenate([random.normal(0, 0.05, 40), random.normal(1, 0.05, 30)])
    part = np.repeat([0, 1], [40, 30])
    vectors = np.column_stack([ends, 0.01 * random.normal(size=70)])
    gap = gap_between(vectors, part, ratio=0.5, random=random)
    assert (gap.first, gap.middle, gap.second) == (40, 0, 30)
    assert gap.p_value == pytest.approx((2 / 3) ** 30)
    assert gap.valley == 0
    filled = np.concatenate([vectors, np.column_stack([random.uniform(0.4, 0.6, 12), np.zeros(12)])])
    gap = gap_between(filled, np.concatenate([part, np.full(12, OTHER)]), ratio=0.5, random=random)
    assert gap.middle == 12 and gap.valley == pytest.approx(12 / 30)


@pytest.mark.parametrize("shape", ["normal", "uniform", "exponential"])
def test_a_density_with_one_peak_has_no_gap(shape):
    wrong = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        line = getattr(random, shape)(size=80)
        vectors = np.column_stack([line, 0.2 * random.normal(size=(80, 4))])
        wrong += gap_between(vectors, (line > np.median(line)).astype(int), ratio=0.5, random=random).p_value < 0.05
    assert wrong <= 3


def test_parts_of_one_glitch_each():
    gap = gap_between(np.eye(2), np.array([0, 1]), ratio=0.5, random=np.random.default_rng(0))
    assert gap.p_value == 1 and gap.valley == 1


def test_distance_between_centres_is_free_of_scatter():
    random = np.random.default_rng(0)
    same = [distance_between(random.normal(size=(8, 50)), random.normal(size=(8, 50))) ** 2 for _ in range(200)]
    plain = 2 * 50 / 8
    assert np.mean(same) < 0.15 * plain
    far = [distance_between(random.normal(size=(8, 50)), 3 + random.normal(size=(8, 50))) for _ in range(50)]
    assert np.mean(far) == pytest.approx(3 * np.sqrt(50), rel=0.05)


def test_label_spacing_is_the_median_distance_to_the_next_label(make_input):
    centres = np.array([[1.0, 0, 0], [0, 1.0, 0], [0, -1.0, 0]])
    case = make_input(np.repeat(centres, 5, axis=0), np.repeat(["A", "B", "C"], 5))
    evidence = gather(case, stability={}, groups=None)
    # Distances sqrt(2) from A to both, 2 from B to C: each label's next one is sqrt(2) away.
    assert label_spacing(evidence, [np.arange(5), np.arange(5, 10), np.arange(10, 15)]) == pytest.approx(np.sqrt(2))
    assert np.isnan(label_spacing(evidence, [np.arange(5)]))


def test_units_join_the_rows_of_a_glitch():
    units = units_of(np.array([7, 3, 7, 5]))
    assert units.groups.tolist() == [3, 5, 7]
    assert units.mean(np.array([1.0, 2.0, 5.0, np.nan]))[[0, 2]].tolist() == [2.0, 3.0]
    assert np.isnan(units.mean(np.array([1.0, 2.0, 5.0, np.nan]))[1])
    assert units.share(np.array([True, False, False, True])).tolist() == [0.0, 1.0, 0.5]
    assert units_of(np.array([2, 0, 1])).mean(np.array([[1.0], [2.0], [3.0]])).ravel().tolist() == [2.0, 3.0, 1.0]


def test_runs_come_from_event_times(make_input):
    case = make_input(np.eye(3), list("AAB"), event_time=[1.13e9, 1.17e9, np.nan])
    assert gather(case, stability={}, groups=None).nuisances["run"].tolist() == ["O1", "O2", ""]
    assert "run" not in gather(make_input(np.eye(3), list("AAB")), stability={}, groups=None).nuisances


def test_wrong_number_of_groups(make_input):
    with pytest.raises(ValueError, match="2 groups for 3 samples"):
        gather(make_input(np.eye(3), list("AAB")), stability=pd.Series(dtype=float), groups=np.arange(2))

"""What changes along a curve: against scipy and scikit-learn, against chance, and where there is nothing to tell."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, kruskal, spearmanr
from scipy.stats import t as student
from sklearn.metrics import mutual_info_score

from core.audit.drift import along_the_curve, order_along
from core.audit.drift.model import DriftParams
from core.errors import GlitchAuditError
from core.statistics.intervals import wilson_interval

RNG = np.random.default_rng


def line(make_input, labels, *, views=1, **columns):
    """Samples in the order of a straight line, ``views`` of each glitch on the same place."""
    count = len(labels)
    place = np.repeat(np.linspace(0, 1, count // views), views)
    points = np.column_stack([place, np.full(count, 10.0)])
    case = make_input(points, labels, glitches=np.repeat(np.arange(count // views), views), **columns)
    return case, order_along(case, np.arange(count), params=DriftParams(shuffles=1, subsamples=1))


def mixed_labels(count, rng):
    return np.where(rng.random(count) < np.linspace(0.1, 0.9, count), "Whistle", "Blip").astype(str)


@pytest.fixture
def followed(make_input):
    rng = RNG(0)
    labels = mixed_labels(60, rng)
    columns = {
        "peak_frequency": np.geomspace(20, 2000, 60) * rng.lognormal(0, 0.5, 60),
        "snr": rng.uniform(5, 50, 60),
    }
    case, drift = line(make_input, labels, **columns)
    return case, drift, along_the_curve(case, drift, bins=6, suspicion=np.linspace(0.1, 0.5, 60), shuffles=199)


def in_order(case, drift, column):
    return case.samples[column].loc[list(drift.sample_ids)].to_numpy()


def test_bins_hold_equally_many(followed):
    bins = followed[2].bins
    assert bins["n"].tolist() == [10] * 6
    assert bins["start"].is_monotonic_increasing and (bins["start"] <= bins["stop"]).all()


def test_correlation_is_spearmans_with_bonett_and_wrights_interval(followed):
    case, drift, along = followed
    for name in ("peak_frequency", "snr"):
        row = along.tests.loc[name]
        expected = spearmanr(drift.position, in_order(case, drift, name)).statistic
        half = 1.959964 * np.sqrt((1 + expected**2 / 2) / 57)
        assert row["correlation"] == pytest.approx(expected)
        assert row["low"] == pytest.approx(np.tanh(np.arctanh(expected) - half))
        assert row["high"] == pytest.approx(np.tanh(np.arctanh(expected) + half))


def test_explained_is_kruskal_and_wallis_h(followed):
    case, drift, along = followed
    values = in_order(case, drift, "snr").reshape(6, 10)
    assert along.tests.at["snr", "explained"] == pytest.approx(kruskal(*values).statistic / 59)
    # The mean of H under shuffling is the bins less one.
    assert along.tests.at["snr", "chance_explained"] == pytest.approx(5 / 59, abs=0.02)


def test_explained_label_entropy_is_mutual_information(followed):
    case, drift, along = followed
    labels = in_order(case, drift, "label")
    bins = np.repeat(np.arange(6), 10)
    expected = mutual_info_score(bins, labels) / mutual_info_score(labels, labels)
    assert along.tests.at["label", "explained"] == pytest.approx(expected)


def test_what_changes_is_significant_and_what_does_not_is_not(followed):
    tests = followed[2].tests
    assert tests.loc[["peak_frequency", "suspicion"], "p_value"].tolist() == [1 / 200, 1 / 200]
    assert tests.at["label", "q_value"] < 0.05 < tests.at["snr", "p_value"]


def test_q_values_are_benjamini_and_hochbergs(followed):
    tests = followed[2].tests
    assert tests["q_value"].to_numpy() == pytest.approx(false_discovery_control(tests["p_value"].to_numpy(float)))


def test_label_shares_have_wilson_intervals(followed):
    case, drift, along = followed
    first = in_order(case, drift, "label")[:10]
    row = along.labels[(along.labels["bin"] == 0) & (along.labels["label"] == "Blip")].iloc[0]
    count = int((first == "Blip").sum())
    assert (row["n"], row["share"]) == (count, count / 10)
    assert (row["low"], row["high"]) == pytest.approx(wilson_interval(count, 10))
    assert along.labels.groupby("bin")["share"].sum().tolist() == pytest.approx([1.0] * 6)


def test_a_columns_mean_is_geometric_with_students_interval(followed):
    case, drift, along = followed
    values = np.log10(in_order(case, drift, "peak_frequency")[:10])
    half = student.ppf(0.975, 9) * values.std(ddof=1) / np.sqrt(10)
    row = along.columns[(along.columns["column"] == "peak_frequency") & (along.columns["bin"] == 0)].iloc[0]
    assert row["value"] == pytest.approx(10 ** values.mean())
    assert (row["low"], row["high"]) == pytest.approx((10 ** (values.mean() - half), 10 ** (values.mean() + half)))
    assert along.tests.at["peak_frequency", "unit"] == "Hz"


def test_mean_suspicion_has_the_interval_of_a_share_of_that_size(followed):
    row = followed[2].columns.query("column == 'suspicion' and bin == 0").iloc[0]
    mean = np.linspace(0.1, 0.5, 60)[:10].mean()
    assert row["value"] == pytest.approx(mean)
    assert (row["low"], row["high"]) == pytest.approx(wilson_interval(10 * mean, 10))


def test_random_labels_and_columns_are_rarely_significant(make_input):
    rng = RNG(3)
    case, drift = line(make_input, ["Blip"] * 48)
    found = []
    for seed in range(60):
        samples = case.samples.assign(label=rng.choice(["Blip", "Tomte", "Chirp"], 48), snr=rng.lognormal(size=48))
        random_case = type(case)(**{**vars(case), "samples": samples})
        found.append(along_the_curve(random_case, drift, shuffles=99, seed=seed).tests["p_value"])
    # 120 tests at 5 %: 6 expected, 13 or more in 0.6 % of cases.
    assert sum((p_values <= 0.05).sum() for p_values in found) <= 13


def test_views_of_one_glitch_count_once(make_input):
    rng = RNG(4)
    labels = np.repeat(mixed_labels(30, rng), 4)
    snr = np.repeat(rng.uniform(5, 50, 30), 4)
    case, drift = line(make_input, labels, views=4, snr=snr)
    alone, alone_drift = line(make_input, labels[::4], snr=snr[::4])
    fourfold = along_the_curve(case, drift, bins=3, shuffles=99).tests
    once = along_the_curve(alone, alone_drift, bins=3, shuffles=99).tests
    assert fourfold["n"].tolist() == [30, 30]
    pd.testing.assert_frame_equal(fourfold, once)


def test_one_label_and_a_constant_suspicion_tell_nothing(make_input):
    case, drift = line(make_input, ["Blip"] * 30)
    along = along_the_curve(case, drift, suspicion=np.full(30, 0.2))
    assert along.tests[["p_value", "q_value", "explained"]].isna().all(axis=None)
    assert along.columns["value"].tolist() == pytest.approx([0.2] * 3)


def test_missing_values_are_left_out(make_input):
    snr = np.where(np.arange(40) % 2, np.linspace(5, 50, 40), np.nan)
    case, drift = line(make_input, ["Blip"] * 40, snr=snr)
    along = along_the_curve(case, drift, bins=4)
    assert along.tests.at["snr", "n"] == 20 and along.columns["n"].tolist() == [5] * 4
    assert abs(along.tests.at["snr", "correlation"]) == pytest.approx(1)


def test_intensity_is_followed_like_a_physical_column(make_input):
    case, drift = line(make_input, ["Blip"] * 30)
    along = along_the_curve(case, drift, bins=3, intensity=np.linspace(100, 900, 30))
    assert along.tests.at["intensity", "correlation"] == pytest.approx(1)
    assert along.columns["value"].iloc[0] == pytest.approx(10 ** np.log10(np.linspace(100, 900, 30)[:10]).mean())


@pytest.mark.parametrize("count", [1, 2])
def test_one_and_two_samples_tell_nothing(make_input, count):
    case = make_input(np.eye(3)[:count], ["Blip", "Chirp"][:count])
    along = along_the_curve(case, order_along(case, np.arange(count)), suspicion=np.zeros(count))
    assert along.tests["p_value"].isna().all() and along.bins["n"].tolist() == [count]


def test_a_drift_of_other_data_is_one_sentence(make_input):
    _case, drift = line(make_input, ["Blip"] * 10)
    other = make_input(np.eye(3), ["Blip"] * 3, ids=["x", "y", "z"])
    with pytest.raises(GlitchAuditError, match="is not in this data set"):
        along_the_curve(other, drift)

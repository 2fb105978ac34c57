"""The cluster table: counts as the reference audit's, intervals by glitches, and what else is known of a cluster."""

import numpy as np
import pandas as pd
import pytest

from core.audit.cluster_evidence import COLUMNS, cluster_evidence
from core.audit.metrics import cluster_table
from core.space.stability import Stability
from core.statistics.entropy import entropy_interval
from core.statistics.intervals import wilson_interval


@pytest.fixture
def mixed(make_input):
    """40 samples: cluster 7 with 12 a and 8 b, cluster 2 with 10 c, the rest noise."""
    random = np.random.default_rng(0)
    labels = ["a"] * 12 + ["b"] * 8 + ["c"] * 10 + list("abcab") * 2
    clusters = [7] * 20 + [2] * 10 + [-1] * 10
    return make_input(random.normal(size=(40, 4)), labels, clusters=clusters)


def test_counts_and_shares_are_those_of_the_plain_table(mixed):
    found = cluster_evidence(mixed, shuffles=20)
    plain = cluster_table(mixed.labels, mixed.clusters)
    assert found.columns.tolist() == list(COLUMNS)
    pd.testing.assert_frame_equal(found[plain.columns], plain)
    assert found.index.name == "cluster"
    assert found["glitches"].tolist() == [20, 10]


def test_a_cluster_worked_by_hand(mixed):
    found = cluster_evidence(mixed, shuffles=20).loc[7]
    entropy = -(0.6 * np.log2(0.6) + 0.4 * np.log2(0.4))
    assert (found["n"], found["top_label"], found["top_count"], found["ambiguity"]) == (20, "a", 12, 8)
    assert found["entropy"] == pytest.approx(entropy)
    assert found["entropy_corrected"] == pytest.approx(entropy + 1 / (40 * np.log(2)))
    assert (found["entropy_low"], found["entropy_high"]) == entropy_interval([12, 8], categories=3)
    assert found["effective_labels"] == pytest.approx(2 ** found["entropy_corrected"])
    assert found["effective_low"] == pytest.approx(2 ** found["entropy_low"])
    assert found["effective_high"] == pytest.approx(2 ** found["entropy_high"])


def test_a_pure_cluster_has_an_interval_all_the_same(mixed):
    found = cluster_evidence(mixed, shuffles=200).loc[2]
    assert found[["purity", "entropy", "effective_labels", "entropy_low", "effective_low"]].tolist() == [1, 0, 1, 0, 1]
    assert found["purity_low"] == wilson_interval(10, 10)[0]
    assert found["entropy_high"] > 0.2
    assert found["effective_high"] == pytest.approx(2 ** found["entropy_high"])
    assert found["null_entropy"] > 1
    assert found["q_value"] <= 0.02


def test_four_views_of_a_glitch_are_one_witness(make_input):
    random = np.random.default_rng(1)
    labels = np.array(["a"] * 9 + ["b"] * 3)
    one = make_input(random.normal(size=(12, 4)), labels, clusters=[0] * 12)
    four = make_input(
        random.normal(size=(48, 4)),
        np.repeat(labels, 4),
        clusters=[0] * 48,
        glitches=np.repeat(np.arange(12), 4),
        view=["0.5", "1.0", "2.0", "4.0"] * 12,
    )
    by_glitch, by_picture = cluster_evidence(one, shuffles=20).loc[0], cluster_evidence(four, shuffles=20).loc[0]
    assert (by_picture["n"], by_picture["glitches"], by_picture["ambiguity"]) == (48, 12, 12)
    same = ["purity", "purity_low", "purity_high", "entropy", "entropy_corrected", "entropy_low", "entropy_high"]
    assert by_picture[same].tolist() == pytest.approx(by_glitch[same].tolist())
    assert by_picture["view_purity"] == 0.25


def test_chance_is_within_detectors(make_input):
    """L1 has label b only: its pure cluster is no finding, the pure one of mixed H1 is."""
    random = np.random.default_rng(2)
    labels = ["a"] * 15 + ["b"] * 15 + ["b"] * 30
    clusters = [0] * 15 + [-1] * 15 + [1] * 30
    case = make_input(random.normal(size=(60, 4)), labels, clusters=clusters, detector=["H1"] * 30 + ["L1"] * 30)
    found = cluster_evidence(case, shuffles=200)
    assert found.loc[0, "q_value"] < 0.05
    assert found.loc[1, "p_value"] == 1
    assert found["top_detector"].tolist() == ["H1", "L1"]
    assert found["detector_purity"].tolist() == [1, 1]


def test_commonest_view_and_detector_of_those_known(make_input):
    random = np.random.default_rng(3)
    case = make_input(
        random.normal(size=(6, 4)),
        ["a"] * 6,
        clusters=[0, 0, 0, 0, 1, 1],
        detector=["H1", "L1", "L1", None, None, np.nan],
        view=["2.0", "2.0", "0.5", "0.5", "4.0", "4.0"],
    )
    found = cluster_evidence(case, shuffles=5)
    assert found.loc[0, ["top_view", "view_purity", "top_detector"]].tolist() == ["0.5", 0.5, "L1"]
    assert found.loc[0, "detector_purity"] == pytest.approx(2 / 3)
    assert found.loc[1, "top_detector"] == ""
    assert np.isnan(found.loc[1, "detector_purity"])


def test_without_views_and_detectors_their_columns_are_empty(mixed):
    found = cluster_evidence(mixed, shuffles=5)
    assert found["top_view"].tolist() == found["top_detector"].tolist() == ["", ""]
    assert found[["view_purity", "detector_purity", "stability", "stability_low"]].isna().all(axis=None)


def test_stability_is_joined_by_cluster_number(mixed):
    jaccard = np.array([[1.0, 0.5], [0.8, 0.7]], np.float32)
    found = cluster_evidence(mixed, stability=Stability(jaccard, np.array([2, 7], np.int32), "x"), shuffles=5)
    assert found.index.tolist() == [7, 2]
    assert found["stability"].tolist() == pytest.approx([0.6, 0.9])
    assert found.loc[2, ["stability_low", "stability_high"]].tolist() == pytest.approx([0.805, 0.995])


def test_another_clusterings_stability_is_refused(mixed):
    with pytest.raises(ValueError, match="other clusters"):
        cluster_evidence(mixed, stability=Stability(np.ones((2, 1), np.float32), np.array([2], np.int32), "x"))


@pytest.mark.parametrize("rows", [0, 1, 12])
def test_no_clusters_give_an_empty_table(make_input, rows):
    case = make_input(np.ones((rows, 3)), ["a"] * rows, clusters=[-1] * rows)
    found = cluster_evidence(case, shuffles=5)
    assert found.empty
    assert found.columns.tolist() == list(COLUMNS)


def test_one_sample_in_one_cluster(make_input):
    found = cluster_evidence(make_input(np.ones((1, 3)), ["a"], clusters=[0]), shuffles=5).loc[0]
    assert (found["n"], found["purity"], found["p_value"]) == (1, 1, 1)
    assert found["entropy_high"] > 0


def test_every_sample_with_its_own_label(make_input):
    random = np.random.default_rng(4)
    case = make_input(random.normal(size=(30, 3)), [f"l{number}" for number in range(30)], clusters=[0, 1] * 15)
    found = cluster_evidence(case, shuffles=20)
    assert found["p_value"].tolist() == [1, 1]
    assert (found["effective_labels"] <= 30).all()
    assert found["null_entropy"].tolist() == pytest.approx([np.log2(15)] * 2)


def test_progress_reaches_the_end_and_the_table_survives_parquet(mixed, tmp_path):
    seen = []
    found = cluster_evidence(mixed, shuffles=7, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 7)
    assert seen[-1] == (7, 7)
    found.to_parquet(tmp_path / "clusters.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "clusters.parquet"), found)

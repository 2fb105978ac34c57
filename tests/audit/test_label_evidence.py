"""Where each label lives, worked by hand, with the estimated label noise joined in."""

import numpy as np
import pandas as pd
import pytest

from core.audit.label_evidence import COLUMNS, label_evidence
from core.statistics.intervals import wilson_interval


@pytest.fixture
def scattered(make_input):
    """Label a: 6 in cluster 3, 2 in cluster 0, 2 noise. Label b: 3 in 0, 3 in 3. Label c: all noise."""
    labels = ["a"] * 10 + ["b"] * 6 + ["c"] * 2
    clusters = [3] * 6 + [0] * 2 + [-1] * 2 + [0] * 3 + [3] * 3 + [-1] * 2
    return make_input(np.random.default_rng(0).normal(size=(18, 4)), labels, clusters=clusters)


def test_labels_worked_by_hand(scattered):
    found = label_evidence(scattered)
    assert found.columns.tolist() == list(COLUMNS)
    assert found.index.tolist() == ["a", "b", "c"]
    first = found.loc["a"]
    assert (first["n"], first["glitches"], first["main_cluster"], first["cluster_count"]) == (10, 10, 3, 2)
    assert first["main_share"] == 0.6
    assert (first["main_low"], first["main_high"]) == wilson_interval(6, 10)
    assert first["noise_share"] == pytest.approx(0.2)
    assert first["effective_clusters"] == pytest.approx(2 ** -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25)))


def test_of_equal_clusters_the_lowest_number_is_the_main_one(scattered):
    found = label_evidence(scattered).loc["b"]
    assert (found["main_cluster"], found["main_share"], found["effective_clusters"]) == (0, 0.5, 2)


def test_a_label_in_no_cluster_has_no_home(scattered):
    found = label_evidence(scattered).loc["c"]
    assert pd.isna(found["main_cluster"])
    assert (found["main_share"], found["cluster_count"], found["noise_share"]) == (0, 0, 1)
    assert np.isnan(found["effective_clusters"])


def test_views_of_a_glitch_are_one_witness(make_input):
    case = make_input(
        np.random.default_rng(1).normal(size=(20, 3)),
        ["a"] * 20,
        clusters=[0] * 10 + [1] * 10,
        glitches=np.repeat(np.arange(5), 4),
    )
    found = label_evidence(case).loc["a"]
    assert (found["n"], found["glitches"], found["main_share"]) == (20, 5, 0.5)
    assert (found["main_low"], found["main_high"]) == wilson_interval(2.5, 5)


def test_estimated_noise_is_joined_by_label_and_the_rest_withheld(scattered):
    noise = pd.DataFrame(
        {
            "n": [10, 6],
            "wrong": [2.0, 3.0],
            "wrong_share": [0.2, 0.5],
            "wrong_low": [0.1, 0.2],
            "wrong_high": [0.3, 0.8],
            "withheld": [False, True],
        },
        index=pd.Index(["a", "b"], name="label"),
    )
    found = label_evidence(scattered, noise=noise)
    assert found["withheld"].tolist() == [False, True, True]
    assert found.loc["a", ["n", "wrong", "wrong_share", "wrong_low", "wrong_high"]].tolist() == [10, 2, 0.2, 0.1, 0.3]
    assert found.loc[["b", "c"], ["wrong", "wrong_share", "wrong_low", "wrong_high"]].isna().all(axis=None)


def test_without_an_estimate_all_is_withheld(scattered):
    found = label_evidence(scattered)
    assert found["withheld"].all()
    assert found["withheld"].dtype == bool
    assert found["wrong_share"].isna().all()


def test_no_samples_give_an_empty_table(make_input):
    found = label_evidence(make_input(np.zeros((0, 3)), []))
    assert found.empty
    assert found.columns.tolist() == list(COLUMNS)


def test_the_table_survives_parquet(scattered, tmp_path):
    found = label_evidence(scattered)
    assert found["main_cluster"].dtype == "Int64"
    found.to_parquet(tmp_path / "labels.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "labels.parquet"), found)

"""Purity, entropy and ambiguity: the published rows, scipy, and cases worked by hand."""

import numpy as np
import pandas as pd
import pytest

from core.audit.metrics import (
    cluster_table,
    label_mix,
    selection_summary,
)

# The reference audit's published table: cluster, n, top label, purity, ambiguity, entropy (where given).
PUBLISHED = [
    (41, 3915, "Blip", 0.477, 2049, 2.263),
    (5, 3697, "Blip", 0.505, 1830, None),
    (28, 3498, "Blip", 0.531, 1642, None),
    (33, 2106, "Violin_Mode", 0.224, 1635, 2.817),
    (10, 3479, "Blip", 0.537, 1612, None),
    (15, 1662, "Power_Line", 0.255, 1238, None),
]
CLASSES = 22


def relabelled(n, top_label, others, spread):
    """n labels of which ``others`` are not ``top_label`` but shared evenly by ``spread`` further labels."""
    return [top_label] * (n - others) + [f"other_{number % spread:02d}" for number in range(others)]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"cluster {row[0]}")
def test_the_published_rows_follow_from_their_counts(row):
    _, n, top_label, purity, ambiguity, published_entropy = row
    mix = label_mix(relabelled(n, top_label, ambiguity, CLASSES - 1))
    assert (mix.n, mix.top_label, mix.ambiguity) == (n, top_label, ambiguity)
    assert round(mix.purity, 3) == purity
    assert mix.ambiguity == pytest.approx((1 - mix.purity) * n)
    if published_entropy:
        # The other labels' counts are not published. The entropy is largest when they are even, and near its smallest
        # when as few labels as possible share the rest, none of them above the top one's count.
        fewest = label_mix(relabelled(n, top_label, ambiguity, -(-ambiguity // (n - ambiguity)))).entropy
        assert fewest < published_entropy < mix.entropy


def test_the_published_order_is_by_ambiguity():
    labels, clusters = [], []
    for number, n, top_label, _, ambiguity, _ in reversed(PUBLISHED):
        labels += relabelled(n, top_label, ambiguity, CLASSES - 1)
        clusters += [number] * n
    table = cluster_table(labels + ["Blip"] * 500, np.array(clusters + [-1] * 500))
    assert table.index.tolist() == [row[0] for row in PUBLISHED]
    assert table["n"].tolist() == [row[1] for row in PUBLISHED]
    assert table["top_label"].tolist() == [row[2] for row in PUBLISHED]
    assert table["purity"].round(3).tolist() == [row[3] for row in PUBLISHED]
    assert table["ambiguity"].tolist() == [row[4] for row in PUBLISHED]


def test_a_case_worked_by_hand():
    mix = label_mix(["Blip"] * 4 + ["Tomte"] * 2 + ["Koi_Fish"] * 2)
    assert (mix.n, mix.top_label, mix.top_count, mix.label_count) == (8, "Blip", 4, 3)
    assert (mix.purity, mix.ambiguity, mix.entropy) == (0.5, 4, 1.5)
    # (m - 1) / (2 n ln 2) = 2 / (16 ln 2)
    assert mix.entropy_corrected == pytest.approx(1.5 + 2 / (16 * np.log(2)))


def test_equally_common_labels_give_the_first_in_the_alphabet():
    assert label_mix(["Tomte", "Blip", "Tomte", "Blip", "Whistle"]).top_label == "Blip"


@pytest.mark.parametrize("labels", [["Blip"], ["Blip"] * 9], ids=["one sample", "one label"])
def test_a_pure_group_has_no_entropy(labels):
    mix = label_mix(labels)
    assert (mix.purity, mix.ambiguity, mix.entropy, mix.entropy_corrected) == (1, 0, 0, 0)
    assert mix.purity_low < 1
    assert mix.purity_high == 1


def test_an_empty_group_has_no_shares():
    mix = label_mix([])
    assert (mix.n, mix.top_label, mix.ambiguity, mix.label_count) == (0, "", 0, 0)
    assert np.isnan([mix.purity, mix.purity_low, mix.purity_high, mix.entropy, mix.entropy_corrected]).all()


@pytest.mark.parametrize("n", [0, 5])
def test_all_noise_gives_an_empty_table_with_its_columns(n):
    table = cluster_table(["Blip"] * n, np.full(n, -1))
    assert table.empty
    assert {"n", "purity", "entropy", "ambiguity"} <= set(table.columns)


def test_equally_ambiguous_clusters_come_by_number():
    assert cluster_table(["a", "b", "a", "b"], np.array([7, 7, 2, 2])).index.tolist() == [2, 7]


def test_labels_and_clusters_of_different_length_are_refused():
    with pytest.raises(ValueError, match="3 labels for 2"):
        cluster_table(["a"] * 3, np.array([0, 1]))


def test_a_selection_is_summed_up_noise_included():
    labels = pd.Series(["Blip", "Blip", "Tomte", "Blip", "Whistle"], index=list("abcde"))
    mask = np.array([True, True, True, True, False])
    summary = selection_summary(labels, np.array([0, -1, 0, 1, 1]), mask)
    assert summary.mix == label_mix(["Blip", "Blip", "Tomte", "Blip"])
    assert summary.labels.to_dict() == {"Blip": 3, "Tomte": 1}
    assert summary.labels.index.tolist() == ["Blip", "Tomte"]
    assert summary.clusters.to_dict() == {0: 2, -1: 1, 1: 1}


def test_an_empty_selection_and_one_without_clusters():
    labels = pd.Series(["Blip", "Tomte"])
    empty = selection_summary(labels, np.array([0, 1]), np.zeros(2, bool))
    assert (empty.mix.n, len(empty.labels), len(empty.clusters)) == (0, 0, 0)
    unclustered = selection_summary(labels, None, np.ones(2, bool))
    assert (unclustered.mix.n, len(unclustered.clusters)) == (2, 0)

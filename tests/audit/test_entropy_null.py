"""Chance as a measure: the entropy of clusters whose glitches exchange their labels."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from core.audit.entropy_null import entropy_null
from core.errors import Cancelled
from core.statistics.entropy import entropy_bits


def test_p_values_follow_the_exact_distribution():
    """Six of ten samples are "a"; a cluster of four of them. Chance gives one as pure with known probability."""
    labels = np.array(["a"] * 6 + ["b"] * 4)
    clusters = np.array([0] * 4 + [-1] * 6)
    found = entropy_null(labels, clusters, np.arange(10), shuffles=4000)
    exact = hypergeom(10, 6, 4).pmf([0, 4]).sum()
    assert found.entropy.tolist() == [0]
    assert found.p_value[0] == pytest.approx(exact, abs=0.012)
    means = sum(hypergeom(10, 6, 4).pmf(count) * entropy_bits([count, 4 - count]) for count in range(5))
    assert found.null_entropy[0] == pytest.approx(means, abs=0.02)


def test_observed_entropies_are_those_of_the_clusters():
    random = np.random.default_rng(0)
    labels, clusters = random.choice(list("abcd"), 200), random.integers(-1, 4, 200)
    found = entropy_null(labels, clusters, np.arange(200), shuffles=5)
    assert found.clusters.tolist() == [0, 1, 2, 3]
    for number, value in zip(found.clusters, found.entropy, strict=True):
        assert value == pytest.approx(entropy_bits(np.unique(labels[clusters == number], return_counts=True)[1]))


def test_many_labels_are_counted_like_few():
    """With more labels than fit a table, the same numbers come from a sorted list."""
    random = np.random.default_rng(1)
    labels = random.integers(0, 3000, 3000).astype(str)
    clusters = np.arange(3000) // 300
    found = entropy_null(labels, clusters, np.arange(3000), shuffles=3)
    expected = [entropy_bits(np.unique(labels[clusters == number], return_counts=True)[1]) for number in range(10)]
    assert found.entropy == pytest.approx(expected)
    assert found.null_entropy == pytest.approx(expected, rel=0.02)


def test_a_pure_cluster_is_found_and_chance_is_not():
    random = np.random.default_rng(2)
    labels = random.choice(list("abcd"), 400)
    clusters = np.repeat(np.arange(8), 50)
    labels[:50] = "a"
    found = entropy_null(labels, clusters, np.arange(400), shuffles=400)
    assert found.q_value[0] < 0.05
    assert (found.q_value[1:] > 0.05).all()


def test_false_flags_stay_rare_where_labels_are_chance_even_with_views():
    flagged = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        glitches = np.repeat(np.arange(60), 4)
        labels, clusters = random.choice(list("abc"), 60)[glitches], random.integers(0, 4, 60)[glitches]
        found = entropy_null(labels, clusters, glitches, shuffles=100, seed=seed)
        flagged.append((found.q_value <= 0.05).any())
    assert np.mean(flagged) <= 0.12


def test_a_detectors_own_label_mix_is_no_finding():
    """One detector has one label only; a cluster of that detector is pure, and says nothing."""
    detector = np.repeat(["H1", "L1"], 100)
    labels = np.where(detector == "H1", "a", np.random.default_rng(3).choice(list("ab"), 200))
    clusters = np.repeat([0, 1], 100)
    within = entropy_null(labels, clusters, np.arange(200), within=detector, shuffles=200)
    across = entropy_null(labels, clusters, np.arange(200), shuffles=200)
    assert within.p_value[0] == 1
    assert across.p_value[0] < 0.01


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_noise_alone_gives_empty_results(rows):
    found = entropy_null(np.array(["a"] * rows), np.full(rows, -1), np.arange(rows), shuffles=10)
    assert len(found.clusters) == len(found.p_value) == len(found.q_value) == 0


def test_one_label_is_never_a_finding():
    found = entropy_null(np.array(["a"] * 20), np.zeros(20, int), np.arange(20), shuffles=50)
    assert (found.p_value[0], found.q_value[0], found.null_entropy[0]) == (1, 1, 0)


def test_it_can_be_stopped():
    def stop(done, total):
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        entropy_null(np.array(["a", "b"] * 5), np.zeros(10, int), np.arange(10), shuffles=50, on_progress=stop)

"""HDBSCAN on a layout: planted groups, noise, and inputs too small to cluster."""

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from core.errors import GlitchAuditError
from core.space.clustering import (
    MAP_SPACE,
    WIDE_SPACE,
    ClusterParams,
    cluster,
    default_cluster_params,
    space_to_cluster,
)
from core.space.layout import Layout, LayoutParams


def groups(n_each=60, seed=0):
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(3), n_each)
    points = np.array([[0, 0], [10, 0], [0, 10]])[truth] + random.normal(scale=0.5, size=(3 * n_each, 2))
    return Layout(points.astype(np.float32), "layout"), truth


def test_planted_groups_are_found():
    layout, truth = groups()
    found = cluster(layout, ClusterParams(min_cluster_size=15, min_samples=5))
    assert found.labels.dtype == np.int32
    assert found.probabilities.dtype == np.float32
    clustered = found.labels >= 0
    assert clustered.mean() > 0.9
    assert adjusted_rand_score(truth[clustered], found.labels[clustered]) == 1
    assert (found.probabilities[~clustered] == 0).all()
    assert ((found.probabilities >= 0) & (found.probabilities <= 1)).all()


def test_agrees_with_scikit_learns_implementation():
    layout, _ = groups(seed=3)
    ours = cluster(layout, ClusterParams(min_cluster_size=15, min_samples=5))
    # scikit-learn counts the sample itself among min_samples.
    theirs = HDBSCAN(min_cluster_size=15, min_samples=6, copy=True).fit(layout.coordinates.astype(float))
    assert adjusted_rand_score(theirs.labels_, ours.labels) > 0.98


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_fewer_samples_than_a_cluster_needs_are_all_noise(n):
    found = cluster(Layout(np.zeros((n, 2), np.float32), "x"), ClusterParams(min_cluster_size=8))
    assert found.labels.tolist() == [-1] * n
    assert found.probabilities.tolist() == [0] * n


@pytest.mark.parametrize("n", [2, 8, 200])
def test_samples_all_in_one_place_do_not_crash(n):
    found = cluster(Layout(np.zeros((n, 2), np.float32), "x"), ClusterParams(min_cluster_size=2, min_samples=50))
    assert found.labels.tolist() == [-1] * n
    assert found.probabilities.tolist() == [0] * n


def test_samples_all_in_one_place_are_noise_however_the_processor_sorts_ties(monkeypatch):
    # numpy's sort is another one for AVX2, AVX-512 and neither, and orders equal values in another way in each.
    random, plain = np.random.default_rng(0), np.argsort

    def ties_at_random(values, *arguments, **named):
        order = random.permutation(len(values))
        return order[plain(np.asarray(values)[order], kind="stable")] if np.ndim(values) == 1 else plain(values)

    monkeypatch.setattr(np, "argsort", ties_at_random)
    found = cluster(Layout(np.full((200, 2), 3.0, np.float32), "x"), ClusterParams(min_cluster_size=2, min_samples=50))
    assert set(found.labels.tolist()) == {-1}


def test_more_min_samples_than_samples_is_no_crash():
    layout, _ = groups(n_each=5)
    assert len(cluster(layout, ClusterParams(min_cluster_size=3, min_samples=500)).labels) == 15


@pytest.mark.parametrize(("n", "size"), [(1, 8), (1200, 8), (3000, 20), (7966, 50), (34_332, 50), (1_000_000, 50)])
def test_default_sizes_grow_with_the_data_set_up_to_the_reference_audits(n, size):
    params = default_cluster_params(n)
    assert (params.min_cluster_size, params.min_samples, params.space) == (size, size, WIDE_SPACE)


def test_the_space_to_cluster_is_wide_and_packed_or_the_map_itself():
    on_map = LayoutParams(n_neighbors=15, min_dist=0.3, seed=5)
    wide = space_to_cluster(ClusterParams(), on_map)
    assert wide == LayoutParams(n_neighbors=15, min_dist=0.0, seed=5, components=10)
    assert space_to_cluster(ClusterParams(space=MAP_SPACE), on_map) == on_map


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"min_cluster_size": 1}, "2 samples"),
        ({"min_samples": 0}, "min_samples"),
        ({"space": "3-D"}, "3-D"),
        ({"method": "dbscan"}, "dbscan"),
    ],
)
def test_parameters_out_of_range_are_refused_in_a_sentence(params, word):
    with pytest.raises(GlitchAuditError, match=word):
        ClusterParams(**params)


def test_the_fingerprint_follows_the_layout_and_the_parameters():
    layout, _ = groups()
    first = cluster(layout, ClusterParams()).fingerprint
    assert cluster(layout, ClusterParams()).fingerprint == first
    assert cluster(layout, ClusterParams(method="leaf")).fingerprint != first
    assert cluster(Layout(layout.coordinates, "other"), ClusterParams()).fingerprint != first

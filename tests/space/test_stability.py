"""Which clusters come back with another seed and without a fifth of the samples."""

import pickle

import numpy as np
import pytest
from sklearn.metrics import jaccard_score

from core.errors import Cancelled, GlitchAuditError
from core.space.clustering import Clustering, ClusterParams, cluster
from core.space.filling import fill_in, find_filling
from core.space.layout import Layout, LayoutParams
from core.space.neighbours import find_neighbours
from core.space.stability import (
    Stability,
    StabilityParams,
    best_jaccard,
    cluster_stability,
    load_stability,
    save_stability,
    stability_fingerprint,
)

PARAMS = ClusterParams(min_cluster_size=12, min_samples=5)
NOWHERE = np.zeros((0, 0), np.float32)


def blobs(centres, n_each=60, spread=0.3, seed=0):
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(centres)), n_each)
    points = np.array(centres, float)[truth] + random.normal(scale=spread, size=(len(truth), 2))
    return points.astype(np.float32), truth.astype(np.int32)


def clustering(labels):
    labels = np.asarray(labels, np.int32)
    return Clustering(labels, np.ones(len(labels), np.float32), "clusters")


def on_plane(points, labels, **options):
    return cluster_stability(NOWHERE, clustering(labels), PARAMS, LayoutParams(), coordinates=points, **options)


def test_best_jaccard_worked_by_hand():
    clusters = np.array([0, 0, 0, 0, 5, 5, -1, -1])
    others = np.array([1, 1, 1, 2, 2, 2, 2, -1])
    # Cluster 0 and other 1 share 3 of 4; cluster 5 and other 2 share 2 of 4.
    assert best_jaccard(clusters, others, np.array([0, 5])).tolist() == [0.75, 0.5]


def test_best_jaccard_is_scikit_learns_best():
    random = np.random.default_rng(0)
    clusters, others = random.integers(-1, 4, 300), random.integers(-1, 6, 300)
    found = best_jaccard(clusters, others, np.arange(4))
    expected = [max(jaccard_score(clusters == a, others == b) for b in range(6)) for a in range(4)]
    assert found == pytest.approx(expected)


def test_best_jaccard_without_other_clusters_or_without_samples():
    assert best_jaccard(np.array([0, 0]), np.array([-1, -1]), np.array([0])).tolist() == [0]
    assert np.isnan(best_jaccard(np.array([0, 0]), np.array([1, 1]), np.array([0, 3]))).tolist() == [False, True]


def test_separate_groups_are_stable():
    points, truth = blobs([(0, 0), (10, 0), (0, 10)])
    found = on_plane(points, truth)
    assert found.jaccard.shape == (10, 3)
    assert found.jaccard.dtype == np.float32
    assert found.clusters.tolist() == [0, 1, 2]
    assert (found.mean > 0.95).all()
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()


def test_a_cluster_drawn_through_one_group_dissolves():
    """Half of a single group is called a cluster: no run finds it, while the group beside it comes back."""
    points, truth = blobs([(0, 0), (20, 0)], n_each=100)
    labels = truth.copy()
    labels[:50] = 2
    found = on_plane(points, labels)
    assert found.mean[1] > 0.95
    assert found.mean[0] < 0.6
    assert found.mean[2] < 0.6


def test_mean_and_range_are_over_runs_that_drew_the_cluster():
    jaccard = np.array([[1.0, np.nan, np.nan], [0.5, 0.2, np.nan], [0.0, 0.4, np.nan]], np.float32)
    found = Stability(jaccard, np.arange(3, dtype=np.int32), "x")
    assert found.mean[:2] == pytest.approx([0.5, 0.3])
    assert found.low[:2] == pytest.approx([0.025, 0.205])
    assert found.high[:2] == pytest.approx([0.975, 0.395])
    assert np.isnan([found.mean[2], found.low[2], found.high[2]]).all()


def test_sizes_scale_with_the_share(monkeypatch):
    seen = []

    def record(layout, params):
        seen.append((len(layout.coordinates), params.min_cluster_size, params.min_samples))
        return cluster(layout, params)

    monkeypatch.setattr("core.space.stability.cluster", record)
    points, truth = blobs([(0, 0), (10, 0)], n_each=50)
    on_plane(points, truth, runs=2, share=0.5)
    assert seen == [(50, 6, 2)] * 2


def test_views_of_a_glitch_are_drawn_together(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "core.space.stability.cluster",
        lambda layout, params: seen.append(layout.coordinates) or cluster(layout, params),
    )
    points, truth = blobs([(0, 0), (10, 0)], n_each=60)
    glitches = np.arange(120) // 4
    points[:, 1] = glitches
    on_plane(points, truth, glitches=glitches, runs=3)
    for drawn in seen:
        counts = np.unique(drawn[:, 1], return_counts=True)[1]
        assert len(counts) == 24
        assert (counts == 4).all()


def test_an_embedding_is_laid_out_anew_with_other_seeds(monkeypatch):
    layouts = []

    def fake_layout(matrix, neighbours, params):
        layouts.append((len(matrix), neighbours.indices.shape, params))
        return Layout(matrix[:, :2], "")

    monkeypatch.setattr("core.space.stability.compute_layout", fake_layout)
    points, truth = blobs([(1, 0), (0, 1)], n_each=50, spread=0.02)
    matrix = points / np.linalg.norm(points, axis=1, keepdims=True)
    found = cluster_stability(matrix, clustering(truth), PARAMS, LayoutParams(n_neighbors=30), runs=3, seed=7)
    assert [(rows, shape) for rows, shape, _ in layouts] == [(80, (80, 24))] * 3
    assert [params.seed for *_, params in layouts] == [8, 9, 10]
    assert {(params.n_neighbors, params.components, params.min_dist) for *_, params in layouts} == {(24, 10, 0.0)}
    assert (found.mean > 0.9).all()


def test_the_whole_chain_on_a_small_embedding():
    random = np.random.default_rng(1)
    truth = np.repeat(np.arange(3), 40).astype(np.int32)
    matrix = np.eye(8)[truth] + random.normal(scale=0.05, size=(120, 8))
    matrix = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    found = cluster_stability(matrix, clustering(truth), PARAMS, LayoutParams(n_neighbors=15), runs=2)
    assert (found.mean > 0.9).all()


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    points, truth = blobs([(0, 0), (1.2, 0), (0, 10)])
    first, again, other = (on_plane(points, truth, runs=4, seed=seed).jaccard for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_all_noise_has_no_stability(rows):
    found = on_plane(np.zeros((rows, 2), np.float32), np.full(rows, -1))
    assert found.jaccard.shape == (10, 0)
    assert len(found.mean) == len(found.low) == 0


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_tiny_and_identical_samples_do_not_crash(rows):
    found = on_plane(np.ones((rows, 2), np.float32), np.zeros(rows), runs=2)
    assert ((found.jaccard >= 0) & (found.jaccard <= 1) | np.isnan(found.jaccard)).all()


def test_impossible_parameters_are_refused():
    points, truth = blobs([(0, 0)])
    with pytest.raises(GlitchAuditError, match="at least 1 run"):
        on_plane(points, truth, runs=0)
    with pytest.raises(GlitchAuditError, match="between 0 and 1"):
        on_plane(points, truth, share=1.5)
    with pytest.raises(ValueError, match="samples"):
        on_plane(points[:-1], truth)


def test_progress_counts_runs_and_may_stop_them():
    points, truth = blobs([(0, 0), (10, 0)])
    seen = []
    on_plane(points, truth, runs=3, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        on_plane(points, truth, on_progress=stop)


def test_saved_and_loaded_it_is_the_same(tmp_path):
    stability = Stability(np.array([[0.5, np.nan]], np.float32), np.array([0, 4], np.int32), "print")
    save_stability(stability, tmp_path / "stability")
    found = load_stability(tmp_path / "stability")
    np.testing.assert_array_equal(found.jaccard, stability.jaccard)
    assert found.clusters.tolist() == [0, 4]
    assert found.fingerprint == "print"
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_stability(tmp_path / "nothing")


def test_the_fingerprint_is_known_beforehand_and_follows_the_parameters():
    points, truth = blobs([(0, 0), (10, 0)])
    found = on_plane(points, truth, runs=2, seed=3)
    assert found.fingerprint == stability_fingerprint("clusters", StabilityParams(runs=2, seed=3))
    names = {stability_fingerprint("clusters", StabilityParams(runs=runs)) for runs in (2, 3)}
    assert len(names | {stability_fingerprint("others", StabilityParams(runs=2))}) == 3


def test_missing_views_do_not_dissolve_clusters(monkeypatch):
    """Two groups whose samples lack views: the runs search by likeness, with the weights of the rows drawn."""
    random = np.random.default_rng(0)
    blocks = np.repeat(random.normal(size=(2, 4, 6)), 60, axis=0) + 0.3 * random.normal(size=(120, 4, 6))
    seen = random.random((120, 4)) < 0.5
    seen[~seen.any(axis=1), 0] = True
    rows = (blocks / np.linalg.norm(blocks, axis=2, keepdims=True) * seen[:, :, None]).reshape(120, -1)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    vectors = fill_in(rows, seen, find_filling(rows, seen))
    asked = []

    def record(matrix, params, *, weights, **more):
        asked.append((matrix, weights))
        return find_neighbours(matrix, params, weights=weights, **more)

    monkeypatch.setattr("core.space.stability.find_neighbours", record)
    truth = np.repeat([0, 1], 60).astype(np.int32)
    found = cluster_stability(
        vectors.matrix, clustering(truth), PARAMS, LayoutParams(), weights=vectors.weights, runs=1
    )
    drawn, weights = asked[0]
    place = [int(np.flatnonzero((vectors.matrix == row).all(axis=1))[0]) for row in drawn]
    assert len(place) == 96 and np.array_equal(weights, vectors.weights[place])
    assert (found.mean > 0.5).all()


class ElsewhereBackwards:
    """Runs tasks in copies of what they are given, the last one first, as another process might."""

    workers = 1

    def results(self, function, tasks, *, common=None, on_wait=lambda: None):
        for number, task in reversed(list(enumerate(tasks))):
            yield (
                number,
                pickle.loads(pickle.dumps((function, task, common)))[0](task, pickle.loads(pickle.dumps(common))),
            )
            on_wait()


@pytest.mark.parametrize("plane", [True, False])
def test_it_is_the_same_whatever_runs_the_runs_and_in_which_order(plane):
    points, truth = blobs([(0, 0), (3, 0), (0, 3)], n_each=30)
    told = []

    def stability(**options):
        if plane:
            return on_plane(points, truth, runs=3, **options)
        matrix = np.c_[points, np.ones(len(points))].astype(np.float32)
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        return cluster_stability(matrix, clustering(truth), PARAMS, LayoutParams(), runs=3, **options)

    here = stability()
    there = stability(tasks=ElsewhereBackwards(), on_progress=lambda done, total: told.append((done, total)))
    assert np.array_equal(here.jaccard, there.jaccard) and here.fingerprint == there.fingerprint
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]

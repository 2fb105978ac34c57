"""Neighbours against scikit-learn, and on inputs that have few, equal or no neighbours."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from core.embed.likeness import FILLED_WEIGHT
from core.errors import Cancelled, GlitchAuditError
from core.space import neighbours as stage
from core.space.filling import fill_in, find_filling
from core.space.neighbours import TOLERANCE, NeighbourParams, find_neighbours


def vectors(n, d=24, seed=0):
    return normalize(np.random.default_rng(seed).normal(size=(n, d))).astype(np.float32)


def assert_nearest_up_to_ties(found, matrix):
    """What every processor must give: distances right within the tolerance, and no nearer sample left out."""
    true = 1 - matrix.astype(float) @ matrix.T.astype(float)
    np.fill_diagonal(true, np.inf)
    count = found.indices.shape[1]
    np.testing.assert_allclose(np.take_along_axis(true, found.indices, 1), found.distances, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(np.sort(true, axis=1)[:, :count], found.distances, rtol=0, atol=TOLERANCE)
    assert all(len(set(row)) == count for row in found.indices.tolist())
    assert (np.diff(found.distances, axis=1) >= 0).all()


def shaken_product(seed):
    """A matrix product that errs as much as float32 may, anew at every place: a stand-in for any other processor."""
    noise, product = np.random.default_rng(seed), np.matmul

    def shaken(left, right, out):
        product(left, right, out=out)
        out += noise.uniform(-4e-7, 4e-7, out.shape).astype(np.float32)
        return out

    return shaken


@pytest.mark.parametrize("n", [40, 700, 3000])
def test_exact_neighbours_are_the_nearest(n):
    matrix = vectors(n)
    found = find_neighbours(matrix, NeighbourParams(count=7))
    assert_nearest_up_to_ties(found, matrix)
    assert found.indices.dtype == np.int32
    assert found.distances.dtype == np.float32


def test_exact_neighbours_are_scikit_learns():
    matrix = vectors(700)
    found = find_neighbours(matrix, NeighbourParams(count=7))
    distances, indices = NearestNeighbors(n_neighbors=8, metric="cosine").fit(matrix).kneighbors(matrix)
    np.testing.assert_allclose(found.distances, distances[:, 1:], rtol=0, atol=2 * TOLERANCE)
    # Neighbours that are nearly equally far may swap places.
    assert (found.indices == indices[:, 1:]).mean() > 0.99


@pytest.mark.parametrize("rows_a_block", [16, 17, 64, 499])
def test_blocks_change_nothing_but_ties(monkeypatch, rows_a_block):
    matrix = vectors(500)
    whole = find_neighbours(matrix)
    monkeypatch.setattr(stage, "_BLOCK_VALUES", 500 * rows_a_block)
    blocked = find_neighbours(matrix)
    assert_nearest_up_to_ties(blocked, matrix)
    np.testing.assert_allclose(whole.distances, blocked.distances, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("seed", range(3))
def test_another_processors_product_changes_nothing_but_ties(monkeypatch, seed):
    matrix = vectors(500)
    monkeypatch.setattr(np, "matmul", shaken_product(seed))
    found = find_neighbours(matrix)
    monkeypatch.undo()
    assert_nearest_up_to_ties(found, matrix)


def test_copies_of_a_row_are_equally_near_and_in_row_order_on_every_processor(monkeypatch):
    # Copies first and last: a product's last columns may be summed in another order, on either side of a rounding edge.
    matrix = vectors(1003)
    copies = [0, 1, 500, 1001, 1002]
    matrix[copies] = matrix[0]
    for product in (np.matmul, shaken_product(0)):
        monkeypatch.setattr(np, "matmul", product)
        found = find_neighbours(matrix, NeighbourParams(count=1002))
        monkeypatch.undo()
        place = np.argsort(found.indices, axis=1)
        for row in np.setdiff1d(np.arange(1003), copies):
            # The sample itself is no neighbour of its own, so later rows stand one place earlier.
            where = place[row, [copy - (copy > row) for copy in copies]]
            assert (np.diff(where) > 0).all()
            assert len(set(found.distances[row, where].tolist())) == 1


@pytest.mark.parametrize("exact_up_to", [50_000, 10])
def test_no_sample_is_its_own_neighbour_among_duplicates(exact_up_to):
    matrix = np.repeat(vectors(1), 60, axis=0)
    found = find_neighbours(matrix, NeighbourParams(count=10, exact_up_to=exact_up_to))
    assert not (found.indices == np.arange(60)[:, None]).any()
    np.testing.assert_allclose(found.distances, 0, atol=TOLERANCE)
    assert all(len(set(row)) == 10 for row in found.indices.tolist())


def test_equally_near_samples_come_in_row_order():
    matrix = np.repeat(vectors(1), 60, axis=0)
    found = find_neighbours(matrix, NeighbourParams(count=3))
    assert found.indices[0].tolist() == [1, 2, 3]
    assert found.indices[1].tolist() == [0, 2, 3]
    assert found.indices[59].tolist() == [0, 1, 2]


def test_ties_at_the_last_place_are_broken_by_row():
    # Sample 0 is equally far (distance 1) from all others, which are more than are asked for.
    matrix = np.eye(30, dtype=np.float32)
    found = find_neighbours(matrix, NeighbourParams(count=4))
    assert found.indices[0].tolist() == [1, 2, 3, 4]
    assert found.indices[29].tolist() == [0, 1, 2, 3]
    assert (found.distances == 1).all()  # Products of zeros and ones are exact on every processor.


@pytest.mark.parametrize(("n", "expected"), [(0, 0), (1, 0), (2, 1), (5, 4), (31, 30), (40, 30)])
def test_there_are_never_more_neighbours_than_other_samples(n, expected):
    found = find_neighbours(vectors(n) if n else np.zeros((0, 8), np.float32))
    assert found.indices.shape == found.distances.shape == (n, expected)


def test_a_row_of_zeros_is_far_from_everything():
    matrix = np.vstack([vectors(20), np.zeros((2, 24), np.float32)])
    found = find_neighbours(matrix, NeighbourParams(count=5))
    np.testing.assert_array_equal(found.distances[20:], 1)  # A sum of zeros is exact on every processor.
    assert not (found.indices == np.arange(22)[:, None]).any()


def test_pynndescent_finds_nearly_what_the_exact_search_finds():
    matrix = vectors(2000, d=8)
    exact = find_neighbours(matrix, NeighbourParams(count=10))
    approximate = find_neighbours(matrix, NeighbourParams(count=10, exact_up_to=100))
    shared = [len(set(a) & set(b)) for a, b in zip(exact.indices.tolist(), approximate.indices.tolist(), strict=True)]
    assert np.mean(shared) > 9.8
    assert (np.diff(approximate.distances, axis=1) >= 0).all()


def test_values_that_are_no_numbers_are_refused_in_a_sentence():
    matrix = vectors(5)
    matrix[3, 2] = np.nan
    with pytest.raises(GlitchAuditError, match="row 3"):
        find_neighbours(matrix)


def test_rows_that_are_not_normalised_are_refused():
    with pytest.raises(ValueError, match="normalised"):
        find_neighbours(2 * vectors(5))


def test_less_than_one_neighbour_is_refused():
    with pytest.raises(GlitchAuditError, match="at least 1"):
        NeighbourParams(count=0)


def test_progress_reaches_the_end_and_can_stop_the_work(monkeypatch):
    monkeypatch.setattr(stage, "_BLOCK_VALUES", 100 * 16)
    reports = []
    find_neighbours(vectors(100), on_progress=lambda done, total: reports.append((done, total)))
    assert reports == sorted(reports)
    assert reports[0] == (0, 100)
    assert reports[-1] == (100, 100)
    assert len(reports) > 3

    def stop(done, total):
        if done > 20:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        find_neighbours(vectors(100), on_progress=stop)


def test_the_fingerprint_follows_the_matrix_the_parameters_and_the_version(monkeypatch):
    first = find_neighbours(vectors(30)).fingerprint
    assert find_neighbours(vectors(30)).fingerprint == first
    assert find_neighbours(vectors(30, seed=1)).fingerprint != first
    assert find_neighbours(vectors(30), NeighbourParams(count=5)).fingerprint != first
    named = find_neighbours(vectors(30), embedding_fingerprint="abc").fingerprint
    assert named == stage.neighbours_fingerprint("abc", NeighbourParams())
    monkeypatch.setattr(stage, "VERSION", 99)
    assert find_neighbours(vectors(30)).fingerprint != first


def lacking(n, views=4, d=6, seed=0):
    """Rows of unit views with half of the views missing, and which there are."""
    random = np.random.default_rng(seed)
    blocks = normalize(random.normal(size=(n * views, d))).reshape(n, views, d)
    seen = random.random((n, views)) < 0.5
    seen[~seen.any(axis=1), 0] = True
    return normalize((blocks * seen[:, :, None]).reshape(n, -1)).astype(np.float32), seen


def likeness_by_hand(vectors):
    """The definition, pair by pair in float64."""
    rows = vectors.matrix.astype(np.float64).reshape(*vectors.weights.shape, -1)
    weights = vectors.weights.astype(np.float64)
    found = np.zeros((len(rows), len(rows)))
    for a in range(len(rows)):
        for b in range(len(rows)):
            total = both = 0.0
            for view in range(rows.shape[1]):
                first, second = rows[a, view], rows[b, view]
                lengths = np.linalg.norm(first) * np.linalg.norm(second)
                if lengths:
                    total += weights[a, view] * weights[b, view] * (first @ second) / lengths
                both += weights[a, view] * weights[b, view]
            found[a, b] = total / both if both else 0
    return found


@pytest.mark.parametrize("exact_up_to", [50_000, 50])
def test_missing_views_are_searched_by_likeness(exact_up_to):
    matrix, seen = lacking(120)
    vectors = fill_in(matrix, seen, find_filling(matrix, seen))
    assert set(np.unique(vectors.weights)) == {np.float32(FILLED_WEIGHT), 1}
    params = NeighbourParams(count=20, exact_up_to=exact_up_to)
    found = find_neighbours(vectors.matrix, params, weights=vectors.weights)
    by_hand = likeness_by_hand(vectors)
    np.fill_diagonal(by_hand, -np.inf)
    nearest = np.argsort(-by_hand, axis=1, kind="stable")[:, :20]
    right = np.mean([len(set(a) & set(b)) / 20 for a, b in zip(found.indices, nearest, strict=True)])
    # pynndescent proposes by the filled rows, and misses the more, the less there is to be found: here nothing is.
    assert right > (0.999 if exact_up_to > 120 else 0.9)
    distances = 1 - np.take_along_axis(by_hand, found.indices.astype(int), axis=1)
    np.testing.assert_allclose(found.distances, distances, atol=2e-6)
    assert (np.diff(found.distances, axis=1) >= 0).all()
    assert not (found.indices == np.arange(120)[:, None]).any()


@pytest.mark.parametrize("dropped", range(4))
def test_dropping_a_view_does_not_push_a_sample_away_from_its_twin(dropped):
    matrix, seen = lacking(100)
    random = np.random.default_rng(dropped)
    for row in range(0, 20, 2):
        blocks = normalize(random.normal(size=(4, 6)))
        matrix[row] = matrix[row + 1] = blocks.ravel() / 2
        seen[row] = seen[row + 1] = True
        seen[row + 1, dropped] = False
    without = normalize((matrix.reshape(100, 4, 6) * seen[:, :, None]).reshape(100, -1))
    vectors = fill_in(without, seen, find_filling(without, seen))
    found = find_neighbours(vectors.matrix, NeighbourParams(count=3), weights=vectors.weights)
    for row in range(0, 20, 2):
        assert found.indices[row, 0] == row + 1 and found.indices[row + 1, 0] == row
        assert found.distances[row, 0] < 1e-5
    # Rows of zeros push them 1 - sqrt(3/4) apart.
    assert find_neighbours(without, NeighbourParams(count=3)).distances[0].max() > 0.13


def test_samples_that_cannot_be_compared_are_at_distance_one():
    matrix = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0.8, 0.6, 0, 0]], np.float32)
    weights = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
    found = find_neighbours(matrix, weights=weights)
    assert found.indices.tolist() == [[2, 1], [0, 2], [0, 1]]
    assert found.distances == pytest.approx(np.array([[0.2, 1], [1, 1], [0.2, 1]]), abs=2e-6)


def test_views_that_count_alike_change_nothing():
    matrix, _ = lacking(80)
    matrix = normalize(np.random.default_rng(5).normal(size=(80 * 4, 6))).reshape(80, -1).astype(np.float32) / 2
    weighted = find_neighbours(matrix, NeighbourParams(count=5), weights=np.ones((80, 4), np.float32))
    plain = find_neighbours(matrix, NeighbourParams(count=5))
    np.testing.assert_allclose(weighted.distances, plain.distances, atol=2e-6)
    assert np.mean(weighted.indices == plain.indices) > 0.99


def test_other_weights_are_another_result():
    matrix = vectors(20, d=24)
    weights = np.ones((20, 4), np.float32)
    before = find_neighbours(matrix, weights=weights).fingerprint
    weights[0, 0] = FILLED_WEIGHT
    assert find_neighbours(matrix, weights=weights).fingerprint != before
    assert find_neighbours(matrix).fingerprint != before

"""The UMAP layout: repeatable, as good as umap-learn's own, and whole on tiny inputs."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.preprocessing import normalize

from core.errors import GlitchAuditError
from core.space.layout import LayoutParams, compute_layout, layout_fingerprint
from core.space.neighbours import NeighbourParams, find_neighbours


def islands(n, groups=4, d=32, seed=0):
    random = np.random.default_rng(seed)
    group = np.arange(n) % groups
    points = 3 * random.normal(size=(groups, d))[group] + random.normal(size=(n, d))
    return normalize(points).astype(np.float32), group


def layout_of(matrix, **params):
    return compute_layout(matrix, find_neighbours(matrix), LayoutParams(**params))


def test_a_layout_is_repeatable_and_keeps_neighbours_together():
    matrix, _ = islands(240)
    first = layout_of(matrix)
    assert first.coordinates.shape == (240, 2)
    assert first.coordinates.dtype == np.float32
    assert np.array_equal(layout_of(matrix).coordinates, first.coordinates)
    assert not np.array_equal(layout_of(matrix, seed=7).coordinates, first.coordinates)
    random = np.random.default_rng(0).normal(size=(240, 2))
    quality = trustworthiness(matrix, first.coordinates, n_neighbors=10, metric="cosine")
    assert quality > 0.8 > 0.6 > trustworthiness(matrix, random, n_neighbors=10, metric="cosine")


def test_islands_stay_apart():
    matrix, group = islands(240)
    coordinates = layout_of(matrix).coordinates
    centres = np.array([coordinates[group == number].mean(axis=0) for number in range(4)])
    nearest = np.linalg.norm(coordinates[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == group).mean() > 0.98


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 6, 12, 29, 30, 31])
@pytest.mark.parametrize("components", [2, 10])
def test_every_small_number_of_samples_gets_a_place(n, components):
    matrix = islands(n)[0] if n else np.zeros((0, 8), np.float32)
    coordinates = layout_of(matrix, components=components).coordinates
    assert coordinates.shape == (n, components)
    assert coordinates.dtype == np.float32
    assert np.isfinite(coordinates).all()
    assert len(np.unique(coordinates, axis=0)) == n


@pytest.mark.parametrize("n", [2, 5, 100])
def test_samples_that_are_all_the_same_share_one_place(n):
    matrix = np.repeat(islands(1)[0], n, axis=0)
    assert (layout_of(matrix).coordinates == 0).all()


def test_some_duplicates_and_rows_of_zeros_are_no_trouble():
    matrix, _ = islands(60)
    matrix[:40] = matrix[0]
    matrix[50:] = 0
    assert np.isfinite(layout_of(matrix).coordinates).all()


def test_samples_along_one_direction_are_laid_out():
    angle = np.linspace(0, 1, 50)
    matrix = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    assert np.isfinite(layout_of(matrix, components=10).coordinates).all()


def test_two_samples_lie_on_their_principal_component():
    # The difference of (1, 0) and (0, 1) has length sqrt(2): each lies half of it from the middle.
    coordinates = layout_of(np.eye(2, dtype=np.float32)).coordinates
    np.testing.assert_allclose(np.sort(coordinates[:, 0]), [-np.sqrt(0.5), np.sqrt(0.5)], rtol=1e-6)
    np.testing.assert_allclose(coordinates[:, 1], 0, atol=1e-6)


def test_euclidean_distances_follow_from_the_cosine_ones():
    matrix, _ = islands(120)
    coordinates = layout_of(matrix, metric="euclidean").coordinates
    assert trustworthiness(matrix, coordinates, n_neighbors=10) > 0.8


def test_too_few_neighbours_are_refused():
    matrix, _ = islands(60)
    neighbours = find_neighbours(matrix, NeighbourParams(count=5))
    with pytest.raises(ValueError, match="needs 29 neighbours"):
        compute_layout(matrix, neighbours)
    with pytest.raises(ValueError, match="60 rows of neighbours for 59"):
        compute_layout(matrix[1:], neighbours)


@pytest.mark.parametrize(
    ("params", "word"),
    [({"n_neighbors": 1}, "n_neighbors"), ({"min_dist": -0.1}, "min_dist"), ({"metric": "manhattan"}, "manhattan")],
)
def test_parameters_out_of_range_are_refused_in_a_sentence(params, word):
    with pytest.raises(GlitchAuditError, match=word):
        LayoutParams(**params)


def test_the_fingerprint_follows_the_neighbours_and_the_parameters():
    matrix, _ = islands(4)
    layout = layout_of(matrix)
    assert layout.fingerprint == layout_fingerprint(find_neighbours(matrix).fingerprint, LayoutParams())
    assert layout_of(matrix, seed=1).fingerprint != layout.fingerprint

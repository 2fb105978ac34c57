"""FAISS as the engine of very large sets: what it finds, what it is called, and that nobody meets it unasked."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.preprocessing import normalize

from core.embed.likeness import Vectors
from core.errors import Cancelled, GlitchAuditError
from core.fingerprint import fingerprint
from core.space import neighbour_engines as engines
from core.space.neighbours import NeighbourParams, find_neighbours, neighbours_fingerprint
from core.workspace import PROJECT_ROOT

HERE = pytest.mark.skipif(bool(engines.missing_packages(["faiss"])), reason="FAISS is not installed here")


def curves(n=4000, d=24, seed=0):
    """Rows along 20 curves with noise: they have neighbours, as pictures do."""
    random = np.random.default_rng(seed)
    ends = random.normal(size=(2, 20, d))
    group, place = random.integers(20, size=n), random.uniform(size=(n, 1))
    points = ends[0][group] * place + ends[1][group] * (1 - place) + 0.2 * random.normal(size=(n, d))
    return normalize(points).astype(np.float32)


def by_faiss(count, **more):
    return NeighbourParams(count=count, exact_up_to=100, engine=engines.installed_engine("FAISS"), **more)


@HERE
def test_faiss_finds_what_the_exact_search_finds_at_the_same_distances():
    matrix = curves()
    exact, found = find_neighbours(matrix, NeighbourParams(count=10)), find_neighbours(matrix, by_faiss(10))
    shared = [len(set(a) & set(b)) for a, b in zip(exact.indices.tolist(), found.indices.tolist(), strict=True)]
    assert np.mean(shared) > 9.8
    true = 1 - np.einsum("id,ijd->ij", matrix.astype(float), matrix[found.indices].astype(float))
    np.testing.assert_allclose(found.distances, true, atol=2e-6)
    assert (np.diff(found.distances, axis=1) >= 0).all()
    assert not (found.indices == np.arange(len(matrix))[:, None]).any()
    assert (found.indices.dtype, found.distances.dtype) == (np.int32, np.float32)


@HERE
def test_one_seed_gives_the_same_neighbours():
    matrix = curves()
    first, second = (find_neighbours(matrix, by_faiss(10)) for _ in range(2))
    np.testing.assert_array_equal(first.indices, second.indices)
    np.testing.assert_array_equal(first.distances, second.distances)


@HERE
def test_rows_that_few_cells_can_serve_are_searched_exactly(monkeypatch):
    """One cell is looked into, and holds fewer rows than are asked for."""
    monkeypatch.setattr(engines, "_PROBES", 1)
    matrix = curves(1000)
    found = find_neighbours(matrix, by_faiss(150))
    assert (found.indices >= 0).all() and np.isfinite(found.distances).all()
    assert all(len(set(row)) == 150 for row in found.indices.tolist())


@HERE
def test_missing_views_are_ranked_by_likeness():
    matrix = curves(600, d=32)
    weights = np.ones((600, 4), np.float32)
    weights[::3, 1] = 0
    blocks = matrix.reshape(600, 4, 8).copy()
    blocks[::3, 1] = 0
    vectors = Vectors(normalize(blocks.reshape(600, 32)).astype(np.float32), weights)
    exact = find_neighbours(vectors.matrix, NeighbourParams(count=8), weights=weights)
    found = find_neighbours(vectors.matrix, by_faiss(8), weights=weights)
    shared = [len(set(a) & set(b)) for a, b in zip(exact.indices.tolist(), found.indices.tolist(), strict=True)]
    assert np.mean(shared) > 7


@HERE
def test_it_can_be_cancelled_while_it_ranks():
    def stop(done, total):
        if done > 60:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_neighbours(curves(), by_faiss(30), on_progress=stop)


def test_the_engine_and_its_version_are_in_the_fingerprint_and_the_default_has_that_of_before():
    before = fingerprint("neighbours", 1, "abc", {"count": 30, "exact_up_to": 50_000, "seed": 42})
    assert neighbours_fingerprint("abc", NeighbourParams()) == before
    newer, older = (neighbours_fingerprint("abc", NeighbourParams(engine=f"FAISS 1.{n}")) for n in (15, 14))
    assert len({before, newer, older}) == 3


def test_faiss_is_chosen_beyond_a_size_and_where_it_is_wanted(monkeypatch):
    monkeypatch.setattr(engines, "missing_packages", lambda wanted: ())
    monkeypatch.setattr(engines, "_faiss_version", lambda: "9.9")
    assert engines.engine_for(engines.LARGE) == "pynndescent"
    assert engines.engine_for(engines.LARGE + 1) == "FAISS 9.9"
    assert engines.engine_for(60_000, wanted=True) == "FAISS 9.9"


def test_without_faiss_large_sets_are_searched_as_before_and_asking_for_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(engines, "missing_packages", tuple)
    assert engines.engine_for(10**6) == engines.engine_for(10**6, wanted=True) == "pynndescent"
    with pytest.raises(GlitchAuditError, match=r"requirements-scale\.txt"):
        engines.installed_engine("FAISS")


def test_another_engine_is_refused_in_a_sentence():
    for ask in (lambda: NeighbourParams(engine="annoy"), lambda: engines.installed_engine("annoy")):
        with pytest.raises(GlitchAuditError, match="pynndescent, FAISS or cuVS, not with 'annoy'"):
            ask()


def test_the_default_imports_no_faiss():
    code = (
        "import sys, numpy as np; from core.space.neighbours import find_neighbours;"
        "find_neighbours(np.eye(40, dtype=np.float32)); print('faiss' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

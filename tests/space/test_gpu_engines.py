"""cuVS and cuML: what is asked of them and made of their answers, with stand-ins; and on a GPU, whether they agree.

No machine of this project has a GPU. The stand-ins have the signatures of cuVS's and cuML's documentation and compute
with numpy, umap-learn and hdbscan; that RAPIDS itself takes what it is given is seen by the last three tests alone.
"""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score

from core.errors import GlitchAuditError
from core.space import gpu_engines
from core.space.clustering import ClusterParams, cluster, clustering_fingerprint
from core.space.layout import Layout, LayoutParams, compute_layout, layout_fingerprint
from core.space.neighbour_engines import installed_engine
from core.space.neighbours import NeighbourParams, find_neighbours, neighbours_fingerprint


def on_a_gpu():
    return not gpu_engines.missing_packages(["cupy", "cuml", "cuvs"]) and gpu_engines._gpus() > 0


GPU = pytest.mark.skipif(not on_a_gpu(), reason="RAPIDS and a GPU are not here; they agree where both are")


def vectors(rows=600, width=16, centres=6):
    matrix, labels = make_blobs(rows, width, centers=centres, cluster_std=0.6, random_state=3)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32), labels


def stand_in(monkeypatch, name, **content):
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    module.__dict__.update(content)
    monkeypatch.setitem(sys.modules, name, module)
    return module


class CudaError(Exception):
    pass


def seen_gpus(count):
    def get():
        if count is None:
            raise CudaError
        return count

    return get


@pytest.fixture
def rapids(monkeypatch):
    """Stand-ins for cupy, cuVS and cuML; returns what was asked of them."""
    asked = SimpleNamespace(umap={}, hdbscan={}, index={}, gpus=1)
    runtime = SimpleNamespace(getDeviceCount=lambda: seen_gpus(asked.gpus)(), CUDARuntimeError=CudaError)
    stand_in(monkeypatch, "cupy", cuda=SimpleNamespace(runtime=runtime), asarray=np.asarray, asnumpy=np.asarray)

    class UMAP:
        def __init__(self, *, n_neighbors, n_components, min_dist, metric, random_state, init, precomputed_knn, **more):
            asked.umap = {"init": init, "knn": precomputed_knn, "n_neighbors": n_neighbors, "seed": random_state} | more
            self.given = (n_neighbors, n_components, min_dist, metric, random_state, init, precomputed_knn)

        def fit_transform(self, rows):
            import umap

            n_neighbors, n_components, min_dist, metric, seed, init, (indices, distances) = self.given
            mapper = umap.UMAP(
                n_neighbors=n_neighbors,
                n_components=n_components,
                min_dist=min_dist,
                metric=metric,
                random_state=seed,
                n_jobs=1,
                init=init,
                precomputed_knn=(indices, distances, None),
            )
            return mapper.fit_transform(rows).astype(np.float64)

    class HDBSCAN:
        def __init__(self, *, min_cluster_size, min_samples, cluster_selection_method, output_type):
            asked.hdbscan = {"min_samples": min_samples, "output_type": output_type}
            self.given = (min_cluster_size, min_samples, cluster_selection_method)

        def fit(self, points):
            import hdbscan

            assert points.dtype == np.float32
            size, samples, method = self.given
            model = hdbscan.HDBSCAN(min_cluster_size=size, min_samples=samples, cluster_selection_method=method)
            found = model.fit(points.astype(np.float64))
            self.labels_, self.probabilities_ = found.labels_, found.probabilities_
            return self

    stand_in(monkeypatch, "cuml", __version__="26.8")
    stand_in(monkeypatch, "cuml.manifold", UMAP=UMAP)
    stand_in(monkeypatch, "cuml.cluster")
    stand_in(monkeypatch, "cuml.cluster.hdbscan", HDBSCAN=HDBSCAN)

    def build(rows, metric):
        asked.index = metric
        return rows

    def search(index, queries, count):
        order = np.argsort(-(queries @ index.T), axis=1, kind="stable")[:, :count].astype(np.int64)
        order[0, -1] = 2**40  # what may stand for a row that is not there
        return None, order

    stand_in(monkeypatch, "cuvs", __version__="26.8")
    stand_in(monkeypatch, "cuvs.neighbors", brute_force=SimpleNamespace(build=build, search=search))
    return asked


def by_cuvs(count, **more):
    return NeighbourParams(count=count, exact_up_to=100, engine="cuVS 26.8", **more)


def test_cuvs_proposes_and_the_exact_distances_choose(rapids):
    matrix, _ = vectors()
    exact, found = find_neighbours(matrix, NeighbourParams(count=10)), find_neighbours(matrix, by_cuvs(10))
    # Samples equally far may swap places.
    np.testing.assert_allclose(found.distances, exact.distances, atol=4e-6)
    assert (found.indices == exact.indices).mean() > 0.99
    assert rapids.index == "inner_product"


def test_rows_that_are_none_and_the_row_itself_are_not_proposed(rapids):
    matrix, _ = vectors(rows=200)
    proposed = gpu_engines.proposed_by_cuvs(matrix, 7)
    assert proposed.shape == (200, 7) and proposed.dtype == np.int32
    assert not (proposed == np.arange(200)[:, None]).any()
    assert proposed[0, -1] == -1 and (proposed[1:] >= 0).all()


def test_cuml_starts_from_the_same_places_with_the_same_neighbours_as_umap_learn(rapids):
    matrix, _ = vectors()
    neighbours = find_neighbours(matrix)
    theirs = compute_layout(matrix, neighbours, engine="cuML 26.8")
    assert theirs.coordinates.shape == (600, 2) and theirs.coordinates.dtype == np.float32
    indices, distances = rapids.umap["knn"]
    np.testing.assert_array_equal(indices[:, 0], np.arange(600))
    np.testing.assert_array_equal(indices[:, 1:], neighbours.indices[:, :29])
    assert (distances[:, 0] == 0).all() and rapids.umap["n_neighbors"] == 30 and rapids.umap["seed"] == 42
    assert rapids.umap["init"].dtype == np.float32 and np.abs(rapids.umap["init"]).max() == pytest.approx(10)
    assert rapids.umap["output_type"] == "numpy"
    ours = compute_layout(matrix, neighbours)
    assert trustworthiness(matrix, theirs.coordinates) > trustworthiness(matrix, ours.coordinates) - 0.02


def test_few_samples_are_laid_out_and_clustered_without_it(rapids):
    matrix = np.eye(4, dtype=np.float32)
    layout = compute_layout(matrix, find_neighbours(matrix), engine="cuML 26.8")
    found = cluster(layout, ClusterParams(min_cluster_size=8), engine="cuML 26.8")
    assert rapids.umap == {} and rapids.hdbscan == {} and (found.labels == -1).all()


def test_its_clusters_are_ours_on_the_same_places(rapids):
    places, _ = make_blobs(400, 2, centers=4, cluster_std=0.4, random_state=1)
    layout, params = Layout(places.astype(np.float32), "x"), ClusterParams(min_cluster_size=15, min_samples=500)
    ours, theirs = cluster(layout, params), cluster(layout, params, engine="cuML 26.8")
    np.testing.assert_array_equal(theirs.labels, ours.labels)
    assert theirs.labels.dtype == np.int32 and theirs.probabilities.dtype == np.float32
    assert rapids.hdbscan == {"min_samples": 399, "output_type": "numpy"}


def test_more_than_it_takes_and_places_that_are_no_numbers_are_said(rapids, monkeypatch):
    layout = Layout(np.random.default_rng(0).random((1500, 2), np.float32), "x")
    with pytest.raises(GlitchAuditError, match=r"min_samples of at most 1,023, not 1,200: choose fewer, or CPU"):
        cluster(layout, ClusterParams(min_cluster_size=15, min_samples=1200), engine="cuML 26.8")
    nowhere = SimpleNamespace(fit_transform=lambda rows: np.full((len(rows), 2), np.nan))
    monkeypatch.setattr(sys.modules["cuml.manifold"], "UMAP", lambda **given: nowhere)
    matrix, _ = vectors(rows=100)
    with pytest.raises(GlitchAuditError, match="places that are no numbers: choose CPU"):
        compute_layout(matrix, find_neighbours(matrix), engine="cuML 26.8")


def test_a_cupy_that_cannot_be_loaded_sees_no_gpu(rapids, monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(gpu_engines, "missing_packages", lambda wanted: ())
    with pytest.raises(GlitchAuditError, match="no GPU is seen here"):
        gpu_engines.installed_map_engine("cuML")


def test_the_cpus_fingerprints_are_those_of_before_there_was_a_choice():
    assert layout_fingerprint("near", LayoutParams()) == "bc80884f4150b337"
    assert clustering_fingerprint("wide", ClusterParams()) == "88414871ec719e72"
    assert neighbours_fingerprint("e", NeighbourParams()) == "1384d3f0a56308e9"
    assert neighbours_fingerprint("e", NeighbourParams(engine="FAISS 1.15.1")) == "b0cdcd516b2d2d0e"


def test_engine_and_version_are_in_the_fingerprint(rapids):
    matrix, _ = vectors()
    engines = ("", "cuML 26.8", "cuML 26.10")
    assert len({layout_fingerprint("near", LayoutParams(), engine=engine) for engine in engines}) == 3
    assert len({clustering_fingerprint("wide", ClusterParams(), engine=engine) for engine in engines}) == 3
    near = find_neighbours(matrix, by_cuvs(30))
    assert near.fingerprint != find_neighbours(matrix).fingerprint
    made = compute_layout(matrix, near, engine="cuML 26.8")
    assert made.fingerprint == layout_fingerprint(near.fingerprint, LayoutParams(), engine="cuML 26.8")


def test_engines_are_known_by_their_versions(rapids):
    assert gpu_engines.installed_map_engine("cuML") == "cuML 26.8" and gpu_engines.installed_map_engine("CPU") == ""
    assert installed_engine("cuVS") == "cuVS 26.8"
    assert gpu_engines.is_cuml("cuML 26.8") and not gpu_engines.is_cuml("") and gpu_engines.is_cuvs("cuVS 1")


def test_without_rapids_it_is_said_what_is_missing_and_what_to_choose(monkeypatch):
    monkeypatch.setattr(gpu_engines, "missing_packages", lambda wanted: tuple(wanted))
    with pytest.raises(GlitchAuditError, match=r"cuML is asked for, but cupy and cuml are not installed here: .*CPU"):
        gpu_engines.installed_map_engine("cuML")
    with pytest.raises(GlitchAuditError, match=r"cuVS is asked for, but .* or choose FAISS or pynndescent"):
        installed_engine("cuVS")
    with pytest.raises(GlitchAuditError, match="laid out with CPU or cuML, not with 'GPU'"):
        gpu_engines.installed_map_engine("GPU")


@pytest.mark.parametrize("gpus", [0, None])
def test_without_a_gpu_it_is_said(rapids, gpus):
    rapids.gpus = gpus
    with pytest.raises(GlitchAuditError, match="cuML is asked for, but no GPU is seen here: choose CPU"):
        gpu_engines.installed_map_engine("cuML")
    matrix, _ = vectors(rows=200)
    with pytest.raises(GlitchAuditError, match="no GPU is seen"):
        find_neighbours(matrix, by_cuvs(10))


@GPU
def test_cuvs_agrees_with_the_exact_search():
    matrix, _ = vectors(rows=20_000, width=64, centres=40)
    exact, found = find_neighbours(matrix, NeighbourParams(count=15)), find_neighbours(matrix, by_cuvs(15))
    shared = [len(set(ours) & set(right)) / 15 for ours, right in zip(found.indices, exact.indices, strict=True)]
    assert np.mean(shared) >= 0.98


@GPU
def test_cumls_map_can_be_trusted_as_much_as_umap_learns():
    matrix, _ = vectors(rows=3000, width=64, centres=20)
    neighbours = find_neighbours(matrix)
    ours, theirs = (compute_layout(matrix, neighbours, engine=engine) for engine in ("", "cuML"))
    assert trustworthiness(matrix, theirs.coordinates) >= trustworthiness(matrix, ours.coordinates) - 0.02


@GPU
def test_cumls_clusters_agree_with_hdbscans():
    places, _ = make_blobs(4000, 2, centers=8, cluster_std=0.5, random_state=2)
    layout, params = Layout(places.astype(np.float32), "x"), ClusterParams()
    assert adjusted_rand_score(cluster(layout, params).labels, cluster(layout, params, engine="cuML").labels) >= 0.9

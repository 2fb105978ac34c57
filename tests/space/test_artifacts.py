"""Results on disk: they come back as they were, need no heavy package, and a damaged one is refused in a sentence."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.space.clustering import Clustering, load_clustering, save_clustering
from core.space.layout import Layout, load_layout, save_layout
from core.space.neighbours import Neighbours, load_neighbours, save_neighbours

ROOT = Path(__file__).parents[2]
RESULTS = [
    (Neighbours(np.array([[1], [0]], np.int32), np.array([[0.5], [0.5]], np.float32), "n"), save_neighbours),
    (Layout(np.array([[0, 1], [2, 3]], np.float32), "l"), save_layout),
    (Clustering(np.array([0, -1], np.int32), np.array([1, 0], np.float32), "c"), save_clustering),
]
LOADERS = {Neighbours: load_neighbours, Layout: load_layout, Clustering: load_clustering}


@pytest.mark.parametrize(("result", "save"), RESULTS, ids=lambda value: type(value).__name__)
def test_a_result_comes_back_as_it_was(tmp_path, result, save):
    save(result, tmp_path / "deep" / "folder")
    loaded = LOADERS[type(result)](tmp_path / "deep" / "folder")
    assert loaded.fingerprint == result.fingerprint
    for name, value in vars(result).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(loaded, name), value)
            assert getattr(loaded, name).dtype == value.dtype


@pytest.mark.parametrize("damage", ["missing", "empty array", "truncated array", "no facts", "broken facts"])
def test_a_damaged_result_is_refused_in_a_sentence(tmp_path, damage):
    save_layout(RESULTS[1][0], tmp_path)
    array, facts = tmp_path / "coordinates.npy", tmp_path / "artifact.json"
    match damage:
        case "missing":
            array.unlink()
        case "empty array":
            array.write_bytes(b"")
        case "truncated array":
            array.write_bytes(array.read_bytes()[:-4])
        case "no facts":
            facts.unlink()
        case "broken facts":
            facts.write_text("{")
    with pytest.raises(GlitchAuditError, match="computed again"):
        load_layout(tmp_path)


def test_one_kind_of_result_is_not_taken_for_another(tmp_path):
    save_layout(RESULTS[1][0], tmp_path)
    with pytest.raises(GlitchAuditError, match="'layout' where 'clustering'"):
        load_clustering(tmp_path)


def test_a_pickled_array_is_never_loaded(tmp_path):
    save_layout(RESULTS[1][0], tmp_path)
    np.save(tmp_path / "coordinates.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(GlitchAuditError, match="damaged"):
        load_layout(tmp_path)


def test_cached_results_are_read_filtered_and_selected_without_heavy_packages(tmp_path):
    for result, save in RESULTS:
        save(result, tmp_path / type(result).__name__)
    program = f"""
import sys
from pathlib import Path
import numpy as np, pandas as pd
from core.audit.metrics import cluster_table, selection_summary
from core.audit.ordering import order_rows
from core.dataset.selection import Filters
from core.space.clustering import load_clustering
from core.space.filters import filter_mask, make_selection
from core.space.lasso import samples_inside
from core.space.layout import load_layout
from core.space.neighbours import load_neighbours
folder = Path({str(tmp_path)!r})
load_neighbours(folder / "Neighbours")
layout, clustering = load_layout(folder / "Layout"), load_clustering(folder / "Clustering")
samples = pd.DataFrame({{"label": ["a", "b"]}}, index=["x", "y"])
inside = samples_inside(layout.coordinates, [(-1, -1), (9, -1), (9, 9), (-1, 9)])
assert make_selection(samples, inside, how="lasso").sample_ids == ("x", "y")
selection_summary(samples["label"], clustering.labels, inside)
cluster_table(samples["label"], clustering.labels)
order_rows(np.flatnonzero(inside), "label", samples=samples)
heavy = {{"torch", "umap", "numba", "hdbscan", "pynndescent", "sklearn", "scipy.stats", "streamlit"}}
print(sorted(set(sys.modules) & heavy))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"

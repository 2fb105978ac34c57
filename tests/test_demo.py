"""The packed demo: it opens with cached results alone, without torch, umap and hdbscan; its faults were planted."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.prepare.stages import load_prepared
from core.workspace import DATA_FOLDER, HOME_VARIABLE, PROJECT_ROOT, demo_workspace

NOT_ON_COMMUNITY_CLOUD = ("torch", "torchvision", "umap", "hdbscan", "numba", "pynndescent", "sklearn", "h5py", "ml4gw")

WITHOUT_THEM = f"""
import sys

# What stands as None among the modules cannot be imported, nor can anything inside it, and is not found.
sys.modules.update(dict.fromkeys({NOT_ON_COMMUNITY_CLOUD!r}))
from streamlit.testing.v1 import AppTest
from core.space.gestures import Gesture

app = AppTest.from_file("demo/streamlit_app.py", default_timeout=120)
app.session_state["map_gesture"] = Gesture("lasso", polygon=((-99, -99), (99, -99), (99, 99), (-99, 99)))
app.session_state["reviewer"] = "Ada"
app.run()
assert not app.exception, [error.value for error in app.exception]
assert any("samples selected" in heading.value for heading in app.subheader), app.main
assert len(app.metric) == 4
for page in ("clusters", "corrections", "data"):
    app.switch_page(f"../pages/{{page}}.py").run()
    assert not app.exception, (page, [error.value for error in app.exception])
    assert app.title[0].value != "Map"
print("runs")
"""


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return load_prepared(demo_workspace())


def test_the_demo_runs_where_neither_torch_nor_umap_nor_hdbscan_is(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THEM],
        cwd=PROJECT_ROOT,
        env={"PATH": "/usr/bin:/bin", HOME_VARIABLE: str(tmp_path), "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "runs", done.stderr[-3000:]


def test_its_requirements_are_the_tested_versions_without_the_heavy_ones():
    def pins(path):
        lines = (PROJECT_ROOT / path).read_text(encoding="utf-8").splitlines()
        return dict(line.split("==") for line in lines if "==" in line)

    everything, demo = pins("requirements.txt"), pins("demo/requirements.txt")
    assert demo.items() <= everything.items()
    assert not set(demo) & {"torch", "torchvision", "umap-learn", "hdbscan", "ml4gw"}


def test_its_results_are_packed_for_the_very_files_in_the_repository(prepared):
    assert prepared is not None, "run `make demo`: the packed results do not belong to the packed pictures or weights"
    assert len(prepared.dataset.samples) == 1200 and len(prepared.dataset.pictures) == 4800
    assert len(prepared.dataset.labels) == 22
    assert np.isfinite(prepared.layout.coordinates).all()


def test_broken_pictures_are_listed_and_nothing_else_is_missing(prepared):
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet")
    broken = set(truth.loc[truth["fault"] == "broken picture", "sample_id"])
    assert broken and len(prepared.embedding.problems) >= len(broken)
    assert set(prepared.samples.index) == set(prepared.dataset.samples.index)


def test_the_truth_is_no_column_of_the_demo(prepared):
    assert not {"true_label", "fault", "drift"} & set(prepared.samples.columns)


def test_glitches_of_one_true_class_lie_together(prepared):
    """The packed embedding is a trained one: neighbours share the true class far more often than chance."""
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id")["true_label"]
    true_labels = truth.loc[prepared.samples.index].to_numpy()
    same = true_labels[prepared.neighbours.indices[:, :5]] == true_labels[:, None]
    chance = (pd.Series(true_labels).value_counts(normalize=True) ** 2).sum()
    assert same.mean() > 0.8 > 3 * chance

"""Packing the demo: what is packed opens as it was prepared, and its audit can be packed anew by itself."""

import shutil

import numpy as np
import pandas as pd
import pytest

from core.demo import packed_demo
from core.errors import GlitchAuditError
from core.pipeline.audit import load_audit
from core.pipeline.stages import load_prepared
from core.workspace import Workspace

COUNT = 40


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """The folder that is packed into; what is packed is a table of two groups, with coordinates and clusters."""
    random = np.random.default_rng(3)
    group = np.repeat([0, 1], COUNT // 2)
    places = random.normal(0, 0.3, (COUNT, 2)) + 6 * group[:, None]
    vectors = random.normal(0, 0.1, (COUNT, 6)) + np.eye(6)[group]
    table = pd.DataFrame(
        {"id": [f"s{place:03d}" for place in range(COUNT)], "label": np.array(["Blip", "Whistle"])[group]}
    )
    table[["x", "y"]], table["cluster"] = places, group
    table[[f"dim_{place}" for place in range(6)]] = vectors
    table.to_csv(tmp_path / "demo.csv", index=False)
    monkeypatch.setattr(packed_demo, "DEMO_SOURCE", tmp_path / "demo.csv")
    monkeypatch.setattr(packed_demo, "DEMO_RESULTS", tmp_path / "results")
    return tmp_path / "results"


def opened(tmp_path, results):
    return load_prepared(Workspace(root=tmp_path / "desk", source=tmp_path / "demo.csv", shipped=results))


def test_what_is_packed_opens_without_being_computed_again(packed, tmp_path):
    lines = list(packed_demo.pack_demo(report=quiet))
    assert len(lines) == len(list(packed.iterdir()))
    prepared = opened(tmp_path, packed)
    assert prepared is not None and len(prepared.samples) == COUNT
    assert load_audit(prepared) is not None
    assert not (tmp_path / "desk" / "cache").exists() or not list((tmp_path / "desk" / "cache").glob("embedding-*"))


def test_the_packed_vectors_are_those_that_the_results_were_made_from(packed, tmp_path):
    list(packed_demo.pack_demo(report=quiet))
    matrix = opened(tmp_path, packed).embedding.matrix
    np.testing.assert_array_equal(matrix, matrix.astype(np.float16).astype(np.float32))


def test_the_audit_alone_is_packed_anew(packed, tmp_path):
    list(packed_demo.pack_demo(report=quiet))
    before = {path.name for path in packed.iterdir()}
    for old in packed.glob("suspects-*"):
        shutil.rmtree(old)
    assert load_audit(opened(tmp_path, packed)) is None
    list(packed_demo.pack_audit(report=quiet))
    assert {path.name for path in packed.iterdir()} == before
    assert load_audit(opened(tmp_path, packed)) is not None


def test_an_audit_of_nothing_is_refused_with_what_to_do(packed):
    packed.mkdir()
    with pytest.raises(GlitchAuditError, match="pack-demo"):
        list(packed_demo.pack_audit(report=quiet))

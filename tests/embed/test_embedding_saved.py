"""A saved embedding comes back as it was, and showing it needs no torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.dataset.model import Problem
from core.embed.combine import unit_rows
from core.embed.model import SEEN_FILE, Embedding, lacks_views, load_embedding, save_embedding
from core.errors import GlitchAuditError

ROOT = Path(__file__).parents[2]


def example() -> Embedding:
    return Embedding(
        ids=("ä/0.5", "b/1.0"),
        matrix=unit_rows(np.random.default_rng(0).normal(size=(2, 2048))),
        unit="picture",
        source="glitch-resnet18",
        problems=(Problem("c.png", "is empty"),),
        forms={"gray energy": 2},
        fingerprint="0123456789abcdef",
    )


def test_round_trip_is_exact(tmp_path: Path) -> None:
    saved = example()
    save_embedding(saved, tmp_path / "new")
    loaded = load_embedding(tmp_path / "new")
    assert np.array_equal(loaded.matrix, saved.matrix)
    assert loaded.matrix.dtype == np.float32
    assert (loaded.ids, loaded.unit, loaded.source, loaded.problems, loaded.forms, loaded.fingerprint) == (
        saved.ids, saved.unit, saved.source, saved.problems, saved.forms, saved.fingerprint,
    )  # fmt: skip


def test_half_precision_keeps_directions(tmp_path: Path) -> None:
    saved = example()
    save_embedding(saved, tmp_path, half=True)
    loaded = load_embedding(tmp_path)
    assert loaded.matrix.dtype == np.float32
    assert (loaded.matrix * saved.matrix).sum(1) == pytest.approx([1.0, 1.0], abs=1e-3)
    assert (tmp_path / "embedding.npy").stat().st_size < 2 * 2048 * 3


def test_missing_and_mismatched_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(GlitchAuditError, match="no readable embedding"):
        load_embedding(tmp_path / "nowhere")
    save_embedding(example(), tmp_path)
    np.save(tmp_path / "embedding.npy", np.zeros((3, 2)))
    with pytest.raises(GlitchAuditError, match="2 ids for 3 rows"):
        load_embedding(tmp_path)


def test_loading_imports_no_torch(tmp_path: Path) -> None:
    save_embedding(example(), tmp_path)
    code = (
        "import sys; from pathlib import Path; from core.embed.model import EmbedParams, load_embedding; "
        "import core.embed.embedder; EmbedParams(); "
        f"load_embedding(Path({str(tmp_path)!r})); "
        "print([name for name in ('torch', 'torchvision', 'sklearn', 'numba', 'openvino') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def glitches(*, missing: bool) -> Embedding:
    """Two glitches of two views of our own backbone; the second may lack one."""
    matrix = np.random.default_rng(0).normal(size=(2, 2 * 512)).astype(np.float32)
    matrix[1, 512:] = 0 if missing else matrix[1, 512:]
    seen = np.array([[True, True], [True, False]]) if missing else None
    return Embedding(("a", "b"), unit_rows(matrix), "glitch", "glitch-resnet18", seen=seen)


@pytest.mark.parametrize("half", [False, True])
def test_which_views_there_are_comes_back(tmp_path: Path, half: bool) -> None:
    save_embedding(glitches(missing=True), tmp_path / "lacking", half=half)
    save_embedding(glitches(missing=False), tmp_path / "whole", half=half)
    assert load_embedding(tmp_path / "lacking").seen.tolist() == [[True, True], [True, False]]
    assert load_embedding(tmp_path / "whole").seen is None
    assert lacks_views(tmp_path / "lacking") and not lacks_views(tmp_path / "whole")


@pytest.mark.parametrize("missing", [False, True])
def test_older_artifacts_are_asked_for_their_views_by_the_zeros_in_them(tmp_path: Path, missing: bool) -> None:
    saved = glitches(missing=missing)
    save_embedding(saved, tmp_path)
    (tmp_path / SEEN_FILE).unlink()
    found = load_embedding(tmp_path).seen
    assert (found is None) if not missing else np.array_equal(found, saved.seen)
    assert lacks_views(tmp_path) == missing


def test_older_pictures_have_no_missing_views(tmp_path: Path) -> None:
    save_embedding(example(), tmp_path)
    (tmp_path / SEEN_FILE).unlink()
    assert load_embedding(tmp_path).seen is None


def test_views_of_another_embedding_are_refused(tmp_path: Path) -> None:
    save_embedding(glitches(missing=True), tmp_path)
    np.save(tmp_path / SEEN_FILE, np.ones((3, 2), bool))
    with pytest.raises(GlitchAuditError, match="another number of rows"):
        load_embedding(tmp_path)


def test_a_very_large_matrix_stays_in_its_file_which_nobody_changes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("core.embed.model._MAPPED_FROM", 100)
    saved = example()
    save_embedding(saved, tmp_path)
    loaded = load_embedding(tmp_path)
    assert isinstance(loaded.matrix.base, np.memmap) and type(loaded.matrix) is np.ndarray
    assert np.array_equal(loaded.matrix, saved.matrix)
    loaded.matrix[0] = 0
    assert np.array_equal(load_embedding(tmp_path).matrix, saved.matrix)


@pytest.mark.parametrize("size", [0, 60, 4000])
def test_a_very_large_matrix_that_was_cut_is_one_sentence(tmp_path: Path, monkeypatch, size: int) -> None:
    monkeypatch.setattr("core.embed.model._MAPPED_FROM", -1)
    save_embedding(example(), tmp_path)
    whole = (tmp_path / "embedding.npy").read_bytes()
    (tmp_path / "embedding.npy").write_bytes(whole[:size])
    with pytest.raises(GlitchAuditError, match="no readable embedding"):
        load_embedding(tmp_path)

"""A saved embedding comes back as it was, and showing it needs no torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.dataset.model import Problem
from core.embed.combine import unit_rows
from core.embed.model import Embedding, load_embedding, save_embedding
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

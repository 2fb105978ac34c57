"""What changes an embedding's numbers changes its fingerprint, and nothing else does."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from core.dataset.model import Dataset
from core.embed import backbones
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams, embedding_fingerprint
from core.errors import GlitchAuditError

pytestmark = pytest.mark.usefixtures("random_backbone")


def test_parameters_and_data_set_change_it() -> None:
    found = {
        embedding_fingerprint(dataset, EmbedParams(backbone=backbone, unit=unit, precision=precision))
        for dataset, backbone, unit, precision in itertools.product(
            ("one", "two"), ("glitch-resnet18", "resnet18", "resnet50"), ("glitch", "picture"), ("float32", "bfloat16")
        )
    }
    assert len(found) == 24
    assert embedding_fingerprint("one", EmbedParams()) == embedding_fingerprint("one", EmbedParams())


def test_batch_and_shard_size_do_not(make_dataset: Callable[..., Dataset], tmp_path: Path) -> None:
    small = embed_pictures(make_dataset(2), EmbedParams(), folder=tmp_path / "small", batch_size=1, shard_size=3)
    large = embed_pictures(make_dataset(2), EmbedParams(), folder=tmp_path / "large", batch_size=8)
    assert small.fingerprint == large.fingerprint == embedding_fingerprint("a data set", EmbedParams())
    assert small.matrix == pytest.approx(large.matrix, abs=1e-5)


def test_other_weights_change_it(weights_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = embedding_fingerprint("one", EmbedParams())
    weights = load_file(weights_folder / "glitch_resnet18.safetensors")
    weights["conv1.weight"][0, 0, 0, 0] += 1
    save_file(weights, tmp_path / "glitch_resnet18.safetensors")
    monkeypatch.setattr(backbones, "DATA_FOLDER", tmp_path)
    assert embedding_fingerprint("one", EmbedParams()) != before


@pytest.mark.parametrize("wrong", [{"backbone": "vgg"}, {"unit": "view"}, {"precision": "float16"}])
def test_unknown_parameters_are_one_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(GlitchAuditError, match="choose one of"):
        EmbedParams(**wrong)

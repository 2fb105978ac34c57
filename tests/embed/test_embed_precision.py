"""bfloat16 keeps directions; a missing optional package is one sentence."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.dataset.model import Dataset
from core.embed.backbones import Backbone, load_backbone
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams
from core.embed.runner import make_runner
from core.errors import GlitchAuditError


@pytest.mark.usefixtures("random_backbone")
def test_bfloat16_stays_within_a_thousandth_of_float32(make_dataset: Callable[..., Dataset], tmp_path: Path) -> None:
    exact = embed_pictures(make_dataset(6), EmbedParams(), folder=tmp_path)
    halved = embed_pictures(make_dataset(6), EmbedParams(precision="bfloat16"), folder=tmp_path)
    assert (exact.matrix * halved.matrix).sum(1).min() >= 0.999
    assert exact.fingerprint != halved.fingerprint


def test_runner_agrees_with_the_plain_network(random_backbone: Backbone) -> None:
    import torch

    pictures = np.random.default_rng(0).integers(0, 256, (3, *random_backbone.size), dtype=np.uint8)
    with torch.no_grad():
        plain = load_backbone(random_backbone.name)(torch.from_numpy(pictures)[:, None].float() / 255).numpy()
    assert make_runner(random_backbone, precision="float32")(pictures) == pytest.approx(plain, abs=1e-4)


def test_missing_openvino_is_one_sentence(random_backbone: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without_openvino(name: str, *arguments: object, **options: object) -> object:
        if name.split(".", maxsplit=1)[0] == "openvino":
            raise ImportError(name)
        return real_import(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_openvino)
    with pytest.raises(GlitchAuditError, match="pip install openvino"):
        make_runner(random_backbone, precision="openvino-bfloat16")

"""Two versions of a backbone mixed: weights in proportion, statistics of the mixture's own, other files refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from core.embed.mixing import mix_backbones
from core.embed.train_backbone import BackboneTraining, train_backbone
from core.errors import GlitchAuditError


def version(path: Path, seed: int) -> Path:
    training = BackboneTraining(samples=2, batch=2, held_out=0, workers=0, seed=seed)
    train_backbone(path, training, on_log=lambda line: None)
    return path


def test_weights_are_mixed_in_proportion_and_statistics_are_new(tmp_path: Path) -> None:
    earlier, later = version(tmp_path / "a.safetensors", 1), version(tmp_path / "b.safetensors", 2)
    out = tmp_path / "mixed.safetensors"
    mix_backbones(earlier, later, out, share=0.75)
    first, second, mixed = load_file(earlier), load_file(later), load_file(out)
    for name in ("conv1.weight", "layer3.0.conv2.weight", "head.glitch.weight"):
        expected = 0.75 * second[name].float() + 0.25 * first[name].float()
        assert torch.allclose(mixed[name].float(), expected, atol=2e-3) and mixed[name].dtype == torch.float16
    name = "layer1.0.bn1.running_mean"
    between = 0.75 * second[name] + 0.25 * first[name]
    assert mixed[name].dtype == torch.float32 and not torch.allclose(mixed[name], between, atol=1e-3)
    with safe_open(out, "pt") as file:
        assert file.metadata()["mixed"] == "0.75 of what was trained, 0.25 of what it started from"
        assert "classes" in file.metadata()


def test_what_cannot_be_mixed_is_refused(tmp_path: Path) -> None:
    earlier = version(tmp_path / "a.safetensors", 1)
    save_file({"x": torch.zeros(2)}, tmp_path / "b.safetensors")
    with pytest.raises(GlitchAuditError, match="not two versions of one network"):
        mix_backbones(earlier, tmp_path / "b.safetensors", tmp_path / "out.safetensors", share=0.5)
    with pytest.raises(GlitchAuditError, match=r"between 0 and 1, not at 1\.5"):
        mix_backbones(earlier, earlier, tmp_path / "out.safetensors", share=1.5)
    assert not (tmp_path / "out.safetensors").exists()

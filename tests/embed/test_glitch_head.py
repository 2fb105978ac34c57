"""The heads come back from the backbone's file and score as they did in training."""

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from core.embed.combine import combine_views
from core.embed.glitch_head import GlitchHead, glitch_scores, load_glitch_head, picture_scores
from core.embed.train_backbone import BackboneTraining, train_backbone
from core.embed.training_model import COSINE_SCALE, TrainedBackbone, views_left
from core.errors import GlitchAuditError
from core.simulate.waveforms import CLASSES


def test_the_heads_are_saved_with_the_backbone(tmp_path):
    out = tmp_path / "weights.safetensors"
    train_backbone(out, BackboneTraining(samples=2, batch=2, held_out=0, workers=0), on_log=lambda line: None)
    head = load_glitch_head(out)
    assert head.labels == CLASSES and head.scale == COSINE_SCALE
    assert head.weight.shape == (22, 2048) and head.picture_weight.shape == (22, 512)
    assert np.allclose(np.linalg.norm(head.weight, axis=1), 1.0, atol=1e-5)


def test_scores_are_those_of_training():
    torch.manual_seed(0)
    model = TrainedBackbone(3).eval()
    pictures = torch.rand(2, 4, 64, 64)
    present = torch.tensor([[True] * 4, [True, False, True, True]])
    with torch.no_grad():
        expected = model(pictures, present)
        features = model.backbone(pictures.flatten(0, 1)[:, None]).numpy()
    weight = model.name_glitch.weight.detach().numpy()
    head = GlitchHead(
        labels=("a", "b", "c"),
        weight=weight / np.linalg.norm(weight, axis=1, keepdims=True),
        scale=COSINE_SCALE,
        picture_weight=model.name_picture.weight.detach().numpy(),
        picture_bias=model.name_picture.bias.detach().numpy(),
    )
    missing = features.copy()
    missing[5] = np.nan
    views = ["0.5", "1.0", "2.0", "4.0"]
    _, vectors = combine_views(missing, sample_ids=["x"] * 4 + ["y"] * 4, views=views * 2, order=views)
    assert np.allclose(glitch_scores(head, vectors), expected["glitch"].numpy(), atol=1e-4)
    assert np.allclose(picture_scores(head, features), expected["picture"].numpy(), atol=1e-4)


def test_some_glitches_keep_a_part_of_their_views_and_never_none():
    kept = views_left(4000, torch.Generator().manual_seed(0), share=0.5)
    assert kept.shape == (4000, 4) and bool(kept.any(dim=1).all())
    # Four standard deviations of a share of 4,000 draws are 0.032.
    assert float((~kept.all(dim=1)).float().mean()) == pytest.approx(0.5, abs=0.032)
    assert bool(views_left(50, torch.Generator().manual_seed(0), share=0.0).all())


def test_a_file_without_heads_is_said_so(tmp_path):
    path = tmp_path / "old.safetensors"
    save_file({"conv1.weight": np.zeros(1, np.float32)}, path, metadata={"classes": json.dumps(["a"])})
    with pytest.raises(GlitchAuditError, match="without its heads"):
        load_glitch_head(path)
    with pytest.raises(GlitchAuditError, match="missing"):
        load_glitch_head(tmp_path / "nowhere.safetensors")

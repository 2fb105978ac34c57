"""Training runs end to end on the processor, can be stopped and resumed, and writes weights that load."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from core.embed import backbones
from core.embed.picture_changes import changed_pictures
from core.embed.train_backbone import BackboneTraining, one_cycle, train_backbone
from core.embed.training_data import draw_batch, load_batches
from core.embed.training_model import profiles, supervised_contrast
from core.errors import GlitchAuditError
from core.simulate.waveforms import CLASSES


def test_short_run_saves_weights_that_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "glitch_resnet18.safetensors"
    lines: list[str] = []
    metadata = train_backbone(
        out, BackboneTraining(samples=8, batch=4, held_out=8, workers=0, seed=1), on_log=lines.append
    )
    assert metadata["glitches"] == "8" and metadata["steps"] == "2"
    assert 0.0 <= float(metadata["knn_accuracy_on_held_out_simulated_glitches"]) <= 1.0
    assert any("loss" in line and "glitches/s" in line for line in lines)
    with safe_open(out, "pt") as file:
        assert json.loads(file.metadata()["classes"]) == list(CLASSES)
        assert file.get_tensor("conv1.weight").dtype == torch.float16
    assert out.stat().st_size < 25_000_000
    assert list(tmp_path.iterdir()) == [out]
    monkeypatch.setattr(backbones, "DATA_FOLDER", tmp_path)
    with torch.no_grad():
        features = backbones.load_backbone("glitch-resnet18")(torch.rand(1, 1, 140, 170))
    assert features.shape == (1, 512) and bool(torch.isfinite(features).all())


def test_it_goes_on_from_given_weights(tmp_path: Path) -> None:
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    training = BackboneTraining(samples=2, batch=2, held_out=0, workers=0, learning_rate=0.0)
    train_backbone(first, training, on_log=lambda line: None)
    metadata = train_backbone(second, replace(training, seed=9, start_from=first), on_log=lambda line: None)
    with safe_open(first, "pt") as before, safe_open(second, "pt") as after:
        for name in ("conv1.weight", "layer4.1.conv2.weight", "head.glitch.weight", "head.picture.bias"):
            assert torch.equal(before.get_tensor(name), after.get_tensor(name))
    assert metadata["started_from"] == backbones.file_hash(first)


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "weights.safetensors"
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"no weights")
    training = BackboneTraining(samples=2, batch=2, held_out=0, workers=0, start_from=wrong)
    with pytest.raises(GlitchAuditError, match=r"wrong\.safetensors cannot be gone on from"):
        train_backbone(out, training, on_log=lambda line: None)
    assert not out.exists()


def test_stopped_run_is_taken_up_again(tmp_path: Path) -> None:
    out = tmp_path / "weights.safetensors"
    training = BackboneTraining(samples=4, batch=2, held_out=0, workers=0)
    stopped = replace(training, run_minutes=0.0)
    assert train_backbone(out, stopped, on_log=lambda line: None) == {}
    assert not out.exists()
    assert (tmp_path / "weights.checkpoint" / "state.pt").exists()
    metadata = train_backbone(out, training, on_log=lambda line: None)
    assert metadata["steps"] == "2" and metadata["glitches"] == "4"
    assert out.exists() and not (tmp_path / "weights.checkpoint").exists()


def test_training_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GlitchAuditError, match="minutes"):
        train_backbone(tmp_path / "weights.safetensors", BackboneTraining())


def test_learning_rate_rises_once_and_falls_to_nothing() -> None:
    rates = [one_cycle(fraction) for fraction in np.linspace(0, 1, 101)]
    top = int(np.argmax(rates))
    assert rates[top] == pytest.approx(1.0) and top == 5
    assert rates[-1] == pytest.approx(0.0)
    assert np.all(np.diff(rates[: top + 1]) > 0) and np.all(np.diff(rates[top:]) < 0)


def test_batches_hold_the_classes_in_equal_shares_and_repeat_themselves() -> None:
    batch = draw_batch(3, 0, len(CLASSES))
    assert sorted(batch.labels.tolist()) == list(range(len(CLASSES)))
    assert bool(torch.isfinite(batch.series).all())
    again, other = draw_batch(3, 0, len(CLASSES)), draw_batch(3, 1, len(CLASSES))
    assert torch.equal(batch.series, again.series) and torch.equal(batch.labels, again.labels)
    assert not torch.equal(batch.series, other.series)


def test_workers_do_not_change_the_order() -> None:
    alone = [labels for _, labels in load_batches(seed=2, first=1, last=4, size=2, workers=0, pinned=False)]
    shared = [labels for _, labels in load_batches(seed=2, first=1, last=4, size=2, workers=2, pinned=False)]
    assert len(alone) == 3
    assert all(torch.equal(a, b) for a, b in zip(alone, shared, strict=True))


def test_changed_pictures_stay_pictures() -> None:
    tenths = torch.randint(0, 256, (2, 4, 140, 170), dtype=torch.uint8)
    changed = changed_pictures(tenths, torch.Generator().manual_seed(0))
    assert changed.shape == tenths.shape
    assert float(changed.min()) >= 0.0 and float(changed.max()) <= 1.0
    assert not torch.allclose(changed, tenths / 255, atol=0.1)


def test_profiles_tell_where_the_energy_lies() -> None:
    picture = torch.zeros(1, 1, 140, 170)
    picture[..., 10:15, :] = 0.64
    rows, columns = profiles(picture)[0].split([28, 34])
    assert rows.argmax() == 2 and float(rows[2]) == pytest.approx(0.8, abs=1e-4) and rows.count_nonzero() == 1
    assert columns.tolist() == pytest.approx([(0.64 * 5 / 140) ** 0.5] * 34, abs=1e-4)


def test_contrast_of_a_case_worked_by_hand() -> None:
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    labels = torch.tensor([0, 0, 1])
    # Each of the two alike sees exp(10) for its friend and exp(0) for the stranger; the third has no friend.
    expected = -np.log(np.exp(10) / (np.exp(10) + 1))
    assert float(supervised_contrast(vectors, labels)) == pytest.approx(expected, abs=1e-6)
    assert float(supervised_contrast(vectors, torch.tensor([0, 1, 2]))) == 0.0

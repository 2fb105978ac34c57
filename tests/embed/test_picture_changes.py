"""Training pictures are changed as other pipelines would, within what is said, and some not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.embed.picture_changes import Changes, _as_jpeg, _Dice, changed_pictures

STILL = Changes(
    unchanged=0.0,
    gain=(1.0, 1.0),
    view_gain=0.0,
    bands=0.0,
    bend=0.0,
    shift=0.0,
    stretch=0.0,
    smooth_in_time=0.0,
    smaller=0.0,
    jpeg=0.0,
    noise=0.0,
)


def dice() -> torch.Generator:
    return torch.Generator().manual_seed(4)


def drawn(value: int) -> torch.Tensor:
    return torch.full((6, 4, 140, 170), value, dtype=torch.uint8)


def test_what_is_not_to_change_does_not() -> None:
    tenths = torch.randint(0, 256, (5, 4, 140, 170), dtype=torch.uint8, generator=dice())
    assert torch.equal(changed_pictures(tenths, dice(), changes=Changes(unchanged=1.0)), tenths / 255)
    # An even picture looks the same however it is moved, smoothed and squeezed.
    even = changed_pictures(drawn(102), dice(), changes=replace(STILL, shift=0.1, stretch=0.1, smooth_in_time=1.0))
    assert even.flatten().tolist()[::997] == pytest.approx([0.4] * len(even.flatten()[::997]), abs=1e-5)


def test_gain_is_one_factor_a_glitch_and_stays_in_its_range() -> None:
    brighter = changed_pictures(drawn(51), dice(), changes=replace(STILL, gain=(0.5, 2.0)))
    factors = brighter.mean(dim=(1, 2, 3)) / 0.2
    assert float(brighter.flatten(1).std(dim=1).max()) < 1e-5
    assert 0.5 <= float(factors.min()) < float(factors.max()) <= 2.0


def test_bent_colours_keep_black_and_the_brightest() -> None:
    ends = torch.zeros(3, 4, 140, 170, dtype=torch.uint8)
    ends[..., 80:] = 255
    bent = changed_pictures(ends, dice(), changes=replace(STILL, bend=0.5))
    assert float(bent[..., 2:70].abs().max()) == 0.0 and float(bent[..., 90:-2].min()) == pytest.approx(1.0, abs=1e-6)


def test_jpeg_loses_no_more_than_half_its_steps() -> None:
    pictures = torch.rand(3, 4, 140, 170, generator=dice())
    lossy = _as_jpeg(pictures, _Dice(dice(), pictures.device))
    steps = 0.06 * (1 + 0.5 * (torch.arange(8)[:, None] + torch.arange(8)))
    # An orthonormal transform keeps lengths: a block is off by at most half of every step.
    most = float((steps / 2).square().sum().sqrt())
    blocks = (lossy - pictures)[..., :136, :168].unfold(2, 8, 8).unfold(3, 8, 8)
    assert 0 < float(blocks.square().sum(dim=(-1, -2)).sqrt().max()) <= most


def test_some_glitches_are_left_as_they_are() -> None:
    tenths = torch.randint(0, 256, (200, 1, 20, 20), dtype=torch.uint8, generator=dice())
    same = (changed_pictures(tenths, dice(), changes=Changes(unchanged=0.25)) == tenths / 255).flatten(1).all(dim=1)
    assert 25 <= int(same.sum()) <= 75

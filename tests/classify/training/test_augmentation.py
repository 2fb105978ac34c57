"""Augmentation moves and scales pictures as stated, and leaves them alone where it is off."""

import numpy as np
import pytest
import torch

from core.classify.params import TrainParams
from core.classify.training.augmentation import augmented

OFF = {"time_shift": 0.0, "gain": 0.0, "mirror": False, "zoom": 0.0}


def pictures(batch=64, views=2, height=6, width=40):
    return torch.from_numpy(np.random.default_rng(1).integers(0, 256, (batch, views, height, width)).astype(np.uint8))


def changed(tenths, seed=0, **changes):
    return augmented(tenths, TrainParams(**{**OFF, **changes}), torch.Generator().manual_seed(seed))


def test_off_changes_nothing():
    tenths = pictures()
    assert torch.equal(changed(tenths), tenths.float() / 255)


def test_a_shift_moves_whole_columns_and_fills_the_edge():
    tenths = pictures()
    out = (changed(tenths, time_shift=0.1) * 255).round().numpy()
    shifts = set()
    for before, after in zip(tenths.numpy().reshape(-1, 6, 40), out.reshape(-1, 6, 40), strict=True):
        columns = np.arange(40)
        fitting = [by for by in range(-4, 5) if (after == before[:, (columns - by).clip(0, 39)]).all()]
        assert fitting
        shifts.add(fitting[0])
    assert len(shifts) >= 7


def test_gain_is_one_factor_a_glitch_and_saturates():
    tenths = pictures()
    out = changed(tenths, gain=0.3).numpy()
    before = tenths.numpy() / 255
    sound = (before > 0.1) & (out < 1)
    for row in range(len(out)):
        factors = (out[row] / before[row].clip(1e-9))[sound[row]]
        np.testing.assert_allclose(factors, factors[0], rtol=1e-4)
        assert np.exp(-0.3) - 1e-4 <= factors[0] <= np.exp(0.3) + 1e-4
    assert out.max() == 1.0


def test_mirror_turns_all_views_of_about_half_the_glitches():
    tenths = pictures()
    out = (changed(tenths, mirror=True) * 255).round()
    turned = torch.tensor([bool(torch.equal(a, b.flip(-1).float())) for a, b in zip(out, tenths, strict=True)])
    same = torch.tensor([bool(torch.equal(a, b.float())) for a, b in zip(out, tenths, strict=True)])
    assert bool((turned ^ same).all()) and 20 < int(turned.sum()) < 44


def test_zoom_alone_keeps_constant_pictures_and_the_middle():
    flat = torch.full((8, 1, 11, 41), 100, dtype=torch.uint8)
    torch.testing.assert_close(changed(flat, zoom=0.3), flat.float() / 255)
    spot = torch.zeros(8, 1, 11, 41, dtype=torch.uint8)
    spot[:, :, 3:8, 18:23] = 200
    out = changed(spot, zoom=0.2)
    mass = out.sum((1, 2))
    middles = (mass * torch.arange(41)).sum(1) / mass.sum(1)
    torch.testing.assert_close(middles, torch.full((8,), 20.0), atol=0.05, rtol=0)
    assert out.sum((1, 2, 3)).std() > 0


def test_zoom_and_shift_move_in_the_same_direction():
    spot = torch.zeros(16, 1, 5, 41, dtype=torch.uint8)
    spot[..., 20] = 255
    places = torch.arange(41.0)

    def middle(out):
        mass = out.sum((1, 2))
        return (mass * places).sum(1) / mass.sum(1)

    plain, zoomed = middle(changed(spot, time_shift=0.2)), middle(changed(spot, time_shift=0.2, zoom=1e-6))
    torch.testing.assert_close(plain, zoomed, atol=0.6, rtol=0)


@pytest.mark.parametrize("changes", [{"time_shift": 0.1}, {"gain": 0.2}, {"zoom": 0.1}, {"mirror": True}])
def test_the_seed_decides(changes):
    tenths = pictures(8)
    assert torch.equal(changed(tenths, seed=3, **changes), changed(tenths, seed=3, **changes))
    assert not torch.equal(changed(tenths, seed=3, **changes), changed(tenths, seed=4, **changes))

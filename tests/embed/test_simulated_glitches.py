"""Glitches drawn to be measured: as training draws them, as other pipelines would, the same for the same seed."""

import numpy as np
import torch

from core.embed.evaluate import simulated_glitches


def drawn(**how):
    found = simulated_glitches(4, seed=3, varied=True, **how)
    return np.array(found.pictures), found.labels.tolist()


def test_as_elsewhere_changes_the_pictures_and_not_the_glitches():
    plain, labels = drawn()
    changed, same = drawn(as_elsewhere=True)
    assert plain.shape == changed.shape == (4, 4, 140, 170) and changed.dtype == np.uint8
    assert labels == same
    # A fifth of the glitches stays as it is drawn.
    assert sum((plain[number] != changed[number]).mean() > 0.2 for number in range(4)) >= 2


def test_the_same_seed_gives_the_same_and_leaves_torchs_own_chance_alone():
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first, again = drawn(as_elsewhere=True), drawn(as_elsewhere=True)
    assert (first[0] == again[0]).all() and first[1] == again[1]
    assert (torch.random.get_rng_state() == before).all()

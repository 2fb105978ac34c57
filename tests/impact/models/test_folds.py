"""Blocks that are held out with a gap around them, and labels moved by whole days."""

import numpy as np
import pytest

from core.detector.coupling.counts import Grid
from core.impact.models.folds import shifts_of, turns_of
from core.impact.models.params import ModelParams
from tests.impact.made import BEGIN

GRID = Grid(BEGIN, 20, 144, 600.0)


def test_each_bin_is_foreseen_once_from_bins_at_least_a_gap_away():
    turns = turns_of(GRID, ModelParams(block_days=2, gap_hours=12, folds=5))
    assert sorted(np.concatenate([one.test for one in turns]).tolist()) == list(range(20 * 144))
    for one in turns:
        nearest = np.abs(one.train[:, None] - one.test[None, :]).min()
        assert nearest == 73
        # A turn's blocks lie ten days apart: 16 of 20 days are not held out, less four or three gaps of half a day.
        assert len(one.train) in (16 * 144 - 4 * 72, 16 * 144 - 3 * 72)


def test_shuffled_bins_have_neighbours_that_are_learnt_from():
    turns = turns_of(GRID, ModelParams(split="shuffled"))
    assert sorted(np.concatenate([one.test for one in turns]).tolist()) == list(range(20 * 144))
    assert np.abs(turns[0].train[:, None] - turns[0].test[None, :]).min() == 1


def test_shifts_by_whole_days_keep_the_hour_and_are_never_none():
    shifts = shifts_of(20, refits=15, seed=0)
    assert shifts.order.shape == (15, 20)
    assert len({tuple(one) for one in shifts.order}) == 15
    assert not any((one == np.arange(20)).all() for one in shifts.order)
    steps = np.diff(shifts.order, axis=1) % 20
    assert (steps == 1).all()
    values = np.arange(20 * 144)
    moved = shifts.of(0, values, 144)
    assert (moved % 144 == values % 144).all()
    assert "15 fits" in shifts.sentence
    assert "0.062" in shifts.sentence


def test_more_refits_than_days_run_the_days_backwards():
    shifts = shifts_of(20, refits=30, seed=0)
    assert shifts.order.shape == (30, 20)
    assert len({tuple(one) for one in shifts.order}) == 30
    assert "11 with the days run through backwards" in shifts.sentence
    assert shifts_of(20, refits=99, seed=0).order.shape == (39, 20)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "oracle"}, "no model “oracle”"),
        ({"bin_seconds": 700.0}, "60 to 600 s"),
        ({"lags_hours": (1.0,)}, "give 0 too"),
        ({"folds": 20}, "need 40 days"),
        ({"refits": 5}, "19 are the fewest"),
    ],
)
def test_settings_that_cannot_be(changes, words):
    from core.errors import GlitchAuditError

    with pytest.raises(GlitchAuditError, match=words):
        ModelParams(**changes)

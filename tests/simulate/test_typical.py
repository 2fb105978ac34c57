"""Typical glitches come from the middle of every range, with the same seed the same ones."""

import numpy as np
import pytest

from core.simulate.series import log_uniform
from core.simulate.typical import MiddleOfTheRange, draw_typical
from core.simulate.waveforms import draw_glitch


def test_uniform_numbers_keep_to_the_middle():
    rng = MiddleOfTheRange(np.random.default_rng(0), 0.5)
    numbers = rng.uniform(10, 20, 2000)
    assert 12.5 <= numbers.min() < 12.6 and 17.4 < numbers.max() <= 17.5
    # In logarithms: the middle half of 1 to 16 is 2 to 8.
    logs = [log_uniform(rng, 1, 16) for _ in range(2000)]
    assert 2 <= min(logs) < 2.05 and 7.9 < max(logs) <= 8
    assert isinstance(float(rng.uniform()), float) and rng.uniform(size=(2, 3)).shape == (2, 3)


def test_the_whole_range_is_the_generator_itself():
    plain, narrowed = np.random.default_rng(3), MiddleOfTheRange(np.random.default_rng(3), 1.0)
    assert plain.uniform(2, 9) == pytest.approx(narrowed.uniform(2, 9))
    assert plain.normal() == narrowed.normal() and plain.integers(100) == narrowed.integers(100)


def test_typical_glitches_vary_less():
    def spread(draw) -> float:
        return np.std([draw(np.random.default_rng(seed)).parameters["peak_frequency"] for seed in range(40)])

    narrow = spread(lambda rng: draw_typical("1400Ripples", rng, share=0.3))
    assert narrow < 0.7 * spread(lambda rng: draw_glitch("1400Ripples", rng))


def test_same_seed_same_glitch():
    one, again = (draw_typical("Helix", np.random.default_rng(5), share=0.6).series for _ in range(2))
    assert np.array_equal(one, again)

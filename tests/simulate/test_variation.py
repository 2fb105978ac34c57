"""Training glitches stray: loudness, place, company and background vary, and the same seed gives the same glitch."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.simulate.real_noise import RealNoise
from core.simulate.series import SAMPLE_RATE, SAMPLES
from core.simulate.variation import Variation, draw_varied

PLAIN = Variation(louder=1.0, off_centre=0.0, company=0.0, real=0.0)
SILENT = RealNoise((np.zeros(2 * SAMPLES, np.float32),), "none")


def alone(label: str, seed: int, **changes: float) -> np.ndarray:
    """A glitch before silence, so that it can be measured."""
    settings = {"louder": 1.0, "off_centre": 0.0, "company": 0.0, "real": 1.0, "residue": 0.0, **changes}
    return draw_varied(label, np.random.default_rng(seed), noise=SILENT, variation=Variation(**settings))


def test_same_seed_same_glitch():
    first, again, other = (draw_varied("Blip", np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (SAMPLES,) and first.dtype == np.float32
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_loudness_strays_by_the_factor_that_is_asked_for():
    factors = [
        np.linalg.norm(alone("Blip", seed, louder=2.0)) / np.linalg.norm(alone("Blip", seed)) for seed in range(30)
    ]
    assert min(factors) > 0.49 and max(factors) < 2.01
    assert min(factors) < 0.8 and max(factors) > 1.25


def test_extremely_loud_stays_as_loud_as_its_name():
    assert np.array_equal(alone("Extremely_Loud", 3, louder=4.0), alone("Extremely_Loud", 3))


def test_the_trigger_misses_by_as_much_as_is_asked_for():
    def middle(series: np.ndarray) -> float:
        energy = np.square(series, dtype=float)
        return float((energy * np.arange(SAMPLES)).sum() / energy.sum() / SAMPLE_RATE)

    moved = [middle(alone("Tomte", seed, off_centre=0.05)) - middle(alone("Tomte", seed)) for seed in range(40)]
    # The standard deviation of 40 draws lies within a third of the true one in all but one of a thousand cases.
    assert np.std(moved) == pytest.approx(0.05, rel=0.35)


def test_company_stays_away_from_the_middle():
    # Nothing is drawn for No_Glitch itself beside company, which it never gets.
    assert np.array_equal(alone("No_Glitch", 5, company=1.0), alone("No_Glitch", 5))
    apart = alone("Blip", 6, company=1.0, company_distance=1.0)
    assert np.linalg.norm(apart) > np.linalg.norm(alone("Blip", 6))


def test_real_noise_serves_where_it_is_there():
    noise = RealNoise((np.full(2 * SAMPLES, 100.0, np.float32),), "level")
    series = draw_varied(
        "Blip", np.random.default_rng(0), noise=noise, variation=Variation(real=1.0, residue=0.0, company=0.0)
    )
    assert abs(np.median(series)) == pytest.approx(100.0, abs=1.0)
    without = draw_varied("Blip", np.random.default_rng(0), noise=noise, variation=PLAIN)
    assert abs(np.median(without)) < 0.1


def test_an_unknown_class_is_refused():
    with pytest.raises(GlitchAuditError, match="no simulated class"):
        draw_varied("Unicorn", np.random.default_rng(0))

"""One model of a simulated detector with a planted coupling, and one without any, for all tests of this room."""

import pytest

from core.detector.simulated import SimulationParams, simulate_detector
from core.impact.explaining.explain import explain
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import model_rate

PARAMS = ModelParams(refits=19, trees=40, draws=300)


@pytest.fixture(scope="session")
def coupled():
    return simulate_detector(SimulationParams(days=24, glitches=800, others=1, beta=1.2), seed=21)


@pytest.fixture(scope="session")
def model(coupled):
    return model_rate(coupled.channels, coupled.glitches, family="Scattered_Light", detector="L1", params=PARAMS)


@pytest.fixture(scope="session")
def explanation(model):
    return explain(model)


@pytest.fixture(scope="session")
def chance_model(coupled):
    """Of a control family, whose rate goes with no channel."""
    return model_rate(coupled.channels, coupled.glitches, family="Blip", detector="L1", params=PARAMS)

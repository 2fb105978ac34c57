"""Physical columns: those that describe a glitch, as logarithms, where they vary."""

import numpy as np
import pandas as pd

from core.audit.physical import physical_columns


def samples(**columns):
    return pd.DataFrame({"label": ["Blip"] * 6, **columns})


def test_values_are_logarithms_and_impossible_ones_are_missing():
    found = physical_columns(samples(peak_frequency=[10, 100, 1000, 0, -5, np.nan], snr=[1, 10, 100, 1e3, 1e4, 1e5]))
    assert list(found) == ["snr"], "three different peak frequencies are too few"
    assert np.allclose(found["snr"], [0, 1, 2, 3, 4, 5])


def test_missing_values_stay_missing():
    found = physical_columns(samples(duration=[0.1, 1, 10, 100, 1000, None]))
    assert np.isnan(found["duration"][5])
    assert np.allclose(found["duration"][:5], [-1, 0, 1, 2, 3])


def test_other_columns_text_and_constants_are_left_out():
    frame = samples(event_time=np.arange(6.0), bandwidth=["a"] * 6, amplitude=[2.0] * 6)
    assert physical_columns(frame) == {}

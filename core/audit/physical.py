"""The physical columns of a data set: what was measured of a glitch, apart from its picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

PHYSICAL_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "peak_frequency": "Hz",
        "central_freq": "Hz",
        "bandwidth": "Hz",
        "duration": "s",
        "snr": "",
        "amplitude": "",
    }
)
"""Omicron's columns that describe a glitch, in the order of importance, and their units; "" for plain numbers."""

_FEWEST_VALUES = 5


def physical_columns(samples: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return log10 of each physical column that this data set has and that varies, float64 (n,) by name.

    The columns span decades, so their logarithms are compared. Missing, zero and negative values are NaN; columns with
    fewer than 5 different values are left out.
    """
    found = {}
    for name in PHYSICAL_UNITS:
        if name not in samples or not pd.api.types.is_numeric_dtype(samples[name]):
            continue
        values = samples[name].to_numpy(dtype=float, na_value=np.nan)
        logarithms = np.log10(np.where(np.isfinite(values) & (values > 0), values, np.nan))
        if len(np.unique(logarithms[np.isfinite(logarithms)])) >= _FEWEST_VALUES:
            found[name] = logarithms
    return found

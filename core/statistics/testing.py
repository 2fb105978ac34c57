"""Many tests at once: how many of the things found may be due to chance."""

from __future__ import annotations

import numpy as np


def false_discovery(p_values: np.ndarray, *, dependent: bool = False) -> np.ndarray:
    """Return p-values adjusted by Benjamini and Hochberg (1995); NaN stays NaN and is not counted as a test.

    ``dependent``: by Benjamini and Yekutieli (2001), which holds however the tests depend on each other.
    """
    # Sums of rounded chances may lie a hair above 1, which scipy refuses.
    p_values = np.clip(np.asarray(p_values, dtype=float), 0, 1)
    adjusted = np.full(p_values.shape, np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        from scipy.stats import false_discovery_control

        adjusted[known] = false_discovery_control(p_values[known], method="by" if dependent else "bh")
    return adjusted


def holm(p_values: list[float], level: float) -> np.ndarray:
    """Return which hypotheses Holm's (1979) method rejects with a family-wise error of ``level``, bool (m,)."""
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    small = values[order] <= level / np.arange(len(values), 0, -1)
    rejected = np.zeros(len(values), dtype=bool)
    rejected[order] = np.logical_and.accumulate(small)
    return rejected

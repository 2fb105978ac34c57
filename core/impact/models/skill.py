"""How much better a model foresees counts than the rate by the hour of the day alone."""

from __future__ import annotations

import numpy as np

from core.detector.coupling.counts import Grid
from core.impact.models.folds import Turn

_STEPS = 25
_RIDGE = 0.5


def hour_rates(
    counts: np.ndarray, exposure: np.ndarray, turns: tuple[Turn, ...], *, grid: Grid, harmonics: int
) -> np.ndarray:
    """Return the rate (1/s) that each turn's training bins give for the hour of its held-out bins, float64 (bins,).

    A Poisson regression on harmonics of the day, with a weak prior against them.
    """
    angle = 2 * np.pi * (np.arange(grid.bins_a_day) + 0.5) / grid.bins_a_day
    waves = [wave(angle * (n + 1)) for n in range(harmonics) for wave in (np.sin, np.cos)]
    columns = np.column_stack([np.ones(grid.bins_a_day), *waves])
    found = np.zeros(grid.bins)
    for turn in turns:
        place = turn.train % grid.bins_a_day
        seen = np.bincount(place, weights=counts[turn.train], minlength=grid.bins_a_day)
        live = np.bincount(place, weights=exposure[turn.train], minlength=grid.bins_a_day)
        found[turn.test] = _harmonic_rate(seen, live, columns)[turn.test % grid.bins_a_day]
    return found


def _harmonic_rate(seen: np.ndarray, live: np.ndarray, columns: np.ndarray) -> np.ndarray:
    prior = _RIDGE * np.eye(columns.shape[1])
    prior[0, 0] = 1e-6
    middle = np.log(max(float(seen.sum()), 0.5) / max(float(live.sum()), 1.0))
    coefficients = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        expected = live * np.exp(np.clip(middle + columns @ coefficients, -60, 10))
        gradient = columns.T @ (seen - expected) - prior @ coefficients
        step = np.linalg.solve(columns.T @ (columns * expected[:, None]) + prior, gradient)
        coefficients = coefficients + np.clip(step, -1, 1)
        if float(np.abs(step).max()) < 1e-8:
            break
    rate: np.ndarray = np.exp(np.clip(middle + columns @ coefficients, -60, 10))
    return rate


def deviance(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the Poisson deviance of each count, 2 (y log(y / mu) - (y - mu)), of the same shape."""
    expected = np.maximum(expected, 1e-12)
    ratio = np.where(counts > 0, counts, 1.0) / np.where(counts > 0, expected, 1.0)
    result: np.ndarray = 2 * (counts * np.log(ratio) - (counts - expected))
    return result


def explained(model: np.ndarray, alone: np.ndarray) -> float:
    """Return the share of the deviance ``alone`` (by the hour) that the model's deviance saves; below 0 where worse."""
    whole = float(alone.sum())
    return 1 - float(model.sum()) / whole if whole > 0 else 0.0

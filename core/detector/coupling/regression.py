"""How a rate goes with a channel: a Poisson or negative binomial regression whose errors are clustered by day.

Counts y in bins of livetime t: log E(y) = log t + slope x + daily cycle + slow trend, by iterated weighted least
squares. The slope's error leaves out one day after the other (the jackknife known as CR3, after MacKinnon and White
1985, one Newton step each): neighbouring bins are not independent, days are taken for it. Student's t has as many
degrees of freedom as there are days, less one, where all days tell as much, and fewer where some tell most of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.nuisance import Design

_STEPS = 60
_CLOSE = 1e-8
_FURTHEST = 2.0
_STEEPEST = 200.0


@dataclass(frozen=True, eq=False)
class RateFit:
    """A fitted rate.

    Attributes:
        slope: change of the natural logarithm of the rate with one unit of the channel.
        error: standard error of the slope.
        freedom: degrees of freedom of its t.
        influence: float64 (days,), how much the slope would change without each day; 0 for days without livetime.
        dispersion: alpha of the negative binomial, variance = mean + alpha mean^2; 0 for Poisson.
        expected: float64 (bins,), expected counts; 0 where nothing was compared.
        used: bool (bins,), which bins were compared.
    """

    slope: float
    error: float
    freedom: float
    influence: np.ndarray
    dispersion: float
    expected: np.ndarray
    used: np.ndarray

    @property
    def p_value(self) -> float:
        """Chance of a slope as steep, up or down, if there is none."""
        return two_sided(self.slope, self.error, self.freedom)

    def interval(self, *, confidence: float = 0.95) -> tuple[float, float]:
        """The slope's interval."""
        from scipy.stats import t

        half = float(t.ppf((1 + confidence) / 2, self.freedom)) * self.error
        return self.slope - half, self.slope + half


def two_sided(value: float, error: float, freedom: float) -> float:
    """Return the chance of a value as far from 0, by Student's t; 1 without an error."""
    from scipy.stats import t

    return float(2 * t.sf(abs(value) / error, freedom)) if error > 0 else 1.0


def day_error(influence: np.ndarray, days: int) -> float:
    """Return the standard error of a figure from how much it changes without each of ``days`` days."""
    return float(np.sqrt((days - 1) / days * (influence**2).sum())) if days > 1 else 0.0


def fit_rate(
    counts: np.ndarray,
    livetime: np.ndarray,
    level: np.ndarray,
    nuisance: Design,
    *,
    dispersion: float | None = None,
) -> RateFit:
    """Return how the rate of ``counts`` (bins,) goes with ``level`` (bins,), NaN where it was not recorded.

    ``livetime`` is (bins,), s; ``nuisance`` the columns beside the channel; ``dispersion`` alpha, found from the counts
    by moments where it is None.
    """
    used = (livetime > 0) & np.isfinite(level)
    middle = float(level[used].mean()) if used.any() else 0.0
    channel = np.where(used, level - middle, 0.0)
    design = nuisance.with_channel(channel)
    expected, coefficients, dispersion = _fit(counts, livetime, design, used, dispersion)
    weight = expected / (1 + dispersion * expected)
    score = np.where(used, (counts - expected) / (1 + dispersion * expected), 0.0)
    days = used.reshape(len(nuisance.before), -1).any(axis=1)
    influence = np.where(days, _without_each_day(design, weight, score), 0.0)
    explained = nuisance.information(weight).solve(nuisance.sums(weight * channel))
    own = np.where(used, channel - nuisance.times(explained), 0.0)
    held = (own**2 * weight).reshape(len(days), -1).sum(axis=1)
    return RateFit(
        slope=float(coefficients[0]),
        error=day_error(influence, int(days.sum())),
        freedom=_freedom(held),
        influence=influence,
        dispersion=dispersion,
        expected=expected,
        used=used,
    )


def fit_nuisance(
    counts: np.ndarray, livetime: np.ndarray, nuisance: Design, *, dispersion: float | None = None
) -> tuple[np.ndarray, float]:
    """Return the counts expected without any channel, float64 (bins,), and the dispersion alpha."""
    expected, _, alpha = _fit(counts, livetime, nuisance, livetime > 0, dispersion)
    return expected, alpha


def moment_dispersion(counts: np.ndarray, expected: np.ndarray) -> float:
    """Return alpha of variance = mean + alpha mean^2 by moments; 0 where the counts scatter no more than Poisson's."""
    square = float((expected**2).sum())
    return max(0.0, float(((counts - expected) ** 2 - expected).sum()) / square) if square > 0 else 0.0


def _without_each_day(design: Design, weight: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return how the first coefficient would change without each day, float64 (days,), one Newton step each.

    With A the information and A_d that of day d, of the few columns that the day has, it is the first row of
    (A - A_d)^-1 times the day's score; by Woodbury's identity A^-1 is all that is needed of A.
    """
    days, places = design.by_day, design.places
    by_day = (len(places), -1)
    blocks = design.blocks(weight)
    scores = np.einsum("dbc,db->dc", days, score.reshape(by_day))
    inverse = design.information(weight).inverse()
    held = inverse[places[:, :, None], places[:, None, :]]
    freed = np.linalg.solve(np.eye(places.shape[1]) - blocks @ held, scores[:, :, None])[:, :, 0]
    return -np.einsum("dc,dc->d", inverse[0][places], freed)


def _freedom(held: np.ndarray) -> float:
    """Return the effective number of days, less one: the exponential of the entropy of their shares of information."""
    shares = held[held > 0] / held.sum() if held.sum() > 0 else np.ones(1)
    return max(1.0, float(np.exp(-(shares * np.log(shares)).sum())) - 1)


def _fit(
    counts: np.ndarray, livetime: np.ndarray, design: Design, used: np.ndarray, dispersion: float | None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return expected counts (bins,), coefficients, and alpha: found after a first fit as Poisson where it is None."""
    alpha = dispersion or 0.0
    start = np.zeros(design.columns + design.knots)
    total = float(livetime[used].sum())
    if total > 0:
        start[design.columns :] = np.log(max(float(counts[used].sum()), 0.5) / total)
    expected, found = _iterate(counts, livetime, design, used, alpha, start)
    if dispersion is None:
        alpha = moment_dispersion(counts[used], expected[used])
        if alpha > 0:
            expected, found = _iterate(counts, livetime, design, used, alpha, found)
    return expected, found, alpha


def _iterate(
    counts: np.ndarray,
    livetime: np.ndarray,
    design: Design,
    used: np.ndarray,
    alpha: float,
    coefficients: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    offset = np.log(np.where(used, livetime, 1.0))
    expected = np.zeros(len(counts))
    for _ in range(_STEPS):
        expected = np.where(used, np.exp(np.clip(design.times(coefficients) + offset, -80, 30)), 0.0)
        score = np.where(used, (counts - expected) / (1 + alpha * expected), 0.0)
        gradient = design.sums(score) - design.pull(coefficients)
        step = design.information(expected / (1 + alpha * expected)).solve(gradient)
        largest = float(np.abs(step).max())
        if largest < _CLOSE or float(np.abs(coefficients).max()) > _STEEPEST:
            break
        coefficients = coefficients + step * min(1.0, _FURTHEST / largest)
    return expected, coefficients

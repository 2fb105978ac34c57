"""How surprising a number of coincidences is: hveto's significance, and that against shifted times."""

from __future__ import annotations

import numpy as np

_DEEP = 1e-280
_TERMS = 10_000
_LN10 = float(np.log(10))


def count_coincidences(primary: np.ndarray, auxiliary: np.ndarray, window: float) -> int:
    """Return how many of ``primary`` have one of ``auxiliary`` within half of ``window`` s, borders included.

    Both are ascending, GPS seconds. hveto 2.1.9's search stops at the next primary and so finds fewer in windows that
    hold two of them; its `find_coincidences` finds these.
    """
    return int(near_any(primary, auxiliary, window).sum())


def near_any(times: np.ndarray, others: np.ndarray, window: float) -> np.ndarray:
    """Return which of ``times`` have one of ``others``, ascending, within half of ``window`` s: bool (n,)."""
    half = window / 2
    near: np.ndarray = np.searchsorted(others, times - half, "left") < np.searchsorted(others, times + half, "right")
    return near


def expected_coincidences(primary: int, auxiliary: int, window: float, livetime: float) -> float:
    """Return hveto's mu: N_primary N_auxiliary window / livetime, all in s; 0 without livetime."""
    return primary * auxiliary * window / livetime if livetime > 0 else 0.0


def significance(found: int, expected: float) -> float:
    """Return hveto's S, -log10 of the chance that a Poisson count of mean ``expected`` is ``found`` or more.

    0 for none found; infinite where some were found and none can be expected (hveto 2.1.9 raises there). Where the
    chance is too small for a float, its series is summed; hveto takes the first term of it.
    """
    if found <= 0:
        return 0.0
    if expected <= 0:
        return float("inf")
    from scipy.special import gammainc, gammaln

    chance = float(gammainc(found, expected))
    if chance > _DEEP:
        return -float(np.log10(chance)) + 0.0
    first = found * np.log(expected) - expected - gammaln(found + 1)
    ratios = expected / (found + np.arange(1, _TERMS))
    terms = np.cumprod(ratios[: int(np.searchsorted(-ratios, -1e-300)) or 1])
    return float(-(first + np.log1p(terms.sum())) / _LN10)


def scattered_significance(found: int, shifted: np.ndarray) -> float:
    """Return -log10 of the chance of ``found`` or more, if counts scatter as ``shifted`` ones do.

    ``shifted`` is (m,), counts under shifts. A negative binomial of their mean and variance, a Poisson count where they
    scatter no more; the mean is taken half a count over all shifts too high, so that none in any shift is no proof.
    """
    if found <= 0:
        return 0.0
    mean = float(shifted.mean()) + 0.5 / len(shifted)
    variance = float(shifted.var(ddof=1)) if len(shifted) > 1 else 0.0
    if variance <= mean * 1.000001:
        return significance(found, mean)
    from scipy.special import betainc, betaln

    size, share = mean**2 / (variance - mean), mean / variance
    chance = float(betainc(found, size, 1 - share))
    if chance > _DEEP:
        return max(0.0, -float(np.log10(chance)))
    return float(-(found * np.log1p(-share) + size * np.log(share) - np.log(found) - betaln(found, size)) / _LN10)

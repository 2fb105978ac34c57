"""Days of livetime, drawn again and again: neighbouring glitches are not independent, days are taken for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.model import Segments
from core.errors import GlitchAuditError

DAY = 86400.0
FEWEST_DAYS = 5
"""Below these an interval by day would say more than it knows."""

_LEAST_SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class Days:
    """The GPS days of an observation.

    Attributes:
        begin: GPS seconds at which the first day begins.
        live: when the detector observed.
        seconds: float64 (days,), livetime of each day, s.
        weights: float64 (draws, days), how often each day is drawn; days without livetime never are.
    """

    begin: float
    live: Segments
    seconds: np.ndarray
    weights: np.ndarray

    @property
    def observed(self) -> int:
        """Days with livetime."""
        return int((self.seconds > 0).sum())

    def sums(self, times: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """How many of ``times`` (GPS seconds) lie in each day's livetime, or the sum of their ``values``: (days,)."""
        inside = self.live.contains(times)
        day = np.floor((np.asarray(times)[inside] - self.begin) / DAY).astype(np.int64)
        weights = None if values is None else np.asarray(values, dtype=np.float64)[inside]
        return np.bincount(day, weights=weights, minlength=len(self.seconds)).astype(np.float64)

    def inside(self, spans: Segments) -> np.ndarray:
        """Seconds of ``spans`` within each day's livetime, float64 (days,)."""
        return spans.within(self.live).per_bin(self.begin, DAY, len(self.seconds))

    def draws(self, above: np.ndarray, below: np.ndarray) -> np.ndarray:
        """The ratio of two sums over days, (days,) each, for each draw: float64 (draws,); 0 where nothing is below.

        Spread by sqrt(D / (D - 1)), as D drawn days scatter less than D new ones.
        """
        total = float(below.sum())
        value = float(above.sum()) / total if total else 0.0
        sums = self.weights @ np.column_stack([above, below])
        drawn = np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), value), where=sums[:, 1] > 0)
        wider = np.sqrt(self.observed / max(self.observed - 1, 1))
        return value + (drawn - value) * wider


def days_of(live: Segments, *, draws: int = 1000, seed: int = 0) -> Days:
    """Return the days of a detector's livetime; raises GlitchAuditError where they are too few for an interval."""
    if not len(live.spans):
        raise GlitchAuditError(
            "It is not known when the detector observed, so no rate can be given; bring its livetime as segments."
        )
    begin = float(np.floor(live.spans[0, 0] / DAY) * DAY)
    count = int(np.ceil((live.spans[-1, 1] - begin) / DAY))
    seconds = live.per_bin(begin, DAY, count)
    seconds[seconds < _LEAST_SECONDS] = 0.0
    observed = np.flatnonzero(seconds)
    if len(observed) < FEWEST_DAYS:
        raise GlitchAuditError(
            f"The livetime covers {len(observed)} days, too few for an interval by day; bring at least {FEWEST_DAYS}."
        )
    weights = np.zeros((draws, count))
    random = np.random.default_rng(seed)
    weights[:, observed] = random.multinomial(len(observed), np.full(len(observed), 1 / len(observed)), draws)
    return Days(begin, live, seconds, weights)

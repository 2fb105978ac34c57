"""Which glitches could lie on a signal: boxes in time and frequency against the track of a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.detector.model import Segments, segments
from core.errors import GlitchAuditError
from core.impact.columns.days import Days
from core.impact.columns.figure import Column, Figure, cannot, drawn_figure
from core.impact.columns.veto import NONE_LIVE, deadtime_figure
from core.impact.glitches import Glitches
from core.statistics.intervals import wilson_interval

SOLAR_MASS = 4.925490947e-6
"""G times the mass of the sun over c^3, s."""

_NO_BOX = "No glitch of this family has a duration and a band."


@dataclass(frozen=True)
class Template:
    """A signal of two masses, as the detector sees it (redshifted), in solar masses; ``lowest`` is where it enters, Hz.

    Its track is f(tau) = (1 / pi) (5 / (256 tau))^(3/8) (G M_c / c^3)^(-5/8), tau before the merger, from ``lowest``
    up to the last stable orbit, c^3 / (6^1.5 pi G M): Newtonian, which is right to some per cent before that orbit.
    """

    name: str
    first: float
    second: float
    lowest: float = 20.0

    def __post_init__(self) -> None:
        if not (self.first > 0 and self.second > 0 and self.lowest > 0):
            raise GlitchAuditError(f"The masses and the lowest frequency of {self.name} must be above 0.")
        if self.highest <= self.lowest:
            raise GlitchAuditError(
                f"A signal of {self.first:g} and {self.second:g} solar masses ends at {self.highest:.1f} Hz, below "
                f"the {self.lowest:g} Hz at which detectors begin to see it; give smaller masses."
            )

    @property
    def chirp_mass(self) -> float:
        """The chirp mass, solar masses."""
        return float((self.first * self.second) ** 0.6 / (self.first + self.second) ** 0.2)

    @property
    def highest(self) -> float:
        """The frequency of the last stable orbit, Hz."""
        return float(1 / (6**1.5 * np.pi * (self.first + self.second) * SOLAR_MASS))

    def frequency(self, tau: np.ndarray | float) -> np.ndarray:
        """The frequency ``tau`` s before the merger, Hz."""
        return (5 / (256 * np.asarray(tau))) ** 0.375 * (self.chirp_mass * SOLAR_MASS) ** -0.625 / np.pi

    def before_merger(self, frequency: np.ndarray | float) -> np.ndarray:
        """How long before the merger it has this frequency (Hz), s."""
        scale = np.pi * np.asarray(frequency) * (self.chirp_mass * SOLAR_MASS) ** 0.625
        return 5 / 256 * scale ** (-8 / 3)


TEMPLATES = (
    Template("binary neutron star", 1.4, 1.4),
    Template("neutron star and black hole", 1.4, 10.0),
    Template("heavy black holes", 60.0, 60.0),
)


def has_box(glitches: Glitches) -> np.ndarray:
    """Return which glitches have a duration and a band, bool (n,)."""
    return np.isfinite(glitches.durations) & np.isfinite(glitches.lowest) & np.isfinite(glitches.highest)


def meets(glitches: Glitches, template: Template) -> np.ndarray:
    """Return which glitches' boxes some signal of this template passes through, bool (n,).

    A signal may merge at any time, so it is the bands that decide; a glitch without a box meets nothing.
    """
    low, high = glitches.lowest, glitches.highest
    return has_box(glitches) & (high >= template.lowest) & (low <= template.highest)


def merger_times(glitches: Glitches, template: Template) -> Segments:
    """Return at which times a signal may merge so that its track passes through a glitch's box: GPS seconds.

    For a box from t1 to t2 and f1 to f2 these are t1 + tau(f2) to t2 + tau(f1), each frequency within the track's.
    """
    own = glitches.only(meets(glitches, template))
    first = own.times - own.durations / 2 + template.before_merger(np.minimum(own.highest, template.highest))
    last = own.times + own.durations / 2 + template.before_merger(np.maximum(own.lowest, template.lowest))
    return segments(np.column_stack([first, last]))


def overlap_figure(glitches: Glitches, template: Template, days: Days) -> Figure:
    """Return the share of a family's glitches, among those with a box, whose box meets the template's track."""
    own = glitches.only(days.live.contains(glitches.times))
    if not len(own.times):
        return cannot(NONE_LIVE)
    boxed = has_box(own)
    if not boxed.any():
        return cannot(_NO_BOX)
    met = meets(own, template)
    value = float(met.sum() / boxed.sum())
    draws = np.clip(days.draws(days.sums(own.times[met]), days.sums(own.times[boxed])), 0, 1)
    drawn = drawn_figure(value, draws, most=1.0)
    low, high = wilson_interval(int(met.sum()), int(boxed.sum()))
    return Figure(value, min(low, drawn.low), max(high, drawn.high), draws=draws)


def hit_figure(glitches: Glitches, template: Template, days: Days) -> Figure:
    """Return the chance that a signal which merges at a random time of the livetime passes through a glitch's box."""
    own = glitches.only(days.live.contains(glitches.times))
    if not len(own.times):
        return cannot(NONE_LIVE)
    if not has_box(own).any():
        return cannot(_NO_BOX)
    count = int(meets(own, template).sum())
    if not count:
        return Figure(0.0, 0.0, 0.0, "No glitch of this family has a band that the template reaches.")
    return deadtime_figure(merger_times(own, template), days, count=count)


def overlap_columns(families: Mapping[str, Glitches], days: Days, templates: Sequence[Template]) -> list[Column]:
    """Return two columns for each template: share of glitches that it meets, and chance that a signal is met."""
    columns = []
    for one in templates:
        masses = f"{one.first:g} and {one.second:g} solar masses"
        columns.append(
            Column(
                key=f"overlap {one.name}",
                title=f"Overlap, {one.name}",
                unit="share",
                definition="Share of the glitches with a known duration and band whose box in time and frequency a "
                f"signal of {masses} could pass through: overlap, not loss.",
                figures={name: overlap_figure(own, one, days) for name, own in families.items()},
            )
        )
        columns.append(
            Column(
                key=f"signal met {one.name}",
                title=f"Signals met, {one.name}",
                unit="share",
                definition=f"Chance that a signal of {masses} that merges at a random time of the livetime passes "
                "through a glitch's box: overlap, not loss.",
                figures={name: hit_figure(own, one, days) for name, own in families.items()},
            )
        )
    return columns

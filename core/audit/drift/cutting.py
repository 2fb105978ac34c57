"""A curve cut into segments, and what each segment's labels suggest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.drift.along import mean_chance
from core.audit.drift.model import Drift
from core.audit.drift.units import rows_of
from core.audit.metrics import label_mix
from core.audit.model import AuditInput
from core.errors import GlitchAuditError
from core.statistics.intervals import wilson_interval

CHANGE_POINTS, THIRDS = "change points", "thirds"
HOW = (CHANGE_POINTS, THIRDS)

KEEP, LOOK = "keep", "look at the pictures"

FEWEST_TO_SUGGEST = 5
"""Samples below which a segment is too small for any suggestion but to look at it."""

_PLACES = 600
_FEWEST, _FEWEST_SHARE = 5, 0.05
_RARE_SHARE = 0.05


@dataclass(frozen=True)
class Segment:
    """A stretch of a curve; ``start`` and ``stop`` are the places of its first and last sample, 0 to 1.

    ``expected_wrong`` is the mean chance that a label is wrong, with its 95 % interval, NaN without suspicion; it is no
    estimate of all wrong labels, because one that the embedding finds plausible has a chance near 0. ``differing`` is
    the share of the samples with another label than ``top_label``, the commonest one, with its 95 % Wilson interval;
    ``differing_ids`` are those samples, in order along the curve. ``suggestion`` is "relabel the 3 others to X", "keep"
    or "look at the pictures", ``relabel_to`` the label X, "" for the others.
    """

    start: float
    stop: float
    sample_ids: tuple[str, ...]
    glitches: int
    label_counts: Mapping[str, int]
    top_label: str
    expected_wrong: float
    expected_wrong_low: float
    expected_wrong_high: float
    differing: float
    differing_low: float
    differing_high: float
    differing_ids: tuple[str, ...]
    suggestion: str
    relabel_to: str

    @property
    def error_rate(self) -> float:
        """The expected share of wrong labels, or without suspicion the share of differing ones."""
        return self.differing if np.isnan(self.expected_wrong) else self.expected_wrong

    @property
    def error_interval(self) -> tuple[float, float]:
        """The 95 % interval of :attr:`error_rate`."""
        if np.isnan(self.expected_wrong):
            return self.differing_low, self.differing_high
        return self.expected_wrong_low, self.expected_wrong_high


def segments(
    case: AuditInput, drift: Drift, *, how: str = CHANGE_POINTS, suspicion: np.ndarray | None = None
) -> tuple[Segment, ...]:
    """Cut a curve where its label mix changes, or into three parts of equally many samples.

    Change points minimise the labels' description length exactly, by dynamic programming: their multinomial cost, that
    of each cut's place, and that of each part's label shares (Davis, Lee and Rodriguez-Yam 2006). Labels of less than
    5 % of the samples count as one. ``how`` is "change points" or "thirds"; ``suspicion`` is float (n,), the chance
    that each sample's label is wrong, in the order of ``case.samples``. Raises GlitchAuditError for another ``how``, or
    where the drift was found on other data.
    """
    if how not in HOW:
        raise GlitchAuditError(f"A curve is cut by {' or '.join(HOW)}, not by “{how}”.")
    rows = rows_of(case, drift)
    if how == THIRDS:
        parts = [part for part in np.array_split(np.arange(len(rows)), 3) if len(part)]
    else:
        weight = len(np.unique(case.glitches[rows])) / len(rows)
        cuts = change_points(case.labels[rows], weight=weight)
        parts = np.split(np.arange(len(rows)), cuts)
    return tuple(segment_of(case, drift, part, suspicion=suspicion) for part in parts)


def segment_of(case: AuditInput, drift: Drift, places: np.ndarray, *, suspicion: np.ndarray | None = None) -> Segment:
    """Return the segment of the samples at these places of a curve, for example from a lasso.

    ``places`` is int (s,), numbers of samples along the curve from 0. Raises GlitchAuditError where there are none.
    """
    places = np.sort(np.asarray(places, dtype=int))
    if not len(places):
        raise GlitchAuditError("A segment needs at least one sample of the curve.")
    rows = rows_of(case, drift)[places]
    labels, ids = case.labels[rows], np.asarray(drift.sample_ids, dtype=object)[places]
    mix = label_mix(labels)
    glitches = len(np.unique(case.glitches[rows]))
    other = labels != mix.top_label
    share = float(other.mean())
    # Views of one glitch are one witness: the share is over samples, its interval over glitches.
    low, high = wilson_interval(share * glitches, glitches)
    chances = np.full(len(rows), np.nan) if suspicion is None else np.asarray(suspicion, dtype=float)[rows]
    wrong, wrong_low, wrong_high = mean_chance(chances[np.isfinite(chances)], glitches)
    suggestion, relabel_to = _suggestion(mix.top_label, high, other, chances)
    return Segment(
        start=float(drift.position[places[0]]),
        stop=float(drift.position[places[-1]]),
        sample_ids=tuple(ids),
        glitches=glitches,
        label_counts={str(name): int(n) for name, n in pd.Series(labels).value_counts(sort=True).items()},
        top_label=mix.top_label,
        expected_wrong=wrong,
        expected_wrong_low=wrong_low,
        expected_wrong_high=wrong_high,
        differing=share,
        differing_low=low,
        differing_high=high,
        differing_ids=tuple(ids[other]),
        suggestion=suggestion,
        relabel_to=relabel_to,
    )


def change_points(labels: np.ndarray, *, weight: float = 1.0) -> np.ndarray:
    """Return where the label mix of a sequence changes: the number of the first sample of each part but the first.

    ``labels`` is str (m,), in order; ``weight`` is how much one label counts as evidence: glitches over samples where
    several samples show one glitch.
    """
    labels = np.asarray(labels, dtype=str)
    count = len(labels)
    names, number = np.unique(labels, return_inverse=True)
    counts = np.bincount(number)
    rare = counts < _RARE_SHARE * count
    number = np.where(rare[number], len(names), number)
    number = np.unique(number, return_inverse=True)[1]
    kinds = int(number.max()) + 1 if count else 0
    least = int(np.ceil(max(_FEWEST / weight, _FEWEST_SHARE * count)))
    if kinds < 2 or count < 2 * least:
        return np.zeros(0, dtype=int)
    places = np.unique(np.linspace(0, count, min(count, _PLACES) + 1).round().astype(int))
    so_far = np.vstack([np.zeros(kinds), np.cumsum(np.eye(kinds)[number], axis=0)])[places]
    # A place among n costs log n nats; a label's share that is known from m labels, half of log m.
    lengths = np.maximum(weight * np.arange(count + 1), 1)
    penalties = np.log(count * weight) + (kinds - 1) / 2 * np.log(lengths)
    return places[_cheapest_cuts(so_far, places, least=least, weight=weight, penalties=penalties)]


def _cheapest_cuts(
    so_far: np.ndarray, places: np.ndarray, *, least: int, weight: float, penalties: np.ndarray
) -> list[int]:
    """Find the cuts by dynamic programming over the allowed places (Jackson et al. 2005, optimal partitioning).

    ``penalties``, float (count + 1,), is what a part of so many labels costs beside its labels.
    """
    total = np.full(len(places), np.inf)
    total[0] = 0.0
    came_from = np.zeros(len(places), dtype=int)
    for stop in range(1, len(places)):
        starts = np.flatnonzero((places[stop] - places[:stop] >= least) & np.isfinite(total[:stop]))
        if not len(starts):
            continue
        inside = so_far[stop] - so_far[starts]
        sizes = inside.sum(axis=1, keepdims=True)
        cost = -(inside * np.log(np.maximum(inside, 1) / sizes)).sum(axis=1) * weight
        sums = total[starts] + cost + penalties[places[stop] - places[starts]]
        best = int(np.argmin(sums))
        total[stop], came_from[stop] = sums[best], starts[best]
    cuts, place = [], came_from[-1]
    while place > 0:
        cuts.append(int(place))
        place = came_from[place]
    return cuts[::-1]


def _suggestion(top_label: str, differing_high: float, other: np.ndarray, chances: np.ndarray) -> tuple[str, str]:
    if len(other) < FEWEST_TO_SUGGEST:
        return LOOK, ""
    if not other.any():
        return KEEP, ""
    if differing_high >= 0.5:
        return LOOK, ""
    of_others = chances[other]
    # Along a continuum the embedding is least sure just where labels fail: its doubt is no reason to keep them.
    if np.isfinite(of_others).any() and np.nanmean(of_others) < 0.5:
        return LOOK, ""
    count = int(other.sum())
    which = f"the {count} others" if count > 1 else "the other one"
    return f"relabel {which} to {top_label}", top_label

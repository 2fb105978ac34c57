"""What channels alone foresee of each glitch's label, calibrated, and how that speaks for one label against another.

The model of :mod:`core.impact.models.naming` foresees each glitch from blocks of time that do not hold it, learning
from labels of which some are wrong: its chances are those of a label, not of the truth. Evidence between two labels is
how much the quotient of their chances rises over the usual one at that hour; beside what a picture says, which does not
know the channels, it multiplies (Bayes' rule, with picture and channels independent given the label). It is calibrated
for each pair of labels: between labels that no channel tells apart it would be noise otherwise.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.detector.coupling.counts import Grid, grid_of
from core.detector.model import ChannelTable, GlitchTimes, Segments
from core.impact.models.folds import turns_of
from core.impact.models.naming import FamilyModel, model_family
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import day_weights
from core.progress import OnProgress, ignore_progress
from core.statistics.intervals import drawn_interval, wilson_interval

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

LEAST_ODDS = 3.0
"""How many times better the channels must fit one of two labels to be told of: from 3 on evidence is called positive
(Kass and Raftery 1995, section 3.2)."""

_EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_SMALLEST = 1e-6
_MOST_STRETCH = 3.0


@dataclass(frozen=True)
class Checked:
    """How often it was so where the model gave a label a chance between ``low`` and ``high``.

    Attributes:
        low, high: of the chance, the high end included where it is 1.
        count: how many chances of glitches in held-out blocks lie there.
        stated: their mean.
        seen: the share whose glitch carries that label; ``seen_low`` and ``seen_high`` with 95 % by days.
    """

    low: float
    high: float
    count: int
    stated: float
    seen: float
    seen_low: float
    seen_high: float


@dataclass(frozen=True, eq=False)
class Foreseen:
    """What the channels of one detector foresee of its glitches' labels.

    Attributes:
        detector: which.
        families: the labels that were told apart, by name.
        sample_ids: object (n,); none where there is no skill.
        chances: float64 (n, families), calibrated; NaN where nothing is foreseen.
        usual: float64 (n, families), how usual each label is at that quarter of the day.
        turn: int64 (n,), in which turn each glitch was held out.
        stretch: float64 (turns, families, families), what evidence between two labels is multiplied with, by turn.
        checked: how often it was so, by how sure the model was.
        skilled: whether the channels tell the labels apart better than shifted by whole days.
        sentence: that, for a person, or why nothing could be modelled.
    """

    detector: str
    families: tuple[str, ...]
    sample_ids: np.ndarray
    chances: np.ndarray
    usual: np.ndarray
    turn: np.ndarray
    stretch: np.ndarray
    checked: tuple[Checked, ...]
    skilled: bool
    sentence: str

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.sample_ids, dtype=object)

    def rows_of(self, sample_ids: Sequence[str]) -> np.ndarray:
        """Return the row of each sample, int64; -1 of those that nothing is foreseen of."""
        rows = np.asarray(self._index.get_indexer(pd.Index(sample_ids, dtype=object)))
        known = rows >= 0
        known[known] = np.isfinite(self.chances[rows[known]]).all(axis=1)
        return np.where(known, rows, -1)

    def log_odds(self, sample_ids: Sequence[str], labels: Sequence[str], others: Sequence[str]) -> np.ndarray:
        """Return how much better the channels fit the other label than the own one of each sample.

        Natural logarithms, float64 (n,), negative where they fit the own one better; NaN where nothing is foreseen.
        """
        rows, names = self.rows_of(sample_ids), pd.Index(self.families, dtype=object)
        own, other = (np.asarray(names.get_indexer(pd.Index(one, dtype=object))) for one in (labels, others))
        known = (rows >= 0) & (own >= 0) & (other >= 0)
        found = np.full(len(rows), np.nan)
        at, own, other = rows[known], own[known], other[known]
        ratio = _log_ratio(self.chances[at], self.usual[at])
        each = np.arange(len(at))
        found[known] = self.stretch[self.turn[at], own, other] * (ratio[each, other] - ratio[each, own])
        return found

    def checked_at(self, chance: float) -> Checked | None:
        """How often it was so where a chance was about as large as ``chance``; None where none was."""
        return next((one for one in self.checked if one.low <= chance < one.high or chance == one.high == 1.0), None)


def nothing_foreseen(detector: str, sentence: str) -> Foreseen:
    """Return that nothing is foreseen of ``detector``, because of ``sentence``."""
    none, turn = np.zeros((0, 0)), np.zeros(0, dtype=np.int64)
    return Foreseen(detector, (), np.zeros(0, dtype=object), none, none, turn, np.zeros((0, 0, 0)), (), False, sentence)


def foresee_labels(
    table: ChannelTable,
    glitches: GlitchTimes,
    *,
    detector: str,
    params: ModelParams | None = None,
    states: Mapping[str, Segments] | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Foreseen:
    """Return what the channels foresee of the labels of ``detector``'s glitches, out of sample and calibrated.

    The families of ``glitches`` are their labels. Without skill beyond labels shifted by whole days nothing is
    foreseen. Raises GlitchAuditError as :func:`core.impact.models.naming.model_family` does.
    """
    params = params or ModelParams()
    model = model_family(table, glitches, detector=detector, params=params, states=states, on_progress=on_progress)
    if not model.skilled:
        return nothing_foreseen(detector, model.sentence)
    return calibrated(model, table, glitches, detector=detector, params=params)


def calibrated(
    model: FamilyModel, table: ChannelTable, glitches: GlitchTimes, *, detector: str, params: ModelParams
) -> Foreseen:
    """Return the chances of ``model``, whether or not it has skill, calibrated by other blocks of time than their own.

    The arguments are those that ``model`` was made with.
    """
    grid = grid_of(table, params.coupling)
    at = pd.Series(glitches.times, index=glitches.sample_ids)
    bins = grid.bin_of(at[~at.index.duplicated()].loc[list(model.sample_ids)].to_numpy(dtype=float))
    codes = np.searchsorted(np.array(model.families), model.given.astype(str))
    turn = _turn_of(bins, grid, params)
    chances = _recalibrated(model.chances, model.by_hour, codes, turn)
    return Foreseen(
        detector,
        model.families,
        model.sample_ids,
        chances,
        model.by_hour,
        turn,
        _pairs(chances, model.by_hour, codes, turn),
        _checked(chances, codes, bins // grid.bins_a_day, grid, params),
        model.skilled,
        model.sentence,
    )


def foreseen_in_words(foreseen: Foreseen, sample_id: str, label: str, other: str) -> str:
    """Return what the channels say between a sample's ``label`` and an ``other`` one, in one sentence.

    Empty unless they fit one of the two at least :data:`LEAST_ODDS` times better.
    """
    odds = float(foreseen.log_odds([sample_id], [label], [other])[0])
    if not abs(odds) >= np.log(LEAST_ODDS):
        return ""
    better, worse = (other, label) if odds > 0 else (label, other)
    row = int(foreseen.rows_of([sample_id])[0])
    places = [foreseen.families.index(name) for name in (better, worse)]
    chances, usual = (values[row, places] for values in (foreseen.chances, foreseen.usual))
    said = (
        f"From the channels alone, {_of_100(chances[0])} of 100 glitches at such times are labelled {better} (usually "
        f"{_of_100(usual[0])}) and {_of_100(chances[1])} {worse} (usually {_of_100(usual[1])}), which speaks for "
        f"{better}"
    )
    checked = foreseen.checked_at(float(chances[0]))
    if checked is None:
        return f"{said}."
    return (
        f"{said}; about so sure, the model was right in {_of_100(checked.seen)} of 100 ({_of_100(checked.seen_low)} to "
        f"{_of_100(checked.seen_high)})."
    )


def _of_100(share: float) -> int:
    return round(100 * float(share))


def least_refits(params: ModelParams) -> ModelParams:
    """Return ``params`` with as many refits as their level needs, and one in reserve, at least."""
    needed = int(np.ceil(2 / params.level)) - 1
    return dataclasses.replace(params, refits=max(params.refits, needed))


def _turn_of(bins: np.ndarray, grid: Grid, params: ModelParams) -> np.ndarray:
    """Return in which turn each glitch was held out, int64 (n,)."""
    turn = np.full(grid.bins, -1, dtype=np.int64)
    for number, one in enumerate(turns_of(grid, params)):
        turn[one.test] = number
    return turn[bins]


def _recalibrated(chances: np.ndarray, usual: np.ndarray, codes: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return the chances, their distance from the usual ones stretched as the other turns' glitches call for."""
    from scipy.optimize import minimize_scalar

    ratio = _log_ratio(chances, usual)
    known = np.isfinite(chances).all(axis=1)
    found = np.full_like(chances, np.nan)
    for one in np.unique(turn[known]):
        learnt, own = known & (turn != one), known & (turn == one)

        def loss(stretch: float, learnt: np.ndarray = learnt) -> float:
            stretched = _stretched(usual[learnt], ratio[learnt], stretch)
            return float(-np.log(np.maximum(stretched[np.arange(len(stretched)), codes[learnt]], _SMALLEST)).mean())

        stretch = minimize_scalar(loss, bounds=(0.0, _MOST_STRETCH), method="bounded").x if learnt.any() else 1.0
        found[own] = _stretched(usual[own], ratio[own], float(stretch))
    return found


def _pairs(chances: np.ndarray, usual: np.ndarray, codes: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return by how much evidence between each two labels is to be multiplied in each turn, learnt from the others."""
    ratio, known = _log_ratio(chances, usual), np.isfinite(chances).all(axis=1)
    prior = np.log(np.maximum(usual, _SMALLEST))
    turns, count = int(turn.max(initial=0)) + 1, chances.shape[1]
    found = np.zeros((turns, count, count))
    for first in range(count):
        for second in range(first + 1, count):
            both = known & ((codes == first) | (codes == second))
            evidence = ratio[both, first] - ratio[both, second]
            before = prior[both, first] - prior[both, second]
            sign = np.where(codes[both] == first, 1.0, -1.0)
            for one in range(turns):
                learnt = turn[both] != one
                stretch = _best_stretch(evidence[learnt], before[learnt], sign[learnt])
                found[one, first, second] = found[one, second, first] = stretch
    return found


def _best_stretch(evidence: np.ndarray, before: np.ndarray, sign: np.ndarray) -> float:
    from scipy.optimize import minimize_scalar

    if not len(sign):
        return 0.0
    found = minimize_scalar(
        lambda stretch: float(np.logaddexp(0, -sign * (before + stretch * evidence)).mean()),
        bounds=(0.0, _MOST_STRETCH),
        method="bounded",
    )
    return float(found.x)


def _log_ratio(chances: np.ndarray, usual: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.log(np.maximum(chances, _SMALLEST)) - np.log(np.maximum(usual, _SMALLEST))
    return result


def _stretched(usual: np.ndarray, ratio: np.ndarray, stretch: float) -> np.ndarray:
    weight = np.log(np.maximum(usual, _SMALLEST)) + stretch * ratio
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    result: np.ndarray = weight / weight.sum(axis=1, keepdims=True)
    return result


def _checked(
    chances: np.ndarray, codes: np.ndarray, day: np.ndarray, grid: Grid, params: ModelParams
) -> tuple[Checked, ...]:
    known = np.isfinite(chances).all(axis=1)
    if not known.any():
        return ()
    count = chances.shape[1]
    stated, days = chances[known].ravel(), np.repeat(day[known], count)
    carried = (np.arange(count) == codes[known][:, None]).ravel().astype(float)
    drawn = day_weights(np.bincount(day[known], minlength=grid.days) > 0, params)
    place = np.clip(np.searchsorted(_EDGES, stated, side="right") - 1, 0, len(_EDGES) - 2)
    found = []
    for number in np.unique(place):
        here = place == number
        many = np.bincount(days[here], minlength=grid.days).astype(float)
        seen = np.bincount(days[here], weights=carried[here], minlength=grid.days)
        share = float(carried[here].mean())
        draws = (drawn @ seen + share) / (drawn @ many + 1)
        low, high = drawn_interval(draws)
        # Days that all agree are no proof that the next one would: never surer than that many single glitches.
        least, most = wilson_interval(float(carried[here].sum()), int(here.sum()))
        found.append(
            Checked(
                _EDGES[number],
                _EDGES[number + 1],
                int(here.sum()),
                float(stated[here].mean()),
                share,
                min(float(low), least),
                max(float(high), most),
            )
        )
    return tuple(found)

"""Whether two labels, or two parts of one label, go with different channels: what pictures cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.detector.coupling.counts import FamilyCounts, Grid, Motion, count_families, epochs_of, grid_of, motion_of
from core.detector.coupling.nuisance import Design, daily_share, nuisance_design
from core.detector.coupling.pairs import too_little
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.regression import RateFit, day_error, fit_rate, two_sided
from core.detector.coupling.verdicts import (
    BY_HOUR,
    CANNOT_TELL,
    CONSTANT,
    FEW_DAYS,
    FEW_GLITCHES,
    MISSING,
    NO_LIVETIME,
    STEPS,
    fold,
)
from core.detector.model import ChannelTable, GlitchTimes
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress
from core.statistics.testing import false_discovery

DIFFERENT = "different"
NO_DIFFERENCE = "no difference to be told"
_ANSWERS = (DIFFERENT, CANNOT_TELL, NO_DIFFERENCE)
_UNSAFE = "unsafe"
_SEEN = 0.9
_Measured = tuple["Difference", RateFit | None, float]
"""What was measured with one channel: the difference, its fit, and how far apart the channel's tenths are.

Without a fit nothing was measured, and the difference says why.
"""

_WHY_NOT = {
    _UNSAFE: "{channel} sees the strain itself",
    CONSTANT: "{channel} never changes",
    BY_HOUR: "{channel} follows the hour of the day, as much else does",
    MISSING: "{channel} was not recorded for long enough",
    NO_LIVETIME: "it is not known when the detector observed",
    FEW_DAYS: "there are too few days",
    FEW_GLITCHES: "one of the two has too few glitches",
    "too vague": "a noticeable difference would not have been seen",
}


@dataclass(frozen=True)
class Difference:
    """How differently two families go with one channel.

    Attributes:
        channel, first, second: what is compared.
        verdict: "different", "no difference to be told" or "cannot tell"; ``reason`` why nothing can be told.
        sentence: for a person.
        per: step of the channel: "decade" or "standard deviation".
        ratio, low, high: how many times as strongly the first's rate rises as the second's, for one such step: the
            quotient of both ratios, with its 95 % interval by days.
        first_ratio, second_ratio: of each family.
        p_value, q_value: chance of such a difference if there is none; over all channels (Benjamini and Yekutieli).
        least_ratio: quotient that would have been seen nine times in ten.
        least_across: the same from the channel's quietest tenth to its loudest, whatever its steps are.
    """

    channel: str
    first: str
    second: str
    verdict: str = CANNOT_TELL
    reason: str = ""
    sentence: str = ""
    per: str = "decade"
    ratio: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    first_ratio: float = float("nan")
    second_ratio: float = float("nan")
    p_value: float = float("nan")
    q_value: float = float("nan")
    least_ratio: float = float("nan")
    least_across: float = float("nan")


@dataclass(frozen=True, eq=False)
class Question:
    """Two families of one detector that are to be compared; ``glitches`` has both under these names."""

    detector: str
    first: str
    second: str
    glitches: GlitchTimes


@dataclass(frozen=True)
class Comparison:
    """Two families over all channels of their detector.

    Attributes:
        verdict: "different" where they are for any channel; "no difference to be told" where that can be said of at
            least one channel and the other cannot be told; else "cannot tell".
        sentence: for a person: one line of a failure mode's verdict.
        differences: by channel, those that differ first.
    """

    verdict: str
    sentence: str
    differences: tuple[Difference, ...]


def compare_families(
    table: ChannelTable,
    glitches: GlitchTimes,
    first: str,
    second: str,
    *,
    detector: str,
    params: CouplingParams | None = None,
) -> Comparison:
    """Return whether families ``first`` and ``second`` of ``detector`` go with different channels.

    Both are compared in the same bins, so that a rate that both share cancels. The parts of one label are compared by
    naming the parts as families. Raises GlitchAuditError for a family without glitches.
    """
    return compare_all(table, [Question(detector, first, second, glitches)], params=params)[0]


def compare_all(
    table: ChannelTable,
    questions: Sequence[Question],
    *,
    params: CouplingParams | None = None,
    on_progress: OnProgress = ignore_progress,
) -> tuple[Comparison, ...]:
    """Return the answer to each question, as `compare_families` does.

    The chance of a false "different" is held over all questions and channels together (Benjamini and Yekutieli).
    ``on_progress`` is told questions; it may raise Cancelled.
    """
    params = params or CouplingParams()
    grid = grid_of(table, params)
    nuisance = nuisance_design(grid, params)
    motions = [motion_of(table, row, grid=grid) for row in range(len(table.channels))]
    measured: list[list[_Measured]] = []
    for done, asked in enumerate(questions):
        on_progress(done, len(questions))
        both = [_counts(table, asked.glitches, name, asked.detector, grid) for name in (asked.first, asked.second)]
        own = [motion for motion in motions if motion.channel.detector == asked.detector]
        measured.append([_measure(asked, both, motion, nuisance, grid, params) for motion in own])
    on_progress(len(questions), len(questions))
    p_values = np.array([one.p_value for found in measured for one, _, _ in found])
    q_values = iter(false_discovery(p_values, dependent=True))
    tests = int(np.isfinite(p_values).sum())
    return tuple(
        _together(
            [_judged(one, fit, span, float(next(q_values)), tests, params) for one, fit, span in found],
            asked.first,
            asked.second,
        )
        for asked, found in zip(questions, measured, strict=True)
    )


def _counts(table: ChannelTable, glitches: GlitchTimes, family: str, detector: str, grid: Grid) -> FamilyCounts:
    own = (glitches.families == family) & (glitches.detectors == detector)
    if not own.any():
        raise GlitchAuditError(f"There are no glitches of {family} in {detector}; choose two families that are there.")
    part = GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], glitches.families[own])
    return count_families(table, part, grid=grid, epochs=epochs_of(table))[0]


def _why_not(both: Sequence[FamilyCounts], motion: Motion, nuisance: Design, grid: Grid, params: CouplingParams) -> str:
    if motion.channel.safety == "unsafe" and not params.use_unsafe:
        return _UNSAFE
    known = np.isfinite(motion.level)
    for family in both:
        reason = too_little(family, grid, params, known=known)
        if reason:
            return reason
    live = known & (both[0].livetime > 0)
    if not np.ptp(motion.level[live]) > 0:
        return CONSTANT
    return BY_HOUR if daily_share(motion.level, live, nuisance) > params.most_daily else ""


def _measure(
    asked: Question,
    both: Sequence[FamilyCounts],
    motion: Motion,
    nuisance: Design,
    grid: Grid,
    params: CouplingParams,
) -> _Measured:
    bare = Difference(motion.channel.name, asked.first, asked.second, per=motion.per)
    if reason := _why_not(both, motion, nuisance, grid, params):
        return replace(bare, reason=reason), None, 0.0
    one, two = (fit_rate(family.counts, family.livetime, motion.level, nuisance) for family in both)
    slope = one.slope - two.slope
    days = int((one.influence != 0).sum())
    # Both rates share their days: what one day does to the difference is what it does to both.
    error = day_error(one.influence - two.influence, days)
    fit = replace(one, slope=slope, error=error, freedom=min(one.freedom, two.freedom))
    low, high = fit.interval()
    known = motion.level[np.isfinite(motion.level) & (both[0].livetime > 0)]
    quiet, loud = (0.0, 1.0) if motion.per == "state" else np.quantile(known, [0.1, 0.9])
    found = replace(
        bare,
        ratio=_ratio(slope),
        low=_ratio(low),
        high=_ratio(high),
        first_ratio=_ratio(one.slope),
        second_ratio=_ratio(two.slope),
        p_value=two_sided(slope, error, fit.freedom),
    )
    return found, fit, float(loud - quiet)


def _judged(
    one: Difference, fit: RateFit | None, span: float, q_value: float, tests: int, params: CouplingParams
) -> Difference:
    if fit is None:
        return replace(one, sentence=_cannot(one, one.reason))
    from scipy.stats import t

    level = params.error_rate / (max(1, tests) * float((1 / np.arange(1, max(1, tests) + 1)).sum()))
    least = float(t.isf(level / 2, fit.freedom) + t.ppf(_SEEN, fit.freedom)) * fit.error
    one = replace(one, q_value=q_value, least_ratio=_ratio(least), least_across=_ratio(least * span))
    if q_value <= params.error_rate:
        step = STEPS[one.per].format(what=one.channel)
        text = (
            f"The rate of {one.first} changes {fold(one.first_ratio)}-fold {step}, that of {one.second} "
            f"{fold(one.second_ratio)}-fold: a quotient of {fold(one.ratio)} ({fold(one.low)} to {fold(one.high)})."
        )
        return replace(one, verdict=DIFFERENT, sentence=text)
    if least * span > np.log(params.telling_ratio):
        return replace(one, reason="too vague", sentence=_cannot(one, "too vague"))
    text = (
        f"{one.first} and {one.second} do not go differently with {one.channel} as far as can be told; a quotient of "
        f"{fold(one.least_ratio)} {STEPS[one.per].format(what='it')} would have been seen nine times in ten."
    )
    return replace(one, verdict=NO_DIFFERENCE, sentence=text)


def _cannot(one: Difference, reason: str) -> str:
    why = _WHY_NOT[reason].format(channel=one.channel)
    return f"Whether {one.first} and {one.second} go differently with {one.channel} cannot be told: {why}."


def _together(judged: Sequence[Difference], first: str, second: str) -> Comparison:
    judged = sorted(judged, key=lambda one: (_ANSWERS.index(one.verdict), _none_last(one.p_value)))
    different = [one for one in judged if one.verdict == DIFFERENT]
    same = [one for one in judged if one.verdict == NO_DIFFERENCE]
    if different:
        text = f"{first} and {second} do not go with the same channels. {different[0].sentence}"
        if more := len(different) - 1:
            text += f" They differ with {more} other channel{'s' if more > 1 else ''} as well."
        return Comparison(DIFFERENT, text, tuple(judged))
    if same:
        vague = sum(one.verdict == CANNOT_TELL for one in judged)
        text = f"{first} and {second} do not go with different channels as far as {_channels(len(same))} can tell"
        text += f"; for {vague} other{'s' if vague > 1 else ''} it cannot be told." if vague else "."
        return Comparison(NO_DIFFERENCE, text, tuple(judged))
    text = f"Whether {first} and {second} go with different channels cannot be told from these channels."
    return Comparison(CANNOT_TELL, text, tuple(judged))


def _channels(count: int) -> str:
    return "one channel" if count == 1 else f"{count} channels"


def _none_last(p_value: float) -> float:
    return p_value if np.isfinite(p_value) else 2.0


def _ratio(slope: float) -> float:
    return float(np.exp(np.clip(slope, -50, 50)))

"""Whether glitches come together with a channel's triggers, or inside a state: counts against shifted times.

The count of glitches near a trigger stands beside hveto's expectation, which takes both for evenly spread, and beside
what the same times give when shifted by 20 s to an hour inside the livetime. Both rates change slowly in reality (the
ground is loud for hours), and only the shifted times know it: the verdict goes by them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from core.detector.coupling.live_clock import distinct, live_clock, live_spans, short_shifts
from core.detector.coupling.significance import (
    count_coincidences,
    expected_coincidences,
    scattered_significance,
    significance,
)
from core.detector.coupling.verdicts import CANNOT_TELL, CHANCE, GOES_WITH
from core.detector.model import Channel, GlitchTimes, Segments, TriggerTable
from core.errors import GlitchAuditError
from core.statistics.permutation import chance_of_as_much
from core.statistics.testing import false_discovery

_STRONGEST = 300.0
What = TypeVar("What")


@dataclass(frozen=True)
class TriggerParams:
    """How coincidences are looked for.

    Attributes:
        windows: whole windows, s; a trigger counts within half of one.
        thresholds: SNR from which triggers count.
        shifts: how many shifted times make the null.
        shortest_shift, longest_shift: of these, s.
        error_rate: highest chance that any "goes with" of all channels and families is wrong.
        fewest_glitches, fewest_triggers: below these nothing is judged.
        fewest_found: coincidences that a "goes with" needs, however surprising fewer would be.
        least_hours: livetime below which nothing is judged.
        use_unsafe: judge channels too that see the strain itself.
    """

    windows: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0)
    thresholds: tuple[float, ...] = (8.0, 10.0, 12.0, 15.0, 20.0, 50.0, 100.0, 300.0)
    shifts: int = 200
    shortest_shift: float = 20.0
    longest_shift: float = 3600.0
    error_rate: float = 0.05
    fewest_glitches: int = 20
    fewest_triggers: int = 10
    fewest_found: int = 5
    least_hours: float = 4.0
    use_unsafe: bool = False

    def __post_init__(self) -> None:
        if not self.windows or max(self.windows) * 5 > self.shortest_shift:
            raise GlitchAuditError(
                f"The shortest shift, {self.shortest_shift:g} s, has to be five times the widest window or more; "
                "take narrower windows."
            )


@dataclass(frozen=True, eq=False)
class Coincidence:
    """A family's glitches and one channel's triggers, or one state.

    Attributes:
        detector, family, channel: what is compared.
        verdict, reason, sentence, action: as of `Coupling`.
        window, threshold: whole window in s and SNR with the greatest significance; NaN for a state.
        glitches, triggers: how many there are in the livetime, glitches that begin at once counted once; for a state,
            stretches.
        found: glitches near a trigger, or inside of the state.
        listed: glitches in the livetime with those that are the same event once more.
        expected: as many as evenly spread ones would have; significance: hveto's, against it.
        tried: how many windows and thresholds were tried.
        shifted: float64 (shifts,), found under each shift, at the same window and threshold.
        shift_p: how often shifts have as great a significance at any window and threshold.
        p_value: chance of as many, if counts scatter as the shifted ones, times the windows and thresholds tried.
        q_value: the same over all channels and families.
    """

    detector: str
    family: str
    channel: str
    verdict: str = CANNOT_TELL
    reason: str = ""
    sentence: str = ""
    action: str = ""
    window: float = float("nan")
    threshold: float = float("nan")
    glitches: int = 0
    triggers: int = 0
    found: int = 0
    listed: int = 0
    expected: float = float("nan")
    significance: float = float("nan")
    tried: int = 1
    shifted: np.ndarray | None = None
    shift_p: float = float("nan")
    p_value: float = float("nan")
    q_value: float = float("nan")

    @property
    def shifted_mean(self) -> float:
        """What shifts give on average; NaN where none were made."""
        return float("nan") if self.shifted is None else float(self.shifted.mean())


def judge_triggers(
    tables: Sequence[TriggerTable],
    glitches: GlitchTimes,
    live: Segments,
    *,
    detector: str,
    params: TriggerParams | None = None,
) -> tuple[Coincidence, ...]:
    """Judge for each family and channel of ``detector`` whether glitches come together with the channel's triggers."""
    params = params or TriggerParams()

    def compare(bare: Coincidence, times: np.ndarray, table: TriggerTable) -> Coincidence:
        return _with_triggers(bare, times, table, live, params)

    own = [(table.channel, table) for table in tables if table.channel.detector == detector]
    return _judge_all(own, compare, glitches, live, detector, params)


def judge_states(
    states: Sequence[tuple[Channel, Segments]],
    glitches: GlitchTimes,
    live: Segments,
    *,
    detector: str,
    params: TriggerParams | None = None,
) -> tuple[Coincidence, ...]:
    """Judge for each family and state of ``detector`` whether more glitches begin inside of the state than by chance.

    For states that last seconds to minutes. One that lasts longer than the shifts may reach cannot be told from a slow
    rate so: bring it as a channel (`state_channel`) to `judge_couplings`.
    """
    params = params or TriggerParams()

    def compare(bare: Coincidence, times: np.ndarray, state: Segments) -> Coincidence:
        return _within_state(bare, times, state, live, params)

    own = [(channel, state) for channel, state in states if channel.detector == detector]
    return _judge_all(own, compare, glitches, live, detector, params)


def _judge_all(
    own: Sequence[tuple[Channel, What]],
    compare: Callable[[Coincidence, np.ndarray, What], Coincidence],
    glitches: GlitchTimes,
    live: Segments,
    detector: str,
    params: TriggerParams,
) -> tuple[Coincidence, ...]:
    of_detector = glitches.detectors == detector
    measured = []
    for family in sorted({str(one) for one in glitches.families[of_detector]}):
        listed = live_clock(glitches.times[of_detector & (glitches.families == family)], live)
        times = distinct(listed)
        for channel, what in own:
            bare = Coincidence(detector, family, channel.name, glitches=len(times), listed=len(listed))
            if channel.safety == "unsafe" and not params.use_unsafe:
                measured.append(_cannot(bare, "unsafe", f"{channel.name} sees the strain itself.", "Leave it out."))
            elif live.seconds < params.least_hours * 3600:
                text = f"{live.seconds / 3600:.1f} h of livetime are too few; {params.least_hours:g} h are needed."
                measured.append(_cannot(bare, "too few hours", text, "Bring more livetime."))
            elif len(times) < params.fewest_glitches:
                text = f"{len(times)} glitches of {family} are too few; {params.fewest_glitches} are needed."
                measured.append(_cannot(bare, "too few glitches", text, "Bring more days."))
            else:
                measured.append(compare(bare, times, what))
    q_values = false_discovery(np.array([one.p_value for one in measured]), dependent=True)
    tests = int(np.isfinite(q_values).sum())
    judged = [_judged(one, float(q), tests, params) for one, q in zip(measured, q_values, strict=True)]
    return tuple(sorted(judged, key=lambda one: (one.verdict != GOES_WITH, one.verdict == CHANCE, one.q_value)))


def _with_triggers(
    bare: Coincidence, times: np.ndarray, table: TriggerTable, live: Segments, params: TriggerParams
) -> Coincidence:
    by_threshold = {limit: live_clock(table.times[table.snr >= limit], live) for limit in params.thresholds}
    tried = [
        (window, limit)
        for limit, found in by_threshold.items()
        if len(found) >= params.fewest_triggers
        for window in params.windows
    ]
    bare = replace(bare, triggers=len(live_clock(table.times, live)))
    if not tried:
        text = f"{bare.triggers} triggers of {bare.channel} are too few; {params.fewest_triggers} are needed."
        return _cannot(bare, "too few triggers", text, "Bring more days of this channel.")
    shifts = short_shifts(params.shortest_shift, min(params.longest_shift, live.seconds / 3), params.shifts)
    counts = np.array(
        [
            [count_coincidences(moved, by_threshold[limit], window) for window, limit in tried]
            for moved in (times, *(np.sort((times + shift) % live.seconds) for shift in shifts))
        ]
    )
    means = [
        expected_coincidences(len(times), len(by_threshold[limit]), window, live.seconds) for window, limit in tried
    ]
    strength = np.array([[significance(int(n), mean) for n, mean in zip(row, means, strict=True)] for row in counts])
    best = int(np.argmax(strength[0]))
    window, limit = tried[best]
    beyond = scattered_significance(int(counts[0, best]), counts[1:, best])
    return replace(
        bare,
        window=window,
        threshold=limit,
        triggers=len(by_threshold[limit]),
        found=int(counts[0, best]),
        expected=means[best],
        significance=float(strength[0, best]),
        tried=len(tried),
        shifted=counts[1:, best].astype(np.float64),
        shift_p=chance_of_as_much(float(strength[0].max()), strength[1:].max(axis=1)),
        p_value=min(1.0, len(tried) * 10 ** -min(beyond, _STRONGEST)),
    )


def _within_state(
    bare: Coincidence, times: np.ndarray, state: Segments, live: Segments, params: TriggerParams
) -> Coincidence:
    inside = live_spans(state, live)
    bare = replace(bare, triggers=len(inside.spans))
    if len(inside.spans) < params.fewest_triggers:
        text = f"{bare.channel} was in its state {len(inside.spans)} times only; {params.fewest_triggers} are needed."
        return _cannot(bare, "too few stretches", text, "Bring more days of this channel.")
    typical = float(np.quantile(inside.spans[:, 1] - inside.spans[:, 0], 0.9))
    least, most = max(params.shortest_shift, 10 * typical), min(params.longest_shift, live.seconds / 3)
    if least > most / 2:
        text = f"{bare.channel} stays in its state for {typical:.0f} s, too long for shifts of at most {most:.0f} s."
        return _cannot(bare, "long stretches", text, "Bring this state as a channel over many days.")
    shifts = short_shifts(least, most, params.shifts)
    found = int(inside.contains(times).sum())
    shifted = np.array([inside.contains((times + shift) % live.seconds).sum() for shift in shifts], dtype=np.float64)
    expected = len(times) * inside.seconds / live.seconds
    return replace(
        bare,
        found=found,
        expected=expected,
        significance=significance(found, expected),
        shifted=shifted,
        shift_p=chance_of_as_much(float(found), shifted),
        p_value=10 ** -min(scattered_significance(found, shifted), _STRONGEST),
    )


def _judged(one: Coincidence, q_value: float, tests: int, params: TriggerParams) -> Coincidence:
    if one.reason or one.shifted is None:
        return one
    place = f"within {one.window / 2:g} s of a trigger of" if np.isfinite(one.window) else "inside of the state of"
    facts = (
        f"{one.found:,} of {one.glitches:,} glitches of {one.family} lie {place} {one.channel}; shifted times give "
        f"{one.shifted_mean:.1f}"
    )
    surprising = q_value <= params.error_rate and one.shift_p <= params.error_rate
    if surprising and one.found >= params.fewest_found:
        action = "Look at these glitches together with this channel."
        return replace(one, q_value=q_value, verdict=GOES_WITH, sentence=f"{facts}.", action=action)
    if surprising:
        text = f"{facts}; {one.found} are too few to say more."
        return replace(one, q_value=q_value, reason="too few found", sentence=text, action="Bring more days.")
    seen = _would_be_seen(one.shifted, one.tried, tests, params)
    text = f"{facts}, so that it is not to be told from chance; {seen:,} would have been seen nine times in ten."
    return replace(one, q_value=q_value, verdict=CHANCE, sentence=text, action="Look at other channels.")


def _would_be_seen(shifted: np.ndarray, tried: int, tests: int, params: TriggerParams) -> int:
    """Return the mean count that would be significant nine times in ten, as the first of ``tests``."""
    needed = -np.log10(params.error_rate / (tried * tests * float((1 / np.arange(1, tests + 1)).sum())))
    low, high = 0, 1
    while scattered_significance(high, shifted) < needed:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if scattered_significance(middle, shifted) < needed else (low, middle)
    # Counts scatter by the root of their mean: the mean lies 1.28 of that above what is needed.
    return int(np.ceil((1.28 / 2 + np.sqrt(1.28**2 / 4 + high)) ** 2))


def _cannot(bare: Coincidence, reason: str, sentence: str, action: str) -> Coincidence:
    return replace(bare, reason=reason, sentence=sentence, action=action)

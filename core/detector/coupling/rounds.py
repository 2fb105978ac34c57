"""Rounds of vetoes over many trigger channels, as hveto makes them: the best channel wins, is cut out, and so on.

After Smith et al. (2011). For each channel, SNR threshold and window the glitches near a trigger are counted; the
combination with the greatest significance wins the round, its windows are vetoed, and what they hold of glitches,
triggers and livetime is gone from the next. Beside hveto's significance stands what is left of it after the number of
combinations tried (hveto has no trials factor), and what shifted times give, as both rates change slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.detector.coupling.live_clock import distinct, live_clock, short_shifts
from core.detector.coupling.significance import (
    count_coincidences,
    expected_coincidences,
    near_any,
    scattered_significance,
    significance,
)
from core.detector.model import Segments, TriggerTable, segments
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress


@dataclass(frozen=True)
class RoundParams:
    """How rounds are made; the values are hveto's.

    Attributes:
        thresholds: SNR from which triggers count.
        windows: whole windows, s.
        least_significance: a round is made only if its winner reaches this.
        most_rounds: no more are made.
        shifts, shortest_shift, longest_shift: of the null beside it, s.
        use_unsafe: let channels win that see the strain itself.
    """

    thresholds: tuple[float, ...] = (8.0, 10.0, 12.0, 15.0, 20.0, 50.0, 100.0, 300.0)
    windows: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    least_significance: float = 5.0
    most_rounds: int = 50
    shifts: int = 100
    shortest_shift: float = 30.0
    longest_shift: float = 3600.0
    use_unsafe: bool = False


@dataclass(frozen=True)
class Round:
    """One round.

    Attributes:
        number: from 1.
        channel, threshold, window: of the winner: name, SNR, whole window in s.
        found, expected: glitches near a trigger, and hveto's mu for it.
        significance: hveto's.
        after_trials: the same less log10 of the combinations tried.
        tried: these.
        shifted_mean, shifted_significance: coincidences that shifted times give, and the significance against them.
        triggers, used: of the winner, and how many of them have a glitch near.
        glitches, vetoed: before the round, and gone with it.
        livetime, dead: before the round, s, and gone with it.
        all_vetoed, all_dead: share of all glitches, and of all livetime, that are gone after the round.
    """

    number: int
    channel: str
    threshold: float
    window: float
    found: int
    expected: float
    significance: float
    after_trials: float
    tried: int
    shifted_mean: float
    shifted_significance: float
    triggers: int
    used: int
    glitches: int
    vetoed: int
    livetime: float
    dead: float
    all_vetoed: float
    all_dead: float

    @property
    def use_percentage(self) -> float:
        """Share of the winner's triggers with a glitch near, in percent."""
        return 100 * self.used / self.triggers if self.triggers else 0.0

    @property
    def efficiency(self) -> float:
        """Share of the round's glitches that are vetoed."""
        return self.vetoed / self.glitches if self.glitches else 0.0

    @property
    def deadtime(self) -> float:
        """Share of the round's livetime that is vetoed; a random veto has as much efficiency as deadtime."""
        return self.dead / self.livetime if self.livetime > 0 else 0.0


@dataclass(frozen=True, eq=False)
class _Best:
    row: int
    threshold: float
    window: float
    found: int
    expected: float
    significance: float


def veto_rounds(
    glitch_times: np.ndarray,
    tables: Sequence[TriggerTable],
    live: Segments,
    *,
    detector: str,
    params: RoundParams | None = None,
    on_progress: OnProgress = ignore_progress,
) -> tuple[Round, ...]:
    """Return the rounds of vetoes of a family's ``glitch_times`` (GPS seconds) by the channels of ``detector``.

    Glitches that begin at once count once. ``on_progress`` is told rounds, of at most ``most_rounds``; may raise
    Cancelled. Raises GlitchAuditError where no glitch lies in the livetime.
    """
    params = params or RoundParams()
    own = [one for one in tables if one.channel.detector == detector]
    own = [one for one in own if params.use_unsafe or one.channel.safety != "unsafe"]
    glitches = distinct(np.asarray(glitch_times, dtype=np.float64)[live.contains(np.asarray(glitch_times))])
    if not len(glitches):
        raise GlitchAuditError(
            f"None of {len(glitch_times):,} glitches lies in the livetime of {detector}; are both in GPS seconds?"
        )
    whole, all_live = len(glitches), live
    triggers = [_inside(one, live) for one in own]
    rounds: list[Round] = []
    while len(rounds) < params.most_rounds and len(glitches) and live.seconds > 0:
        on_progress(len(rounds), params.most_rounds)
        best, tried = _best(glitches, triggers, live.seconds, params)
        if best is None or best.significance < params.least_significance:
            break
        times = triggers[best.row][0][triggers[best.row][1] >= best.threshold]
        veto = segments(np.column_stack([times - best.window / 2, times + best.window / 2]))
        gone = near_any(glitches, times, best.window)
        left = live.without(veto)
        shifted = _shifted(glitches, times, best.window, live, params)
        rounds.append(
            Round(
                number=len(rounds) + 1,
                channel=own[best.row].channel.name,
                threshold=best.threshold,
                window=best.window,
                found=best.found,
                expected=best.expected,
                significance=best.significance,
                after_trials=best.significance - float(np.log10(tried)),
                tried=tried,
                shifted_mean=float(shifted.mean()),
                shifted_significance=scattered_significance(best.found, shifted),
                triggers=len(times),
                used=int(near_any(times, glitches, best.window).sum()),
                glitches=len(glitches),
                vetoed=int(gone.sum()),
                livetime=live.seconds,
                dead=live.seconds - left.seconds,
                all_vetoed=1 - (len(glitches) - int(gone.sum())) / whole,
                all_dead=1 - left.seconds / all_live.seconds,
            )
        )
        glitches, live = glitches[~gone], left
        triggers = [_without(one, veto) for one in triggers]
    on_progress(params.most_rounds, params.most_rounds)
    return tuple(rounds)


def _inside(table: TriggerTable, live: Segments) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(table.times, kind="stable")
    times, snr = np.asarray(table.times, dtype=np.float64)[order], np.asarray(table.snr, dtype=np.float64)[order]
    kept = live.contains(times)
    return times[kept], snr[kept]


def _without(triggers: tuple[np.ndarray, np.ndarray], veto: Segments) -> tuple[np.ndarray, np.ndarray]:
    times, snr = triggers
    kept = ~veto.contains(times)
    return times[kept], snr[kept]


def _best(
    glitches: np.ndarray, triggers: Sequence[tuple[np.ndarray, np.ndarray]], livetime: float, params: RoundParams
) -> tuple[_Best | None, int]:
    best, tried = None, 0
    for row, (times, snr) in enumerate(triggers):
        for threshold in params.thresholds:
            loud = times[snr >= threshold]
            if not len(loud):
                continue
            for window in params.windows:
                tried += 1
                found = count_coincidences(glitches, loud, window)
                expected = expected_coincidences(len(glitches), len(loud), window, livetime)
                strength = significance(found, expected)
                if best is None or strength > best.significance:
                    best = _Best(row, threshold, window, found, expected, strength)
    return best, tried


def _shifted(glitches: np.ndarray, times: np.ndarray, window: float, live: Segments, params: RoundParams) -> np.ndarray:
    on_clock, others = live_clock(glitches, live), live_clock(times, live)
    shifts = short_shifts(
        max(params.shortest_shift, 5 * window),
        max(6 * window, min(params.longest_shift, live.seconds / 3)),
        params.shifts,
    )
    counts = [count_coincidences(np.sort((on_clock + shift) % live.seconds), others, window) for shift in shifts]
    return np.array(counts, dtype=np.float64)

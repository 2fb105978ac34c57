"""What counts as going together: the thresholds of the verdicts, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import GlitchAuditError

HOUR = 3600.0
DAY = 86400.0


@dataclass(frozen=True)
class CouplingParams:
    """The settings of all verdicts about channels and families.

    Attributes:
        bin_seconds: glitches are counted, and channels averaged, over this many seconds; it must divide a day.
        error_rate: highest chance that any "goes with" of all channels and families is wrong.
        harmonics: of the daily cycle that every rate is allowed to have of its own: 24 h, 12 h, ...
        knots_a_day: of the slow trend that every rate is allowed to have of its own.
        trend_precision: of the prior on the step of the logarithm of the rate from knot to knot, 1 / variance.
        lags_hours: how much later than the channel the glitches are looked for; 0 comes first.
        lag_zero_weight: share of the error rate that lag 0 has; the other lags share the rest.
        thresholds: shares of the channel's time above which it is "up", tried within each shift.
        fewest_glitches, fewest_days: below these nothing is judged. Glitches are those in the livetime, where the
            channel was recorded; days are those with livetime.
        days_for_whole_shifts: from here on the null shifts by whole days, which keeps every daily cycle as it is.
        shift_chance: a "goes with" has to be above what this share of shifts gives.
        most_shifts: more are thinned evenly.
        telling_ratio: "not to be told from chance" is said only if a rate that rises by this factor from the quietest
            tenth of the channel's time to the loudest would have been seen nine times in ten.
        likeness: channels whose rank correlation is at least this stand as one group.
        most_daily: a channel of which the daily cycle explains a larger share is not told from the hour of the day: its
            variance inflation is above 10 (Marquardt 1970), so that the slightest flaw of the rate's own cycle would be
            laid on the channel.
        use_unsafe: judge channels too that see the strain itself.
        seed: of the shifts that are drawn at random where they are too many to be all taken.
    """

    bin_seconds: float = 600.0
    error_rate: float = 0.05
    harmonics: int = 3
    knots_a_day: int = 4
    trend_precision: float = 12.0
    lags_hours: tuple[float, ...] = (0.0, -6.0, -3.0, -1.0, 1.0, 3.0, 6.0)
    lag_zero_weight: float = 0.9
    thresholds: tuple[float, ...] = (0.75, 0.9, 0.97)
    fewest_glitches: int = 50
    fewest_days: int = 8
    days_for_whole_shifts: int = 20
    shift_chance: float = 0.1
    most_shifts: int = 199
    telling_ratio: float = 4.0
    likeness: float = 0.8
    most_daily: float = 0.9
    use_unsafe: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.error_rate < 1:
            raise GlitchAuditError(f"The error rate of the verdicts lies between 0 and 1, not at {self.error_rate}.")
        if self.bin_seconds <= 0 or DAY % self.bin_seconds or HOUR % self.bin_seconds:
            raise GlitchAuditError(
                f"Glitches are counted over a part of an hour, such as 600 s, not over {self.bin_seconds:g} s."
            )
        if self.fewest_days < 3:
            raise GlitchAuditError(f"Errors by day need at least 3 days, not {self.fewest_days}.")
        if self.lags_hours and self.lags_hours[0] != 0:
            raise GlitchAuditError("The first lag is 0 h: it has most of the error rate.")

    @property
    def bins_a_day(self) -> int:
        """Bins of a day."""
        return round(DAY / self.bin_seconds)

"""What is said of a channel and a family: a verdict, one plain sentence, one thing to do."""

from __future__ import annotations

from dataclasses import dataclass

GOES_WITH = "goes with"
CHANCE = "not to be told from chance"
CANNOT_TELL = "cannot tell"
ANSWERS = (GOES_WITH, CANNOT_TELL, CHANCE)

UNSAFE = "unsafe"
CONSTANT = "constant"
MISSING = "not recorded"
FEW_DAYS = "too few days"
FEW_GLITCHES = "too few glitches"
NO_LIVETIME = "no livetime"
TOO_VAGUE = "too vague"
BY_HOUR = "by the hour"
AT_ODDS = "at odds"

UNKNOWN = float("nan")

STEPS = {
    "decade": "for each tenfold rise of {what}",
    "standard deviation": "for each standard deviation of {what}",
    "state": "while {what} is on",
}
"""What a ratio is for, in words."""


@dataclass(frozen=True)
class Coupling:
    """One channel and one family of one detector in one epoch.

    Attributes:
        detector, family, epoch, channel: what is compared.
        group: number of the channel's group in `CouplingResult.groups`; -1 for a channel that was not judged.
        verdict: "goes with", "not to be told from chance" or "cannot tell".
        reason: why nothing can be told, such as "too few days" or "unsafe"; "" otherwise.
        sentence, action: for a person.
        glitches: in the livetime, where the channel was recorded, in the epoch.
        days, hours: with livetime and channel, and how long altogether.
        per: what the ratio is for: "decade" (the channel is ten times as large), "standard deviation" or "state".
        ratio, low, high: of the rate for one such step, with its 95 % interval, at lag 0.
        p_value: of the regression, over the lags that were tried.
        q_value: the same over all channels and families (Benjamini and Yekutieli 2001).
        lag_hours: how much later than the channel the glitches fit best.
        lag_ratio, lag_low, lag_high: the ratio at that lag; as it was chosen among several, it is a little too far
            from 1.
        shift_p, shifts, shift_kind: chance of as great a statistic over lags and thresholds under shifts, how many
            there were, and by what.
        least_ratio: the ratio for one step that would have been seen nine times in ten.
        dispersion: alpha of the negative binomial; 0 where the counts are Poisson.
    """

    detector: str
    family: str
    epoch: str
    channel: str
    verdict: str
    sentence: str
    action: str
    group: int = -1
    reason: str = ""
    glitches: int = 0
    days: int = 0
    hours: float = 0.0
    per: str = "decade"
    ratio: float = UNKNOWN
    low: float = UNKNOWN
    high: float = UNKNOWN
    p_value: float = UNKNOWN
    q_value: float = UNKNOWN
    lag_hours: float = 0.0
    lag_ratio: float = UNKNOWN
    lag_low: float = UNKNOWN
    lag_high: float = UNKNOWN
    shift_p: float = UNKNOWN
    shifts: int = 0
    shift_kind: str = ""
    least_ratio: float = UNKNOWN
    dispersion: float = 0.0


_CANNOT = {
    UNSAFE: (
        "{channel} sees the strain itself, so it would go with every glitch.",
        "Leave it out; if it does not see the strain, bring a list of channels that calls it safe.",
    ),
    CONSTANT: ("{channel} never changes, so nothing can go with it.", "Ask whether it was connected."),
    BY_HOUR: (
        "{channel} follows the hour of the day so closely that it cannot be told from all else that comes by the hour.",
        "Look at channels that do not repeat each day.",
    ),
    MISSING: (
        "{channel} was recorded in {hours:.0f} h of the livetime, which is too little to compare with.",
        "Bring more of this channel.",
    ),
    NO_LIVETIME: (
        "It is not known when {detector} observed, so no rate can be given.",
        "Bring the detector's livetime as segments.",
    ),
    FEW_DAYS: (
        "{days} days of livetime are too few to tell {family} from a daily cycle; {needed} are needed.",
        "Bring more days.",
    ),
    FEW_GLITCHES: (
        "{glitches} glitches of {family} are too few to compare rates; {needed} are needed.",
        "Bring more days, or join families that look alike.",
    ),
    TOO_VAGUE: (
        "{family} could go with {channel} noticeably and these data would not show it.",
        "Bring more days or more glitches.",
    ),
    AT_ODDS: (
        "The regression says that {family} goes with {channel}, but shifted times give as much.",
        "Bring more days before you believe either.",
    ),
}


def why_not(reason: str, pair: Coupling, *, needed: int = 0) -> tuple[str, str]:
    """Return sentence and action for a reason why nothing can be told of a pair; ``needed`` days or glitches."""
    sentence, action = _CANNOT[reason]
    facts = {
        "channel": pair.channel,
        "family": pair.family,
        "detector": pair.detector,
        "hours": pair.hours,
        "days": pair.days,
        "glitches": f"{pair.glitches:,}",
        "needed": needed,
    }
    return sentence.format(**facts), action


def goes_with_sentence(pair: Coupling, *, others: int) -> str:
    """Return what is said of a family that goes with a channel; ``others`` is how many channels move with it."""
    ratio, low, high = (pair.lag_ratio, pair.lag_low, pair.lag_high)
    rises = ratio >= 1
    if not rises:
        ratio, low, high = 1 / ratio, 1 / high, 1 / low
    text = (
        f"{pair.family} goes with {pair.channel}: its rate {'rises' if rises else 'falls'} {fold(ratio)}-fold "
        f"({fold(low)} to {fold(high)}) {STEPS[pair.per].format(what='it')}"
    )
    if pair.lag_hours:
        text += f", best {abs(pair.lag_hours):g} h {'later' if pair.lag_hours > 0 else 'earlier'} than it"
    if others:
        text += f"; {others} other {'channel moves' if others == 1 else 'channels move'} with it"
    return text + "."


def chance_sentence(pair: Coupling) -> str:
    """Return what is said where nothing was found, with what would have been."""
    return (
        f"{pair.family} with {pair.channel} is not to be told from chance; a rate that changes "
        f"{fold(pair.least_ratio)}-fold {STEPS[pair.per].format(what='it')} would have been seen nine times in ten."
    )


def goes_with_action(*, safety: str, others: int) -> str:
    """Return the one thing to do about a family that goes with a channel."""
    if safety == "unknown":
        return "Ask whether this channel is safe (does not see the strain itself) before anything else."
    if others:
        return (
            "Look at the glitches of its loudest hours; which channel of the group matters, only an experiment tells."
        )
    return "Look at the glitches of its loudest hours, and show them to the detector's experts."


def fold(ratio: float) -> str:
    """Return a ratio as a sentence names it: "2.5"."""
    return f"{ratio:.3g}" if ratio < 1000 else "over 1000"

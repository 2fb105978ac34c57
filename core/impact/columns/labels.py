"""What a family costs the people: loudness share, time for its open suspects, and how much its count is in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.impact.columns.days import Days
from core.impact.columns.figure import Column, Figure, cannot, drawn_figure
from core.impact.columns.veto import NONE_LIVE
from core.impact.glitches import Glitches
from core.statistics.intervals import wilson_interval

_FEWEST_JUDGEMENTS = 6
"""Of fewer values no two bound their median with 95 %: 2 x 0.5^5 is 0.06."""


def snr_column(families: Mapping[str, Glitches], days: Days) -> Column:
    """Return each family's share of the summed signal-to-noise ratio of all glitches in the livetime."""
    whole = np.zeros(len(days.seconds))
    parts: dict[str, np.ndarray] = {}
    known: dict[str, int] = {}
    for name, own in families.items():
        loud = np.isfinite(own.snr)
        parts[name] = days.sums(own.times[loud], own.snr[loud])
        known[name] = int(days.live.contains(own.times[loud]).sum())
        whole = whole + parts[name]
    figures = {
        name: drawn_figure(float(part.sum() / whole.sum()), days.draws(part, whole), count=known[name], most=1.0)
        if known[name] and whole.sum() > 0
        else cannot("No glitch of this family in the livetime has a signal-to-noise ratio.")
        for name, part in parts.items()
    }
    return Column(
        key="snr share",
        title="SNR share",
        unit="share",
        definition="Sum of the signal-to-noise ratios of the family's glitches in the livetime, over that of all.",
        figures=figures,
    )


def labelling_column(
    families: Sequence[str], open_suspects: Mapping[str, int], seconds: np.ndarray, *, draws: int = 1000, seed: int = 0
) -> Column:
    """Return the hours that judging each family's open suspects takes.

    ``seconds`` is (judgements,), how long each one took so far, by the ledger. The interval is that of their median, by
    order statistics; it needs at least 6 judgements.
    """
    seconds = np.sort(np.asarray(seconds, dtype=np.float64)[np.isfinite(seconds)])
    count = len(seconds)
    drawn = np.zeros(0)
    if count >= _FEWEST_JUDGEMENTS:
        drawn = np.median(np.random.default_rng(seed).choice(seconds, (draws, count)), axis=1)
    low, high = median_interval(seconds)
    figures = {}
    for name in families:
        number = open_suspects.get(name, 0)
        if not count:
            figures[name] = cannot("Nobody has judged a suspect yet, so it is not known how long one takes.")
            continue
        why = "" if len(drawn) else f"{count} judgements are too few for an interval; {_FEWEST_JUDGEMENTS} are needed."
        scale = number / 3600
        figures[name] = Figure(float(np.median(seconds)) * scale, low * scale, high * scale, why, drawn * scale)
    return Column(
        key="labelling cost",
        title="Labelling cost",
        unit="h",
        definition="Open suspects of the family times the median time that a judgement took so far.",
        figures=figures,
    )


def median_interval(ordered: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the median of values in ascending order, by order statistics; NaN for fewer than 6.

    With k the largest number for which a binomial of one half gives at most 2.5 % up to k - 1, these are the k-th value
    from below and from above.
    """
    count = len(ordered)
    if count < _FEWEST_JUDGEMENTS:
        return float("nan"), float("nan")
    from scipy.stats import binom

    below = int(binom.ppf(0.025, count, 0.5))
    if float(binom.cdf(below, count, 0.5)) > 0.025:
        below -= 1
    return float(ordered[below]), float(ordered[count - 1 - below])


def doubt_column(families: Mapping[str, Glitches]) -> Column:
    """Return the share of each family's glitches whose label is disputed."""
    figures = {}
    for name, own in families.items():
        count, disputed = len(own.times), int(own.disputed.sum())
        if not count:
            figures[name] = cannot(NONE_LIVE)
            continue
        low, high = wilson_interval(disputed, count)
        draws = np.random.default_rng([count, disputed]).beta(disputed + 0.5, count - disputed + 0.5, 1000)
        figures[name] = Figure(disputed / count, low, high, draws=draws)
    return Column(
        key="label doubt",
        title="Label doubt",
        unit="share",
        definition="Share of the family's glitches whose label is an open suspect, proposed to change, or in conflict.",
        figures=figures,
    )

"""What a veto takes: the union of windows around the glitches, and what a random veto of that length would remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.detector.model import Segments, segments
from core.impact.columns.days import Days
from core.impact.columns.figure import Column, Figure, cannot, drawn_figure
from core.impact.glitches import Glitches

NONE_LIVE = "No glitch of this family lies in the livetime."


@dataclass(frozen=True, eq=False)
class VetoWorth:
    """What a veto removes for the time that it costs.

    Attributes:
        efficiency: share of the glitches that lie in the veto.
        deadtime: share of the livetime that lies in it.
        ratio: of the two; 1 for a veto at random times.
    """

    efficiency: Figure
    deadtime: Figure
    ratio: Figure


def windows(times: np.ndarray, durations: np.ndarray, *, pad: float) -> Segments:
    """Return the union of the windows from ``pad`` s before each glitch to ``pad`` s after it.

    ``times`` is the middle of each glitch, GPS seconds; a duration (s) that is NaN counts as the median of the known
    ones, and as 0 where there is none.
    """
    known = durations[np.isfinite(durations)]
    lengths = np.where(np.isfinite(durations), durations, np.median(known) if len(known) else 0.0)
    half = np.maximum(lengths, 0) / 2 + pad
    return segments(np.column_stack([times - half, times + half]))


def deadtime_figure(veto: Segments, days: Days, *, count: int) -> Figure:
    """Return the share of the livetime inside of a veto, with the interval of drawn days.

    ``count`` is how many glitches made the veto.
    """
    inside = days.inside(veto)
    value = float(inside.sum() / days.seconds.sum())
    return drawn_figure(value, days.draws(inside, days.seconds), count=count, most=1.0)


def veto_worth(times: np.ndarray, veto: Segments, days: Days) -> VetoWorth:
    """Return what ``veto`` removes of the glitches at ``times`` (GPS seconds) for the livetime that it takes."""
    live = times[days.live.contains(times)]
    seen, hit = days.sums(live), days.sums(live[veto.contains(live)])
    dead = days.inside(veto)
    if not seen.sum():
        none = cannot(NONE_LIVE)
        return VetoWorth(none, none, none)
    if not dead.sum():
        none = cannot("The veto covers none of the livetime.")
        return VetoWorth(none, none, none)
    efficiency, deadtime = float(hit.sum() / seen.sum()), float(dead.sum() / days.seconds.sum())
    drawn = days.draws(hit, seen), days.draws(dead, days.seconds)
    ratios = np.divide(drawn[0], drawn[1], out=np.full(len(drawn[0]), efficiency / deadtime), where=drawn[1] > 0)
    hits = int(hit.sum())
    # Where nothing was hit, up to 3.7 glitches may have been: Garwood's limit for none.
    ratio = drawn_figure(efficiency / deadtime, ratios, count=hits)
    if not hits:
        ratio = Figure(0.0, 0.0, 3.689 / float(seen.sum()) / deadtime, draws=ratios)
    return VetoWorth(
        drawn_figure(efficiency, drawn[0], count=hits, most=1.0),
        drawn_figure(deadtime, drawn[1], most=1.0),
        ratio,
    )


def loud_time(values: np.ndarray, *, start: float, step: float, share: float = 0.9) -> Segments:
    """Return when a channel, (bins,), is above its quantile ``share``: a veto by the channel's state."""
    known = np.isfinite(values)
    if not known.any():
        return segments([])
    loud = np.flatnonzero(known & (values > np.quantile(values[known], share)))
    return segments(np.column_stack([start + step * loud, start + step * (loud + 1)]))


def veto_columns(families: Mapping[str, Glitches], days: Days, *, pad: float) -> list[Column]:
    """Return deadtime if each family's glitches were vetoed, and what that removes of all glitches a deadtime."""
    everything = np.concatenate([own.times for own in families.values()]) if families else np.zeros(0)
    deadtimes, ratios = {}, {}
    for name, own in families.items():
        live = own.only(days.live.contains(own.times))
        veto = windows(own.times, own.durations, pad=pad)
        deadtimes[name] = deadtime_figure(veto, days, count=len(live.times)) if len(live.times) else cannot(NONE_LIVE)
        ratios[name] = veto_worth(everything, veto, days).ratio if len(live.times) else cannot(NONE_LIVE)
    return [
        Column(
            key="deadtime",
            title="Deadtime if vetoed",
            unit="share",
            definition=f"Share of the livetime in the union of the windows that reach {pad:g} s beyond each glitch on "
            "both sides; windows that overlap count once.",
            figures=deadtimes,
        ),
        Column(
            key="removed",
            title="Glitches removed for their deadtime",
            unit="",
            definition="Share of all glitches of all families in these windows, divided by their share of the "
            "livetime; 1 for windows at random times.",
            figures=ratios,
        ),
    ]


def state_veto_column(families: Mapping[str, Glitches], vetoes: Mapping[str, Segments], days: Days) -> Column:
    """Return efficiency / deadtime of a veto given for each family, such as a loud channel's time."""
    figures = {
        name: veto_worth(own.times, vetoes[name], days).ratio
        if name in vetoes
        else cannot("No veto was given for this family.")
        for name, own in families.items()
    }
    return Column(
        key="veto worth",
        title="Efficiency / deadtime of its veto",
        unit="",
        definition="Share of the family's glitches in the veto, divided by the veto's share of the livetime; a veto at "
        "random times has 1.",
        figures=figures,
    )

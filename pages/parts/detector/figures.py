"""The drawings of a channel and a family, as plain lists for Plotly; every number in them was made in the core."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.detector.channels.fringes import Fringes
from core.detector.coupling.figures import ChannelSeries, HoursOfDay, LagCurve, MotionCurve
from core.detector.strain.gps import utc_words
from pages.parts.widgets.charts import (
    CLEAR,
    GRID,
    LINE,
    SMALL_SIZE,
    accent,
    axis_title,
    chart_layout,
    ink,
    second_accent,
    soft_ink,
    tools_config,
)
from pages.parts.widgets.plotly_view import PlainFigure
from pages.parts.widgets.text import figure_text

HEIGHT = 360
_DAY = 86_400.0
_BAND = "rgba(128,128,128,0.25)"
_TICKS = tuple(step * 10.0**power for power in range(-12, 13) for step in (1, 2, 5))


def plain(values: np.ndarray) -> list[float | None]:
    """Numbers as JSON knows them: what was not measured is None."""
    return [float(value) if np.isfinite(value) else None for value in np.asarray(values, dtype=np.float64)]


def motion_figure(curve: MotionCurve, *, channel: str, fitted: bool, dark: bool) -> dict[str, Any]:
    """Rate in tenths of the channel's time with their intervals; where ``fitted``, the line in its band, too."""
    line, colour = second_accent(dark), accent(dark)
    rate, low, high = curve.rate, curve.low, curve.high
    fit = [
        *_band(curve.line_value, curve.line_low, curve.line_high),
        _line(curve.line_value, curve.line, line, "fitted rate"),
    ]
    traces = [
        *(fit if fitted else []),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "a tenth of the channel’s time",
            "x": plain(curve.value),
            "y": plain(rate),
            "error_y": _whiskers(rate, low, high, colour),
            "marker": {"color": colour, "size": 9},
            "hovertext": [
                f"{value:.4g}{_in_unit(curve.unit)}: {one:.3g} an hour ({a:.3g} to {b:.3g}), {n:,.0f} glitches in "
                f"{h:,.0f} h"
                for value, one, a, b, n, h in zip(
                    curve.value, rate, low, high, curve.glitches, curve.hours, strict=True
                )
            ],
            "hoverinfo": "text",
        },
    ]
    layout = _layout(dark, legend=True)
    layout["xaxis"] |= _scale(log=curve.per == "decade") | {
        "title": axis_title(f"{figure_text(_short(channel))}{_bracketed(curve.unit)}")
    }
    layout["yaxis"] |= {"title": axis_title("glitches an hour"), "rangemode": "tozero"}
    return {"data": traces, "layout": layout}


def lag_figure(curve: LagCurve, *, dark: bool) -> dict[str, Any]:
    """The statistic at each lag, over the band that shifts give and the line that the greatest of them reach."""
    colour = accent(dark)
    traces = [
        *_band(curve.lags, curve.null_low, curve.null_high, name=f"95 % of {curve.shifts} shifts"),
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "as it happened",
            "x": plain(curve.lags),
            "y": plain(curve.statistic),
            "line": {"color": colour, "width": 2},
            "marker": {"color": colour, "size": 9},
            "hovertemplate": "%{x:+g} h: %{y:.2f} standard errors<extra></extra>",
        },
    ]
    layout = _layout(dark, legend=True)
    layout["xaxis"] |= {"title": axis_title("glitches later than the channel (h)"), "tickvals": plain(curve.lags)}
    layout["yaxis"] |= {"title": axis_title("standard errors by day")}
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": sign * curve.greatest,
            "y1": sign * curve.greatest,
            "line": {"color": soft_ink(dark), "width": 1, "dash": "dash"},
        }
        for sign in (-1, 1)
    ]
    return {"data": traces, "layout": layout}


def hours_figure(hours: HoursOfDay, *, dark: bool) -> dict[str, Any]:
    """Rate by hour of the day around a clock, with the even rate as a ring and the channel's median as a line."""
    angles = [15.0 * (2 * one + 1) / 2 for one in range(24)]
    even = hours.expected / np.where(hours.hours > 0, hours.hours, np.nan)
    traces: list[dict[str, Any]] = [
        {
            "type": "barpolar",
            "name": "glitches an hour",
            "theta": angles,
            "width": [13.0] * 24,
            "r": plain(hours.rate),
            "marker": {"color": accent(dark), "opacity": 0.7},
            "hovertext": [
                f"{one} to {one + 1} h: {rate:.3g} an hour ({low:.3g} to {high:.3g}), {n:,.0f} glitches"
                for one, (rate, low, high, n) in enumerate(
                    zip(hours.rate, hours.low, hours.high, hours.glitches, strict=True)
                )
            ],
            "hoverinfo": "text",
        },
        _ring(angles, even, "an even rate", soft_ink(dark), "dash"),
    ]
    if np.isfinite(hours.motion).any():
        # Scaled to the same ring: the shape is what is compared, and the value stands at the pointer.
        scale = np.nanmean(hours.rate) / np.nanmean(hours.motion)
        ring = _ring(angles, hours.motion * scale, "the channel’s median, scaled", second_accent(dark), "solid")
        ring["hovertext"] = [f"the channel’s median: {value:.4g}" for value in [*hours.motion, hours.motion[0]]]
        traces.append(ring | {"hoverinfo": "text"})
    layout = _layout(dark, legend=True, height=400)
    layout["polar"] = {
        "bgcolor": CLEAR,
        "angularaxis": {
            "direction": "clockwise",
            "rotation": 90,
            "tickvals": [15 * one for one in range(0, 24, 3)],
            "ticktext": [f"{one} h" for one in range(0, 24, 3)],
            "gridcolor": GRID,
            "color": soft_ink(dark),
        },
        "radialaxis": {"gridcolor": GRID, "color": ink(dark), "rangemode": "tozero", "angle": 90, "nticks": 4},
    }
    layout["margin"] = {"l": 40, "r": 40, "t": 30, "b": 60}
    layout["legend"] |= {"y": -0.1, "yanchor": "top", "x": 0.5, "xanchor": "center"}
    return {"data": traces, "layout": layout}


def series_figure(series: ChannelSeries, *, begin: float, channel: str, log: bool, dark: bool) -> PlainFigure:
    """A channel in time with the glitches on it, which can be chosen; the detector's dead time is shaded."""
    days = (series.times - begin) / _DAY
    colour = second_accent(dark)
    glitches = (series.glitch_times - begin) / _DAY
    traces = [
        *_band(days, series.low, series.high, name="smallest to largest"),
        _line(days, series.value, soft_ink(dark), "the channel"),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "glitches",
            "x": plain(glitches),
            "y": plain(series.glitch_values),
            "marker": {"color": colour, "size": 7, "opacity": 0.8, "line": {"width": 0}},
            "hovertemplate": "day %{x:.3f}: %{y:.4g}<extra></extra>",
        },
    ]
    layout = chart_layout(
        dark,
        height=HEIGHT,
        margin={"l": 60, "r": 10, "t": 40, "b": 50},
        hovermode="closest",
        dragmode="lasso",
        clickmode="event+select",
        showlegend=True,
        legend=_legend(),
        shapes=[_dead(first, last) for first, last in _stretches(days, ~series.live)],
    )
    layout["xaxis"] |= {"title": axis_title(f"days since {utc_words(begin)} (GPS {begin:.0f})")}
    name = f"{figure_text(_short(channel))}{_bracketed(series.unit)}"
    layout["yaxis"] |= _scale(log=log) | {"title": axis_title(name)}
    return PlainFigure(traces, layout, tools_config(shown=True))


def fringe_figure(fringes: Fringes, *, peak: float | None, dark: bool) -> dict[str, Any]:
    """Fringe frequency for one to four passes around a glitch, and its peak frequency where that is known."""
    traces = [
        _line(fringes.seconds, one, accent(dark), f"{order} pass{'es' if order > 1 else ''}")
        | {"line": {"color": accent(dark), "width": 2.5 - 0.4 * order, "dash": dash}}
        for order, (one, dash) in enumerate(
            zip(fringes.frequencies, ("solid", "dash", "dot", "dashdot"), strict=True), start=1
        )
    ]
    if peak is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "the glitch’s peak",
                "x": [0.0],
                "y": [peak],
                "marker": {"color": second_accent(dark), "size": 12, "symbol": "diamond"},
                "hovertemplate": "%{y:.4g} Hz<extra></extra>",
            }
        )
    layout = _layout(dark, legend=True)
    layout["xaxis"] |= {"title": axis_title("s from the glitch")}
    layout["yaxis"] |= {"title": axis_title("fringe frequency (Hz)"), "rangemode": "tozero"}
    return {"data": traces, "layout": layout}


def short_name(channel: str) -> str:
    """A channel's name without its detector, broken before what is measured of it, as it stands at an axis."""
    name = figure_text(_short(channel))
    cut = name.find("_BLRMS")
    return f"{name[:cut]}<br>{name[cut + 1 :]}" if cut > 0 else name


def _short(channel: str) -> str:
    return channel.partition(":")[2].removesuffix(".mean") or channel


def _in_unit(unit: str) -> str:
    return f" {figure_text(unit)}" if unit else ""


def _bracketed(unit: str) -> str:
    return f" ({figure_text(unit)})" if unit else ""


def _layout(dark: bool, *, legend: bool, height: int = HEIGHT) -> dict[str, Any]:
    layout = chart_layout(dark, height=height, showlegend=legend, legend=_legend(), hovermode="closest")
    layout["margin"] = layout["margin"] | {"t": 40}
    return layout


def _scale(*, log: bool) -> dict[str, Any]:
    """An axis of what rises by factors has its numbers written out: Plotly's own are digits without their power."""
    if not log:
        return {"type": "linear"}
    return {"type": "log", "tickmode": "array", "tickvals": list(_TICKS), "ticktext": [f"{one:g}" for one in _TICKS]}


def _legend() -> dict[str, Any]:
    return {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL_SIZE}}


def _line(x: np.ndarray, y: np.ndarray, colour: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": plain(x),
        "y": plain(y),
        "line": {"color": colour, "width": 2},
        "hoverinfo": "skip",
    }


def _band(x: np.ndarray, low: np.ndarray, high: np.ndarray, *, name: str = "its 95 % interval") -> list[dict[str, Any]]:
    """Two lines without ink and what lies between them; gaps of the lower one are those of the upper."""
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": plain(x)}
    return [
        edge | {"y": plain(low), "showlegend": False},
        edge | {"y": plain(high), "fill": "tonexty", "fillcolor": _BAND, "name": name},
    ]


def _ring(angles: list[float], values: np.ndarray, name: str, colour: str, dash: str) -> dict[str, Any]:
    closed = plain(values)
    return {
        "type": "scatterpolar",
        "mode": "lines",
        "name": name,
        "theta": [*angles, angles[0]],
        "r": [*closed, closed[0]],
        "line": {"color": colour, "width": 2, "dash": dash},
        "hoverinfo": "skip",
    }


def _whiskers(value: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, one or 0.0) for one in plain(high - value)],
        "arrayminus": [max(0.0, one or 0.0) for one in plain(value - low)],
        "thickness": 1,
        "width": 3,
        "color": colour,
    }


def _dead(first: float, last: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "yref": "paper",
        "x0": first,
        "x1": last,
        "y0": 0,
        "y1": 1,
        "fillcolor": LINE,
        "opacity": 0.15,
        "line": {"width": 0},
        "layer": "below",
    }


def _stretches(x: np.ndarray, wanted: np.ndarray) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]]).astype(np.int8)))
    return [(float(x[a]), float(x[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]

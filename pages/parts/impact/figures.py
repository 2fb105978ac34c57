"""The drawings of costs, as plain lists for Plotly; every number in them was made in the core."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.detector.strain.gps import utc_words
from core.impact.columns.preventable import Preventable
from core.impact.columns.rate import TimeLine
from core.impact.columns.table import CostTable
from core.impact.rank_changes import TornadoBar
from core.impact.ranking import Cumulative, Ranking
from pages.parts.impact.words import place_text
from pages.parts.widgets.charts import (
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

HEIGHT = 380
DAY = 86_400.0
_ROW, _AROUND, _TALLEST = 34, 90, 900
_BAND = "rgba(128,128,128,0.25)"
_ROOM = 1.35
_LONGEST_NAME = 18
_MOST_DATES = 6


def bars_height(count: int) -> int:
    """Height of the frame of so many bars, CSS pixels."""
    return min(_AROUND + _ROW * count, _TALLEST)


def ranking_figure(ranking: Ranking, *, by: str, dark: bool) -> PlainFigure:
    """A bar a family, most first, with the interval of its score, and its place beside it."""
    colour, families = accent(dark), ranking.families
    places = [place_name(number) for number in range(len(families))]
    ends = [one.high for one in families]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "y": places,
            "x": [one.score for one in families],
            "marker": {"color": colour},
            "error_x": _whiskers(families, ink(dark)),
            "hovertext": [
                f"{figure_text(one.family)}: {one.score:.1%} ({one.low:.1%} to {one.high:.1%}), place {place_text(one)}"
                for one in families
            ],
            "hoverinfo": "text",
        },
        {
            "type": "scatter",
            "mode": "text",
            "y": places,
            "x": ends,
            "text": [f"  place {place_text(one)}" for one in families],
            "textposition": "middle right",
            "textfont": {"size": SMALL_SIZE, "color": soft_ink(dark)},
            "hoverinfo": "skip",
        },
    ]
    layout = _layout(dark, height=bars_height(len(families)))
    layout["yaxis"] |= _names([short(one.family) for one in families])
    layout["xaxis"] |= {
        "title": axis_title(figure_text(by)),
        "tickformat": ".0%",
        "range": [0, max(ends, default=1.0) * _ROOM],
        "fixedrange": True,
    }
    layout["bargap"] = 0.35
    return PlainFigure(traces, layout, tools_config(shown=False))


def preventability_figure(ranking: Ranking, best: Mapping[str, Preventable], *, by: str, dark: bool) -> PlainFigure:
    """What a family costs against the share of it that might be prevented, with both intervals."""
    families = [one for one in ranking.families if one.family in best]
    shares = [best[one.family].share for one in families]
    colour = accent(dark)
    traces = [
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [one.value for one in shares],
            "y": [one.score for one in families],
            "text": [short(one.family) for one in families],
            "textposition": "top center",
            "textfont": {"size": SMALL_SIZE, "color": ink(dark)},
            "cliponaxis": False,
            "marker": {"color": colour, "size": 11},
            "error_x": _error(
                [one.value for one in shares], [one.low for one in shares], [one.high for one in shares], colour
            ),
            "error_y": _whiskers(families, colour),
            "hovertext": [
                f"{figure_text(one.family)}: {one.score:.1%} of the cost; {share.value:.0%} might be prevented "
                f"({share.low:.0%} to {share.high:.0%})<br>by {figure_text(best[one.family].members[0])}"
                for one, share in zip(families, shares, strict=True)
            ],
            "hoverinfo": "text",
        }
    ]
    layout = _layout(dark, height=HEIGHT)
    layout["margin"] = {"l": 60, "r": 20, "t": 30, "b": 50}
    layout["xaxis"] |= {"title": axis_title("share that might be prevented"), "tickformat": ".0%", "fixedrange": True}
    layout["yaxis"] |= {
        "title": axis_title(figure_text(by)),
        "tickformat": ".0%",
        "rangemode": "tozero",
        "fixedrange": True,
    }
    layout["shapes"] = [_upright(0.0, soft_ink(dark))]
    return PlainFigure(traces, layout, tools_config(shown=False))


def cumulative_figure(found: Cumulative, *, dark: bool) -> dict[str, Any]:
    """How much the first families make up, with its interval, and the line of the share that is asked for."""
    numbers = list(range(1, len(found.families) + 1))
    traces = [
        *_band([float(one) for one in numbers], found.low, found.high),
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": numbers,
            "y": found.share.tolist(),
            "line": {"color": accent(dark), "width": 2},
            "marker": {"color": accent(dark), "size": 8},
            "hovertext": [
                f"with {figure_text(name)}: {share:.0%} ({low:.0%} to {high:.0%})"
                for name, share, low, high in zip(found.families, found.share, found.low, found.high, strict=True)
            ],
            "hoverinfo": "text",
        },
    ]
    layout = _layout(dark, height=HEIGHT)
    layout["margin"] = {"l": 60, "r": 20, "t": 20, "b": 90}
    layout["xaxis"] |= {
        "tickmode": "array",
        "tickvals": numbers,
        "ticktext": [short(one) for one in found.families],
        "tickangle": -35,
        "automargin": True,
    }
    layout["yaxis"] |= {"title": axis_title("share so far"), "tickformat": ".0%", "range": [0, 1.02]}
    layout["shapes"] = [_level(found.level, soft_ink(dark))]
    return {"data": traces, "layout": layout}


def tornado_figure(bars: Sequence[TornadoBar], table: CostTable, *, dark: bool) -> dict[str, Any]:
    """For each weight, how many pairs of families change their order without it, and with twice as much of it."""
    rows = [place_name(number) for number in range(len(bars))]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": rows,
            "x": [sign * value for value in values],
            "marker": {"color": colour},
            "text": [str(value) for value in values],
            "textposition": "auto",
            "hovertext": [
                f"{name}: {value} {'pair' if value == 1 else 'pairs'} otherwise; "
                + (f"first would be {figure_text(first)}" if first else "nothing would be left to rank by")
                for value, first in zip(values, firsts, strict=True)
            ],
            "hoverinfo": "text",
        }
        for name, sign, values, firsts, colour in (
            ("without it", -1, [b.swapped_without for b in bars], [b.first_without for b in bars], second_accent(dark)),
            ("twice as much", 1, [b.swapped_doubled for b in bars], [b.first_doubled for b in bars], accent(dark)),
        )
    ]
    most = max([1, *(one.reach for one in bars)])
    layout = _layout(dark, height=bars_height(len(bars)) + 40)
    layout |= {"barmode": "overlay", "showlegend": True, "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom"}}
    layout["margin"] = {"l": 60, "r": 20, "t": 40, "b": 50}
    layout["yaxis"] |= _names([short(table.column(one.column).title, most=34) for one in bars])
    layout["xaxis"] |= {
        "title": axis_title("pairs of families in another order"),
        "range": [-1.1 * most, 1.1 * most],
        "tickmode": "array",
        "tickvals": sorted({-most, 0, most}),
        "ticktext": [str(abs(one)) for one in sorted({-most, 0, most})],
    }
    return {"data": traces, "layout": layout}


def time_figure(line: TimeLine, *, family: str, dark: bool) -> PlainFigure:
    """A family's rate by day, or by more of them, with exact intervals; what has no livetime is left open."""
    row = line.families.index(family)
    rate, low, high = line.rate[row], line.low[row], line.high[row]
    seen = np.flatnonzero(line.hours > 0)
    colour = accent(dark)
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": days_since(line)[seen].tolist(),
            "y": rate[seen].tolist(),
            "marker": {"color": colour, "size": 8},
            "error_y": _error(rate[seen], low[seen], high[seen], colour),
            "hovertext": [
                f"{span_name(line)} from {date_of(line.begins[day])}: {rate[day]:.3g} an hour ({low[day]:.3g} to "
                f"{high[day]:.3g}), {line.glitches[row, day]:,.0f} glitches in {line.hours[day]:.1f} h"
                for day in seen
            ],
            "hoverinfo": "text",
        }
    ]
    layout = _layout(dark, height=HEIGHT)
    layout["margin"] = {"l": 60, "r": 20, "t": 20, "b": 50}
    marked = np.arange(0, len(line.begins), math.ceil(len(line.begins) / _MOST_DATES))
    layout["xaxis"] |= {
        "title": axis_title("date (UTC)"),
        "tickmode": "array",
        "tickvals": ((line.begins[marked] - line.begins[0]) / DAY).tolist(),
        "ticktext": [date_of(one) for one in line.begins[marked]],
        "fixedrange": True,
    }
    layout["yaxis"] |= {
        "title": axis_title(f"{short(family)} an hour"),
        "rangemode": "tozero",
        "fixedrange": True,
    }
    return PlainFigure(traces, layout, tools_config(shown=False))


def days_since(line: TimeLine) -> np.ndarray:
    """Days from the first one to the middle of each, float64 (days,)."""
    return np.asarray((line.begins - line.begins[0]) / DAY + line.days / 2)


def span_name(line: TimeLine) -> str:
    """What each point of the time line is: "day", "week" or "four weeks"."""
    return {1: "day", 7: "week"}.get(line.days, "four weeks")


def date_of(gps: float) -> str:
    """The date on which a GPS day lies for the most part, which begins some seconds before midnight."""
    return utc_words(gps + 60.0).partition(" ")[0]


def place_name(number: int) -> str:
    """What a bar is called inside a figure: Plotly looks places up by name, so it is none that people typed."""
    return f"bar {number}"


def number_of(place: object) -> int:
    """Which bar this is; a number that none has where it is no such name."""
    text = str(place).removeprefix("bar ")
    return int(text) if str(place).startswith("bar ") and text.isdecimal() else sys.maxsize


def short(name: str, *, most: int = _LONGEST_NAME) -> str:
    """A name as it stands at an axis."""
    return figure_text(name if len(name) <= most else f"{name[: most - 1]}…")


def _names(texts: list[str]) -> dict[str, Any]:
    return {
        "type": "category",
        "tickmode": "array",
        "tickvals": [place_name(number) for number in range(len(texts))],
        "ticktext": texts,
        "range": [len(texts) - 0.5, -0.5],
        "automargin": True,
        "showgrid": False,
        "fixedrange": True,
    }


def _layout(dark: bool, *, height: int) -> dict[str, Any]:
    return chart_layout(
        dark,
        height=height,
        margin={"l": 40, "r": 10, "t": 10, "b": 50},
        hovermode="closest",
        dragmode=False,
        clickmode="event",
        showlegend=False,
    )


def _whiskers(families: Sequence[Any], colour: str) -> dict[str, Any]:
    return _error(
        [one.score for one in families], [one.low for one in families], [one.high for one in families], colour
    )


def _error(value: Any, low: Any, high: Any, colour: str) -> dict[str, Any]:
    middle, bottom, top = (np.asarray(one, dtype=np.float64) for one in (value, low, high))
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(np.maximum(top - middle, 0.0)).tolist(),
        "arrayminus": np.nan_to_num(np.maximum(middle - bottom, 0.0)).tolist(),
        "thickness": 1,
        "width": 3,
        "color": colour,
    }


def _band(x: list[float], low: np.ndarray, high: np.ndarray) -> list[dict[str, Any]]:
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": x}
    return [edge | {"y": low.tolist()}, edge | {"y": high.tolist(), "fill": "tonexty", "fillcolor": _BAND}]


def _level(value: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}


def _upright(value: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1, "dash": "dash"}
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": value, "x1": value, "line": line}

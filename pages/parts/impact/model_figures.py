"""The drawings of a model, as plain lists for Plotly; every number in them was made in the core."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.impact.explaining.curves import Dependence, Waterfall
from core.impact.models.rate_model import RateModel
from pages.parts.detector.figures import plain, short_name
from pages.parts.widgets.charts import accent, axis_title, chart_layout, second_accent, soft_ink
from pages.parts.widgets.text import figure_text

SKILL_HEIGHT, HEIGHT = 190, 380
_TICKS = tuple(step * 10.0**power for power in range(-12, 13) for step in (1, 2, 5))
_HOUR, _TEN = math.log(3600), math.log(10)
_FEWEST_TICKS = 3
_BAND = "rgba(128,128,128,0.25)"


def skill_figure(model: RateModel, *, dark: bool) -> dict[str, Any]:
    """The model's skill with its interval, over that of each fit to shifted labels."""
    skill = model.skill
    traces = [
        {
            "type": "box",
            "orientation": "h",
            "name": "shifted labels",
            "x": plain(model.chance_skill),
            "y": ["shifted labels"] * len(model.chance_skill),
            "boxpoints": "all",
            "jitter": 0.6,
            "pointpos": 0,
            "fillcolor": "rgba(0,0,0,0)",
            "line": {"color": "rgba(0,0,0,0)"},
            "marker": {"color": soft_ink(dark), "size": 5, "opacity": 0.6},
            "hovertemplate": "shifted labels: %{x:.1%}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [skill.value],
            "y": ["as it happened"],
            "marker": {"color": second_accent(dark), "size": 12, "symbol": "diamond"},
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [skill.high - skill.value],
                "arrayminus": [skill.value - skill.low],
                "color": second_accent(dark),
            },
            "hovertemplate": f"as it happened: {skill.value:.1%} ({skill.low:.1%} to {skill.high:.1%})<extra></extra>",
        },
    ]
    layout = chart_layout(dark, height=SKILL_HEIGHT, showlegend=False, hovermode="closest")
    layout["margin"] = {"l": 110, "r": 20, "t": 10, "b": 50}
    layout["xaxis"] |= {"title": axis_title("skill: deviance saved in held-out blocks"), "tickformat": ".1%"}
    layout["yaxis"] |= {"showgrid": False, "fixedrange": True}
    layout["shapes"] = [_upright(0.0, soft_ink(dark))]
    return {"data": traces, "layout": layout}


def dependence_figure(found: Dependence, *, dark: bool) -> dict[str, Any]:
    """What a group adds against its first channel's level, and below how much data lies there."""
    colour = accent(dark)
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": plain(found.value)}
    traces = [
        edge | {"y": plain(found.low), "showlegend": False},
        edge | {"y": plain(found.high), "fill": "tonexty", "fillcolor": _BAND},
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": plain(found.value),
            "y": plain(found.middle),
            "line": {"color": colour, "width": 2},
            "marker": {"color": colour, "size": 7},
            "hovertext": [
                f"{value:.4g} {figure_text(found.unit)}: {middle:+.3g} ({low:+.3g} to {high:+.3g}), {hours:,.0f} h"
                for value, middle, low, high, hours in zip(
                    found.value, found.middle, found.low, found.high, found.hours, strict=True
                )
            ],
            "hoverinfo": "text",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": plain(found.value),
            "y": plain(found.hours),
            "yaxis": "y2",
            "fill": "tozeroy",
            "fillcolor": _BAND,
            "line": {"color": soft_ink(dark), "width": 1, "shape": "hvh"},
            "hovertemplate": "%{y:.0f} h lie here<extra></extra>",
        },
    ]
    layout = chart_layout(dark, height=HEIGHT, showlegend=False, hovermode="closest")
    layout["margin"] = {"l": 70, "r": 20, "t": 10, "b": 50}
    unit = f" ({figure_text(found.unit)})" if found.unit else ""
    layout["xaxis"] |= {
        "title": axis_title(f"{short_name(found.channel)}{unit}".replace("<br>", "_")),
        "anchor": "y2",
    } | _scale(log=bool(np.all(found.value > 0)))
    layout["yaxis"] |= {"title": axis_title("adds to ln(rate)"), "domain": [0.3, 1.0]}
    layout["yaxis2"] = layout["yaxis"] | {"title": axis_title("hours"), "domain": [0.0, 0.22], "rangemode": "tozero"}
    return {"data": traces, "layout": layout}


def waterfall_figure(found: Waterfall, *, dark: bool) -> dict[str, Any]:
    """What each group adds to the foreseen rate of one bin, one below the other, from what all bins have."""
    steps = [float(one) for one in found.adds]
    begins = [found.base + sum(steps[:number]) for number in range(len(steps))]
    names = [f"step {number}" for number in range(len(steps))]
    colours = [second_accent(dark) if one > 0 else accent(dark) for one in steps]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "y": names,
            "x": steps,
            "base": begins,
            "marker": {"color": colours},
            "text": [f"{one:+.2g}" for one in steps],
            "textposition": "outside",
            "cliponaxis": False,
            "hovertext": [f"{figure_text(name)}: {one:+.3g}" for name, one in zip(found.steps, steps, strict=True)],
            "hoverinfo": "text",
        }
    ]
    layout = chart_layout(dark, height=110 + 34 * len(steps), showlegend=False, hovermode="closest")
    layout["margin"] = {"l": 60, "r": 40, "t": 10, "b": 50}
    layout["yaxis"] |= {
        "type": "category",
        "tickmode": "array",
        "tickvals": names,
        "ticktext": [short_name(one) for one in found.steps],
        "range": [len(names) - 0.5, -0.5],
        "automargin": True,
        "showgrid": False,
    }
    edges = [found.base, *begins, found.total]
    room = 0.12 * (max(edges) - min(edges) or 1.0)
    layout["xaxis"] |= {
        "title": axis_title("glitches an hour, logarithmic"),
        "range": [min(edges) - room, max(edges) + room],
        "tickmode": "array",
        **_hourly_ticks(min(edges) - room, max(edges) + room),
    }
    layout["shapes"] = [_upright(found.base, soft_ink(dark)), _upright(found.total, second_accent(dark))]
    return {"data": traces, "layout": layout}


def _hourly_ticks(low: float, high: float) -> dict[str, Any]:
    """Round rates an hour within an axis of the natural logarithm of the rate a second; they are not crowded."""
    whole = range(math.floor((low + _HOUR) / _TEN) - 1, math.ceil((high + _HOUR) / _TEN) + 1)
    wide = (high - low) / _TEN
    steps = (1,) if wide > 3 else (1, 3) if wide > 1 else (1, 1.5, 2, 3, 5, 7)
    rates = [step * 10.0**power for power in whole for step in steps]
    inside = [rate for rate in rates if low <= math.log(rate) - _HOUR <= high]
    if len(inside) < _FEWEST_TICKS:
        inside = [float(f"{math.exp(_HOUR + at):.3g}") for at in np.linspace(low, high, _FEWEST_TICKS + 2)[1:-1]]
    return {"tickvals": [math.log(rate) - _HOUR for rate in inside], "ticktext": [f"{rate:g}" for rate in inside]}


def _scale(*, log: bool) -> dict[str, Any]:
    """An axis of what rises by factors has its numbers written out: Plotly's own are digits without their power."""
    if not log:
        return {"type": "linear"}
    return {"type": "log", "tickmode": "array", "tickvals": list(_TICKS), "ticktext": [f"{one:g}" for one in _TICKS]}


def _upright(value: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1, "dash": "dash"}
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": value, "x1": value, "line": line}

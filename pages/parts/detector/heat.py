"""Families against channels as a heat map; a cell that is clicked, or chosen by its two names, is opened."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import streamlit as st

from core.detector.channels.names import plain_name
from core.detector.coupling.figures import HeatMap
from core.detector.coupling.verdicts import GOES_WITH
from pages.parts.desk.kept_choices import KEPT
from pages.parts.desk.state import change_panel, panel, set_widget, widget_value
from pages.parts.detector.figures import short_name
from pages.parts.detector.state import CHANNEL, FAMILY, HeatState
from pages.parts.widgets.charts import SMALL_SIZE, accent, chart_layout, ink, second_accent, soft_ink, tools_config
from pages.parts.widgets.plotly_view import PlainFigure, show_figure
from pages.parts.widgets.text import figure_text

MOST = 60
"""Channels that are drawn at most; the others can be chosen by their names."""

_BOX, _HINT = "detector_heat_box", "detector_heat_hint"
_BESIDE = 80
"""What the page leaves free beside the map on a narrow screen, CSS pixels."""
_ROW, _AROUND, _COLUMN, _NAMES = 38, 150, 74, 230
_STRONGEST = 1.0


def heat_panel(heat: HeatMap, *, key: str) -> tuple[str, str]:
    """Draw the map and the two names; what is clicked becomes what they say. Returns family and channel."""
    rows = _shown_rows(heat)
    if len(rows) < len(heat.channels):
        st.caption(f"The {MOST} channels that say most are drawn, of {len(heat.channels):,}.")
    width = _NAMES + _COLUMN * len(heat.families)
    # On a phone the map keeps its width, and its box scrolls.
    with st.container(key=_HINT):
        st.caption("The map is wider than this screen: push it to the left to see all families.")
    with st.container(key=_BOX):
        clicked = _click(heat, rows, key=key, width=width)
    if clicked is not None:
        set_widget(FAMILY, clicked[0])
        set_widget(CHANNEL, clicked[1])
        st.rerun()
    st.caption(
        "Orange: the rate rises with the channel; blue: it falls; the stronger, the more. A number is how many times "
        "as high the rate is where the channel is ten times as high. Stars ★ say that the two go together; gray, that "
        "nothing can be said, and why. Families that go with a channel stand first."
    )
    left, right = st.columns(2)
    family = left.selectbox("Family", list(heat.families), key=FAMILY, on_change=_chosen_by_name, **KEPT)
    channel = right.selectbox("Channel", list(heat.channels), key=CHANNEL, on_change=_chosen_by_name, **KEPT)
    return family, channel


def heat_figure(heat: HeatMap, rows: list[int], *, chosen: tuple[str, str], dark: bool) -> PlainFigure:
    """Channels down, families across."""
    # Plotly looks places up by name, so none may be called what every JavaScript object has.
    families = [f"family {number}" for number in range(len(heat.families))]
    channels = [f"channel {row}" for row in rows]
    strength = heat.strength.T[rows]
    verdicts, sentences = heat.verdicts.T[rows], _with_plain_names(heat, rows)
    gray = "#3a3d42" if dark else "#dee2e6"
    empty = "#22262f" if dark else "#f8f9fa"
    scale = [[0, accent(False)], [0.5, empty], [1, second_accent(False)]]
    known = np.isfinite(strength) & (verdicts != "cannot tell")
    traces: list[dict[str, Any]] = [
        _cells(families, channels, np.where(known, np.nan, 1.0), [[0, gray], [1, gray]], sentences),
        _cells(families, channels, np.where(known, strength, np.nan), scale, sentences),
        _numbers(families, channels, strength, verdicts, known, dark=dark),
        _reasons(families, channels, heat.reasons.T[rows], known, dark=dark),
    ]
    layout = chart_layout(dark, height=heat_height(len(rows)))
    axis = {"type": "category", "showgrid": False, "fixedrange": True, "tickfont": {"size": SMALL_SIZE}}
    layout["xaxis"] |= axis | {
        "side": "top",
        "tickangle": -35,
        "range": [-0.5, len(families) - 0.5],
        "tickmode": "array",
        "tickvals": families,
        "ticktext": [figure_text(name) for name in heat.families],
        "automargin": True,
    }
    layout["yaxis"] |= axis | {
        "range": [len(rows) - 0.5, -0.5],
        "tickmode": "array",
        "tickvals": channels,
        "ticktext": [short_name(heat.channels[row]) for row in rows],
        "automargin": True,
    }
    layout |= {
        "margin": {"l": 40, "r": 10, "t": 60, "b": 10},
        "hovermode": "closest",
        "dragmode": False,
        "clickmode": "event",
        "showlegend": False,
        "shapes": _frame(heat, rows, chosen, dark=dark),
    }
    return PlainFigure(traces, layout, tools_config(shown=False))


def heat_height(rows: int) -> int:
    """Height of the frame, CSS pixels."""
    return _AROUND + _ROW * rows


def clicked_pair(points: list[dict[str, Any]], heat: HeatMap) -> tuple[str, str] | None:
    """The family and the channel at the clicked place, by their names; None for no cell."""
    for point in points:
        family, channel = _number(point.get("x"), "family "), _number(point.get("y"), "channel ")
        if family < len(heat.families) and channel < len(heat.channels):
            return heat.families[family], heat.channels[channel]
    return None


def _number(place: object, beginning: str) -> int:
    """The number in the name of a place; one that nothing has where it is no such name."""
    number = str(place).removeprefix(beginning)
    return int(number) if str(place).startswith(beginning) and number.isdecimal() else sys.maxsize


def _click(heat: HeatMap, rows: list[int], *, key: str, width: int) -> tuple[str, str] | None:
    chosen = (widget_value(FAMILY) or "", widget_value(CHANNEL) or "")
    figure = heat_figure(heat, rows, chosen=chosen, dark=st.context.theme.type == "dark")
    st.html(
        f"<style>.st-key-{_BOX} {{overflow-x: auto}} .st-key-{_BOX} iframe {{min-width: {width}px}} "
        f"@media (min-width: {width + _BESIDE}px) {{.st-key-{_HINT} {{display: none}}}}</style>"
    )
    turn = panel(HeatState).turn
    points = show_figure(figure, key=f"{key}_{turn}", height=heat_height(len(rows)), select=False)
    # The component repeats its last answer in every run; only a new one is a click.
    if points == list(panel(HeatState).points):
        return None
    change_panel(HeatState, points=tuple(points))
    return clicked_pair(points, heat)


def _chosen_by_name() -> None:
    change_panel(HeatState, turn=panel(HeatState).turn + 1, points=())


def _shown_rows(heat: HeatMap) -> list[int]:
    if len(heat.channels) <= MOST:
        return list(range(len(heat.channels)))
    best = np.nan_to_num(heat.significance, nan=-1.0).max(axis=0)
    return sorted(np.argsort(-best, kind="stable")[:MOST].tolist())


def _with_plain_names(heat: HeatMap, rows: list[int]) -> list[list[str]]:
    """What is said of each cell, with what its channel measures on a line of its own."""
    measured = [plain_name(heat.channels[row]) for row in rows]
    return [
        [figure_text(one) + (f"<br>The channel measures {figure_text(name)}." if name else "") for one in sentences]
        for name, sentences in zip(measured, heat.sentences.T[rows], strict=True)
    ]


def _cells(
    families: list[str], channels: list[str], values: np.ndarray, scale: list[list[Any]], sentences: list[list[str]]
) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": families,
        "y": channels,
        "z": [[float(one) if np.isfinite(one) else None for one in row] for row in values],
        "zmin": -_STRONGEST,
        "zmax": _STRONGEST,
        "colorscale": scale,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": sentences,
        "hoverinfo": "text",
        "hoverongaps": False,
    }


def _numbers(
    families: list[str],
    channels: list[str],
    strength: np.ndarray,
    verdicts: np.ndarray,
    known: np.ndarray,
    *,
    dark: bool,
) -> dict[str, Any]:
    """How many times as high, in each cell of which something can be said."""
    cells = [(row, column) for row in range(len(channels)) for column in range(len(families)) if known[row, column]]
    texts = [f"{10 ** strength[cell]:.2g}" for cell in cells]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [families[column] for _, column in cells],
        "y": [channels[row] for row, _ in cells],
        "text": [
            f"★ {text} ★" if verdicts[cell] == GOES_WITH else text for cell, text in zip(cells, texts, strict=True)
        ],
        "textfont": {
            "size": SMALL_SIZE,
            "color": ["#ffffff" if abs(strength[cell]) > 0.55 * _STRONGEST else ink(dark) for cell in cells],
        },
        "hoverinfo": "skip",
    }


def _reasons(
    families: list[str], channels: list[str], reasons: np.ndarray, known: np.ndarray, *, dark: bool
) -> dict[str, Any]:
    """Why nothing can be said, in each gray cell."""
    cells = [(row, column) for row in range(len(channels)) for column in range(len(families)) if not known[row, column]]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [families[column] for _, column in cells],
        "y": [channels[row] for row, _ in cells],
        # A cell is as wide as its longest word.
        "text": ["<br>".join(figure_text(reasons[cell]).rsplit(" ", 1)) for cell in cells],
        "textfont": {"size": SMALL_SIZE, "color": soft_ink(dark)},
        "hoverinfo": "skip",
    }


def _frame(heat: HeatMap, rows: list[int], chosen: tuple[str, str], *, dark: bool) -> list[dict[str, Any]]:
    family, channel = chosen
    if family not in heat.families or channel not in heat.channels or heat.channels.index(channel) not in rows:
        return []
    x, y = heat.families.index(family), rows.index(heat.channels.index(channel))
    return [
        {
            "type": "rect",
            "x0": x - 0.5,
            "x1": x + 0.5,
            "y0": y - 0.5,
            "y1": y + 0.5,
            "line": {"color": ink(dark), "width": 2},
        }
    ]

"""What goes through streamlit-plotly-events, and the same map in it, for Plotly's own tools.

The component brings plotly.js 1.58, in which a key or path named ``__proto__`` can change every object of its frame
(CVE-2023-46308, mended in 2.25.2, which no version of the component has). So nothing else calls the component, and
nothing that people typed becomes a key or a path: labels are texts, escaped, and :class:`PlainFigure` refuses the rest.

Its own frame has no font of the page's. So its scripts run in a frame of ours (``chart_frame``), which has.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
import streamlit_plotly_events  # noqa: F401 - the server hands out its files once it is imported
from streamlit.components.v1 import declare_component

from core.evidence.colours import Colouring
from core.space.gestures import Gesture
from pages.parts.widgets.charts import chart_layout, tools_config
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import figure_text

_GRAY = "rgba(150, 150, 150, 0.35)"
HEIGHT = 640
"""Of the map's frame, CSS pixels."""

_in_frame = declare_component("plotly_events", path=Path(__file__).parent / "chart_frame")

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NO_KEYS = {"constructor", "prototype"}
_HOLD_PATHS = {"frames", "sliders", "transforms", "updatemenus"}
"""Whose values Plotly reads as paths to what it changes."""


@dataclass(frozen=True)
class PlainFigure:
    """A figure as plain lists: the component's Plotly 1.58 cannot read the typed arrays that Plotly 7 writes.

    Attributes:
        traces: as Plotly's ``data``.
        layout: Plotly's own.
        config: Plotly's own.
    """

    traces: list[dict[str, Any]]
    layout: dict[str, Any]
    config: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """All that the component calls.

        Raises:
            ValueError: a key is no attribute of Plotly's, such as ``__proto__`` or a path, or one that holds paths.
        """
        figure = {"data": self.traces, "layout": self.layout, "config": self.config}
        _check_keys(figure)
        return json.dumps(figure)


def show_figure(figure: PlainFigure, *, key: str, height: int, select: bool = True) -> list[dict[str, Any]]:
    """Show the figure; returns the points that Plotly says are chosen, as it says them.

    Args:
        figure: made of numbers, colours and escaped texts.
        key: names the component in the session; a new key forgets what was chosen.
        height: of its frame, CSS pixels.
        select: whether lasso and box choose, besides clicks.
    """
    # What lies below stays where it is while the frame is loaded: a button that moves under the mouse loses its click.
    place = widget_key("chart_place", key)
    with st.container(key=place):
        st.html(f"<style>.st-key-{place} {{min-height: {height}px}}</style>")
        message = _in_frame(
            plot_obj=figure.to_json(),
            override_height=height,
            override_width="100%",
            click_event=True,
            select_event=select,
            hover_event=False,
            key=key,
            default="[]",
        )
    return json.loads(message)


def plotly_figure(
    coordinates: np.ndarray, colouring: Colouring, *, visible: np.ndarray, selected: np.ndarray, dark: bool
) -> PlainFigure:
    """One trace a colour; points that the filters exclude lie under them in gray and cannot be chosen.

    Args:
        coordinates: float32 (n, 2).
        colouring: the slot of each point.
        visible: bool (n,), the samples that the filters leave.
        selected: bool (n,), drawn larger.
        dark: whether the page is dark.
    """
    traces = [_trace("filtered out", coordinates[~visible], _GRAY, 4, skip=True)] if not visible.all() else []
    for slot, (name, colour) in enumerate(zip(colouring.names, colouring.palette, strict=True)):
        rows = visible & (colouring.index == slot)
        if rows.any():
            sizes = np.where(selected[rows], 9, 6).tolist()
            traces.append(_trace(name, coordinates[rows], colour, sizes))
    axis = {"showgrid": False, "showticklabels": False}
    layout = chart_layout(
        dark,
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        hovermode="closest",
        dragmode="lasso",
        # Without "select", Plotly 1.58 answers a click in lasso mode with an empty selection, on which the component
        # stumbles before it hears of the click.
        clickmode="event+select",
        uirevision="map",
        legend={"itemsizing": "constant"},
    )
    layout["xaxis"] |= axis
    layout["yaxis"] |= {**axis, "scaleanchor": "x"}
    return PlainFigure(traces, layout, tools_config(shown=True))


def read_gesture(points: list[dict[str, Any]]) -> Gesture | None:
    """What Plotly's chosen points mean: their coordinates, never their numbers in a trace. None for no points."""
    places = tuple(
        (float(point["x"]), float(point["y"]))
        for point in points
        if isinstance(point.get("x"), (int, float)) and isinstance(point.get("y"), (int, float))
    )
    return Gesture(how="click" if len(places) == 1 else "lasso", points=places) if places else None


def _check_keys(value: Any) -> None:
    if isinstance(value, dict):
        for key, inside in value.items():
            if not _KEY.fullmatch(key) or key in _NO_KEYS or key in _HOLD_PATHS:
                raise ValueError(f"{key!r} cannot be a key of a figure: put what people typed into texts.")
            _check_keys(inside)
    elif isinstance(value, list):
        for inside in value:
            if isinstance(inside, (dict, list)):
                _check_keys(inside)


def _trace(name: str, places: np.ndarray, colour: str, size: int | list[int], *, skip: bool = False) -> dict[str, Any]:
    return {
        "type": "scattergl",
        "mode": "markers",
        "name": figure_text(name),
        "x": places[:, 0].astype(float).tolist(),
        "y": places[:, 1].astype(float).tolist(),
        "marker": {"color": colour, "size": size, "line": {"width": 0}},
        "hoverinfo": "skip" if skip else "name",
    }

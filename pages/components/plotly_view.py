"""The same map through streamlit-plotly-events, for Plotly's own tools."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from streamlit_plotly_events import plotly_events

from core.evidence.colours import Colouring
from core.space.gestures import Gesture

_GRAY = "rgba(150, 150, 150, 0.35)"
_HEIGHT = 640


@dataclass(frozen=True)
class PlainFigure:
    """A figure as plain lists: the component's Plotly 1.58 cannot read the typed arrays that Plotly 7 writes."""

    traces: list[dict[str, Any]]
    layout: dict[str, Any]

    def to_json(self) -> str:
        """All that the component calls."""
        return json.dumps({"data": self.traces, "layout": self.layout})


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
    ink = "#fafafa" if dark else "#31333f"
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "color": ink}
    layout = {
        "height": _HEIGHT,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "hovermode": "closest",
        "dragmode": "lasso",
        # Without "select", Plotly 1.58 answers a click in lasso mode with an empty selection, on which the component
        # stumbles before it hears of the click.
        "clickmode": "event+select",
        "uirevision": "map",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": ink},
        "xaxis": axis,
        "yaxis": {**axis, "scaleanchor": "x"},
        "legend": {"itemsizing": "constant"},
    }
    return PlainFigure(traces, layout)


def plotly_view(figure: PlainFigure, *, key: str) -> list[dict[str, Any]]:
    """Show the figure; returns the points that Plotly says are chosen, as it says them."""
    return plotly_events(figure, click_event=True, select_event=True, override_height=_HEIGHT, key=key)


def read_gesture(points: list[dict[str, Any]]) -> Gesture | None:
    """What Plotly's chosen points mean: their coordinates, never their numbers in a trace. None for no points."""
    places = tuple(
        (float(point["x"]), float(point["y"]))
        for point in points
        if isinstance(point.get("x"), (int, float)) and isinstance(point.get("y"), (int, float))
    )
    return Gesture(how="click" if len(places) == 1 else "lasso", points=places) if places else None


def _trace(name: str, places: np.ndarray, colour: str, size: int | list[int], *, skip: bool = False) -> dict[str, Any]:
    return {
        "type": "scattergl",
        "mode": "markers",
        "name": html.escape(name),
        "x": places[:, 0].astype(float).tolist(),
        "y": places[:, 1].astype(float).tolist(),
        "marker": {"color": colour, "size": size},
        "hoverinfo": "skip" if skip else "name",
    }

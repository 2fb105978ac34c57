"""A closer look's figures for Plotly: the time-frequency picture, the whitened series, the amplitude spectrum."""

from __future__ import annotations

import io
import math
from base64 import b64encode
from typing import Any

import numpy as np
from PIL import Image

from core.dataset.viridis import to_viridis
from core.detector.channels.fringes import Fringes
from core.detector.strain.closer import CloserLook
from pages.parts.widgets.charts import TEXT_SIZE, accent, axis_title, chart_layout, second_accent

_PICTURE_HEIGHT, _SERIES_HEIGHT, _SPECTRUM_HEIGHT = 380, 220, 300
_FRINGES, _DASHES = "#e8501f", ("solid", "dash", "dot", "dashdot")
"""A colour that viridis lacks, and that is seen on a light page and on a dark one."""
_NAME_OF_PASSES = {"text": "passes"}
# Short, so that all of it finds room on a phone.
_PASSES = {"orientation": "h", "y": 1.12, "font": {"size": TEXT_SIZE}, "title": _NAME_OF_PASSES}
_TICKS = (10, 20, 50, 100, 200, 500, 1000, 2000)


def energy_figure(look: CloserLook, *, dark: bool, fringes: Fringes | None = None) -> dict[str, Any]:
    """The energies in Gravity Spy's colours, time to the right in s, frequency upwards in Hz, and fringes."""
    low, high = math.log10(look.lowest), math.log10(look.highest)
    half = look.seconds / 2
    layout = chart_layout(dark, height=_PICTURE_HEIGHT)
    picture = {
        "source": f"data:image/png;base64,{b64encode(_png(look)).decode()}",
        "xref": "x",
        "yref": "y",
        # On a logarithmic axis places are logarithms.
        "x": -half,
        "y": high,
        "sizex": look.seconds,
        "sizey": high - low,
        "sizing": "stretch",
        "layer": "below",
    }
    layout["images"] = [picture]
    layout["xaxis"] |= {"range": [-half, half], "title": axis_title("seconds from the glitch"), "showgrid": False}
    layout["yaxis"] |= _frequencies(low, high) | {"title": axis_title("Hz"), "showgrid": False}
    # Plotly draws no axes without a trace; these two corners are seen by nobody.
    corners = {"x": [-half, half], "y": [look.lowest, look.highest], "mode": "markers", "marker": {"opacity": 0}}
    traces: list[dict[str, Any]] = [{"type": "scatter", **corners, "hoverinfo": "skip", "showlegend": False}]
    if fringes is not None:
        traces += _fringe_lines(fringes, look)
        layout |= {"showlegend": True, "legend": _PASSES}
    return {"data": traces, "layout": layout}


def _fringe_lines(fringes: Fringes, look: CloserLook) -> list[dict[str, Any]]:
    """A line for each number of passes; it is broken where the picture does not reach."""
    seconds = _plain(fringes.seconds, 3)
    inside = (fringes.frequencies >= look.lowest) & (fringes.frequencies <= look.highest)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": str(order),
            "x": seconds,
            "y": [round(float(one), 2) if there else None for one, there in zip(line, own, strict=True)],
            "line": {"color": _FRINGES, "width": 2, "dash": dash},
            "hovertemplate": "%{y:.4g} Hz<extra>passes: %{fullData.name}</extra>",
        }
        for order, (line, own, dash) in enumerate(zip(fringes.frequencies, inside, _DASHES, strict=True), start=1)
    ]


def series_figure(look: CloserLook, *, dark: bool) -> dict[str, Any]:
    """The whitened series, in standard deviations of the noise."""
    layout = chart_layout(dark, height=_SERIES_HEIGHT)
    half = look.seconds / 2
    layout["xaxis"] |= {"range": [-half, half], "title": axis_title("seconds from the glitch")}
    layout["yaxis"] |= {"title": axis_title("σ of the noise")}
    line = {"x": _plain(look.times, 5), "y": _plain(look.series, 2), "line": {"color": accent(dark), "width": 1}}
    return {"data": [{"type": "scatter", "mode": "lines", **line, "showlegend": False}], "layout": layout}


def spectrum_figure(look: CloserLook, *, dark: bool) -> dict[str, Any]:
    """The amplitude spectrum of the shown time, over that of the minute around it."""
    # Powers of ten take room beside the axis.
    layout = chart_layout(dark, height=_SPECTRUM_HEIGHT, margin={"l": 85, "r": 10, "t": 10, "b": 45})
    layout["xaxis"] |= _frequencies(math.log10(look.lowest), math.log10(look.highest)) | {"title": axis_title("Hz")}
    layout["yaxis"] |= {"type": "log", "title": axis_title("strain / √Hz"), "exponentformat": "power"}
    layout["legend"] = {"orientation": "h", "y": 1.12, "font": {"size": TEXT_SIZE}}
    hertz = _plain(look.hertz, 2)
    traces = [
        ("the minute around it", look.usual, second_accent(dark)),
        ("the time shown", look.here, accent(dark)),
    ]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": hertz,
                # Values of 1e-23 are lost to rounding by decimals.
                "y": [float(f"{one:.4g}") for one in level],
                "line": {"color": colour, "width": 1.5},
            }
            for name, level, colour in traces
        ],
        "layout": layout,
    }


def _frequencies(low: float, high: float) -> dict[str, Any]:
    return {"type": "log", "range": [low, high], "tickvals": list(_TICKS), "ticktext": [str(one) for one in _TICKS]}


def _plain(values: np.ndarray, digits: int) -> list[float]:
    rounded: list[float] = np.round(values.astype(float), digits).tolist()
    return rounded


def _png(look: CloserLook) -> bytes:
    file = io.BytesIO()
    Image.fromarray(to_viridis(np.rint(look.energies * 10).astype(np.uint8))).save(file, "PNG")
    return file.getvalue()

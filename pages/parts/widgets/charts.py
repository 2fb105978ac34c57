"""The one look of all charts: fonts and colours of the theme, in light and dark, and the labels' signs beside colours.

A colour alone tells 27 labels apart for nobody. So each label has a sign as well, the same in every chart: the shape of
its points, the hatch of its bars, the dash of its lines.
"""

from __future__ import annotations

from typing import Any

from core.dataset import TaxonomyEntry

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
"""The theme's font, and what is like it where a frame of its own cannot load it."""
TEXT_SIZE, SMALL_SIZE = 14, 12
"""Of what is read by itself, and of ticks and legends, CSS pixels; Plotly makes titles of axes 1.2 times as large."""
GRID, LINE = "rgba(128,128,128,0.2)", "#8a8f98"
CLEAR = "rgba(0,0,0,0)"

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star")
_HATCHES = ("", "/", "\\", "x", "-", "|", "+", ".")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "2px,6px", "14px,3px,3px,3px")


def ink(dark: bool) -> str:
    """The theme's colour of text."""
    return "#edebe8" if dark else "#2f2d2b"


def paper(dark: bool) -> str:
    """The theme's colour of what lies over the page, such as the text at a point."""
    return "#2d2b27" if dark else "#ffffff"


def accent(dark: bool) -> str:
    """The colour of the one series that a chart is about: the theme's primary colour."""
    return "#748ffc" if dark else "#3b5bdb"


def second_accent(dark: bool) -> str:
    """The colour of the series that the first one is compared with."""
    return "#ff922b" if dark else "#e8590c"


def chart_layout(dark: bool, *, height: int, **more: Any) -> dict[str, Any]:
    """Plotly's ``layout`` as every chart has it; ``more`` replaces its entries."""
    colour = ink(dark)
    axis = {
        "showgrid": True,
        "gridcolor": GRID,
        "zeroline": False,
        "color": colour,
    }
    layout = {
        "height": height,
        "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": SMALL_SIZE, "color": colour},
        "hoverlabel": {
            "bgcolor": paper(dark),
            "bordercolor": LINE,
            "font": {"family": FONT, "size": TEXT_SIZE, "color": colour},
        },
        "modebar": {"bgcolor": CLEAR, "color": LINE, "activecolor": accent(dark)},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
    }
    return layout | more


def tools_config(*, shown: bool) -> dict[str, Any]:
    """Plotly's ``config``: with its buttons while the mouse is over the chart, never with its sign; or with none."""
    return {"displayModeBar": "hover", "displaylogo": False} if shown else {"displayModeBar": False}


def label_symbol(label: TaxonomyEntry) -> str:
    """The shape of the label's points."""
    return _SYMBOLS[label.sign]


def label_hatch(label: TaxonomyEntry) -> dict[str, Any]:
    """Plotly's ``marker.pattern`` of the label's bars."""
    return {"shape": _HATCHES[label.sign], "size": 6, "solidity": 0.25, "fgcolor": "rgba(0,0,0,0.55)"}


def label_dash(label: TaxonomyEntry) -> str:
    """The dash of the label's lines."""
    return _DASHES[label.sign]

"""The one look of all charts: fonts and colours of the theme, in light and dark, and the labels' signs beside colours.

A colour alone tells 27 labels apart for nobody. So each label has a sign as well, the same in every chart: the shape of
its points, the hatch of its bars, the dash of its lines.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.dataset import TaxonomyEntry

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
"""The theme's font, and what is like it where a frame of its own cannot load it."""
TEXT_SIZE, SMALL_SIZE = 14, 12
"""Of what is read by itself, and of ticks and legends, CSS pixels."""
GRID, LINE = "rgba(128,128,128,0.2)", "#8a8f98"
CLEAR = "rgba(0,0,0,0)"
_TITLE_GAP = 10
_NO_BUTTONS = ("autoScale2d", "toggleSpikelines", "hoverClosestCartesian", "hoverCompareCartesian")
"""Lines to the axes and another way of hovering help nobody here, and one button sets the view back."""

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star")
_HATCHES = ("", "/", "\\", "x", "-", "|", "+", ".")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "2px,6px", "14px,3px,3px,3px")


def ink(dark: bool) -> str:
    """The theme's colour of text."""
    return "#edebe8" if dark else "#2f2d2b"


def soft_ink(dark: bool) -> str:
    """The colour of what stands around a chart, ticks and titles of axes: that of the page's captions."""
    return "#c2c0bd" if dark else "#595755"


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
        "color": soft_ink(dark),
        # Unseen ticks hold the texts off the chart, in either Plotly.
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": CLEAR,
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


def axis_title(text: str) -> dict[str, Any]:
    """Plotly's ``title`` of an axis, near its ticks whichever Plotly draws it."""
    return {"text": text, "standoff": _TITLE_GAP, "font": {"size": TEXT_SIZE}}


def show_chart(figure: dict[str, Any], *, key: str, alt: str) -> None:
    """Draw a chart that nothing is chosen in, by its own layout: Streamlit's would mix in other colours and sizes."""
    st.plotly_chart(figure, key=key, config=tools_config(shown=False), alt=alt, theme=None)


def tools_config(*, shown: bool) -> dict[str, Any]:
    """Plotly's ``config``: with the buttons that are of use while the mouse is over the chart, or with none."""
    if not shown:
        return {"displayModeBar": False}
    return {"displayModeBar": "hover", "displaylogo": False, "modeBarButtonsToRemove": list(_NO_BUTTONS)}


def label_symbol(label: TaxonomyEntry) -> str:
    """The shape of the label's points."""
    return _SYMBOLS[label.sign]


def label_hatch(label: TaxonomyEntry) -> dict[str, Any]:
    """Plotly's ``marker.pattern`` of the label's bars."""
    # Without "overlay", Plotly leaves the bar's own colour out.
    return {
        "shape": _HATCHES[label.sign],
        "fillmode": "overlay",
        "size": 6,
        "solidity": 0.25,
        "fgcolor": "rgba(0,0,0,0.55)",
    }


def label_dash(label: TaxonomyEntry) -> str:
    """The dash of the label's lines."""
    return _DASHES[label.sign]

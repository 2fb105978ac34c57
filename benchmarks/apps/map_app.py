"""One scatter map and the number of selected samples: ``map_app.py <ours|events|native> <count>``."""

import json
import sys

import numpy as np
import streamlit as st

WHICH, COUNT = sys.argv[1], int(sys.argv[2])
SLOTS = 22
PALETTE = tuple(f"#{(37 * slot) % 256:02x}{(91 * slot) % 256:02x}{(53 * slot) % 256:02x}" for slot in range(SLOTS))
AXIS_RANGE = [-0.02, 1.02]


@st.cache_resource
def samples():
    random = np.random.default_rng(11)
    return random.random(COUNT), random.random(COUNT), random.integers(0, SLOTS, COUNT).astype(np.uint8)


def layout() -> dict:
    axis = {"range": AXIS_RANGE, "autorange": False}
    return {
        "dragmode": "lasso",
        "hovermode": "closest",
        "showlegend": False,
        "height": 640,
        "margin": {"l": 30, "r": 10, "t": 10, "b": 30},
        "xaxis": axis,
        "yaxis": axis,
        "uirevision": "fixed",
    }


class PlainFigure:
    """All that streamlit-plotly-events calls: plain JSON lists, made once, without Plotly's validation."""

    def __init__(self) -> None:
        x, y, slot = samples()
        marker = {"size": 3, "color": [PALETTE[value] for value in slot.tolist()]}
        trace = {"type": "scattergl", "mode": "markers", "x": x.tolist(), "y": y.tolist(), "marker": marker}
        self.text = json.dumps({"data": [trace], "layout": layout()})

    def to_json(self) -> str:
        return self.text


plain_figure = st.cache_resource(PlainFigure)


@st.cache_resource
def native_figure():
    import plotly.graph_objects as go

    x, y, slot = samples()
    colours = np.array(PALETTE)[slot]
    return go.Figure(go.Scattergl(x=x, y=y, mode="markers", marker={"size": 3, "color": colours}), layout=layout())


def ours() -> int:
    import shapely

    from pages.parts.widgets.glitch_map import MapPoints, glitch_map

    x, y, slot = samples()

    def select(event) -> None:
        outline = shapely.Polygon(event.polygon).buffer(0)
        shapely.prepare(outline)
        st.session_state.selected = shapely.contains_xy(outline, x, y)
        st.session_state.polygon = event.polygon

    selected = st.session_state.get("selected", np.zeros(COUNT, bool))
    points = MapPoints(
        x=x,
        y=y,
        colour_index=slot,
        palette=PALETTE,
        legend=tuple(f"label {number}" for number in range(SLOTS)),
        visible=np.ones(COUNT, bool),
        selected=selected,
        fingerprint="benchmark",
    )
    glitch_map(points, key="map", polygon=st.session_state.get("polygon"), on_event=select)
    return int(selected.sum())


def events() -> int:
    from streamlit_plotly_events import plotly_events

    return len(plotly_events(plain_figure(), click_event=False, select_event=True, override_height=640, key="map"))


def native() -> int:
    answer = st.plotly_chart(native_figure(), on_select="rerun", selection_mode="lasso", key="map")
    return len(answer["selection"]["points"])


@st.fragment
def page() -> None:
    count = {"ours": ours, "events": events, "native": native}[WHICH]()
    st.text(f"{count} selected")


st.set_page_config(layout="wide")
page()

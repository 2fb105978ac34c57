"""One sample in a window of its own: its views large, its metadata, and its nearest neighbours."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.dataset import VIEWS
from core.evidence.colours import cluster_name
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures
from core.ledger.views.comments import SAMPLE, Subject
from pages.parts.desk.comments import comments
from pages.parts.desk.more_like import more_like_link
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.pictures import WindowState, glitch_views, no_picture
from pages.parts.widgets import icons
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

NEIGHBOURS_SHOWN = 12
_JPEG_QUALITY = 92
_SAMPLE_PAGE = PAGES / "sample.py"


def open_if_asked(here: AtDesk, shown: SampleShown, *, beside: Callable[[str], None] | None = None) -> None:
    """Open the window of the sample that a click asked for, if one did; ``beside`` draws what stands by its views."""
    if asked := panel(WindowState).asked:
        show_sample(here, shown, asked, order=panel(WindowState).order, beside=beside)


def show_sample(
    here: AtDesk,
    shown: SampleShown,
    sample_id: str,
    *,
    order: tuple[str, ...] = (),
    beside: Callable[[str], None] | None = None,
) -> None:
    """Open the window of a sample; a neighbour that is clicked, or the next one in ``order``, takes its place."""
    change_panel(WindowState, asked="", opened=sample_id, now=sample_id, order=order)
    # What is done beside the views shows on the page behind once the window is closed.
    window = st.dialog("Sample", width="large", on_dismiss="ignore" if beside is None else "rerun")(_window)
    window(here, shown, sample_id, beside)


def _window(here: AtDesk, shown: SampleShown, sample_id: str, beside: Callable[[str], None] | None) -> None:
    state = panel(WindowState)
    if state.opened == sample_id and state.now:
        sample_id = state.now
    samples = shown.samples
    if sample_id not in samples.row_of:
        st.warning(f"The sample {code_span(sample_id)} is not part of this map.")
        return
    left, right = st.columns([5, 4], gap="medium")
    with left:
        show_views(shown, sample_id)
    with right:
        _head(samples, sample_id)
        if len(state.order) > 1:
            _steps(state, sample_id)
        if beside is not None:
            beside(sample_id)
        st.page_link(
            _SAMPLE_PAGE,
            label="All about this sample: its history, and where it lies on the map",
            icon=icons.OPEN_SAMPLE,
            query_params={"sample": sample_id},
        )
        more_like_link(sample_id)
        glitch = str(samples.glitches[sample_id])
        comments(here, Subject(SAMPLE, glitch), place="window", dataset=samples.dataset)
        show_metadata(samples.table.loc[sample_id])
    st.subheader("Nearest neighbours in the embedding")
    show_neighbours(shown, sample_id, on_event=_follow)


def _head(samples: Samples, sample_id: str) -> None:
    st.markdown(f"**{code_span(sample_id)}**")
    with st.container(horizontal=True):
        st.badge(f"label: {escaped(samples.table.loc[sample_id, 'label'])}")
        st.badge(cluster_name(int(samples.clusters[samples.row_of[sample_id]])), color="gray")


def _steps(state: WindowState, sample_id: str) -> None:
    """Step through the sheet, by button or by arrow key; back to it from a neighbour that is not on it."""
    if sample_id not in state.order:
        st.button("Back to the sheet", key="window_back", icon=icons.UNDO, on_click=_go, args=(state.opened,))
        return
    place, last = state.order.index(sample_id), len(state.order) - 1
    with st.container(key="window_steps", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Previous",
            key="window_previous",
            shortcut="Left",
            disabled=place == 0,
            on_click=_go,
            args=(state.order[max(place - 1, 0)],),
        )
        st.button(
            "Next",
            key="window_next",
            shortcut="Right",
            disabled=place == last,
            on_click=_go,
            args=(state.order[min(place + 1, last)],),
        )
        st.caption(f"{place + 1:,} of {last + 1:,}", width="content")


def show_views(shown: SampleShown, sample_id: str) -> None:
    """Every view of the glitch, two in a row."""
    views = glitch_views(shown, sample_id, str(shown.samples.glitches[sample_id]))
    if not views:
        no_picture(shown)
        return
    for column, (_, title, picture) in zip(st.columns(max(1, min(2, len(views)))) * 2, views, strict=False):
        column.image(encode_jpeg(picture, quality=_JPEG_QUALITY), caption=escaped(title), width="stretch")
    if set(shown.dataset.views) & set(VIEWS):
        st.caption("Time runs to the right, frequency upwards from 10 to 2048 Hz on a logarithmic axis.")


def show_metadata(facts: pd.Series) -> None:
    """What the data set says of the sample."""
    with st.expander("Metadata"):
        st.dataframe(pd.DataFrame({"value": facts.dropna().astype(str)}), width="stretch")


def show_neighbours(shown: SampleShown, sample_id: str, *, on_event: Callable[[SheetEvent], None]) -> None:
    """The nearest neighbours as tiles; ``on_event`` is told of a click on one."""
    table = shown.samples.table
    row = shown.samples.row_of[sample_id]
    rows = shown.neighbours.indices[row][:NEIGHBOURS_SHOWN]
    distances = shown.neighbours.distances[row][:NEIGHBOURS_SHOWN]
    if len(rows) == 0:
        st.caption("This is the only sample.")
        return
    near = table.iloc[rows]
    pictures = tile_pictures(shown.dataset, list(near.index), view=shown.view)
    tiles = [
        Tile(
            sample_id=near_id,
            label=label,
            caption=f"distance {distance:.3f}",
            colour=shown.samples.colours[label].colour,
            sign=shown.samples.colours[label].sign,
            chosen=True,
            jpeg=encode_jpeg(pictures[near_id], quality=_JPEG_QUALITY) if near_id in pictures else b"",
        )
        for near_id, label, distance in zip(near.index, near["label"], distances, strict=True)
    ]
    contact_sheet(
        tiles, key=widget_key("sample_neighbours", sample_id), on_event=on_event, tile_width=110, selectable=False
    )
    same = int((near["label"] == table["label"].iloc[row]).sum())
    st.caption(f"{same} of these {len(near)} have the same label. Click one to open it.")


def _follow(event: SheetEvent) -> None:
    _go(event.sample_ids[0])


def _go(sample_id: str) -> None:
    change_panel(WindowState, now=sample_id)

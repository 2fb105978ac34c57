"""The contact sheet of a selection: order, view, size, pages, which tiles are in, and the sheet as a PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.audit.oddness import near_agreement
from core.audit.ordering import INTENSITY, ODD, PEAK_FREQUENCY, SNR, order_rows, possible_orders
from core.dataset.selection import Selection
from core.evidence.contact_sheet import contact_sheet_png
from core.evidence.tile_cache import TileCache
from core.evidence.tiles import tile_pictures
from pages.parts.desk.shown import SheetShown, first_view
from pages.parts.desk.source_notice import tell_of_changed_source
from pages.parts.desk.state import widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import open_sample
from pages.parts.selection.chosen import (
    excluded,
    odd_ones,
    put_in,
    put_only_in,
    settle_start,
    sheet_name,
    start_choice,
    take_out,
)
from pages.parts.selection.more_like_these import search_button
from pages.parts.widgets import icons
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import view_name

PAGE_SIZE = 48
PNG_LIMIT = 200
TILE_WIDTHS = {"Small": 96, "Medium": 150, "Large": 240}
_REVERSED = "sheet_descending"
_JPEG_QUALITY = 88
_CACHED_TILES = 4096
_ORDER_UNITS = {SNR: ("snr", ""), PEAK_FREQUENCY: ("peak_frequency", " Hz")}


def sheet_panel(
    here: AtDesk,
    shown: SheetShown,
    selection: Selection,
    *,
    marks: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    beside: Callable[[str], None] | None = None,
) -> None:
    """Draw the contact sheet of a selection with its controls.

    Args:
        here: who is at the desk, and with which data set.
        shown: the samples and their pictures.
        selection: what is on it.
        marks: the lines under the tiles of samples that something was proposed for, by id.
        beside: draws what stands beside the views of the sample that is opened.
    """
    open_if_asked(here, shown.sample, beside=beside)
    settle_start(shown.sample, selection)
    view, order, size, download = _controls(shown, selection)
    samples = shown.samples
    rows = order_rows(
        samples.rows(selection.sample_ids),
        order,
        samples=samples.table,
        matrix=shown.sample.vectors.matrix,
        intensity=shown.intensity,
        neighbours=shown.sample.neighbours.indices,
        descending=widget_value(_REVERSED, False),
    )
    ids = samples.ids[rows]
    pages = -(-len(ids) // PAGE_SIZE)
    # Every sheet has a page of its own, so that the next one starts at its first.
    page_key = f"sheet_page_{sheet_name()}"
    page = min(widget_value(page_key, 1), pages)
    on_page = ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    tiles = _tiles(shown, on_page, marks(on_page) if marks is not None else {}, view=view, order=order)
    with st.container(key="sheet_scroll", gap="small"):
        contact_sheet(
            tiles,
            key="sheet_tiles",
            on_event=partial(_take_event, ids),
            tile_width=TILE_WIDTHS[size],
            sheet=sheet_name(),
        )
        tell_of_changed_source()
        if pages > 1:
            st.pagination(pages, key=page_key)
        st.caption(
            f"{len(on_page)} of {len(ids):,} samples. Click a tile to take it out or put it back, shift-click for a "
            "range; ⤢ or the key o opens it."
        )
        search_button(shown.sample, selection)
    _png_button(download, len(ids), lambda: _png(shown, ids[:PNG_LIMIT], selection, view=view, order=order))


def _png_button(place: DeltaGenerator, count: int, png: Callable[[], bytes]) -> None:
    place.download_button(
        "Sheet as PNG",
        data=png,
        file_name="contact-sheet.png",
        mime="image/png",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        help=f"The first {PNG_LIMIT} samples in this order, with a caption." if count > PNG_LIMIT else None,
    )


def _controls(shown: SheetShown, selection: Selection) -> tuple[str, str, str, DeltaGenerator]:
    """Draw the bar over the tiles; returns view, order, tile size, and where the sheet can be taken from as a file."""
    views = shown.dataset.views
    orders = possible_orders(shown.samples.table, embedded=True, intensity=shown.pictured)
    with st.container(key="sheet_bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        view = st.segmented_control(
            "View",
            views,
            default=first_view(views),
            format_func=view_name,
            key="sheet_view",
            required=True,
            disabled=len(views) == 1,
            label_visibility="collapsed",
            width="content",
        )
        with st.popover("Order"):
            order = st.selectbox("Order", orders, key="sheet_order", help="Intensity is the sum of the pixels.")
            st.toggle("reversed", key=_REVERSED)
            size = st.segmented_control(
                "Tile size", list(TILE_WIDTHS), default="Small", key="sheet_size", required=True
            )
            start_choice()
            download = st.container()
        st.button("All", on_click=put_in, args=(selection.sample_ids,), help="Put every sample of the sheet in.")
        st.button(
            "None",
            on_click=take_out,
            args=(selection.sample_ids,),
            help="Take every sample of the sheet out, then click those you want.",
        )
        st.button(
            "Odd",
            on_click=_only_odd_ones,
            args=(shown, selection.sample_ids),
            help="Put in only those samples of which fewer than half of the nearest neighbours carry the same label.",
        )
    return view, order, size, download


def _only_odd_ones(shown: SheetShown, sample_ids: Sequence[str]) -> None:
    put_only_in(odd_ones(shown.sample, sample_ids), sample_ids)


def _take_event(order: Sequence[str], event: SheetEvent) -> None:
    if event.kind == "open":
        open_sample(event, order)
    elif event.sheet != sheet_name():
        return
    elif event.chosen:
        put_in(event.sample_ids)
    else:
        take_out(event.sample_ids)


def _tiles(shown: SheetShown, ids: Sequence[str], marks: Mapping[str, str], *, view: str, order: str) -> list[Tile]:
    pictures = _tile_cache(shown.dataset.fingerprint).jpegs(shown.dataset, ids, view=view)
    out, samples = excluded(), shown.samples
    labels = samples.table["label"].array[samples.rows(ids)]
    tiles = []
    for sample_id, label, caption in zip(ids, labels, tile_captions(shown, ids, order), strict=True):
        tiles.append(
            Tile(
                sample_id=sample_id,
                label=label,
                caption=caption,
                colour=samples.colours[label].colour,
                sign=samples.colours[label].sign,
                chosen=sample_id not in out,
                jpeg=pictures.get(sample_id, b""),
                mark=marks.get(sample_id, ""),
            )
        )
    return tiles


def tile_captions(shown: SheetShown, ids: Sequence[str], order: str) -> list[str]:
    """The lines under tiles: the value they are ordered by, where that is a number, and the id."""
    samples = shown.samples
    rows = samples.rows(ids)
    if order == INTENSITY:
        values = [f"{value:,.0f}" for value in shown.intensity[rows]]
    elif order == ODD:
        values = _near_in_words(shown, rows)
    elif order in _ORDER_UNITS:
        column, unit = _ORDER_UNITS[order]
        values = [f"{value:.4g}{unit}" for value in samples.table[column].iloc[rows]]
    else:
        return list(ids)
    return [f"{value} · {sample_id}" for value, sample_id in zip(values, ids, strict=True)]


def _near_in_words(shown: SheetShown, rows: np.ndarray) -> list[str]:
    near = near_agreement(
        rows,
        shown.sample.neighbours.indices,
        labels=shown.samples.label_numbers,
        glitches=shown.samples.glitch_numbers,
    )
    return [f"{agree} of {count} near agree" for agree, count in zip(near.agree, near.near, strict=True)]


@st.cache_resource(max_entries=2)
def _tile_cache(fingerprint: str) -> TileCache:
    return TileCache(_CACHED_TILES, quality=_JPEG_QUALITY)


def _png(shown: SheetShown, ids: Sequence[str], selection: Selection, *, view: str, order: str) -> bytes:
    labels = shown.samples.table["label"]
    caption = (
        f"{shown.dataset.name}: {len(ids)} of {len(selection.sample_ids)} samples chosen by {selection.how}, view "
        f"{view}, ordered by {order}. Data set {selection.dataset_fingerprint}, layout {selection.layout_fingerprint}."
    )
    return contact_sheet_png(
        ids,
        tile_pictures(shown.dataset, ids, view=view),
        captions={sample_id: f"{labels[sample_id]} · {sample_id}" for sample_id in ids},
        caption=caption,
    )

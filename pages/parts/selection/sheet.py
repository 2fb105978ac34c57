"""The contact sheet of a selection: order, view, size, pages, which tiles are in, and the sheet as a PNG."""

from __future__ import annotations

import secrets

import streamlit as st

from core.audit.ordering import INTENSITY, PEAK_FREQUENCY, SNR, order_rows, possible_orders
from core.dataset import Taxonomy
from core.dataset.selection import Selection
from core.evidence.contact_sheet import contact_sheet_png
from core.evidence.tile_cache import TileCache
from core.evidence.tiles import tile_pictures
from core.pipeline.stages import Prepared
from pages.parts.desk.source_notice import tell_of_changed_source
from pages.parts.sample.dialog import show_sample
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import view_name

PAGE_SIZE = 48
PNG_LIMIT = 200
TILE_WIDTHS = {"Small": 104, "Medium": 150, "Large": 240}
_JPEG_QUALITY = 88
_CACHED_TILES = 4096
_ORDER_UNITS = {SNR: ("snr", ""), PEAK_FREQUENCY: ("peak_frequency", " Hz")}


def excluded() -> set[str]:
    """The samples of the present selection that were taken out on the sheet."""
    return st.session_state.setdefault("sheet_excluded", set())


def begin_sheet() -> None:
    """Start a sheet for another selection: every sample is in, and clicks that were meant for the former are void."""
    st.session_state["sheet_excluded"] = set()
    st.session_state["sheet_name"] = secrets.token_hex(4)


def _sheet_name() -> str:
    return st.session_state.setdefault("sheet_name", secrets.token_hex(4))


def sheet_panel(prepared: Prepared, selection: Selection, taxonomy: Taxonomy) -> None:
    """Draw the contact sheet of a selection with its controls."""
    if opened := st.session_state.pop("sheet_open", None):
        show_sample(prepared, opened)
    st.subheader("Contact sheet")
    view, order, size = _controls(prepared, selection)
    rows = order_rows(
        [prepared.row_of[sample_id] for sample_id in selection.sample_ids],
        order,
        samples=prepared.samples,
        matrix=prepared.vectors.matrix,
        intensity=prepared.intensity,
        descending=st.session_state.get("sheet_descending", False),
    )
    ids = prepared.samples.index[rows]
    pages = -(-len(ids) // PAGE_SIZE)
    # Every sheet has a page of its own, so that the next one starts at its first.
    page_key = f"sheet_page_{_sheet_name()}"
    page = min(st.session_state.get(page_key, 1), pages)
    shown = ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    tiles = _tiles(prepared, shown, taxonomy, view=view, order=order)
    contact_sheet(tiles, key="sheet_tiles", on_event=_take_event, tile_width=TILE_WIDTHS[size], sheet=_sheet_name())
    tell_of_changed_source()
    foot, download = st.columns([3, 1], vertical_alignment="center")
    with foot:
        if pages > 1:
            st.pagination(pages, key=page_key)
        st.caption(
            f"{len(shown)} of {len(ids):,} samples. Click a tile to take it out or put it back, shift-click for a "
            "range; ⤢ or the key o opens it."
        )
    download.download_button(
        "Sheet as PNG",
        data=lambda: _png(prepared, ids[:PNG_LIMIT], selection, view=view, order=order),
        file_name="contact-sheet.png",
        mime="image/png",
        on_click="ignore",
        icon=":material/download:",
        help=f"The first {PNG_LIMIT} samples in this order, with a caption." if len(ids) > PNG_LIMIT else None,
    )


def _controls(prepared: Prepared, selection: Selection) -> tuple[str, str, str]:
    views = prepared.dataset.views
    orders = possible_orders(prepared.samples, embedded=True, intensity=prepared.pictured)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        view = st.segmented_control(
            "View",
            views,
            default="1.0" if "1.0" in views else views[0],
            format_func=view_name,
            key="sheet_view",
            required=True,
            disabled=len(views) == 1,
        )
        order = st.selectbox("Order", orders, key="sheet_order", width=180, help="Intensity is the sum of the pixels.")
        st.toggle("reversed", key="sheet_descending")
        size = st.segmented_control("Tile size", list(TILE_WIDTHS), default="Medium", key="sheet_size", required=True)
        st.button("All in", on_click=excluded().clear, help="Put every sample of the selection in.")
        st.button(
            "All out",
            on_click=excluded().update,
            args=(selection.sample_ids,),
            help="Take every sample of the selection out, then click those you want.",
        )
    return view, order, size


def _take_event(event: SheetEvent) -> None:
    if event.kind == "open":
        st.session_state["sheet_open"] = event.sample_ids[0]
    elif event.sheet != _sheet_name():
        return
    elif event.chosen:
        excluded().difference_update(event.sample_ids)
    else:
        excluded().update(event.sample_ids)


def _tiles(prepared: Prepared, ids, taxonomy: Taxonomy, *, view: str, order: str) -> list[Tile]:
    pictures = _tile_cache(prepared.dataset.fingerprint).jpegs(prepared.dataset, ids, view=view)
    out = excluded()
    labels = prepared.samples["label"].to_numpy()
    tiles = []
    for sample_id in ids:
        label = labels[prepared.row_of[sample_id]]
        tiles.append(
            Tile(
                sample_id=sample_id,
                label=label,
                caption=tile_caption(prepared, sample_id, order),
                colour=taxonomy[label].colour,
                chosen=sample_id not in out,
                jpeg=pictures.get(sample_id, b""),
            )
        )
    return tiles


def tile_caption(prepared: Prepared, sample_id: str, order: str) -> str:
    """The line under a tile: the value it is ordered by, where that is a number, and the id."""
    row = prepared.row_of[sample_id]
    if order == INTENSITY:
        return f"{prepared.intensity[row]:,.0f} · {sample_id}"
    column, unit = _ORDER_UNITS.get(order, ("", ""))
    if not column:
        return sample_id
    return f"{prepared.samples[column].iloc[row]:.4g}{unit} · {sample_id}"


@st.cache_resource(max_entries=2)
def _tile_cache(fingerprint: str) -> TileCache:
    return TileCache(_CACHED_TILES, quality=_JPEG_QUALITY)


def _png(prepared: Prepared, ids, selection: Selection, *, view: str, order: str) -> bytes:
    labels = prepared.samples["label"]
    caption = (
        f"{prepared.dataset.name}: {len(ids)} of {len(selection.sample_ids)} samples chosen by {selection.how}, view "
        f"{view}, ordered by {order}. Data set {selection.dataset_fingerprint}, layout {selection.layout_fingerprint}."
    )
    return contact_sheet_png(
        ids,
        tile_pictures(prepared.dataset, ids, view=view),
        captions={sample_id: f"{labels[sample_id]} · {sample_id}" for sample_id in ids},
        caption=caption,
    )

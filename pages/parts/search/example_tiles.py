"""The examples as small tiles: what is wanted more of, what is not; a click takes one away, an id adds one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import streamlit as st

from core.pipeline.kept_pictures import AskedPicture, is_picture_id
from pages.parts.desk.more_like import LIKE, UNLIKE
from pages.parts.desk.shown import SearchShown
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.search.examples import Examples, add_typed, remove_example
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import escaped

_TILE, _NO_LABEL = 72, "#808080"
_TITLES = {LIKE: "More like these", UNLIKE: "Not like these"}
_NONE = {
    LIKE: "None yet.",
    UNLIKE: "None. What is found and not meant goes here: a sample that lies nearer to it than to any on the left "
    "moves down.",
}


def example_tiles(shown: SearchShown, examples: Examples, pictures: Mapping[str, AskedPicture], *, view: str) -> None:
    """Draw both kinds side by side; ``pictures`` are the handed in ones among them."""
    with st.container(key="search_examples"):
        for column, kind in zip(st.columns(2, gap="medium"), (LIKE, UNLIKE), strict=True):
            with column:
                _side(shown, kind, getattr(examples, kind), pictures, view=view)
        _tell_origins(pictures.values())


def _side(
    shown: SearchShown, kind: str, names: tuple[str, ...], pictures: Mapping[str, AskedPicture], *, view: str
) -> None:
    key = f"search_add_{kind}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{_TITLES[kind]}**", width="content")
        st.text_input(
            f"Add by id: {_TITLES[kind].lower()}",
            key=key,
            max_chars=200,
            placeholder="add by id",
            label_visibility="collapsed",
            width=180,
            on_change=add_typed,
            args=(kind, key, shown.samples),
        )
    if not names:
        st.caption(_NONE[kind])
        return
    known = [name for name in names if name not in pictures]
    drawn = {tile.sample_id: tile for tile in picture_tiles(shown.sample, known, known, view=view)}
    drawn |= {name: _handed_in(name, pictures[name]) for name in names if name in pictures}
    tiles = [drawn[name] for name in names]
    contact_sheet(
        tiles, key=f"search_tiles_{kind}", on_event=_take_event, tile_width=_TILE, hint="click to take it away"
    )


def _handed_in(name: str, picture: AskedPicture) -> Tile:
    caption = f"from {picture.origin}" if picture.origin else "handed in"
    return Tile(name, picture.name, caption, _NO_LABEL, True, picture.jpeg)


def _tell_origins(pictures: Iterable[AskedPicture]) -> None:
    """Say which data sets examples were brought along from."""
    for origin, count in Counter(one.origin for one in pictures if one.origin).items():
        what = "One example is" if count == 1 else f"{count:,} examples are"
        st.caption(
            f"{what} from the data set {escaped(origin)}, looked at by the same network as the samples here. What is "
            "found is of this data set."
        )


def _take_event(event: SheetEvent) -> None:
    if event.kind == "open":
        # What was handed in is no sample, and has no window.
        if not is_picture_id(event.sample_ids[0]):
            open_sample(event)
        return
    for sample_id in event.sample_ids:
        remove_example(sample_id)

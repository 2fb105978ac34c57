"""The same examples, looked for in another data set: they go along as pictures that were handed in."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.embed.backbones import is_backbone
from core.pipeline.kept_pictures import AskedPicture
from core.pipeline.other_data_sets import as_pictures
from pages.parts.desk.asked_pictures import PlaceToSearch, places_to_search, search_elsewhere
from pages.parts.desk.shown import SearchShown
from pages.parts.desk.who import AtDesk
from pages.parts.sample.pictures import picture_tiles
from pages.parts.search.examples import Examples
from pages.parts.search.index import search_index
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped


def other_data_sets(
    here: AtDesk, shown: SearchShown, examples: Examples, pictures: Mapping[str, AskedPicture], *, view: str
) -> None:
    """Offer the data sets in which the same can be looked for; nothing where there is no other data set."""
    if here.public_demo or here.data_sets < 2 or not is_backbone(shown.backbone):
        return
    # Which ones can be searched is asked only of whoever wants to know: it looks into each.
    menu = st.popover(
        "Look in another data set", icon=icons.OPEN_DATA, key="search_elsewhere", on_change="rerun", width="content"
    )
    if not menu.open:
        return
    with menu:
        others = places_to_search(here, shown.sample.dataset, backbone=shown.backbone)
        if not others:
            st.caption(
                f"No other data set here was looked at by {escaped(shown.backbone)} in a view that this one has: "
                "prepare one so on the page “Data and settings”."
            )
            return
        st.caption("These examples go along; the other data set stays as it is, and is opened here.")
        for place in others:
            if st.button(escaped(place.title), key=widget_key("search_elsewhere", place.workspace.name)):
                _go(here, shown, examples, pictures, place, view=view)


def _go(
    here: AtDesk,
    shown: SearchShown,
    examples: Examples,
    pictures: Mapping[str, AskedPicture],
    place: PlaceToSearch,
    *,
    view: str,
) -> None:
    samples, first = shown.samples, place.first or view
    names = [name for name in (*examples.like, *examples.unlike) if name not in pictures]
    tiles = picture_tiles(shown.sample, names, names, view=first)
    made = as_pictures(
        search_index(samples.fingerprint, shown),
        [samples.row_of[name] for name in names],
        samples=samples.table,
        dataset=shown.sample.dataset,
        views=shown.views,
        backbone=shown.backbone,
        origin=place.from_title,
        jpegs=[tile.jpeg for tile in tiles],
        first=first,
    )
    by_name = {**pictures, **dict(zip(names, made, strict=True))}
    search_elsewhere(
        here, place.workspace, [by_name[name] for name in examples.like], [by_name[name] for name in examples.unlike]
    )

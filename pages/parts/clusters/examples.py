"""The sheets of examples of a merge or a split, side by side: what the computer takes for two, or for one."""

from __future__ import annotations

import streamlit as st

from core.audit.advice import Advice
from pages.parts.desk.shown import SampleShown
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.widgets.contact_sheet import contact_sheet
from pages.parts.widgets.text import escaped

_WIDE_TILE, _NARROW_TILE = 84, 60
"""So that at 1280 pixels four pictures stand beside each other, in two sheets or in three."""

_IN_A_ROW = 3


def example_sheets(sample: SampleShown, advice: Advice, *, key: str) -> None:
    """Draw a sheet for each label or pile; nothing where the data set has no pictures.

    Args:
        sample: what a click on a picture opens.
        advice: has the sheets, and what each of them shows.
        key: begins the keys of the sheets.
    """
    if sample.dataset.pictures.empty:
        return
    sheets = list(zip(advice.titles, advice.sheets, strict=True))
    for start in range(0, len(sheets), _IN_A_ROW):
        together = sheets[start : start + _IN_A_ROW]
        width = _WIDE_TILE if len(together) < _IN_A_ROW else _NARROW_TILE
        for place, (column, (title, names)) in enumerate(zip(st.columns(len(together)), together, strict=True), start):
            with column, st.container(gap="xxsmall"):
                st.caption(f"**{escaped(title)}**")
                tiles = picture_tiles(sample, names, [""] * len(names), view=sample.view)
                contact_sheet(
                    tiles, key=f"{key}_examples_{place}", on_event=open_sample, tile_width=width, selectable=False
                )

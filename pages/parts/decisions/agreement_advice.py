"""How far two people agree, in a sentence, with the samples that they call differently and the way to them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.audit.advice import Words
from core.ledger.views.agreement_advice import LOOK_TOGETHER, REVIEW_MORE, YOU, PeoplesAdvice
from pages.parts.desk.advice_card import advice_words
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import SampleShown
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.widgets.contact_sheet import contact_sheet
from pages.parts.widgets.text import escaped

_TILE = 130


def agreement_advice_view(found: PeoplesAdvice, shown: SampleShown, *, look: Callable[[tuple[str, ...]], None]) -> None:
    """Draw the sentence, what to do, the samples with what each side calls them, and one button.

    Args:
        found: what to draw.
        shown: what a click on a picture opens.
        look: shows samples on the map, and goes there.
    """
    with st.container(border=True):
        advice_words(Words(found.sentence, found.because, found.todo))
        if found.action == REVIEW_MORE:
            st.page_link(PAGES / "review.py", label="Review what others proposed", icon=":material/rate_review:")
        elif found.action != LOOK_TOGETHER:
            st.caption("Nothing needs to be done.")
        elif len(found.differing):
            _differing(found, shown, look)


def _differing(found: PeoplesAdvice, shown: SampleShown, look: Callable[[tuple[str, ...]], None]) -> None:
    samples, apart = shown.samples, found.differing
    names = tuple(str(samples.ids[samples.row_of_glitch[glitch]]) for glitch in apart.index)
    if not shown.dataset.pictures.empty:
        first, second = (escaped("you" if side == YOU else side) for side in found.sides)
        st.caption(f"Under each picture: its label now, then what {first} said and what {second} said.")
        captions = [f"{row.first} / {row.second}" for row in apart.itertuples()]
        tiles = picture_tiles(shown, names, captions, view=shown.view)
        contact_sheet(tiles, key="agreement_differing", on_event=open_sample, tile_width=_TILE, selectable=False)
    what = "this sample" if len(names) == 1 else f"these {len(names)} samples"
    if st.button(f"Look at {what} on the map", key="agreement_look", icon=":material/search:"):
        look(names)

"""What was found, as tiles in its order with the score; a click makes one an example, or takes it out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core.fingerprint import fingerprint
from core.pipeline.box_searching import LOOKED_AT
from core.space.likeness_search import Ranked
from pages.parts.desk.more_like import LIKE, UNLIKE
from pages.parts.desk.shown import SearchShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.search.choices import Choices
from pages.parts.search.examples import Examples, add_example
from pages.parts.selection.marks import proposed_marks
from pages.parts.widgets.contact_sheet import SheetEvent, contact_sheet

OUT = "out"
_CLICKS = {LIKE: "more like it", UNLIKE: "none like it", OUT: "take out"}
_HINTS = {
    LIKE: "click for more like it",
    UNLIKE: "click for none like it",
    OUT: "click to take out or put back",
}
_TILE = 110


@dataclass(frozen=True)
class ResultState:
    """What the session remembers of what was found.

    Attributes:
        of: fingerprint of what was asked for.
        out: what was taken out of that.
    """

    of: str = ""
    out: frozenset[str] = frozenset()


def taken_out(examples: Examples, asked_for: Choices) -> frozenset[str]:
    """What was taken out of what these examples find; nothing of what was taken out of another search."""
    state = panel(ResultState)
    return state.out if state.of == _asked(examples, asked_for) else frozenset()


def result_tiles(here: AtDesk, shown: SearchShown, examples: Examples, asked_for: Choices, ranked: Ranked) -> None:
    """Draw the first of what was found."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("A click means", width="content")
        click = st.segmented_control(
            "A click means",
            list(_CLICKS),
            default=LIKE,
            required=True,
            format_func=_CLICKS.get,
            key="search_click",
            label_visibility="collapsed",
            persist_state="session",
        )
    rows, scores = ranked.rows[: asked_for.count], ranked.scores[: asked_for.count]
    names = [str(name) for name in shown.samples.ids[rows]]
    captions = [f"{score:.3f} · {name}" for score, name in zip(scores, names, strict=True)]
    out = taken_out(examples, asked_for)
    marks = proposed_marks(here, shown.samples, names)
    tiles = [
        replace(tile, chosen=tile.sample_id not in out, mark=marks.get(tile.sample_id, ""))
        for tile in picture_tiles(shown.sample, names, captions, view=asked_for.picture)
    ]
    asked = _asked(examples, asked_for)
    contact_sheet(
        tiles,
        key="search_found",
        on_event=partial(_take_event, click, asked, tuple(names)),
        tile_width=_TILE,
        sheet=f"{click}{asked}",
        hint=_HINTS[click],
    )
    st.caption(f"{_score_in_words(asked_for)} ⤢ or the key o opens a sample.")


def _score_in_words(asked_for: Choices) -> str:
    if asked_for.box is None:
        return (
            "Under each picture is its score: the mean likeness to what is wanted, 1 at most, less what lies nearer to "
            "something unwanted."
        )
    if not asked_for.closer:
        return (
            "Under each picture is its score: how much it is, as a whole, like what is in the box without what is "
            "around it, 1 at most."
        )
    return (
        f"Under each of the first {LOOKED_AT} is its score: how much the place in it that is most like what is in the "
        "box is so, of all places as large and as high up; under the others, how much they are so as a whole."
    )


def _take_event(click: str, asked: str, order: tuple[str, ...], event: SheetEvent) -> None:
    if event.kind == "open":
        open_sample(event, order)
    elif event.sheet != f"{click}{asked}":
        # Meant for what stood there before.
        return
    elif click != OUT:
        add_example(click, event.sample_ids)
    else:
        state = panel(ResultState)
        out = state.out if state.of == asked else frozenset()
        change = out.difference if event.chosen else out.union
        change_panel(ResultState, of=asked, out=frozenset(change(event.sample_ids)))


def _asked(examples: Examples, asked_for: Choices) -> str:
    return fingerprint("search", examples, asked_for.view, asked_for.filters, asked_for.box, asked_for.closer)

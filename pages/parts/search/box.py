"""Search by a part of the one example's picture: the box, which stands in the address, and the two rankings by it."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace

import numpy as np
import streamlit as st

from core.dataset import VIEWS
from core.dataset.model import VIEW_COLUMN
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.box_searching import LOOKED_AT, BoxSearch
from core.space.box_search import Box
from core.space.likeness_search import Ranked
from pages.parts.desk.addresses import asked
from pages.parts.desk.shown import SearchShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.pictures import picture_tiles
from pages.parts.search.choices import Choices
from pages.parts.search.examples import BOX, Examples
from pages.parts.search.index import search_index
from pages.parts.widgets import icons
from pages.parts.widgets.picture_box import picture_box
from pages.parts.widgets.text import escaped, view_name

_AT_FIRST = Box(0.35, 0.65, 0.1, 0.9)
_WIDTH = 340


@dataclass(frozen=True)
class BoxState:
    """What the session remembers of it: of which box the first ones are looked at more closely."""

    closer: str = ""


def box_panel(here: AtDesk, shown: SearchShown, examples: Examples, asked_for: Choices) -> Choices:
    """Draw the box where one is asked for, or the button that asks for one; returns the choices with it."""
    alone = len(examples.like) == 1 and not examples.unlike and examples.like[0] in shown.samples.row_of
    box = _box_asked()
    # Whoever visits the public demo shares its memory with all the others: the network takes most of it.
    if here.public_demo or shown.no_boxes or not alone:
        if box is not None:
            st.caption(escaped(_why_not(here, shown)))
        return asked_for
    if box is None:
        st.button("Search by a part of its picture", key="search_box_on", icon=icons.CHOOSE_PART, on_click=_begin)
        return asked_for
    name, view = examples.like[0], asked_for.picture
    (tile,) = picture_tiles(shown.sample, [name], [name], view=view)
    if not tile.jpeg:
        st.caption("This example has no picture in the view that is shown, so no part of it can be searched for.")
        return asked_for
    chosen = fingerprint("box", name, view, box)
    closer = panel(BoxState).closer == chosen
    left, right = st.columns([5, 7], gap="medium", vertical_alignment="center")
    with left:
        picture_box(
            tile.jpeg, astuple(box), key="search_box", on_box=_write, width=_WIDTH, axes=_axes(shown), name=tile.label
        )
    with right:
        in_view = f", in the view of {view_name(view)}" if view in VIEWS else ""
        st.markdown(f"**By what is in the box alone**{in_view}")
        st.caption("Draw a box with the mouse, or move it with the arrow keys and size it with Shift and an arrow key.")
        with st.container(horizontal=True, gap="small"):
            st.button(
                f"Look more closely at the first {LOOKED_AT}",
                key="search_box_closer",
                icon=icons.LOOK_CLOSER,
                disabled=closer,
                on_click=_look_closer,
                args=(chosen,),
                help="Ranks them anew by the place in each that is most like what is in the box; that takes seconds.",
            )
            st.button("The whole picture again", key="search_box_off", icon=icons.UNDO, on_click=_end)
    return replace(asked_for, view=view if shown.views else "", box=box, closer=closer)


def ranked_by_box(shown: SearchShown, name: str, asked_for: Choices, allowed: np.ndarray) -> Ranked:
    """The allowed samples by the box of this example's picture; raises GlitchAuditError where that cannot be done."""
    boxes, box, view = _boxes(shown.samples.fingerprint, shown), asked_for.box, asked_for.picture
    with st.spinner("Looking at what is in the box"):
        ranked = boxes.first(name, box, view=view, allowed=allowed)
        return boxes.closer(ranked, shown.samples.ids, name, box, view=view) if asked_for.closer else ranked


@st.cache_resource(max_entries=1, show_spinner=False)
def _boxes(fingerprint: str, _shown: SearchShown) -> BoxSearch:
    return _shown.boxes(search_index(fingerprint, _shown))


def _why_not(here: AtDesk, shown: SearchShown) -> str:
    if here.public_demo:
        return "The public demo does not search by a part of a picture: all of each picture counts."
    return shown.no_boxes or (
        "A box counts while one sample of this data set is wanted and none is unwanted: now all of each picture counts."
    )


def _axes(shown: SearchShown) -> tuple[str, str]:
    """What the picture's directions are called."""
    spectrograms = set(shown.sample.dataset.views) & set(VIEWS) or VIEW_COLUMN in shown.samples.table
    return ("time", "frequency") if spectrograms else ("across", "upwards")


def _box_asked() -> Box | None:
    text = asked(BOX)
    if text is None:
        return None
    try:
        left, right, low, high = map(float, text.split(","))
        return Box(left, right, low, high)
    except (ValueError, GlitchAuditError):
        # An address that somebody cut off: the box is drawn anew.
        return _AT_FIRST


def _write(sides: tuple[float, float, float, float]) -> None:
    st.query_params[BOX] = ",".join(f"{side:.3f}" for side in sides)


def _begin() -> None:
    _write(astuple(_AT_FIRST))


def _end() -> None:
    st.query_params.pop(BOX, None)


def _look_closer(chosen: str) -> None:
    change_panel(BoxState, closer=chosen)

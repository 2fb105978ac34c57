"""The page Search: the examples, what they are compared by, and what is most like them, to be taken as a selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from functools import partial

import numpy as np
import streamlit as st

from core.dataset.selection import BOX_SEARCH, BOX_SEARCH_CLOSER, LIKENESS_SEARCH, Asked, Selection
from core.errors import GlitchAuditError
from core.pipeline.kept_pictures import AskedPicture, example_of
from core.space.filters import filter_mask, make_selection
from core.space.likeness_search import Ranked, examples_of, joined, search
from pages.parts.desk.asked_pictures import asked_pictures
from pages.parts.desk.more_like import LIKE, UNLIKE
from pages.parts.desk.shown import Samples, SearchShown
from pages.parts.desk.state import panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.search.box import box_panel, ranked_by_box
from pages.parts.search.choices import Choices, choices
from pages.parts.search.example_tiles import example_tiles
from pages.parts.search.examples import Examples, ExamplesState, add_example, clear_examples, follow_examples
from pages.parts.search.index import search_index
from pages.parts.search.other_data_sets import other_data_sets
from pages.parts.search.rest import rest_offers
from pages.parts.search.results import result_tiles, taken_out
from pages.parts.search.selecting import selection_row
from pages.parts.selection.propose import propose_form
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped

_OFFERED = 2


@st.fragment
def search_panel(here: AtDesk, shown: SearchShown) -> None:
    """Draw all of it; a click reruns this without the rest of the page."""
    samples = shown.samples
    open_if_asked(here, shown.sample, beside=_beside)
    examples, strange = follow_examples(samples, partial(asked_pictures, here))
    pictures = asked_pictures(here, tuple(n for n in (*examples.like, *examples.unlike) if n not in samples.row_of))
    if strange:
        st.warning(f"Not on this map, so left out: {', '.join(code_span(name[:100]) for name in strange[:5])}.")
    if trouble := panel(ExamplesState).trouble:
        st.warning(escaped(trouble))
    # Above the choices, though it is drawn after them: its pictures are of the view that is chosen there.
    above = st.container()
    asked_for = choices(shown)
    with above:
        example_tiles(shown, examples, pictures, view=asked_for.picture)
    if not examples.like:
        st.info(
            "Add a sample that you want more of: type its id, or press “More like this” beside any sample, on a "
            "sheet, among the suspects or on the page Classify.",
            icon=icons.OPEN_SEARCH,
        )
        rest_offers(here, shown)
        return
    with above:
        asked_for = box_panel(here, shown, examples, asked_for)
    try:
        ranked = _ranked(shown, examples, pictures, asked_for)
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return
    if not len(ranked.rows):
        st.info("Nothing else is left to compare: no other sample passes the filters.")
        return
    _found(here, shown, examples, pictures, asked_for, ranked)


def _beside(sample_id: str) -> None:
    """In the window of a sample: let it be an example."""
    with st.container(horizontal=True, gap="small"):
        st.button("More like it", key="search_more", icon=icons.MORE, on_click=add_example, args=(LIKE, [sample_id]))
        st.button("None like it", key="search_less", icon=icons.LESS, on_click=add_example, args=(UNLIKE, [sample_id]))


def _found(
    here: AtDesk,
    shown: SearchShown,
    examples: Examples,
    pictures: Mapping[str, AskedPicture],
    asked_for: Choices,
    ranked: Ranked,
) -> None:
    samples = shown.samples
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        count = min(asked_for.count, len(ranked.rows))
        st.markdown(f"**The {count:,} most like these**, of {len(ranked.rows):,}", width="content")
        st.button("Start anew", key="search_clear", on_click=clear_examples, icon=icons.CLEAR_SELECTION)
        other_data_sets(here, shown, examples, pictures, view=asked_for.picture)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        result_tiles(here, shown, examples, asked_for, ranked)
    selection = _selection(samples, examples, pictures, asked_for, ranked.rows[:count])
    with right, st.container(key="search_form", gap="xsmall"):
        selection_row(here, samples, selection, shown=count)
        propose_form(here, samples, selection, offered=_commonest(samples, ranked.rows[:count]))


def _ranked(shown: SearchShown, examples: Examples, pictures: Mapping[str, AskedPicture], asked_for: Choices) -> Ranked:
    samples = shown.samples
    rows = [samples.row_of[name] for name in (*examples.like, *examples.unlike) if name not in pictures]
    allowed = filter_mask(samples.table, None, asked_for.filters)
    # What is an example needs no finding; nor do other pictures of the same glitch.
    glitches = samples.glitches
    own = set(glitches.iloc[rows])
    allowed &= ~glitches.isin(own).to_numpy(dtype=bool)
    if asked_for.box is not None:
        return ranked_by_box(shown, examples.like[0], asked_for, allowed)
    index = search_index(shown.samples.fingerprint, shown)
    like, unlike = (
        joined(
            [
                examples_of(index, [samples.row_of[name] for name in names if name not in pictures]),
                *(
                    example_of(pictures[name], index, views=shown.views, backbone=shown.backbone)
                    for name in names
                    if name in pictures
                ),
            ]
        )
        for names in (examples.like, examples.unlike)
    )
    return search(
        index,
        like,
        unlike,
        view=shown.views.index(asked_for.view) if asked_for.view else None,
        allowed=allowed,
    )


def _selection(
    samples: Samples,
    examples: Examples,
    pictures: Mapping[str, AskedPicture],
    asked_for: Choices,
    rows: np.ndarray,
) -> Selection:
    mask = np.zeros(len(samples.table), dtype=bool)
    mask[rows] = True
    mask &= ~samples.ids.isin(list(taken_out(examples, asked_for)))
    return make_selection(
        samples.table,
        mask,
        how="search",
        filters=asked_for.filters,
        dataset_fingerprint=samples.dataset,
        layout_fingerprint=samples.layout,
        asked=Asked(
            examples.like,
            examples.unlike,
            asked_for.view,
            _method(asked_for),
            named=tuple((name, picture.in_words) for name, picture in pictures.items()),
            box=() if asked_for.box is None else astuple(asked_for.box),
        ),
    )


def _method(asked_for: Choices) -> str:
    if asked_for.box is None:
        return LIKENESS_SEARCH
    return BOX_SEARCH_CLOSER if asked_for.closer else BOX_SEARCH


def _commonest(samples: Samples, rows: np.ndarray) -> tuple[str, ...]:
    """What is found tells what it is: the label of an example may be the very one that is in doubt."""
    return tuple(samples.table["label"].iloc[rows].value_counts().index[:_OFFERED])

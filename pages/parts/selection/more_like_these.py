"""From a sheet to the page Search: more like those that are in, and not like those that were taken out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.dataset.selection import Selection
from core.embed.likeness import Vectors
from core.space.likeness_search import make_index, most_typical
from pages.parts.desk.more_like import MOST_EXAMPLES, go_to_search
from pages.parts.desk.shown import SampleShown
from pages.parts.selection.chosen import excluded, still_in
from pages.parts.widgets import icons


def search_button(shown: SampleShown, selection: Selection) -> None:
    """Draw the button that searches for more like the samples that are in.

    Those that were taken out count as unwanted where they are fewer: where most are out, the few were picked, and the
    others were not refused.
    """
    chosen, out = still_in(selection).sample_ids, excluded()
    refused = tuple(name for name in selection.sample_ids if name in out) if out else ()
    if len(refused) > len(chosen):
        refused = ()
    if st.button(
        "Search for more like these",
        key="sheet_search",
        icon=icons.OPEN_SEARCH,
        disabled=not chosen,
        help="Search for more like the samples that are in, and not like those that were taken out. Of many, the "
        f"{MOST_EXAMPLES} most typical ones are taken.",
    ):
        go_to_search(_typical(shown, chosen), _typical(shown, refused))


def _typical(shown: SampleShown, names: Sequence[str]) -> list[str]:
    rows = shown.samples.rows(names)
    if len(rows) <= MOST_EXAMPLES:
        return list(names)
    weights = shown.vectors.weights
    index = make_index(Vectors(shown.vectors.matrix[rows], None if weights is None else weights[rows]))
    return [names[place] for place in most_typical(index, range(len(rows)), count=MOST_EXAMPLES)]

"""One piece of advice on screen: what was found, what to do, one button to where it is done, the figures folded up."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.audit.advice import COLLECT_COLUMN, COLLECT_SAMPLES, LOOK, MERGE, NOTHING, SPLIT, Advice, Words
from core.statistics_words import terms_help
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import Samples
from pages.parts.desk.taxonomy_draft import go_and_propose
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_ICONS = {
    MERGE: ":material/call_merge:",
    SPLIT: ":material/call_split:",
    LOOK: icons.OPEN_MAP,
    COLLECT_COLUMN: ":material/add_chart:",
    COLLECT_SAMPLES: ":material/add_photo_alternate:",
}
HOW_SURE = "How sure is this?"


def advice_card(
    advice: Advice,
    samples: Samples,
    *,
    key: str,
    look: Callable[[tuple[str, ...]], None] | None,
    examples: Callable[[Advice], None] | None = None,
) -> None:
    """Draw it.

    Args:
        advice: what to draw.
        samples: those of the data set.
        key: the key of its button.
        look: shows these samples, none for all of them, and goes there; None where they stand below anyway.
        examples: draws the sheets of a merge or a split between the words and the button; None for none.
    """
    advice_words(advice.words)
    if examples and advice.action in (MERGE, SPLIT):
        examples(advice)
    if advice.action == NOTHING:
        st.caption("Nothing needs to be done.")
    elif advice.action != LOOK:
        if st.button(advice.button, key=key, icon=_ICONS[advice.action]):
            _follow(advice, samples)
    elif look and st.button(advice.button, key=key, icon=_ICONS[LOOK]):
        look(advice.sample_ids)
    if advice.figures:
        with st.expander(HOW_SURE):
            st.markdown(escaped(advice.figures), help=terms_help(advice.figures) or None)


def advice_words(words: Words) -> None:
    """Draw what was found, why it matters, and what to do about it."""
    st.markdown(f"**{escaped(words.sentence)}**")
    if words.because:
        st.markdown(escaped(words.because))
    if words.todo:
        st.markdown(f"**What to do:** {escaped(words.todo)}")


def _follow(advice: Advice, samples: Samples) -> None:
    if advice.action in (MERGE, SPLIT):
        glitches = samples.glitches
        ids = [str(glitches[name]) for name in advice.sample_ids if name in samples.row_of]
        go_and_propose(advice, names=samples.colours.names, glitches=ids)
    else:
        st.switch_page(PAGES / "data.py")

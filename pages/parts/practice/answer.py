"""The answer: right or wrong, what tells both labels apart, and typical samples of them beside each other."""

from __future__ import annotations

import streamlit as st

from core.pipeline.practice import Practice
from pages.parts.desk.shown import SampleShown
from pages.parts.practice.session import Asked
from pages.parts.sample.pictures import open_sample, picture_tiles, view_to_show
from pages.parts.widgets.contact_sheet import contact_sheet
from pages.parts.widgets.text import escaped

TILE_WIDTH = 130


def other_label(asked: Asked) -> str:
    """The label that stands beside the right one: the one that was chosen, or, after a right answer, its look-alike."""
    return asked.look_alike if asked.answer == asked.label else asked.answer


def answer_in_words(practice: Practice, asked: Asked) -> None:
    """Say whether the answer was right, and what was measured that tells both labels apart."""
    label, answer = escaped(asked.label), escaped(asked.answer)
    known = practice.known.get(asked.label)
    by_whom = " People checked this label." if known is not None and known.checked else ""
    if asked.answer == asked.label:
        st.markdown(f":green[**Right:**] this is **{label}**.{by_whom}")
    else:
        st.markdown(f":red[**Wrong:**] this is **{label}**, not **{answer}**.{by_whom}")
    other = other_label(asked)
    if difference := other and practice.difference(asked.label, other):
        st.markdown(
            escaped(difference),
            help="Of all samples with these labels that nothing speaks against: the middle value, and in brackets "
            "between which two the middle half lies.",
        )


def typical_samples(shown: SampleShown, practice: Practice, asked: Asked) -> None:
    """Typical samples of the right label, and beside them of the other one, each with what it looks like."""
    other = other_label(asked)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Typical samples**", width="content")
        view = view_to_show(shown)
    columns = st.columns(2, gap="medium")
    with columns[0]:
        _typical(shown, practice, asked.label, view=view, key="practice_typical_right")
    if other:
        with columns[1]:
            _typical(shown, practice, other, view=view, key="practice_typical_other")


def typical_ids(shown: SampleShown, practice: Practice, label: str) -> list[str]:
    """The typical samples of a label; none where too few of it are known."""
    return [str(shown.samples.ids[row]) for row in practice.known[label].typical] if label in practice.known else []


def _typical(shown: SampleShown, practice: Practice, label: str, *, view: str, key: str) -> None:
    """What the label looks like, in words where the taxonomy has some, and typical samples of it."""
    description = shown.samples.colours[label].description
    ids = typical_ids(shown, practice, label)
    with st.container(gap="xxsmall"):
        st.markdown(f"**{escaped(label)}**" + (f": {escaped(description)}" if description else ""))
        if not ids:
            st.caption("No good sample of it is known here.")
            return
        tiles = picture_tiles(shown, ids, [""] * len(ids), view=view)
        contact_sheet(tiles, key=key, on_event=open_sample, tile_width=TILE_WIDTH, selectable=False)

"""The open data set as it was read: how much there is of what, and what was left out."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.dataset import Dataset
from core.dataset.readers.beside import says_unused
from core.dataset.wording import wording
from core.errors import GlitchAuditError
from core.evidence.figures.model import count_of
from core.pipeline.inspect import recognised_forms
from pages.parts.desk.acts import read_again
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import code_span, escaped


def source_panel(here: AtDesk, dataset: Dataset) -> None:
    """Draw the figures, and for who may the button that reads the source again."""
    numbers = st.columns(4)
    numbers[0].metric("Samples", f"{len(dataset.samples):,}", help="Each counts once, however many views it has.")
    numbers[1].metric("Pictures", f"{len(dataset.pictures):,}")
    numbers[2].metric("Labels", len(dataset.labels))
    numbers[3].metric("Views", dataset.pictures["view"].nunique())
    source = code_span(here.workspace.source)
    st.markdown(f"Read as **{escaped(dataset.source_form)}** from {source}. {_pictures_in_words(dataset)}")
    if not dataset.pictures.empty:
        st.caption(escaped(dataset.kind.reason))
    for sentence in dataset.understood:
        if says_unused(sentence):
            st.info(f"{escaped(sentence)}. If it belongs to the pictures, give it such a column and read them again.")
        else:
            st.caption(f"Understood: {escaped(sentence)}.")
    with st.expander(f"Labels and how often they occur ({len(dataset.labels)})"):
        st.dataframe(dataset.samples["label"].value_counts().rename("samples"), width="stretch")
    if dataset.problems:
        with st.expander(f"Left out while reading ({len(dataset.problems)})"):
            st.dataframe(pd.DataFrame(dataset.problems), hide_index=True, width="stretch")
    if not here.hindrance("open") and st.button(
        "Read the data set again", icon=":material/refresh:", help="After files were added or changed."
    ):
        try:
            read_again(here.workspace)
        except GlitchAuditError as error:
            st.error(escaped(error))
            return
        st.rerun()


def _pictures_in_words(dataset: Dataset) -> str:
    """What some of the pictures were recognised as."""
    if dataset.pictures.empty:
        return "It has no pictures; the map, clusters, audit and proposals do without."
    if dataset.files.trouble():
        return "Its pictures are not looked at, as they have changed since."
    try:
        forms = _first_look(dataset.fingerprint, dataset)
    except GlitchAuditError as error:
        return f"Its pictures cannot be looked at. {escaped(error)}."
    words = wording(dataset.kind.kind)
    counted = ", ".join(f"{count:,} {escaped(_plural(words.form(form), count))}" for form, count in forms.items())
    return f"Of {count_of(sum(forms.values()), 'picture')} looked at: {counted}."


def _plural(form: str, count: int) -> str:
    return f"{form}s" if form.endswith("picture") and count != 1 else form


@st.cache_data(max_entries=8, show_spinner=False)
def _first_look(fingerprint: str, _dataset: Dataset) -> dict[str, int]:
    return dict(recognised_forms(_dataset))

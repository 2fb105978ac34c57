"""One sample with an address of its own: its views, every event in order, its neighbours, where it lies on the map."""

from __future__ import annotations

import streamlit as st

from core.dataset.pictures_as_samples import glitch_of
from core.glossary import meaning
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.addresses import SAMPLE, asked, copy_link
from pages.parts.desk.page_end import end_page, enter_through_app
from pages.parts.map.sample_place import sample_place
from pages.parts.sample.dialog import show_metadata, show_neighbours, show_views
from pages.parts.sample.history import sample_events, sample_state
from pages.parts.widgets.text import code_span, inert

_WANTED = "sample_wanted"

here = enter_through_app()
st.title("Sample", help=meaning("sample"))
prepared = prepared_or_stop(here)
if followed := (st.session_state.pop(_WANTED, None) or "").strip():
    st.query_params[SAMPLE] = followed
wanted = asked(SAMPLE)
if wanted is None:
    st.info("Type the id of a sample, or open one from a contact sheet.")
    st.text_input("Id of a sample", key=_WANTED, placeholder=str(prepared.samples.index[0]), max_chars=200)
    end_page()
glitches = glitch_of(prepared.samples)
if wanted not in prepared.row_of and (glitches == wanted).any():
    # Where pictures are the unit, the ledger's name of a glitch leads to its first picture.
    wanted = str(glitches.index[glitches == wanted][0])
if wanted not in prepared.row_of:
    st.warning(
        f"The sample “{inert(wanted[:200])}” is not on this map: look whether the right data set is open, or whether "
        "it was left out on the page “Data and settings”."
    )
    st.text_input("Id of another sample", key=_WANTED, placeholder=str(prepared.samples.index[0]), max_chars=200)
    end_page()

facts = prepared.samples.loc[wanted]
glitch = str(glitches[wanted])
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.markdown(f"**{code_span(wanted)}**", width="content")
    st.badge(f"label: {inert(facts['label'])}")
    sample_state(glitch)
    copy_link(here, SAMPLE, wanted, what="this sample")
left, right = st.columns([3, 2], gap="medium")
with left:
    show_views(prepared, wanted)
with right:
    sample_place(prepared, wanted)
st.subheader("What happened to it")
sample_events(glitch)
st.subheader("Nearest neighbours in the embedding")
show_neighbours(prepared, wanted, on_event=lambda event: st.session_state.update({_WANTED: event.sample_ids[0]}))
show_metadata(facts)

"""One sample with an address of its own: its views, its events, its neighbours, its place on the map, its strain."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from core.ledger.views.comments import SAMPLE as A_SAMPLE
from core.ledger.views.comments import Subject
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.addresses import SAMPLE, copy_link
from pages.parts.desk.comments import comments
from pages.parts.desk.more_like import more_like_link
from pages.parts.desk.shown import map_of, sample_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.desk.words import words_of
from pages.parts.map.sample_place import sample_place
from pages.parts.sample.asked import go_to, sample_or_stop
from pages.parts.sample.channels import channels_line
from pages.parts.sample.dialog import show_metadata, show_neighbours, show_views
from pages.parts.sample.history import sample_events, sample_state
from pages.parts.sample.near_in_time import near_in_time_panel
from pages.parts.sample.strain import strain_panel
from pages.parts.widgets.text import code_span, escaped

here = enter_through_app()
st.title("Sample", help=meaning("sample", of_pictures=not words_of(here.workspace).of_detectors))
prepared = prepared_or_stop(here)
shown = sample_of(prepared)
sample_id = sample_or_stop(shown.samples)
facts = shown.samples.table.loc[sample_id]
glitch = str(shown.samples.glitches[sample_id])
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.markdown(f"**{code_span(sample_id)}**", width="content")
    st.badge(f"label: {escaped(facts['label'])}")
    sample_state(here, glitch)
    copy_link(here, SAMPLE, sample_id, what="this sample")
    more_like_link(sample_id)
left, right = st.columns([3, 2], gap="medium")
with left:
    show_views(shown, sample_id)
with right:
    sample_place(map_of(prepared), sample_id)
comments(here, Subject(A_SAMPLE, glitch), place="page", dataset=shown.samples.dataset)
st.subheader("What happened to it")
sample_events(here, glitch)
st.subheader("Nearest neighbours in the embedding")
show_neighbours(shown, sample_id, on_event=go_to)
channels_line(here, shown, sample_id)
near_in_time_panel(shown, sample_id, on_event=go_to)
strain_panel(here, shown, sample_id)
show_metadata(facts)

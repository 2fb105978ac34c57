"""Data and settings: open a data set, choose how it is embedded and laid out, watch it being prepared."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from core.dataset import Dataset
from core.embed.backbones import BACKBONES
from core.errors import GlitchAuditError
from core.evidence.figures.model import count_of
from core.gate import open_gate
from core.glossary import meaning
from core.jobs.job import job_status
from core.jobs.starting import asked_for
from core.packages import PREPARING_NEEDS, missing_packages
from core.pipeline.inspect import recognised_forms
from core.pipeline.settings import load_settings
from pages.parts.data.job import job_panel
from pages.parts.data.name import name_panel
from pages.parts.data.report import report_panel
from pages.parts.data.results import results_panel
from pages.parts.data.settings import ask_and_note, say_if_not_taken, settings_form
from pages.parts.desk.acts import open_data_set, read_again
from pages.parts.desk.data_set import dataset_or_stop
from pages.parts.desk.data_set_choice import choose_workspace
from pages.parts.desk.page_end import end_page, enter_through_app
from pages.parts.desk.results import prepared_or_none
from pages.parts.widgets.text import code_span, inert


@st.cache_data(max_entries=8, show_spinner=False)
def first_look(fingerprint: str, _dataset: Dataset) -> dict[str, int]:
    """What some of the data set's pictures were recognised as, looked at once."""
    return dict(recognised_forms(_dataset))


def pictures_in_words(dataset: Dataset) -> str:
    """What some of the pictures were recognised as."""
    if dataset.pictures.empty:
        return "It has no pictures; the map, clusters, audit and proposals do without."
    if dataset.files.trouble():
        return "Its pictures are not looked at, as they have changed since."
    try:
        forms = first_look(dataset.fingerprint, dataset)
    except GlitchAuditError as error:
        return f"Its pictures cannot be looked at. {inert(error)}."
    counted = ", ".join(f"{count:,} {inert(form)}" for form, count in forms.items())
    return f"Of {count_of(sum(forms.values()), 'picture')} looked at: {counted}."


here = enter_through_app()
st.title("Data and settings", help=meaning("data set"))

may_open, may_prepare = not here.hindrance("open"), not (here.hindrance("change settings") or here.hindrance("prepare"))
opened = False
if here.public_demo:
    st.info("The public demo shows one data set. Install Glitch Audit on your own computer to open others.")
elif not may_open:
    st.caption(inert(here.hindrance("open")))
else:
    # While the path is typed, so that the file does not wait for it.
    open_gate()
    st.subheader("Open a data set")
    st.caption(
        "A folder of class folders (`Blip/…png`), train/validation/test folders of class folders, a Gravity Spy "
        "metadata CSV beside its pictures, the HDF5 training set, a Parquet file with pictures inside, or a CSV or "
        "Parquet of ids with labels and 2-D coordinates or vectors. It is only read: nothing is written into it."
    )
    with st.form("open_form", border=False):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        path = left.text_input(
            "Folder or file on the computer that runs Glitch Audit",
            placeholder=str(Path.home() / "gravityspy" / "training_set"),
            key="open_path",
        )
        opened = right.form_submit_button("Open", type="primary", icon=":material/folder_open:", width="stretch")
if opened:
    if not path.strip():
        st.warning("Type or paste the path of a folder or file first.")
    else:
        try:
            choose_workspace(open_data_set(path))
            st.rerun()
        except (GlitchAuditError, OSError) as error:
            st.error(inert(error))

workspace = here.workspace
name_panel(workspace, may=may_open)
dataset = dataset_or_stop(workspace)

numbers = st.columns(4)
numbers[0].metric("Samples", f"{len(dataset.samples):,}", help="A glitch counts once, however many views it has.")
numbers[1].metric("Pictures", f"{len(dataset.pictures):,}")
numbers[2].metric("Labels", len(dataset.labels))
numbers[3].metric("Views", dataset.pictures["view"].nunique())
st.markdown(
    f"Read as **{inert(dataset.source_form)}** from {code_span(workspace.source)}. {pictures_in_words(dataset)}"
)
for sentence in dataset.understood:
    st.caption(f"Understood: {inert(sentence)}.")
with st.expander(f"Labels and how often they occur ({len(dataset.labels)})"):
    st.dataframe(dataset.samples["label"].value_counts().rename("samples"), width="stretch")
if dataset.problems:
    with st.expander(f"Left out while reading ({len(dataset.problems)})"):
        st.dataframe(pd.DataFrame(dataset.problems), hide_index=True, width="stretch")
if may_open and st.button(
    "Read the data set again", icon=":material/refresh:", help="After files were added or changed."
):
    try:
        read_again(workspace)
        st.rerun()
    except GlitchAuditError as error:
        st.error(inert(error))

st.subheader("How it is embedded and laid out")
try:
    settings = load_settings(workspace)
except GlitchAuditError as error:
    st.error(inert(error))
    end_page()
missing = missing_packages(PREPARING_NEEDS)
refused = ""
if here.public_demo:
    st.caption("How the demo was embedded and laid out cannot be changed here.")
elif missing:
    st.info(
        f"Packed results are shown here: {', '.join(missing)} are not installed, as on the public demo. Install Glitch "
        "Audit on your own computer to change settings and to prepare data sets."
    )
elif may_prepare and job_status(workspace).running:
    say_if_not_taken(workspace)
elif may_prepare:
    try:
        # What was tried last and failed stands in the form again, so that it can be mended there.
        chosen = settings_form(
            asked_for(job_status(workspace)) or settings,
            samples=len(dataset.samples),
            pictures=len(dataset.pictures),
            backbones=tuple(BACKBONES),
        )
        if chosen is not None:
            ask_and_note(workspace, chosen)
    except GlitchAuditError as error:
        refused = str(error)
else:
    st.caption(inert(here.hindrance("change settings") or here.hindrance("prepare")))
try:
    prepared = prepared_or_none(workspace)
except GlitchAuditError as error:
    st.error(inert(refused or error))
    end_page()
# Its place is there when it says nothing, too: what comes and goes must not move what stands below to another place.
with st.container():
    job_panel(
        workspace, ready=prepared is not None, may=may_prepare, pictured=not dataset.pictures.empty, refused=refused
    )
if prepared is not None:
    results_panel(prepared)
    if not here.public_demo:
        report_panel(prepared, hindered=here.hindrance("write report"))

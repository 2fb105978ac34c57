"""Handing in: files to be named, what belongs together where their names do not tell, and an example to try."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.classify.naming.classifier import SAMPLE, Classifier
from core.classify.naming.inputs import (
    InputFile,
    InputGlitch,
    SortedInput,
    as_one_glitch,
    from_bytes,
    is_archive,
    kept_on_disk,
    likely_views,
    sort_out,
)
from core.dataset import PLAIN_VIEW, Dataset, Problem
from core.dataset.wording import Wording
from core.errors import GlitchAuditError
from core.gate import open_gate
from pages.parts.classify.state import HandedIn, UploadState, start_afresh
from pages.parts.desk.demo_limits import HandingIn, handing_in
from pages.parts.desk.page_end import end_page
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.desk.words import words_of
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped, view_title

# A bigger archive is put aside, as it is handed to the gate with every glitch.
_IN_MEMORY_BYTES = 4_000_000
_NOT_KNOWN = "not known"


def upload_panel(here: AtDesk, classifier: Classifier, dataset: Dataset | None) -> HandedIn | None:
    """Take files, or an example; None where there is nothing yet."""
    open_gate()
    most, turn = handing_in(public_demo=here.public_demo), panel(UploadState).turn
    words = words_of(here.workspace)
    files = st.file_uploader(
        "Pictures, or ZIP archives of pictures",
        accept_multiple_files=True,
        key=f"classify_files_{turn}",
        max_upload_size=most.file_megabytes,
        help=words.accepted,
    )
    if files and (size := sum(file.size for file in files)) > most.megabytes * 1_000_000:
        start_afresh()
        change_panel(UploadState, too_much=size / 1e6)
        st.rerun()
    if files:
        change_panel(UploadState, too_much=0.0, example=None)
        handed = _sorted_out(files, limit=most.pictures)
        key = tuple(file.file_id for file in files)
        handed, choice = _belonging(handed, classifier, words)
        return HandedIn((*key, *choice), handed, {})
    return _example(dataset, most, words)


def _example(dataset: Dataset | None, most: HandingIn, words: Wording) -> HandedIn | None:
    """Offer a sample of the data set in the place of files; the one that was taken, None where none was."""
    state = panel(UploadState)
    example = state.example
    if dataset is not None and example is not None and example.key[0] != dataset.fingerprint:
        example = None
    if state.too_much:
        st.warning(
            f"The files have {state.too_much:,.1f} MB together, at most {most.megabytes:,} MB are taken at once: hand "
            "in fewer of them."
        )
    if example is None:
        st.info(
            f"Hand in {words.handed_in}. Each {words.one} gets its three "
            "likeliest labels with their probabilities, and the labelled samples that look most like it. At most "
            f"{most.file_megabytes:,} MB a file, {most.megabytes:,} MB and {most.pictures:,} pictures at once."
        )
    if dataset is not None and len(dataset.pictures):
        st.button(
            "Try with a sample of this data set" if example is None else "Try with another sample",
            on_click=_take_example,
            args=(dataset,),
            icon=":material/casino:",
            key="classify_try",
        )
    return example


def _sorted_out(files: list[UploadedFile], *, limit: int) -> SortedInput:
    """What the files hold, looked at once."""
    ids = tuple(file.file_id for file in files)
    if panel(UploadState).sorted != ids:
        # It goes with what was handed in.
        folder = tempfile.TemporaryDirectory()
        try:
            with st.spinner("Looking what there is"):
                handed = sort_out((_taken(file, Path(folder.name)) for file in files), limit=limit)
        except GlitchAuditError as error:
            st.error(escaped(error), icon=icons.WENT_WRONG)
            end_page()
        change_panel(UploadState, sorted=ids, handed=handed, keeper=folder)
    return panel(UploadState).handed


def _taken(file: UploadedFile, folder: Path) -> InputFile:
    taken = from_bytes(file.name, file.getvalue())
    return kept_on_disk(taken, folder) if taken.size > _IN_MEMORY_BYTES and is_archive(taken) else taken


def _belonging(handed: SortedInput, classifier: Classifier, words: Wording) -> tuple[SortedInput, tuple[str, ...]]:
    """Ask what the names do not tell: which pictures are views of one glitch, and which view each is."""
    unnamed = handed.unnamed
    views = classifier.views
    if not unnamed or len(views) < 2 or classifier.unit != SAMPLE or len(unnamed) > len(views):
        return handed, ()
    files = [file for glitch in unnamed for _, file in glitch.pictures]
    together = len(files) > 1 and st.toggle(
        f"These {len(files)} pictures are the views of one {words.one}",
        key="classify_together",
        help=f"Their names do not tell. Switched off, each is taken for a {words.one} of its own.",
    )
    if len(files) > 1 and not together:
        return handed, ()
    choices = (_NOT_KNOWN, *views) if len(files) == 1 else views
    guesses = likely_views([file.name for file in files]) if len(files) > 1 else (_NOT_KNOWN,)
    chosen = []
    for number, (column, file, guess) in enumerate(zip(st.columns(len(files)), files, guesses, strict=True)):
        column.caption(escaped(file.name))
        chosen.append(
            column.selectbox(
                # A screen reader would read an escaped name with its escapes.
                f"View of picture {number + 1}",
                choices,
                index=choices.index(guess) if guess in choices else 0,
                format_func=lambda view: view if view == _NOT_KNOWN else view_title(view),
                key=widget_key("classify_view", number, file.name),
            )
        )
    try:
        whole = as_one_glitch(files, ["" if view == _NOT_KNOWN else view for view in chosen])
    except GlitchAuditError as error:
        st.warning(escaped(error))
        end_page()
    others = tuple(glitch for glitch in handed.glitches if glitch not in unnamed)
    return replace(handed, glitches=(whole, *others)), tuple(chosen)


def _take_example(dataset: Dataset) -> None:
    """A sample by chance, as if its pictures had been handed in."""
    turn = panel(UploadState).examples + 1
    counts = dataset.pictures.groupby("sample_id", sort=False).size()
    whole = counts.index[counts == counts.max()]
    sample_id = str(whole[int(np.random.default_rng([turn, len(whole)]).integers(len(whole)))])
    rows = dataset.pictures[dataset.pictures["sample_id"] == sample_id]
    problems = []
    pictures = []
    for view, location in zip(rows["view"], rows["location"], strict=True):
        try:
            file = from_bytes(f"{sample_id} {view_title(str(view))}", dataset.store.read(location))
            # The only view of an ordinary data set has no duration, so nobody knows which it is.
            pictures.append(("" if view == PLAIN_VIEW else str(view), file))
        except (GlitchAuditError, OSError, KeyError) as error:
            problems.append(Problem(sample_id, f"the view {view} cannot be read: {error}"))
    handed = SortedInput((InputGlitch(sample_id, tuple(pictures)),), tuple(problems))
    labels = {sample_id: str(dataset.samples.loc[sample_id, "label"])}
    example = HandedIn((dataset.fingerprint, sample_id), handed, labels)
    change_panel(UploadState, examples=turn, example=example, too_much=0.0)

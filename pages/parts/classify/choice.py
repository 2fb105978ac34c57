"""Which classifier names the glitches, what it knows, and among which labelled samples it looks for the nearest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from core.classify.naming.classifier import Classifier, as_sure_as_labels
from core.classify.naming.loading import load_classifier
from core.classify.naming.nearest import NeighbourSource, neighbours_in_run
from core.classify.naming.own_labels import OwnConfidence
from core.classify.naming.trained import can_classify
from core.classify.naming.words import confidence_words, false_alarm_words
from core.classify.training.runs import PREDICTIONS_FILE, WEIGHTS_FILE, Run, list_runs
from core.dataset import Dataset
from core.embed.backbones import OFFLINE_DEFAULT, backbone_named, weights_path
from core.errors import GlitchAuditError
from core.glossary import meaning
from core.packages import PREPARING_NEEDS, missing_packages
from core.pipeline.naming_pictures import prepared_classifier
from core.workspace import Workspace
from pages.parts.desk.page_end import end_page
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import NamingShown
from pages.parts.desk.state import forget_widgets, widget_value
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

RUN_KEY = "classify_run"
_SHIPPED = ""
_TRAINING_PAGE = PAGES / "training.py"


def stop_without_torch() -> None:
    """Say so and end the page where networks cannot run."""
    missing = [name for name in missing_packages(PREPARING_NEEDS) if name.startswith("torch")]
    if missing:
        st.info(
            f"Naming pictures needs {escaped(' and '.join(missing))}, not installed here, as on the public "
            "demo: install Glitch Audit on your own computer to classify pictures."
        )
        end_page()


def choose_classifier(
    workspace: Workspace, dataset: Dataset | None, data: NamingShown | None
) -> tuple[Classifier, Run | None]:
    """Ask for the classifier and load it, as sure as the labels of ``data`` say; says what it knows.

    Where the open data set is one of ordinary pictures, its nearest samples stand in for the one that came along. Ends
    the page where it cannot be loaded.
    """
    ordinary = dataset is not None and dataset.kind.in_colour
    runs = {str(run.folder): run for run in list_runs(workspace) if can_classify(run)}
    choices = [_SHIPPED, *runs]
    if widget_value(RUN_KEY, _SHIPPED) not in choices:
        forget_widgets(RUN_KEY)
    folder = st.selectbox(
        "Classifier",
        choices,
        key=RUN_KEY,
        format_func=lambda folder: _title(runs.get(folder), ordinary=ordinary),
        width=460,
        persist_state="session",
        help="One that was trained on this data set, or the samples that look most like a picture."
        if ordinary
        else "The one that comes with the project, or one that was trained on this data set.",
    )
    run = runs.get(folder)
    try:
        if ordinary and run is None:
            classifier = _of_samples(data.sample.samples.fingerprint, data) if data else prepared_classifier(None)
        else:
            classifier = replace(_loaded(folder, _stamp(run), run), ordinary=ordinary)
    except GlitchAuditError as error:
        if ordinary and run is None:
            # Nothing went wrong: it only takes a step before.
            st.info(escaped(error))
        else:
            st.error(escaped(error), icon=icons.WENT_WRONG)
        if not runs:
            st.page_link(_TRAINING_PAGE, label="Train one of your own", icon=icons.OPEN_TRAINING)
        end_page()
    classifier = as_sure_as_labels(classifier, _own_confidence(data) if classifier.fits_simulated else None)
    st.caption(f"{escaped(classifier.about)} {escaped(false_alarm_words(classifier))}", help=meaning("strangeness"))
    if words := confidence_words(classifier, dataset=data is not None):
        st.caption(escaped(words), help=meaning("calibrated"))
    with st.expander(f"The {len(classifier.labels)} labels it tells apart"):
        st.markdown(", ".join(escaped(label) for label in classifier.labels))
    return classifier, run


def neighbours_of(run: Run | None, data: NamingShown | None) -> NeighbourSource | None:
    """The labelled samples to look among; None where there are none that can be compared."""
    try:
        if run is not None:
            return _in_run(str(run.folder), _stamp(run), run)
    except GlitchAuditError:
        return None
    if data is None:
        return None
    return _in_embedding(data.sample.samples.fingerprint, data)


def why_no_neighbours(run_name: str, *, mapped: bool) -> str:
    """Why no labelled samples are shown beside an answer; ``mapped`` says whether the open data set has a map."""
    if run_name != OFFLINE_DEFAULT:
        return "This training kept no features of its samples, so the nearest labelled ones cannot be shown."
    if not mapped:
        return "The open data set has no map yet, so the nearest labelled samples cannot be shown: prepare it first."
    return (
        f"The open data set was not embedded by {OFFLINE_DEFAULT}, so the nearest labelled samples cannot be shown: "
        "choose that backbone on the page “Data and settings”."
    )


def _title(run: Run | None, *, ordinary: bool) -> str:
    if run is None and ordinary:
        return "the nearest samples of this data set"
    if run is None:
        return f"{OFFLINE_DEFAULT} (comes with the project)"
    parts = [run.name, run.started[:10], "came with the project" if run.shipped else "", run.state]
    return " · ".join(part for part in parts if part and part != "done")


def _own_confidence(data: NamingShown | None) -> OwnConfidence | None:
    try:
        return None if data is None else _of_labels(data.sample.samples.fingerprint, data.embedding, data)
    except GlitchAuditError:
        return None


def _stamp(run: Run | None) -> tuple[int, ...]:
    """Changes when the classifier's files do."""
    if run is None:
        from core.classify.naming.shipped import SHIPPED_FILE

        return tuple(_changed(path) for path in (weights_path(backbone_named(OFFLINE_DEFAULT)), SHIPPED_FILE))
    return tuple(_changed(run.folder / name) for name in (WEIGHTS_FILE, PREDICTIONS_FILE, "evaluation"))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=3, show_spinner="Loading the classifier")
def _loaded(folder: str, stamp: tuple[int, ...], _run: Run | None) -> Classifier:
    return load_classifier(_run)


@st.cache_resource(max_entries=2, show_spinner="Loading the classifier")
def _of_samples(fingerprint: str, _data: NamingShown) -> Classifier:
    return _data.classifier()


@st.cache_resource(max_entries=2, show_spinner="Reading what it learned from")
def _in_run(folder: str, stamp: tuple[int, ...], _run: Run) -> NeighbourSource:
    return neighbours_in_run(_run)


@st.cache_resource(max_entries=2, show_spinner=False)
def _in_embedding(fingerprint: str, _data: NamingShown) -> NeighbourSource | None:
    return _data.neighbours()


@st.cache_resource(max_entries=2, show_spinner="Comparing its confidence with the labels")
def _of_labels(fingerprint: str, embedding: str, _data: NamingShown) -> OwnConfidence | None:
    return _data.confidence()

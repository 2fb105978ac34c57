"""Which reading of the labels a training run learns: the choice on the form, and what it says about it."""

from __future__ import annotations

import streamlit as st

from core.classify.training.labels import TrainingLabels
from core.dataset import Dataset
from core.glossary import meaning
from core.pipeline.labels_to_train import labels_to_train
from core.pipeline.reading import BROUGHT
from pages.parts.desk.labels_now import read_now
from pages.parts.desk.reading import shown_reading, what_was_said
from pages.parts.desk.reading_choice import names_of, readings_offered
from pages.parts.desk.state import forget_widgets, widget_value
from pages.parts.desk.who import AtDesk

_KEY = "training_labels"


def labels_choice(here: AtDesk) -> str:
    """Ask which reading of the labels is learnt, where there is more than one; returns its name."""
    said = what_was_said(here)
    offered, shown = readings_offered(said), shown_reading(here)
    if len(offered) == 1:
        return BROUGHT
    first = shown.reading if shown is not None and shown.reading in offered else BROUGHT
    if widget_value(_KEY, first) not in offered:
        forget_widgets(_KEY)
    return st.selectbox(
        "Labels to learn",
        offered,
        index=offered.index(first),
        format_func=names_of(said).get,
        key=_KEY,
        persist_state="session",
        help=meaning("reading"),
    )


def labels_of_reading(here: AtDesk, dataset: Dataset, reading: str) -> TrainingLabels | None:
    """The labels of the data set as they read now; None where they are those that were brought."""
    return labels_to_train(dataset, None if reading == BROUGHT else read_now(here, reading))


def labels_text(dataset: Dataset, labels: TrainingLabels | None) -> str:
    """How far these labels are from those that were brought, in words."""
    if labels is None:
        return "No label differs from the one that was brought, so it learns the labels as brought."
    count = labels.about(dataset)["relabelled"]
    differ = "1 label differs from the one that was" if count == 1 else f"{count:,} labels differ from those that were"
    return f"{differ} brought; it is judged by the same reading. What is decided while it learns changes nothing."

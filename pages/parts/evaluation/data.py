"""How a run stands to the data set that is open: whether it was trained with it as it is now."""

from __future__ import annotations

import streamlit as st

from core.classify.evaluation.comparison import describe
from core.classify.evaluation.evaluate import Evaluation, sample_table
from core.classify.evaluation.views import Presence, presence
from core.classify.training.labels import labels_learnt
from core.classify.training.runs import Run
from core.dataset import Dataset
from pages.parts.desk.evaluations import evaluation_stamp
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped


def say_data(run: Run, evaluation: Evaluation, dataset: Dataset | None) -> None:
    """One line on what the run was trained with and, where the data set has changed since, what is gone."""
    trained = (run.counts or {}).get("samples", {}).get("train", 0)
    st.caption(
        f"{escaped(describe(run.params))}; trained with {trained:,} samples, "
        f"{'split as the data set says' if run.splits_honoured else f'split by {escaped(run.params.split_by)}'}; "
        f"run {code_span(run.fingerprint)}."
    )
    if sentence := labels_learnt(run):
        st.caption(f"{icons.TAKE_LABEL} {escaped(sentence)} The figures below are by these labels, too.")
    if dataset is None or run.dataset_fingerprint == dataset.fingerprint:
        return
    there = _presence(dataset.fingerprint, str(run.folder), evaluation_stamp(run), dataset, evaluation)
    st.warning(
        "The data set has changed since this classifier was trained: of the "
        f"{evaluation.samples:,} samples it was tested with, {there.gone:,} are gone and {there.relabelled:,} carry "
        "another label. The figures are those of the data set as it was.",
        icon=icons.HISTORY,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _presence(data: str, folder: str, stamp: tuple[int, ...], _dataset: Dataset, _evaluation: Evaluation) -> Presence:
    labels = sample_table(_evaluation)["label"]
    ids = _dataset.samples.index.to_series()
    return presence(tuple(labels.index), _dataset.samples, glitches=ids, labels=labels)

"""How the training form shares samples out to its parts: at random, or in time with a gap."""

from __future__ import annotations

import streamlit as st

from core.classify.params import TrainParams
from core.classify.training.splits_in_time import has_times
from core.dataset import Dataset
from pages.parts.training import words

_DEFAULTS = TrainParams()
_KEPT = {"persist_state": "session"}


def split_choice(dataset: Dataset) -> dict:
    """Ask how samples are shared out to the parts, only where they have times; returns TrainParams' fields."""
    if not has_times(dataset):
        return {"split_by": "glitch"}
    left, right = st.columns([3, 1])
    chosen = left.segmented_control(
        "The parts are dealt out",
        list(words.SPLITS_BY),
        default="glitch",
        required=True,
        format_func=words.SPLITS_BY.get,
        key="training_split_by",
        **_KEPT,
        help="In time it is harder, and nearer to what awaits a classifier, as what is pictured changes. Parts that "
        "the data set brings are then not used.",
    )
    if chosen != "time":
        return {"split_by": "glitch"}
    days = right.number_input(
        "Gap, days",
        0.0,
        365.0,
        _DEFAULTS.gap_days,
        1.0,
        key="training_gap",
        **_KEPT,
        help="Between the parts: samples in it are neither learnt nor judged by. At most a tenth of the time spanned.",
    )
    return {"split_by": "time", "gap_days": days}

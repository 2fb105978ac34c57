"""What a training learns from and is judged by: the part of the form that deals the samples out."""

from __future__ import annotations

import streamlit as st

from core.classify.params import TrainParams
from core.classify.training.splits_in_time import has_times
from core.dataset import Dataset
from pages.parts.training import words

_DEFAULTS = TrainParams()
_KEPT = {"persist_state": "session"}


def parts_of_split(dataset: Dataset) -> dict:
    """Ask how the samples are dealt to the parts, and return the parameters; with the seed and the device."""
    split = _split_in_time(dataset)
    one, two, three, four = st.columns(4)
    own = "split" in dataset.samples and dataset.samples["split"].isin(["train", "validation", "test"]).any()
    unused = own and split["split_by"] == "glitch"
    note = "Not used where the data set brings parts of its own." if unused else "Of the glitches."
    return {
        **split,
        "validation_share": one.number_input(
            "Share to validate on",
            0.05,
            0.4,
            _DEFAULTS.validation_share,
            0.05,
            key="training_validation",
            **_KEPT,
            help=note,
        ),
        "test_share": two.number_input(
            "Share to test on", 0.0, 0.4, _DEFAULTS.test_share, 0.05, key="training_test", **_KEPT, help=note
        ),
        "seed": int(three.number_input("Seed", 0, 2**31 - 1, _DEFAULTS.seed, key="training_seed", **_KEPT)),
        "device": four.selectbox(
            "Device",
            ("auto", "cpu", "cuda", "mps"),
            key="training_device",
            **_KEPT,
            help="“auto” takes a graphics card where there is one.",
        ),
    }


def _split_in_time(dataset: Dataset) -> dict:
    """How the glitches are shared out: asked only where they have times."""
    if not has_times(dataset):
        return {"split_by": "glitch"}
    left, right = st.columns([3, 1])
    chosen = left.segmented_control(
        "The parts are dealt out",
        list(words.SPLITS_BY),
        default="glitch",
        required=True,
        format_func=lambda name: words.SPLITS_BY[name],
        key="training_split_by",
        **_KEPT,
        help="In time it is harder, and nearer to what awaits a classifier: the detectors change. Parts that the data "
        "set brings are then not used.",
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
        help="Between the parts: glitches in it are neither learnt nor judged by. At most a tenth of the time spanned.",
    )
    return {"split_by": "time", "gap_days": days}

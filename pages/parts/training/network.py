"""Which network a training trains, what it starts from, what of it learns, and whether it sees colours."""

from __future__ import annotations

import streamlit as st

from core.classify.params import TrainParams
from core.dataset import Dataset
from core.dataset.wording import wording
from pages.parts.training import words

_DEFAULTS = TrainParams()
_KEPT = {"persist_state": "session"}


def network_choice(dataset: Dataset) -> dict:
    """Ask for architecture, start weights, what learns, and of ordinary pictures whether it sees their colours."""
    named = wording(dataset.kind.kind)
    ordinary = dataset.kind.in_colour
    left, middle, right = st.columns(3)
    architecture = left.selectbox(
        "Architecture",
        list(words.ARCHITECTURES),
        index=list(words.ARCHITECTURES).index(_DEFAULTS.architecture),
        format_func=words.NAMES.__getitem__,
        key="training_architecture",
        **_KEPT,
        help="\n".join(f"- {line}" for line in words.ARCHITECTURES.values()),
    )
    weights = middle.selectbox(
        "It starts from",
        words.weights_of(architecture, ordinary=ordinary),
        format_func=words.WEIGHTS.__getitem__,
        # Another architecture, or kind of pictures, has other weights: another key, so that its own usual ones are
        # chosen at first.
        key=f"training_coloured_weights_{architecture}" if ordinary else f"training_weights_{architecture}",
        **_KEPT,
        help="What the network knows before it sees this data set.",
    )
    tunable = ("whole",) if weights == "scratch" else ("last stages", "frozen", "whole")
    tune = right.selectbox(
        "What learns",
        tunable,
        format_func=words.TUNES.__getitem__,
        key=f"training_tune_{weights == 'scratch'}",
        **_KEPT,
        help="A network with random weights has to learn everything.",
    )
    about = named.own_weights if weights == "glitch" else words.ABOUT_WEIGHTS[weights]
    st.caption(f"{words.ARCHITECTURES[architecture]}. {about}.")
    colours = _colours(weights) if ordinary else "auto"
    return {"architecture": architecture, "weights": weights, "tune": tune, "colours": colours}


def _colours(weights: str) -> str:
    """Whether the network sees the colours of ordinary pictures."""
    if weights == "glitch":
        st.caption(
            "The project's backbone sees ordinary pictures in gray, by their luminance; from scratch or with ImageNet "
            "weights a network sees their colours."
        )
        return "auto"
    seen = st.toggle(
        "It sees colours",
        value=True,
        key="training_colours",
        **_KEPT,
        help="Off: the luminance alone, where colours say nothing of a label. Either way pictures are stretched to the "
        "size below.",
    )
    return "auto" if seen else "gray"

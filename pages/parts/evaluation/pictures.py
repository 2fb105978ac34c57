"""Three held-out pictures drawn at random: what they are called, what the classifier says, and how sure it is."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.views import random_rows, top_three
from core.dataset import Dataset, Taxonomy
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import TILE_HEIGHT, TILE_WIDTH, tile_pictures
from core.statistics.percent import chance_percent
from pages.parts.desk.state import change_panel, panel
from pages.parts.widgets.text import code_span, escaped, view_name, view_title

_SCALE = 3
_JPEG_QUALITY = 90


@dataclass(frozen=True)
class PicturesState:
    """How often three others were asked for."""

    turn: int = 0


@st.fragment
def three_pictures(evaluation: Evaluation, dataset: Dataset, colours: Taxonomy) -> None:
    """Draw them, with a button for three others."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader("Three held-out samples at random")
        view = _view(evaluation, dataset)
        st.button("Three others", on_click=_others, icon=":material/casino:", key="evaluation_others")
    rows = random_rows(evaluation.predicted, among=dataset.samples.index, seed=panel(PicturesState).turn)
    if rows.empty:
        st.caption("None of the samples that were held out is in the data set any more.")
        return
    for column, (_, row) in zip(st.columns(3), rows.iterrows(), strict=False):
        with column.container(border=True):
            _one(row, dataset, colours, view=row["view"] or view)


def _others() -> None:
    change_panel(PicturesState, turn=panel(PicturesState).turn + 1)


def _view(evaluation: Evaluation, dataset: Dataset) -> str:
    views = dataset.views
    first = "1.0" if "1.0" in views else views[0]
    if evaluation.unit == "picture" or len(views) == 1:
        return first
    return st.segmented_control(
        "View",
        views,
        default=first,
        required=True,
        format_func=view_name,
        key="evaluation_view",
        label_visibility="collapsed",
    )


def _one(row: pd.Series, dataset: Dataset, colours: Taxonomy, *, view: str) -> None:
    sample_id = str(row["sample_id"])
    pictures = tile_pictures(dataset, [sample_id], view=view, height=_SCALE * TILE_HEIGHT, width=_SCALE * TILE_WIDTH)
    if sample_id in pictures:
        st.image(
            encode_jpeg(pictures[sample_id], quality=_JPEG_QUALITY),
            width="stretch",
            alt=f"{view_title(view)} of {sample_id}",
        )
    else:
        st.caption(f"There is no readable picture of {view_name(view)}.")
    right = bool(row["right"])
    colour, word, icon = ("green", "right", "check_circle") if right else ("red", "wrong", "cancel")
    st.markdown(f"Label: **{escaped(row['label'])}**")
    st.markdown(f":{colour}[:material/{icon}: Named **{escaped(row['predicted'])}**: {word}]")
    st.html("".join(_bar(label, share, colours) for label, share in top_three(row)))
    st.caption(f"{code_span(sample_id)} · {view_name(view)}" if row["view"] else code_span(sample_id))


def _bar(label: str, share: float, colours: Taxonomy) -> str:
    return (
        '<div style="margin:2px 0 6px;font-size:var(--text-small)">'
        '<div style="display:flex;justify-content:space-between;gap:var(--gap-small)">'
        f'<span style="overflow-wrap:anywhere">{html.escape(label)}</span>'
        f'<span style="white-space:nowrap">{chance_percent(share)}</span></div>'
        '<div style="height:8px;border-radius:var(--corner-small);background:rgba(128,128,128,0.25)">'
        f'<div style="height:8px;border-radius:var(--corner-small);width:{100 * share:.1f}%;'
        f'background:{colours[label].colour}">'
        "</div></div></div>"
    )

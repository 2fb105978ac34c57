"""The confusion matrix; a cell that is clicked, or chosen by its two names, opens its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.classify.evaluation.evaluate import Evaluation, cell_samples
from core.classify.evaluation.views import confused_pairs
from core.classify.training.runs import Run
from core.dataset import Dataset, Taxonomy
from pages.parts.desk.kept_choices import KEPT, asked_at_first, keep_texts
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import change_panel, panel, set_widget, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.evaluation.cell import cell_sheet, nothing_taken_out
from pages.parts.evaluation.figures import matrix_figure, matrix_height, matrix_width, place_of
from pages.parts.widgets.plotly_view import show_figure
from pages.parts.widgets.text import escaped

TRUE_KEY, NAMED_KEY = "evaluation_true", "evaluation_named"
_PAIRS_NAMED = 5
_BOX = "evaluation_matrix_box"


@dataclass(frozen=True)
class MatrixState:
    """What the session remembers of the matrix.

    Attributes:
        run: fingerprint of the run that it is of.
        points: what it answered last.
        turn: how often a cell was chosen by its names: another key makes the matrix forget its last answer.
    """

    run: str = ""
    points: tuple[dict[str, Any], ...] = ()
    turn: int = 0


@st.fragment
def matrix_panel(
    here: AtDesk,
    run: Run,
    evaluation: Evaluation,
    shown: SheetShown | None,
    dataset: Dataset | None,
    colours: Taxonomy,
) -> None:
    """Draw the matrix, the two names, and the samples of the chosen cell; reruns without the rest of the page."""
    confusion = evaluation.confusion
    labels, width = [str(label) for label in confusion.index], matrix_width(confusion)
    _recall_cell(labels)
    _forget_other_runs(run, labels)
    st.markdown(_most_confused(evaluation))
    st.caption(
        "Each row is what samples are called, each column what the classifier names them; the numbers count samples. "
        "Blue is named as it is called, orange otherwise, the stronger the larger its share of the row. Click a cell "
        "to see exactly its samples, or choose its two names below."
    )
    # On a phone the matrix keeps its width, and its box scrolls.
    st.html(f"<style>.st-key-{_BOX} {{overflow-x: auto}} .st-key-{_BOX} iframe {{min-width: {width}px}}</style>")
    with st.container(key=_BOX):
        clicked = _click(evaluation, run)
    if clicked is not None:
        set_widget(TRUE_KEY, clicked[0])
        set_widget(NAMED_KEY, clicked[1])
        nothing_taken_out()
        # The frame around the cell is drawn with the matrix, which was there before the answer.
        st.rerun(scope="fragment")
    left, right = st.columns(2)
    left.selectbox(
        "Label", labels, index=None, key=TRUE_KEY, on_change=_chosen_by_name, placeholder="what it is called", **KEPT
    )
    right.selectbox(
        "Named by the classifier",
        labels,
        index=None,
        key=NAMED_KEY,
        on_change=_chosen_by_name,
        placeholder="any label",
        **KEPT,
    )
    keep_texts({key: widget_value(key) or "" for key in (TRUE_KEY, NAMED_KEY)}, key="keeping_cell")
    cell = _cell()
    if cell is None:
        st.info("Click a cell of the matrix: its pictures appear here.", icon=":material/touch_app:")
        return
    ids = cell_samples(evaluation, *cell)
    _heading(cell, len(ids), total=int(confusion.loc[cell[0]].sum()))
    if ids:
        cell_sheet(here, run, evaluation, ids, cell, shown, dataset, colours)


def clicked_cell(points: list[dict[str, Any]], labels: list[str]) -> tuple[str, str] | None:
    """The cell (true label, given name) at the clicked place: by its names, never by its number. None for no cell."""
    places = [place_of(label) for label in labels]
    for point in points:
        true, named = point.get("y"), point.get("x")
        if true in places and named in places:
            return labels[places.index(true)], labels[places.index(named)]
    return None


def _click(evaluation: Evaluation, run: Run) -> tuple[str, str] | None:
    """The cell that was clicked since the last run."""
    turn = panel(MatrixState).turn
    figure = matrix_figure(evaluation.confusion, chosen=_cell(), dark=st.context.theme.type == "dark")
    message = show_figure(
        figure,
        key=f"evaluation_matrix_{run.fingerprint}_{turn}",
        height=matrix_height(evaluation.confusion),
        select=False,
    )
    # The component repeats its last answer in every run; only a new one is a click.
    if message == list(panel(MatrixState).points):
        return None
    change_panel(MatrixState, points=tuple(message))
    return clicked_cell(message, [str(label) for label in evaluation.confusion.index])


def _cell() -> tuple[str, str] | None:
    true, named = widget_value(TRUE_KEY), widget_value(NAMED_KEY)
    return (true, named) if true and named else None


def _recall_cell(labels: list[str]) -> None:
    """Begin with the cell that the address names: a reload and a link show its samples."""
    for key, name in asked_at_first(TRUE_KEY, NAMED_KEY).items():
        if widget_value(key) is None and name in labels:
            set_widget(key, name)


def _chosen_by_name() -> None:
    # A new key makes the component forget its last answer, so that the cell clicked before can be clicked again.
    change_panel(MatrixState, turn=panel(MatrixState).turn + 1, points=())
    nothing_taken_out()


def _forget_other_runs(run: Run, labels: list[str]) -> None:
    if panel(MatrixState).run != run.fingerprint:
        change_panel(MatrixState, run=run.fingerprint, points=())
        nothing_taken_out()
    for key in (TRUE_KEY, NAMED_KEY):
        if widget_value(key) not in (None, *labels):
            set_widget(key, None)


def _most_confused(evaluation: Evaluation) -> str:
    pairs = confused_pairs(evaluation.confusion)
    if pairs.empty:
        return "Nothing is confused: every held-out sample is named as it is called."
    named = ", ".join(
        f"{escaped(pair.label)} named {escaped(pair.predicted)} ({pair.n:,}, {pair.share:.0%} of its samples)"
        for pair in pairs.head(_PAIRS_NAMED).itertuples()
    )
    return f"**Confused most often:** {named}."


def _heading(cell: tuple[str, str], count: int, *, total: int) -> None:
    true, named = cell
    what = "samples" if count != 1 else "sample"
    st.subheader(f"{count:,} {what}: {escaped(true)} named {escaped(named)}")
    if total:
        st.caption(f"Of {total:,} held-out samples that are called {escaped(true)}.")
    else:
        st.caption(f"No held-out sample is called {escaped(true)}.")

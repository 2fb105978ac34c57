"""Label by label: how well each is told apart, and how precision pays for recall."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.views import GOOD_F1, counts_pictures, f1_bars, f1_sentence, worst_labels
from core.classify.training.runs import Run
from core.dataset import Taxonomy
from pages.parts.evaluation.figures import f1_figure, precision_recall_figure
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import interval_text

_NUMBER = st.column_config.NumberColumn
_SHARE = _NUMBER(format="%.2f")


@st.fragment
def labels_panel(run: Run, evaluation: Evaluation, colours: Taxonomy) -> None:
    """Draw the bars, the curves of chosen labels, and the table."""
    dark = st.context.theme.type == "dark"
    bars = f1_bars(evaluation.by_label)
    st.subheader("F1 of each label, best first")
    if counts_pictures(evaluation):
        st.caption("Here every picture counts by itself.")
    st.markdown(f1_sentence(bars))
    show_chart(
        f1_figure(bars, colours, dark=dark),
        key="evaluation_f1",
        alt="F1 of each label with its interval; the same figures stand in the table below",
    )
    st.caption(
        f"F1 is the harmonic mean of precision and recall. Whiskers are 95 % intervals; the line is at {GOOD_F1}."
    )
    st.subheader("Precision against recall")
    there = [label for label in evaluation.by_label.index if evaluation.by_label.at[label, "n"] > 0]
    worst = worst_labels(evaluation.by_label)
    chosen = st.multiselect(
        "Labels", there, default=worst, key=f"evaluation_curves_{run.fingerprint}", help="At first those of lowest F1."
    )
    points = evaluation.precision_recall
    points = points[points["label"].isin(chosen)]
    if points.empty:
        st.caption("Choose a label to see its curve.")
    else:
        show_chart(
            precision_recall_figure(points, colours, dark=dark),
            key="evaluation_precision_recall",
            alt="Precision against recall for the chosen labels",
        )
        st.caption(
            "Each curve runs through all thresholds of the label's probability: whoever asks for less certainty finds "
            "more of the label's samples, and more that are none."
        )
    st.subheader("All labels")
    _table(evaluation.by_label)


def _table(by_label: pd.DataFrame) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "label": by_label.index,
                "held out": by_label["n"].to_numpy(),
                "F1": by_label["f1"].to_numpy(),
                "95 % interval": interval_text(by_label["f1_low"], by_label["f1_high"]),
                "precision": by_label["precision"].to_numpy(),
                "recall": by_label["recall"].to_numpy(),
                "area under the curve": by_label["auc"].to_numpy(),
                "average precision": by_label["average_precision"].to_numpy(),
            }
        ),
        hide_index=True,
        height="content",
        key="evaluation_labels",
        column_config={
            "label": st.column_config.TextColumn(pinned=True, width="medium"),
            "held out": _NUMBER(format="localized", help="how many the figures rest on"),
            "F1": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f"),
            "precision": _NUMBER(format="%.2f", help="of what is named so, the share that is"),
            "recall": _NUMBER(format="%.2f", help="of what is so, the share that is named so"),
            "area under the curve": _NUMBER(format="%.3f", help="this label against all others; 0.5 is guessing"),
            "average precision": _SHARE,
        },
    )
    if by_label[["f1", "precision", "recall"]].isna().any(axis=None):
        st.caption("“None”: no held-out sample carries the label, or none is named so.")

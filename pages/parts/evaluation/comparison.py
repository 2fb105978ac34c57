"""All evaluated runs side by side, in the form of the published table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.classify.evaluation.comparison import TABLE_MEASURES, comparison_table, paired_difference
from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.views import standing
from core.classify.training.runs import Run
from core.errors import GlitchAuditError
from core.workspace import Workspace
from pages.parts.desk.evaluations import evaluated_runs, run_title
from pages.parts.desk.state import forget_widgets, widget_value
from pages.parts.desk.words import words_of
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_PUBLISHED = (
    " The published rows come from pictures that were split one by one, so that views of one glitch stood on both "
    "sides: **they are not comparable**."
)
_NUMBER = st.column_config.NumberColumn
_PAIR = ("evaluation_pair_0", "evaluation_pair_1")
_TITLES = {measure: measure.replace("_", " ").replace("f1", "F1") for measure in TABLE_MEASURES} | {
    "auc_macro": "area under the curve"
}


def comparison_panel(workspace: Workspace) -> None:
    """Draw the table with its download, and how two runs differ on the same samples."""
    runs = evaluated_runs(workspace)
    words = words_of(workspace)
    table = comparison_table(runs, published=words.of_detectors)
    table = table.assign(split_by=table["split_by"].replace("glitch", words.one))
    st.markdown(
        f"Figures are in per cent with their 95 % interval by {words.one}. Only rows with the same letter under “test "
        "set” were asked the same." + (_PUBLISHED if words.of_detectors else "")
    )
    st.dataframe(
        table.assign(standing=standing(table)).reset_index(),
        hide_index=True,
        height="content",
        key="evaluation_comparison",
        column_order=(
            *("name", "standing", "accuracy", "precision_weighted", "precision_macro", "recall_macro"),
            *("f1_macro", "test_set", "about", "samples", "hours", "hardware", "parameters", "split_by", "remark"),
            *("precision_micro", "recall_weighted", "recall_micro", "f1_weighted", "auc_macro"),
        ),
        column_config={
            "name": st.column_config.TextColumn("run", pinned=True),
            "standing": st.column_config.TextColumn(width="medium"),
            "about": "what was trained",
            **_TITLES,
            "test_set": "test set",
            "samples": _NUMBER("tested", format="localized"),
            "hours": _NUMBER("hours of training", format="%.2f"),
            "parameters": _NUMBER(format="compact"),
            "split_by": "split by",
            "remark": st.column_config.TextColumn(width="large"),
        },
    )
    st.download_button(
        "Table as CSV",
        data=lambda: table.to_csv().encode(),
        file_name="classifiers.csv",
        mime="text/csv",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="evaluation_csv",
        help="With every figure as text and as numbers: value, low and high.",
    )
    if len(runs) > 1:
        _two_runs(runs)


def _two_runs(runs: list[tuple[Run, Evaluation]]) -> None:
    st.subheader("Two runs on the same samples")
    by_folder = {str(run.folder): (run, evaluation) for run, evaluation in runs}
    folders = list(by_folder)
    for place in range(len(_PAIR)):
        if widget_value(_PAIR[place], folders[0]) not in folders:
            forget_widgets(_PAIR[place])
    left, right = st.columns(2)
    chosen = [
        column.selectbox(
            title,
            folders,
            index=place,
            key=_PAIR[place],
            format_func=lambda folder: run_title(by_folder[folder][0]),
        )
        for place, (column, title) in enumerate(((left, "One training run"), (right, "Another training run")))
    ]
    if chosen[0] == chosen[1]:
        st.caption("Choose two different runs.")
        return
    (first, of_first), (second, of_second) = by_folder[chosen[0]], by_folder[chosen[1]]
    try:
        gap = paired_difference(of_first, of_second)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    if pd.isna(gap.low) or gap.low <= 0 <= gap.high:
        verdict = "So these samples cannot tell which is better."
    else:
        verdict = f"So **{escaped((first if gap.difference > 0 else second).name)}** is better."
    for run in (first, second):
        if run.leak:
            st.warning(
                f"{escaped(run.name)} was split by picture: it may have seen other views of these samples in training, "
                "so the difference says little."
            )
    st.markdown(
        f"On the {gap.samples:,} samples that both were tested with, {escaped(first.name)} names "
        f"{gap.first:.1%} rightly "
        f"and {escaped(second.name)} {gap.second:.1%}: a difference of {100 * gap.difference:+.1f} points "
        "(95 % interval "
        f"{100 * gap.low:+.1f} to {100 * gap.high:+.1f}). {verdict}"
    )

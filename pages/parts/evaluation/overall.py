"""What the classifier is worth as a whole, in words and in figures with their intervals."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.classify.evaluation.card import model_card
from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.rare import RareLabels, rare_labels, rare_sentence
from core.classify.evaluation.views import accuracy_sentence, counts_pictures, overall_table
from core.classify.training.runs import Run
from core.dataset import Dataset
from core.workspace import DEMO_SOURCE
from pages.parts.desk.evaluations import evaluation_stamp
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_HEADLINES = ("accuracy", "f1_macro", "recall_macro", "expected_calibration_error_calibrated")


def overall_panel(run: Run, evaluation: Evaluation, dataset: Dataset | None) -> None:
    """Draw the sentence, four headline figures, the rare labels' figure, and all of them folded up; offer the card."""
    st.markdown(f"**{escaped(accuracy_sentence(evaluation))}**")
    for remark in evaluation.remarks:
        st.info(escaped(remark), icon=icons.NOTE)
    by_sample = counts_pictures(evaluation)
    table = overall_table(evaluation.overall, by_sample=by_sample)
    headlines = table.loc[[name for name in _HEADLINES if name in table.index]]
    for column, (_, row) in zip(st.columns(len(headlines)), headlines.iterrows(), strict=True):
        column.metric(
            escaped(row["title"]),
            _number(row["value"]),
            delta=_between(row) or None,
            delta_color="off",
            delta_arrow="off",
            help=escaped(row["meaning"]),
        )
    rare = _rare(str(run.folder), evaluation_stamp(run), run, evaluation)
    st.caption(escaped(rare_sentence(rare, labels=len(run.labels))))
    with st.expander("All measures, with their 95 % intervals", icon=":material/table:"):
        _table(table, key="evaluation_overall")
        if by_sample:
            st.caption("The same, with every picture counted by itself:")
            _table(overall_table(evaluation.overall), key="evaluation_overall_pictures")
        st.caption(
            "The intervals come from drawing the samples of the split anew, with all their pictures: so far other "
            "samples of the same kind might move the figure. Weighted counts every sample alike, macro every label."
        )
    same = dataset is not None and dataset.fingerprint == run.dataset_fingerprint
    about = {"data": dataset.name, "simulated": dataset.source == DEMO_SOURCE} if same else {}
    st.download_button(
        "Model card",
        data=lambda: model_card(run, evaluation, **about).encode(),
        file_name=f"{run.name}.md",
        mime="text/markdown",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="evaluation_card",
        help="What this classifier is for, what it learnt from, how good it is and where it ends, as Markdown: to go "
        "with it wherever it goes.",
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _rare(folder: str, stamp: tuple[int, ...], _run: Run, _evaluation: Evaluation) -> RareLabels:
    return rare_labels(_run, _evaluation)


def _table(table: pd.DataFrame, *, key: str) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "measure": table["title"].to_numpy(),
                "value": [_number(value) for value in table["value"]],
                "95 % interval": [_between(row) for _, row in table.iterrows()],
                "in words": table["meaning"].to_numpy(),
            }
        ),
        hide_index=True,
        height="content",
        key=key,
        column_config={"in words": st.column_config.TextColumn(width="large")},
    )


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _between(row: pd.Series) -> str:
    return "" if math.isnan(row["low"]) else f"{row['low']:.3f} to {row['high']:.3f}"

"""What the classifier is worth as a whole, in words and in figures with their intervals."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.views import accuracy_sentence, counts_pictures, overall_table
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_HEADLINES = ("accuracy", "f1_macro", "recall_macro", "expected_calibration_error_calibrated")


def overall_panel(evaluation: Evaluation) -> None:
    """Draw the sentence, four headline figures, and all of them folded up."""
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
    with st.expander("All measures, with their 95 % intervals", icon=":material/table:"):
        _table(table, key="evaluation_overall")
        if by_sample:
            st.caption("The same, with every picture counted by itself:")
            _table(overall_table(evaluation.overall), key="evaluation_overall_pictures")
        st.caption(
            "The intervals come from drawing the samples of the split anew, with all their pictures: so far other "
            "samples of the same kind might move the figure. Weighted counts every sample alike, macro every label."
        )


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

"""What confuses the model most: held-out samples that it names otherwise, for the queue of suspects."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.classify.evaluation.confusing import confusing_samples
from core.classify.evaluation.evaluate import Evaluation
from core.classify.training.runs import Run
from pages.parts.desk.page_files import PAGES
from pages.parts.suspects.source import queue_address
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped

LISTED = 200
_SUSPECTS_PAGE = PAGES / "suspects.py"
_PERCENT = st.column_config.NumberColumn(format="%.0f %%")


def confusing_panel(run: Run, evaluation: Evaluation) -> None:
    """Draw the list and the button that opens the queue with it."""
    found = confusing_samples(run, evaluation)
    if found.empty:
        st.success("Nothing: every held-out sample is named as it is called.")
        return
    flagged = int(found["flagged"].sum())
    st.markdown(
        f"**{len(found):,}** samples of the validation and test split are named otherwise than they are called, "
        f"**{flagged:,}** of them firmly enough to be suspects. Either the classifier is wrong, or the label is."
    )
    if flagged:
        st.page_link(
            _SUSPECTS_PAGE,
            label="**Judge them in the queue of suspects**",
            icon=icons.OPEN_SUSPECTS,
            query_params=queue_address(run),
        )
    st.caption(
        f"There they are judged, and taken back, as always; what is judged keeps the run that found it: "
        f"{escaped(run.name)}, fingerprint {code_span(run.fingerprint)}."
    )
    shown = found.head(LISTED)
    st.dataframe(
        pd.DataFrame(
            {
                "sample": shown.index,
                "label": shown["label"].to_numpy(),
                "named": shown["suggested"].to_numpy(),
                "probability of the label": _per_cent(shown["label_probability"]),
                "of the other": _per_cent(shown["suggested_probability"]),
                "suspect": shown["flagged"].to_numpy(),
            }
        ),
        hide_index=True,
        key="evaluation_confusing",
        column_config={"probability of the label": _PERCENT, "of the other": _PERCENT},
    )
    if len(found) > len(shown):
        st.caption(f"The first {len(shown)} of {len(found):,}, most suspect first.")


def _per_cent(shares: pd.Series) -> pd.Series:
    # No chance is certain, so none is rounded to 0 or 100 %.
    return 100 * shares.astype(float).clip(0.01, 0.99).reset_index(drop=True)

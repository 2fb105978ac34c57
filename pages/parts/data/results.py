"""What the present settings gave: how many samples, pictures read as what, and what was left out with its reason."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evidence.figures.model import count_of
from pages.parts.desk.shown import ResultsShown
from pages.parts.widgets.text import escaped


def results_panel(shown: ResultsShown) -> None:
    """Draw the summary of a workspace's results."""
    read = ", ".join(f"{count:,} {escaped(form)}" for form, count in shown.forms.items())
    left_out = f"{len(shown.problems):,} pictures or samples were" if shown.problems else "nothing was"
    st.markdown(
        f"The map holds {count_of(shown.samples, 'sample')}"
        + (f"; pictures read: {read}" if read else "")
        + f"; {left_out} left out. Made with "
        + "; ".join(escaped(f"{name}: {value}") for name, value in shown.choices.items())
        + "."
    )
    if shown.problems:
        with st.expander(f"What was left out, and why ({len(shown.problems):,})"):
            st.dataframe(pd.DataFrame(shown.problems), hide_index=True, width="stretch")

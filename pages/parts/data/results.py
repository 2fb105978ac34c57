"""What the present settings gave: how many samples, pictures read as what, and what was left out with its reason."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evidence.figures.model import count_of
from core.pipeline.settings import describe_settings
from core.pipeline.stages import Prepared
from pages.parts.widgets.text import inert


def results_panel(prepared: Prepared) -> None:
    """Draw the summary of a workspace's results."""
    read = ", ".join(f"{count:,} {inert(form)}" for form, count in prepared.embedding.forms.items())
    choices = describe_settings(prepared.settings, prepared.cluster_params, prepared.dataset.brought)
    left_out = f"{len(prepared.problems):,} pictures or samples were" if prepared.problems else "nothing was"
    st.markdown(
        f"The map holds {count_of(len(prepared.samples), 'sample')}"
        + (f"; pictures read: {read}" if read else "")
        + f"; {left_out} left out. Made with "
        + "; ".join(inert(f"{name}: {value}") for name, value in choices.items())
        + "."
    )
    if prepared.problems:
        with st.expander(f"What was left out, and why ({len(prepared.problems):,})"):
            st.dataframe(pd.DataFrame(prepared.problems), hide_index=True, width="stretch")

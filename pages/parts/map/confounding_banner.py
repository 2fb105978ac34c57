"""A warning above map and clusters where the clusters sort something else than shapes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.widgets.text import escaped


def confounding_banner(table: pd.DataFrame) -> None:
    """One warning a factor (view, missing views, detector, ...) that the clusters mostly sort; nothing otherwise."""
    for sentence in table.loc[table["dominates"].astype(bool), "sentence"]:
        st.warning(escaped(sentence), icon=":material/layers:")

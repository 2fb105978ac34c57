"""Samples by the id under which the ledger knows them: the glitch's, even where every picture counts as a sample."""

from __future__ import annotations

import streamlit as st

from core.dataset.pictures_as_samples import glitch_of
from core.pipeline.stages import Prepared


def rows_of_glitches(prepared: Prepared) -> dict[str, int]:
    """The first row of each glitch, by its id."""
    return _rows(prepared.fingerprint, prepared)


@st.cache_resource(max_entries=2, show_spinner=False)
def _rows(fingerprint: str, _prepared: Prepared) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row, glitch in enumerate(glitch_of(_prepared.samples)):
        rows.setdefault(str(glitch), row)
    return rows

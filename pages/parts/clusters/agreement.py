"""How well the clusters and the labels agree as a whole, each figure with its interval."""

from __future__ import annotations

import math

import streamlit as st

from core.audit.advice import agreement_advice
from core.audit.agreement import Agreement
from core.statistics_words import terms_help
from pages.parts.desk.advice_card import HOW_SURE, advice_words
from pages.parts.widgets.text import escaped

_FIGURES = (
    ("homogeneity", "Homogeneity", "1: every cluster holds one label only. 0: knowing the cluster says nothing."),
    ("completeness", "Completeness", "1: every label lies in one cluster only."),
    ("v_measure", "V-measure", "The harmonic mean of homogeneity and completeness."),
    ("adjusted_mutual_information", "Adjusted mutual information", "Corrected for chance: 0 is guessing, 1 is equal."),
    ("adjusted_rand", "Adjusted Rand index", "Pairs of samples on which both agree, corrected for chance."),
    ("stability", "Stability", "Mean best Jaccard of the clusters when everything is done again on subsamples."),
    ("trustworthiness", "Trustworthiness", "1: whoever is near on the map, spread out, is near in the embedding."),
    ("continuity", "Continuity", "1: whoever is near in the embedding is near on the map, spread out."),
)
_IN_A_ROW = 4


def agreement_row(overall: Agreement) -> None:
    """Say how well they agree in words, with the figures folded up; noise is left out of the first five."""
    advice = agreement_advice(overall)
    advice_words(advice.words)
    if not advice.words.todo:
        st.caption("Nothing needs to be done.")
    with st.expander(HOW_SURE):
        st.markdown(escaped(advice.figures), help=terms_help(advice.figures) or None)
        _figures(overall)


def _figures(overall: Agreement) -> None:
    """The figures, four in a row."""
    for start in range(0, len(_FIGURES), _IN_A_ROW):
        columns = st.columns(_IN_A_ROW)
        for column, (name, title, meaning) in zip(columns, _FIGURES[start : start + _IN_A_ROW], strict=False):
            value = getattr(overall, name)
            low, high = getattr(overall, f"{name}_interval", None) or (math.nan, math.nan)
            column.metric(
                title,
                "–" if value is None or math.isnan(value) else f"{value:.2f}",
                delta=None if math.isnan(low) else f"{low:.2f} to {high:.2f}",
                delta_color="off",
                delta_arrow="off",
                help=meaning,
            )

"""What else the clusters sort: view, missing views, detector, run, split."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.audit.advice import confounding_advice
from core.dataset.wording import Wording
from pages.parts.desk.advice_card import advice_card
from pages.parts.desk.shown import MapShown
from pages.parts.map.looking import look_on_map
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import interval_text

_NUMBER = st.column_config.NumberColumn


def confounding_view(table: pd.DataFrame, shown: MapShown) -> None:
    """Say what else the clusters sort, a sentence each, with the audit's table folded up."""
    if table.empty:
        st.info(
            f"This data set has none of {shown.samples.words.recorded}: there is nothing else that the clusters could "
            "sort."
        )
        return
    for factor, row in table.iterrows():
        with st.container(border=True):
            advice = confounding_advice(str(factor), row)
            advice_card(
                advice, shown.samples, key=widget_key("advice_sorted", factor), look=partial(look_on_map, shown)
            )
    with st.expander("All figures"):
        _figures(table, shown.samples.words)


def _figures(table: pd.DataFrame, words: Wording) -> None:
    shown = pd.DataFrame(
        {
            "factor": table.index,
            "values": table["values"].to_numpy(),
            "shared bits": table["bits"].to_numpy(),
            "share of its entropy": 100 * table["share"].to_numpy(),
            "by chance": 100 * table["chance_share"].to_numpy(),
            "adjusted": table["adjusted"].to_numpy(),
            "p": table["p_value"].to_numpy(),
            "purity of clusters": 100 * table["purity"].to_numpy(),
            "interval": interval_text(table["purity_low"], table["purity_high"], percent=True),
            "commonest value": 100 * table["chance_purity"].to_numpy(),
        }
    )
    whole = f"{words.many} whole"
    if table["whole_share"].notna().any():
        shown[whole] = 100 * table["whole_share"].to_numpy()
    percent = _NUMBER(format="%.0f %%")
    st.dataframe(
        shown,
        hide_index=True,
        key="clusters_confounding",
        column_config={
            "values": _NUMBER(help="different values of this factor"),
            "shared bits": _NUMBER(format="%.3f", help="mutual information of the factor and the cluster"),
            "share of its entropy": percent,
            "by chance": _NUMBER(format="%.0f %%", help="the same when the factor is shuffled"),
            "adjusted": _NUMBER(format="%.3f", help="adjusted mutual information"),
            "p": _NUMBER(format="%.3f"),
            "purity of clusters": _NUMBER(format="%.0f %%", help="samples that have their cluster's commonest value"),
            "commonest value": _NUMBER(format="%.0f %%", help="share of the commonest value overall"),
            whole: _NUMBER(format="%.0f %%", help=f"{words.many} all of whose views lie in one cluster"),
        },
    )

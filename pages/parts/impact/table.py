"""The table of costs: a row a family, a column a figure with its interval, and what each of them is."""

from __future__ import annotations

import streamlit as st

from core.impact.columns.table import CostTable
from core.impact.ranking import Ranking
from core.pipeline.impact import costs_csv, why_no_columns
from core.pipeline.impact_figure import ranking_png
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.words import PLACES, place_text, said
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped


def table_panel(shown: ImpactShown, table: CostTable, ranking: Ranking | None, *, by: str = "") -> None:
    """Draw the table in the order of the ranking, the definitions, and what could not be counted."""
    names = list(ranking.names) if ranking is not None else []
    names += [name for name in table.families if name not in names]
    places = {one.family: place_text(one) for one in ranking.families} if ranking is not None else {}
    rows = [
        {
            "family": name,
            "place": places.get(name, ""),
            **{one.title: said(one.figures[name], one.unit) for one in table.columns},
        }
        for name in names
    ]
    st.dataframe(
        rows,
        hide_index=True,
        key="impact_table",
        column_config={
            "family": st.column_config.TextColumn(pinned=True),
            "place": st.column_config.TextColumn(width="small", help=PLACES),
            **{
                one.title: st.column_config.TextColumn(help=escaped(one.definition), width="medium")
                for one in table.columns
            },
        },
    )
    with st.container(horizontal=True):
        with st.popover("What each column is", icon=icons.HELP):
            st.markdown("\n".join(f"- **{escaped(one.title)}**: {escaped(one.definition)}" for one in table.columns))
        st.download_button(
            "As CSV",
            data=lambda: costs_csv(table),
            file_name="impact.csv",
            mime="text/csv",
            on_click="ignore",
            icon=icons.DOWNLOAD,
            key="impact_csv",
        )
        if ranking is not None:
            st.download_button(
                "Ranking as PNG",
                data=lambda: ranking_png(ranking, table, axis=by),
                file_name="impact.png",
                mime="image/png",
                on_click="ignore",
                icon=icons.DOWNLOAD,
                key="impact_png",
            )
    missing = why_no_columns(shown.case, detector=table.detector)
    if missing:
        lines = [f"- {escaped(title)}: {escaped(why)}" for title, why in missing.items()]
        st.caption("\n".join(["Not in the table:", "", *lines]))
    if outside := {name: count for name, count in table.outside.items() if count}:
        told = ", ".join(f"{count:,} of {escaped(name)}" for name, count in outside.items())
        st.caption(f"Outside of the livetime, and not counted: {told}.")

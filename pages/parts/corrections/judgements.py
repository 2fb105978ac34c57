"""What was decided about suspects: kept, unsure and skipped ones too, for a keep is evidence as well."""

from __future__ import annotations

import streamlit as st

from core.ledger import Ledger, judgements
from core.ledger.identity import KEYS
from pages.parts.widgets import icons

_COLUMNS = {
    "created_at": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm:ss"),
    "author": "author",
    "author_verified": "name verified",
    "sample_id": "sample",
    "label": "label then",
    "verdict": "judgement",
    "suggested_label": "suggested",
    "label_proposed": "proposed",
    "chance_wrong": st.column_config.NumberColumn("chance wrong", format="percent"),
}


def judgement_table(ledger: Ledger, *, hidden: frozenset[str]) -> None:
    """Draw the standing decisions but those on hidden samples, folded up, with a download; nothing where none is."""
    table = judgements(ledger)
    table = table[~table["sample_id"].isin(hidden)].drop(columns=list(KEYS))
    if table.empty:
        return
    with st.expander(f"Judgements of suspects ({len(table):,})", icon=icons.OPEN_SUSPECTS):
        st.dataframe(
            table,
            hide_index=True,
            key="corrections_judgements",
            column_order=(*_COLUMNS, "reason"),
            column_config=_COLUMNS,
        )
        st.download_button(
            "Download as Parquet",
            data=lambda: table.to_parquet(index=False),
            file_name="judgements-of-suspects.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
            icon=icons.DOWNLOAD,
            key="corrections_judgements_download",
        )

"""What was decided about suspects: kept, unsure and skipped ones too, for a keep is evidence as well."""

from __future__ import annotations

import streamlit as st

from core.ledger import JudgementFilters, Ledger, judgements
from core.ledger.identity import KEYS
from core.ledger.views.judgements import count_judgements
from pages.parts.corrections.turning import ROWS, turn_pages
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
    shown = JudgementFilters(hidden=hidden)
    count = count_judgements(ledger, shown)
    if not count:
        return
    folded = st.expander(
        f"Judgements of suspects ({count:,})",
        icon=icons.OPEN_SUSPECTS,
        key="corrections_judgements_open",
        on_change="rerun",
    )
    if folded.open:
        with folded:
            _rows(ledger, shown, count)


def _rows(ledger: Ledger, shown: JudgementFilters, count: int) -> None:
    first = turn_pages(count, key="corrections_judgements_page")
    st.dataframe(
        judgements(ledger, shown, first=first, most=ROWS).drop(columns=list(KEYS)),
        hide_index=True,
        key="corrections_judgements",
        column_order=(*_COLUMNS, "reason"),
        column_config=_COLUMNS,
    )
    st.download_button(
        "Download as Parquet",
        data=lambda: judgements(ledger, shown).drop(columns=list(KEYS)).to_parquet(index=False),
        file_name="judgements-of-suspects.parquet",
        mime="application/vnd.apache.parquet",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="corrections_judgements_download",
    )

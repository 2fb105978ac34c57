"""The table of proposals, with filters and downloads."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.ledger import Ledger, ProposalFilters, export_csv, export_parquet_bytes, proposals
from core.ledger.exchange import SCREEN_COLUMNS, polygons_csv, proposals_csv
from core.ledger.identity import KEYS
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons

_COLUMNS = {
    **SCREEN_COLUMNS,
    "created_at": st.column_config.DatetimeColumn(SCREEN_COLUMNS["created_at"], format="YYYY-MM-DD HH:mm:ss"),
    "confidence": st.column_config.NumberColumn(SCREEN_COLUMNS["confidence"], format="percent"),
}
_STATUS = ("current", "withdrawn", "all")


def correction_table(here: AtDesk, *, hidden: frozenset[str]) -> bool:
    """Draw the proposals but those on hidden samples.

    Returns:
        Whether anything was ever proposed.
    """
    ledger = here.ledger
    everything = proposals(ledger, ProposalFilters(status="all"))
    if everything.empty:
        st.info(
            "Nothing was proposed yet. Select samples on the map, look at their pictures, and propose a better label."
        )
        st.page_link(PAGES / "map.py", label="Go to the map", icon=icons.OPEN_MAP)
        return False
    found = _wanted(ledger, everything)
    waiting = found["sample_id"].isin(hidden)
    found = found[~waiting]
    st.markdown(f"{len(found):,} of {len(everything):,} proposals")
    if waiting.any():
        st.caption(
            f"{int(waiting.sum()):,} more wait for your own review first, on the page Review, and are not shown here."
        )
    st.dataframe(
        found.drop(columns=list(KEYS)), hide_index=True, column_order=tuple(SCREEN_COLUMNS), column_config=_COLUMNS
    )
    _downloads(found)
    return True


def _wanted(ledger: Ledger, everything: pd.DataFrame) -> pd.DataFrame:
    """Ask which proposals to show; returns them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        authors, labels = (sorted(everything[column].unique()) for column in ("author", "label_proposed"))
        keep_choices(
            [
                Choice("corrections_status", "current", _STATUS),
                Choice("corrections_text", ""),
                Choice("corrections_authors", [], authors),
                Choice("corrections_labels", [], labels),
            ],
            key="keeping_corrections",
        )
        status = st.segmented_control("Status", _STATUS, required=True, key="corrections_status", **KEPT)
        text = st.text_input("Id or reason contains", key="corrections_text", max_chars=200, **KEPT)
        by = st.multiselect("Author", authors, key="corrections_authors", placeholder="all", **KEPT)
        proposed = st.multiselect("Label proposed", labels, key="corrections_labels", placeholder="all", **KEPT)
    return proposals(
        ledger, ProposalFilters(status=status, text=text, authors=tuple(by), labels_proposed=tuple(proposed))
    )


def _downloads(found: pd.DataFrame) -> None:
    with st.container(horizontal=True):
        _csv_button("Download as CSV", lambda: proposals_csv(found), "proposals.csv", "The columns of the table above.")
        _csv_button(
            "Download the polygons",
            lambda: polygons_csv(found),
            "polygons.csv",
            "What was drawn on the map, one row a batch; “batch id” leads to the rows of the CSV.",
        )
        _csv_button(
            "Download in the reference form",
            lambda: export_csv(found),
            "corrections.csv",
            "The reference audit's columns sample_id, true_label, segment, proposed_label, justification, and ours. "
            "There, true_label is the label before.",
        )
        st.download_button(
            "Download as Parquet",
            data=lambda: export_parquet_bytes(found),
            file_name="corrections.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
            icon=icons.DOWNLOAD,
        )


def _csv_button(label: str, text: Callable[[], str], file_name: str, meaning: str) -> None:
    st.download_button(
        label,
        data=lambda: text().encode(),
        file_name=file_name,
        mime="text/csv",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        help=meaning,
    )

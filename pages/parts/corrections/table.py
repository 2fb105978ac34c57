"""The table of proposals, with filters and downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from typing import TYPE_CHECKING

import streamlit as st

from core.ledger import ProposalFilters, export_csv, export_parquet_bytes, proposals
from core.ledger.exchange import SCREEN_COLUMNS, polygons_csv, proposals_csv
from core.ledger.identity import KEYS
from core.ledger.views.proposals import ProposalChoices, count_proposals, proposal_choices
from pages.parts.corrections.turning import ROWS, turn_pages
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key

if TYPE_CHECKING:
    import pandas as pd

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
    choices = proposal_choices(ledger)
    if not choices.count:
        st.info(
            "Nothing was proposed yet. Select samples on the map, look at their pictures, and propose a better label."
        )
        st.page_link(PAGES / "map.py", label="Go to the map", icon=icons.OPEN_MAP)
        return False
    wanted = _wanted(choices)
    shown = replace(wanted, hidden=hidden)
    found = count_proposals(ledger, shown)
    st.markdown(f"{found:,} of {choices.count:,} proposals")
    if waiting := hidden and count_proposals(ledger, wanted) - found:
        st.caption(f"{waiting:,} more wait for your own review first, on the page Review, and are not shown here.")
    first = turn_pages(found, key=widget_key("corrections_page", *astuple(wanted)))
    st.dataframe(
        proposals(ledger, shown, first=first, most=ROWS).drop(columns=list(KEYS)),
        hide_index=True,
        column_order=tuple(SCREEN_COLUMNS),
        column_config=_COLUMNS,
    )
    if found > ROWS:
        st.caption(f"The downloads hold all {found:,} proposals of this list, not only the rows on screen.")
    _downloads(lambda: proposals(ledger, shown))
    return True


def _wanted(choices: ProposalChoices) -> ProposalFilters:
    """Ask which proposals to show."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        keep_choices(
            [
                Choice("corrections_status", "current", _STATUS),
                Choice("corrections_text", ""),
                Choice("corrections_authors", [], choices.authors),
                Choice("corrections_labels", [], choices.labels_proposed),
            ],
            key="keeping_corrections",
        )
        status = st.segmented_control("Status", _STATUS, required=True, key="corrections_status", **KEPT)
        text = st.text_input("Id or reason contains", key="corrections_text", max_chars=200, **KEPT)
        by = st.multiselect("Author", choices.authors, key="corrections_authors", placeholder="all", **KEPT)
        proposed = st.multiselect(
            "Label proposed", choices.labels_proposed, key="corrections_labels", placeholder="all", **KEPT
        )
    return ProposalFilters(status=status, text=text, authors=tuple(by), labels_proposed=tuple(proposed))


def _downloads(found: Callable[[], pd.DataFrame]) -> None:
    """Offer all that was found, read when it is asked for, and not only the rows on screen."""
    with st.container(horizontal=True):
        _csv_button(
            "Download as CSV", lambda: proposals_csv(found()), "proposals.csv", "The columns of the table above."
        )
        _csv_button(
            "Download the polygons",
            lambda: polygons_csv(found()),
            "polygons.csv",
            "What was drawn on the map, one row a batch; “batch id” leads to the rows of the CSV.",
        )
        _csv_button(
            "Download in the reference form",
            lambda: export_csv(found()),
            "corrections.csv",
            "The reference audit's columns sample_id, true_label, segment, proposed_label, justification, and ours. "
            "There, true_label is the label before.",
        )
        st.download_button(
            "Download as Parquet",
            data=lambda: export_parquet_bytes(found()),
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

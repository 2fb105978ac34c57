"""The correction table: what was proposed, by whom and why; withdraw a batch, bring it back, download."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from core.ledger import (
    ProposalFilters,
    export_csv,
    export_parquet_bytes,
    proposals,
)
from core.ledger.identity import KEYS
from pages.parts.corrections.batches import batch_panel
from pages.parts.corrections.exchange import exchange_panel
from pages.parts.corrections.judgements import judgement_table
from pages.parts.desk.blind_samples import blind_samples
from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.page_end import end_page, enter_through_app
from pages.parts.desk.page_files import PAGES
from pages.parts.widgets.text import code_span

_COLUMNS = {
    "created_at": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm:ss"),
    "confidence": st.column_config.NumberColumn("confidence", format="percent"),
    "label_before": "label before",
    "label_proposed": "label proposed",
    "author_verified": "name verified",
    "withdrawn_by": "withdrawn by",
}

here = enter_through_app()
st.title("Corrections", help=meaning("proposal"))
workspace = here.workspace
ledger = here.ledger
if ledger_trouble(here):
    end_page()
everything = proposals(ledger, ProposalFilters(status="all"))
# What waits for one's own blind review is not to be known before.
hidden = blind_samples(here)
judgement_table(ledger, hidden=hidden)
if everything.empty:
    st.info("Nothing was proposed yet. Select samples on the map, look at their pictures, and propose a better label.")
    st.page_link(PAGES / "map.py", label="Go to the map", icon=":material/scatter_plot:")
    exchange_panel()
    end_page()

with st.container(horizontal=True, vertical_alignment="bottom"):
    status = st.segmented_control(
        "Status", ("current", "withdrawn", "all"), default="current", required=True, key="corrections_status"
    )
    text = st.text_input("Id or reason contains", key="corrections_text", max_chars=200)
    authors = st.multiselect("Author", sorted(everything["author"].unique()), placeholder="all")
    labels = st.multiselect("Label proposed", sorted(everything["label_proposed"].unique()), placeholder="all")
found = proposals(
    ledger,
    ProposalFilters(status=status, text=text, authors=tuple(authors), labels_proposed=tuple(labels)),
)
waiting = found["sample_id"].isin(hidden)
found = found[~waiting]
st.markdown(f"{len(found):,} of {len(everything):,} proposals")
if waiting.any():
    st.caption(
        f"{int(waiting.sum()):,} more wait for your own review first, on the page Review, and are not shown here."
    )
st.dataframe(
    found.drop(columns=list(KEYS)),
    hide_index=True,
    column_order=(
        "created_at",
        "sample_id",
        "label_before",
        "label_proposed",
        "reason",
        "confidence",
        "author",
        "author_verified",
        "status",
        "withdrawn_by",
        "how",
        "batch_id",
    ),
    column_config=_COLUMNS,
)
with st.container(horizontal=True):
    st.download_button(
        "Download as CSV",
        data=lambda: export_csv(found).encode(),
        file_name="corrections.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="The reference audit's columns sample_id, true_label, segment, proposed_label, justification, and ours.",
    )
    st.download_button(
        "Download as Parquet",
        data=lambda: export_parquet_bytes(found),
        file_name="corrections.parquet",
        mime="application/vnd.apache.parquet",
        on_click="ignore",
        icon=":material/download:",
    )

batch_panel(ledger, begin_with_own=bool(hidden))
exchange_panel()
if not here.public_demo:
    st.caption(f"The correction table lies in {code_span(workspace.ledger_path)}.")

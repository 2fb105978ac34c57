"""The correction table: what was proposed, by whom and why; withdraw a batch, bring it back, download."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import (
    ProposalFilters,
    batches,
    export_csv,
    export_parquet_bytes,
    open_ledger,
    proposals,
    restore,
    withdraw,
)
from pages.components.judgement_table import judgement_table
from pages.components.session import current_workspace, enter_through_app, reviewer

_COLUMNS = {
    "created_at": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm:ss"),
    "confidence": st.column_config.NumberColumn("confidence", format="percent"),
    "label_before": "label before",
    "label_proposed": "label proposed",
    "author_verified": "name verified",
    "withdrawn_by": "withdrawn by",
    "withdrawn_at": st.column_config.DatetimeColumn("withdrawn (UTC)", format="YYYY-MM-DD HH:mm:ss"),
}

enter_through_app()
st.title("Corrections")
workspace = current_workspace()
ledger = open_ledger(workspace.ledger_path)
if trouble := ledger.problem():
    st.warning(trouble)
    st.stop()
everything = proposals(ledger, ProposalFilters(status="all"))
judgement_table(ledger)
if everything.empty:
    st.info("Nothing was proposed yet. Select samples on the map, look at their pictures, and propose a better label.")
    st.page_link(Path(__file__).parent / "map.py", label="Go to the map", icon=":material/scatter_plot:")
    st.stop()

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
st.markdown(f"{len(found):,} of {len(everything):,} proposals")
st.dataframe(
    found,
    hide_index=True,
    column_order=(
        "created_at",
        "sample_id",
        "label_before",
        "label_proposed",
        "reason",
        "confidence",
        "author",
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

st.subheader("Batches")
st.caption("One batch is one click on “Propose”. Withdrawing takes all of it back; nothing is ever deleted.")
table = batches(ledger)
chosen = st.dataframe(
    table,
    hide_index=True,
    key="corrections_batches",
    on_select="rerun",
    selection_mode="single-row",
    column_order=("created_at", "author", "samples", "label_proposed", "reason", "status", "withdrawn_by", "how"),
    column_config=_COLUMNS,
)
if chosen.selection.rows:
    batch = table.iloc[chosen.selection.rows[0]]
    withdrawn = batch["status"] == "withdrawn"
    act, word = (restore, "Bring back") if withdrawn else (withdraw, "Withdraw")
    if not reviewer():
        st.caption("Type your name in the sidebar first: every change carries its author.")
    if st.button(
        f"{word} this batch of {batch['samples']:,}", disabled=not reviewer(), icon=":material/undo:", key="batch_act"
    ):
        try:
            act(ledger, batch["batch_id"], author=reviewer())
        except GlitchAuditError as error:
            st.error(str(error))
        else:
            st.rerun()
st.caption(f"The correction table lies in `{workspace.ledger_path}`.")

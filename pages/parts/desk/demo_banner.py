"""The public demo's banner: whose sandbox this is, that it is not kept, and how to keep it oneself."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.exchange.copying import FILE_NAME, LIMITS, ledger_copy, sandbox_from_copy
from pages.parts.desk.state import forget_work
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.text import inert

_ROUND = "demo_upload_round"


def demo_banner(here: AtDesk) -> None:
    """Draw the banner; call it only in the public demo."""
    ledger = here.ledger
    if said := st.session_state.pop("demo_said", None):
        st.toast(said, icon=":material/check:")
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="demo_banner"):
        st.markdown(
            ":material/science: **Public demo.** You work in a sandbox that nobody else sees. It is not kept when you "
            "leave.",
            width="stretch",
        )
        with st.popover("Keep or restore", icon=":material/save:"):
            st.download_button(
                "Download your sandbox",
                data=lambda: ledger_copy(ledger),
                file_name=FILE_NAME,
                mime="application/zip",
                on_click="ignore",
                icon=":material/download:",
                key="demo_download",
                help="A ZIP file of Parquet tables: everything you wrote, and all of its history.",
            )
            st.file_uploader(
                "Restore a sandbox that you downloaded",
                type="zip",
                key=f"demo_upload_{st.session_state.get(_ROUND, 0)}",
                max_upload_size=LIMITS.archive_bytes // 1_000_000,
                on_change=_restore,
                help="It takes the place of what is in the sandbox now.",
            )
            if trouble := st.session_state.get("demo_trouble"):
                st.error(inert(trouble))


def _restore() -> None:
    st.session_state.pop("demo_trouble", None)
    uploaded = st.session_state.get(f"demo_upload_{st.session_state.get(_ROUND, 0)}")
    if uploaded is None:
        return
    try:
        sandbox = sandbox_from_copy(uploaded.getvalue())
    except GlitchAuditError as error:
        st.session_state["demo_trouble"] = str(error)
        return
    st.session_state["sandbox"] = sandbox
    forget_work()
    # Another key empties the uploader, so that the same file can be handed in again.
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state["demo_said"] = "Your sandbox is restored."

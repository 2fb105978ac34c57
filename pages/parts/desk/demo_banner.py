"""The public demo's banner: whose sandbox this is, that it is not kept, and how to keep it oneself."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.exchange.copying import FILE_NAME, LIMITS, ledger_copy, sandbox_from_copy
from pages.parts.desk.state import change_desk, change_panel, forget_work, panel, take_from_panel, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped


@dataclass(frozen=True)
class BannerState:
    """What the session remembers of the banner.

    Attributes:
        uploads: how many sandboxes were handed in: another key empties the uploader, so that the same file can be
            handed in again.
        restored: whether one has just come back, which is told once.
        trouble: why the one that was handed in last cannot be used.
    """

    uploads: int = 0
    restored: bool = False
    trouble: str = ""


def demo_banner(here: AtDesk) -> None:
    """Draw the banner; call it only in the public demo."""
    ledger = here.ledger
    if take_from_panel(BannerState, "restored"):
        st.toast("Your sandbox is restored.", icon=icons.DONE)
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
                icon=icons.DOWNLOAD,
                key="demo_download",
                help="A ZIP file of Parquet tables: everything you wrote, and all of its history.",
            )
            st.file_uploader(
                "Restore a sandbox that you downloaded",
                type="zip",
                key=_uploader(),
                max_upload_size=LIMITS.archive_bytes // 1_000_000,
                on_change=_restore,
                help="It takes the place of what is in the sandbox now.",
            )
            if trouble := panel(BannerState).trouble:
                st.error(escaped(trouble))


def _uploader() -> str:
    """The key of the uploader."""
    return f"demo_upload_{panel(BannerState).uploads}"


def _restore() -> None:
    change_panel(BannerState, trouble="")
    uploaded = widget_value(_uploader())
    if uploaded is None:
        return
    try:
        sandbox = sandbox_from_copy(uploaded.getvalue())
    except GlitchAuditError as error:
        change_panel(BannerState, trouble=str(error))
        return
    uploads = panel(BannerState).uploads
    change_desk(sandbox=sandbox)
    forget_work()
    change_panel(BannerState, uploads=uploads + 1, restored=True)

"""Taking the open data set's ledger, roles and settings along as one file."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import GlitchAuditError
from core.pipeline.backing_up import HOW_BACK, NAMES_AFTERWARDS, WorkspaceBackup
from pages.parts.desk.acts import back_up
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped


@dataclass(frozen=True)
class BackupState:
    """What the session remembers of the backup that was made last."""

    made: WorkspaceBackup | None = None


def backing_up_panel(here: AtDesk) -> None:
    """Draw it for moderators, and at a desk of one machine; nothing in the public demo, and for everybody else."""
    if here.hindrance("back up"):
        return
    with st.popover("Back up", icon=":material/archive:"):
        st.markdown(
            "One ZIP of all that cannot be computed again: what people said and decided, the roles, the rule for "
            "decisions, the settings, the volunteers’ votes and the releases. **The pictures are not in it**, nor "
            f"are the map, the reports and the classifiers: they stay in {code_span(here.workspace.source)} and "
            f"{code_span(here.workspace.root)}."
        )
        if st.button("Make a backup now", type="primary", key="backup_make"):
            try:
                change_panel(BackupState, made=back_up(here.workspace))
            except GlitchAuditError as error:
                change_panel(BackupState, made=None)
                st.error(escaped(error), icon=icons.WENT_WRONG)
        if made := panel(BackupState).made:
            _made(made)
        st.caption(f"**Bringing it back.** {escaped(HOW_BACK)} {escaped(NAMES_AFTERWARDS)}")


def _made(made: WorkspaceBackup) -> None:
    if made.trouble:
        st.warning(escaped(made.trouble))
    st.download_button(
        f"Download ({_size(len(made.data))})",
        data=made.data,
        file_name=made.name,
        mime="application/zip",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="backup_download",
    )
    held = "\n".join(f"- {code_span(name)}: {_size(size)}" for name, size in made.holds)
    rows = f"{made.events:,} rows of the ledger" if made.events else "no ledger, as nobody has said anything yet"
    st.markdown(f"In it: {rows}.\n\n{held}")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1e3)):,} kB"

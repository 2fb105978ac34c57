"""What is wrong with the ledger, what still works, and the offer to put a backup in a damaged one's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import Backup, Ledger, Offer, Recovery, recover, recovery_offer
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_panel, take_from_panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.text import escaped

_CORRECTIONS = PAGES / "corrections.py"


@dataclass(frozen=True)
class Recovered:
    """How the ledger was mended, in words that are said once."""

    message: str = ""


def ledger_trouble(here: AtDesk) -> bool:
    """Say what is wrong with the ledger, if anything.

    Returns:
        Whether there is nothing to read, so that the page should end here.
    """
    ledger = here.ledger
    if done := take_from_panel(Recovered, "message"):
        st.success(escaped(done), icon=":material/healing:")
    if ledger.backup_trouble:
        st.warning(escaped(ledger.backup_trouble), icon=":material/backup:")
    offer = recovery_offer(ledger)
    if offer is None:
        trouble = ledger.problem()
        if trouble:
            st.warning(escaped(trouble))
        return bool(trouble) and not ledger.readable()
    _show(here, offer)
    return not offer.missing


def ledger_hindrance(ledger: Ledger, act: str) -> bool:
    """Say why something cannot be written now, if so, and lead to where a damaged ledger can be mended.

    Args:
        ledger: the page's.
        act: what cannot be done, as the beginning of the sentence: "Proposing".

    Returns:
        Whether it cannot be done.
    """
    trouble = ledger.problem()
    if not trouble:
        return False
    st.warning(f"{act} is not possible now: {escaped(trouble)}")
    if recovery_offer(ledger):
        st.page_link(_CORRECTIONS, label="Mend it on the page “Corrections”", icon=":material/healing:")
    return True


def _show(here: AtDesk, offer: Offer) -> None:
    ledger = here.ledger
    if offer.missing:
        st.warning(
            f"The ledger {escaped(ledger.path)} is missing, but backups of it are there. Put the newest "
            "one back before "
            "anything is proposed, unless it was moved away on purpose."
        )
    else:
        st.error(escaped(ledger.problem() or ""), icon=icons.WENT_WRONG)
        st.markdown("The map, the clusters and the suspects work; proposing, reviewing and deciding do not.")
    chosen = None
    if offer.backup:
        when = f"{offer.backup.made_at:%Y-%m-%d %H:%M} UTC"
        st.markdown(
            f"The backup with the latest events that can be read is of **{when}** and holds **{offer.backup.rows:,}** "
            "rows."
        )
        chosen = st.selectbox(
            "Backup",
            offer.backups,
            index=offer.backups.index(offer.backup),
            format_func=_described,
            key="recover_backup",
            help="Those that hold the latest events come first; the dates are what the clock said then.",
        )
        label = "Put this backup back"
        if offer.cut:
            st.markdown("What the file itself holds takes its place where that is more.")
    else:
        st.markdown("There is no backup that can be read.")
        label = "Set the file aside and begin with what can be read of it"
    if not here.allowed("recover"):
        st.caption(f"As a {escaped(here.person.role)} one only looks on: mending it takes a reviewer.")
        return
    missing = "" if here.person.name else here.nobody_yet + "."
    if act_button(label, missing=missing, icon=":material/settings_backup_restore:", key="recover"):
        try:
            recovery = recover(ledger, author=at_desk().person, backup=None if chosen == offer.backup else chosen)
        except GlitchAuditError as error:
            st.error(escaped(error))
            return
        change_panel(Recovered, message=_said(recovery))
        st.rerun()


def _described(backup: Backup) -> str:
    holds = f"up to event {backup.last_event:,}" if backup.last_event >= 0 else "cannot be read"
    future = ", a date in the future" if backup.made_at > datetime.now(UTC) else ""
    return f"{backup.rows:,} rows, {holds} (made {backup.made_at:%Y-%m-%d %H:%M} UTC{future})"


def _said(recovery: Recovery) -> str:
    if recovery.backup:
        source = f"The backup of {recovery.backup.made_at:%Y-%m-%d %H:%M} UTC is in place"
    elif recovery.salvaged:
        source = "What can be read of the damaged file is in place"
    else:
        source = "The ledger begins empty"
    aside = f" The damaged file lies in {recovery.set_aside.name}." if recovery.set_aside else ""
    return f"{source}: {recovery.rows:,} rows.{aside}"

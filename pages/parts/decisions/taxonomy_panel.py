"""Changes of the taxonomy: proposed with examples, argued and decided apart from labels; none of them relabels."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import Ledger, new_batch_id
from core.ledger.acts.changing_taxonomy import decide_taxonomy_change, review_taxonomy_change, withdraw_taxonomy_change
from core.ledger.people import perhaps_own
from core.ledger.views.taxonomy_changes import taxonomy_changes, taxonomy_reviews
from core.version import APP_VERSION
from pages.parts.decisions.taxonomy_form import CHANGES, taxonomy_form
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.moderators import who_settles
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.state import panel
from pages.parts.desk.taxonomy_draft import Drafted
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import WITNESS_TILE, open_sample, picture_tiles
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.contact_sheet import contact_sheet
from pages.parts.widgets.row_list import choose_row
from pages.parts.widgets.text import escaped

EXAMPLES_SHOWN = 12


@st.fragment
def taxonomy_panel(here: AtDesk, shown: SampleShown) -> None:
    """Draw the list of changes, the chosen one, and the form for another."""
    open_if_asked(here, shown)
    st.caption("Accepting a change relabels nothing: it says what the labels should be; labels are proposed as ever.")
    changes = taxonomy_changes(here.ledger, decision_rule(here))
    if changes.empty:
        st.info("Nobody has proposed a change of the taxonomy yet.")
    else:
        table = pd.DataFrame(
            {
                "state": changes["state"],
                "change": [change_in_words(row) for row in changes.itertuples()],
                "by": changes["author"],
                "people for": changes["people_for"],
                "people against": changes["people_against"],
                "when": changes["created_at"],
            }
        )
        chosen = choose_row(
            table,
            list(changes["change_id"]),
            key=CHANGES,
            column_config={"when": st.column_config.DatetimeColumn("when (UTC)", format="YYYY-MM-DD HH:mm")},
        )
        _change(here, shown, changes.set_index("change_id").loc[chosen])
    drafted = panel(Drafted).open
    if here.allowed("change taxonomy"):
        with st.expander("Propose a change", icon=icons.PROPOSE, expanded=changes.empty or drafted):
            taxonomy_form(here, shown.samples)
    elif drafted:
        st.info(escaped(here.why_not("change taxonomy")))


def change_in_words(row) -> str:
    """A change in a few words: "merge: Blip, Tomte → Blip"."""
    parts = [", ".join(row.labels), ", ".join(row.becomes)]
    return f"{row.kind}: {' → '.join(part for part in parts if part)}"


def _change(here: AtDesk, shown: SampleShown, change: pd.Series) -> None:
    st.markdown(f"**{escaped(change_in_words(change))}**")
    st.markdown(f"{escaped(change['author'])}: {escaped(change['reason'])}")
    _examples(shown, change["sample_ids"])
    message = taxonomy_reviews(here.ledger, change.name)
    for row in message[message["status"] == "current"].itertuples():
        who = f"{escaped(row.author)}{', moderator,' if row.kind == 'decision' else ''}"
        st.markdown(f"- **{who}** said **{escaped(row.verdict)}**" + (f": {escaped(row.reason)}" if row.reason else ""))
    if change["state"] != "withdrawn":
        _answer(here, change)


def _examples(shown: SampleShown, sample_ids: tuple[str, ...]) -> None:
    rows = shown.samples.row_of_glitch
    known = [str(shown.samples.ids[rows[name]]) for name in sample_ids if name in rows][:EXAMPLES_SHOWN]
    if not known:
        st.caption("No examples were given.")
        return
    tiles = picture_tiles(shown, known, [""] * len(known), view=shown.view)
    contact_sheet(tiles, key="decisions_examples", on_event=open_sample, tile_width=WITNESS_TILE, selectable=False)
    if len(sample_ids) > len(known):
        st.caption(f"{len(known):,} of {len(sample_ids):,} examples.")


def _answer(here: AtDesk, change: pd.Series) -> None:
    """The buttons of who may say something to it."""
    if trouble := here.why_not("change taxonomy"):
        st.caption(escaped(trouble))
        return
    ledger = here.ledger
    own = perhaps_own(here.person, change["author_key"], change["name_key"])
    moderator = here.allowed("decide")
    if change["state"] == "conflict" and not moderator:
        st.caption(who_settles(here))
    reason = ""
    if moderator or not own:
        reason = st.text_input("Your reason", key=f"decisions_change_reason_{change.name}", max_chars=2000).strip()
    with st.container(horizontal=True):
        if not own:
            for verdict, icon in (("accept", "thumb_up"), ("reject", "thumb_down"), ("unsure", "help")):
                _button(verdict.capitalize(), icon, review_taxonomy_change, ledger, change.name, verdict, reason)
        if moderator:
            for verdict in ("accept", "reject"):
                text = f"Decide: {verdict}"
                _button(text, "gavel", decide_taxonomy_change, ledger, change.name, verdict, reason, required=True)
        if here.may_take_back(change["author"], change["author_key"]) and st.button("Withdraw", icon=icons.UNDO):
            _try(lambda: withdraw_taxonomy_change(ledger, change.name, author=at_desk().person))


def _button(
    text: str, icon: str, act, ledger: Ledger, change_id: str, verdict: str, reason: str, *, required: bool = False
) -> None:
    missing = "Write your reason first." if required and not reason else ""
    if act_button(text, missing=missing, icon=f":material/{icon}:", primary=False, hint=False):
        common = {"author": at_desk().person, "reason": reason, "app_version": APP_VERSION, "review_id": new_batch_id()}
        _try(lambda: act(ledger, change_id, verdict, **common))


def _try(act) -> None:
    try:
        act()
    except GlitchAuditError as error:
        st.error(escaped(error))
    else:
        st.rerun()

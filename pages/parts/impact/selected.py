"""The selection on the map as a family of its own."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.views.saved_selections import find_saved_selection
from core.pipeline.impact import CostCase, with_selection
from core.pipeline.kept_selections import is_kept_id, kept_selection
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import STANDS_ALONE
from pages.parts.widgets.text import escaped

NAME = "the selection"


def with_own_selection(here: AtDesk, shown: ImpactShown) -> ImpactShown:
    """Offer to count the selection on the map as a family, where there is one; returns what is to be counted."""
    kept, drawn = the_desk().kept, the_desk().gesture
    # In the public demo a selection is kept nowhere, and has no id.
    if shown.case.simulated or kept is None or kept.gesture is not drawn or not kept.selection_id:
        return shown
    keep_choices([Choice(STANDS_ALONE, False)], key="keeping_impact_selection")
    wanted = st.toggle(
        "The selection on the map is a family of its own",
        key=STANDS_ALONE,
        help="Its samples are taken out of the families that they belong to.",
        **KEPT,
    )
    if not wanted:
        return shown
    try:
        ids = _selected(here, kept.selection_id)
        key = fingerprint(shown.key, sorted(ids))
        return replace(shown, key=key, case=_apart(key, shown.case, ids))
    except GlitchAuditError as error:
        st.info(escaped(error))
        return shown


def _selected(here: AtDesk, selection_id: str) -> tuple[str, ...]:
    if is_kept_id(selection_id):
        return tuple(kept_selection(here.workspace, selection_id)[0].sample_ids)
    return tuple(find_saved_selection(here.ledger, selection_id).selection.sample_ids)


@st.cache_resource(max_entries=4, show_spinner=False)
def _apart(key: str, _case: CostCase, _ids: tuple[str, ...]) -> CostCase:
    return with_selection(_case, _ids, name=NAME)

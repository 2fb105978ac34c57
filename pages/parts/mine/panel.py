"""Whose acts are shown, the figures about that person, and the list below them."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from core.ledger.views.mine import mine, people_seen
from core.ledger.views.mine_figures import Figures
from core.ledger.views.skill import own_skill_sentence
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.who import AtDesk
from pages.parts.mine.acts_list import acts_list
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_MYSELF = ""


def mine_panel(here: AtDesk) -> None:
    """Draw all of it; without a name, what to do to have some."""
    if not here.person.name:
        st.info(
            f"{escaped(here.nobody_yet)}: what you propose, judge and review is then listed here.",
            icon=icons.ROLE,
        )
        return
    of, name = _whose(here)
    found = mine(here.ledger, here.person, of=of, rule=decision_rule(here))
    _figures(found.figures, name)
    own = "" if of else own_skill_sentence(here.ledger, here.person, now=datetime.now(UTC), rule=decision_rule(here))
    if own:
        st.markdown(escaped(own), help="You and moderators see this, nobody else.")
    acts_list(here, found.acts, of=of, name=name)


def _whose(here: AtDesk) -> tuple[str, str]:
    """The key and name of the person whose acts are shown; both empty for whoever is at the desk."""
    if not here.allowed("see others"):
        return _MYSELF, ""
    names = people_seen(here.ledger, here.person)
    names = names[~names.index.isin(here.person.keys)].to_dict()
    if not names:
        return _MYSELF, ""
    keep_choices([Choice("mine_whose", _MYSELF, [_MYSELF, *names])], key="keeping_whose")
    of = st.selectbox(
        "Whose",
        [_MYSELF, *names],
        key="mine_whose",
        format_func=lambda key: names.get(key, "My own"),
        width=300,
        **KEPT,
        help="Only moderators can choose somebody else here; everybody else sees his own alone.",
    )
    return of, names.get(of, "")


def _figures(figures: Figures, name: str) -> None:
    with st.container(horizontal=True, gap="large", key="mine_figures"):
        for count, what in (
            (figures.judged, "judged"),
            (figures.proposed, "proposed"),
            (figures.reviewed, "reviewed"),
        ):
            st.markdown(f"**{count:,}** {what}", width="content")
    whose = f"{name}’s" if name else "your"
    if became := figures.became_sentence(whose):
        st.markdown(escaped(became))
    if figures.proposed:
        st.markdown(
            escaped(figures.agreement_sentence(whose)),
            help="The figures in brackets say where the share would lie if many more people had looked. Others may be "
            "wrong too. This counts what other people answered themselves; “decided as said” above also counts what a "
            "moderator decided alone. "
            + ("You and moderators see this" if not name else f"{escaped(name)} and moderators see this")
            + ", nobody else.",
        )

"""Who has which role with this data set, and where a moderator gives roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.names import person_key
from core.ledger.people import ROLES
from core.ledger.views.authors import authors
from pages.parts.decisions.known_samples import known_samples_panel
from pages.parts.desk.acts import give_default_role, give_role
from pages.parts.desk.moderators import become_moderator_button, who_settles
from pages.parts.desk.state import change_panel, take_from_panel, widget_value
from pages.parts.desk.who import NOWHERE, AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

UNNAMED = "as everybody else"
"""The role of whom nobody named."""

_MAY = {
    "viewer": "looks on",
    "reviewer": "proposes, judges and reviews",
    "moderator": "also settles conflicts, reopens, takes back what others wrote, and gives roles",
    UNNAMED: "no role of his own",
}
_NAME, _ROLE, _DEFAULT = "people_name", "people_role", "people_default"


@dataclass(frozen=True)
class PeopleState:
    """What there is to say of the role that was given last: that it was, or why not."""

    message: str = ""
    trouble: str = ""


def people_panel(here: AtDesk) -> None:
    """Draw who has which role; who may give roles can do so here, everybody else reads who can."""
    if trouble := take_from_panel(PeopleState, "trouble"):
        st.error(escaped(trouble))
    if message := take_from_panel(PeopleState, "message"):
        st.toast(escaped(message), icon=icons.DONE)
    become_moderator_button(here)
    people = _people(here)
    if people.empty:
        st.info("Nobody has worked with this data set yet, and nobody was given a role.")
    else:
        st.dataframe(people, hide_index=True, width="content")
    st.markdown(f"Everybody else is **{escaped(here.roles.default)}**: {escaped(_MAY[here.roles.default])}.")
    if not here.hindrance("name people"):
        _give(here, list(people["person"]))
    elif here.roles_fixed:
        st.caption(escaped(here.roles_fixed))
    elif here.roles_kept != NOWHERE:
        st.caption(f"Moderators give roles. {who_settles(here)}")
    known_samples_panel(here)


def _people(here: AtDesk) -> pd.DataFrame:
    """Who was given a role, and who has written something without one: name and role, moderators first."""
    if here.providers and not here.person.name:
        # Addresses are not for everybody who passes by.
        return pd.DataFrame({"person": [], "role": []})
    # The number of an account is shown to nobody.
    named = {name: role for name, role in here.roles.by_name.items() if "://" not in name}
    known = set(map(person_key, named))
    others = {person_key(name): name for name in authors(here.ledger) if person_key(name) not in known}
    rows = [*named.items(), *((name, f"{here.roles.default} ({UNNAMED})") for name in others.values())]
    rows.sort(key=lambda row: (row[1] not in ROLES, -ROLES.index(row[1].split()[0])))
    return pd.DataFrame(rows, columns=["person", "role"])


def _give(here: AtDesk, known: list[str]) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True):
        st.selectbox(
            "Person",
            known,
            index=None,
            key=_NAME,
            accept_new_options=True,
            placeholder="Choose somebody, or type a name as that person does",
        )
        st.segmented_control("Role", (*reversed(ROLES), UNNAMED), key=_ROLE, default="moderator", required=True)
        st.caption(f"{escaped(str(widget_value(_ROLE)).capitalize())}: {escaped(_MAY[widget_value(_ROLE)])}.")
        st.button("Give this role", on_click=_name, args=(here,), type="primary", icon=icons.ROLE, key="people_give")
    with right, st.container(border=True):
        st.segmented_control("Everybody else is", ROLES, default=here.roles.default, key=_DEFAULT, required=True)
        st.button("Change that", on_click=_default, args=(here,), icon=":material/groups:", key="people_give_default")
    st.caption(
        "Names are only typed at this desk: whoever types a moderator's name is moderator. That is for people who "
        "trust each other; to prove who is who takes sign-in."
    )


def _name(here: AtDesk) -> None:
    name, role = (widget_value(_NAME) or "").strip(), widget_value(_ROLE)
    if not name:
        change_panel(PeopleState, trouble="Choose a person, or type a name, first.")
        return
    _do(lambda: give_role(here.workspace, name, None if role == UNNAMED else role), f"{name} is {role} now.")


def _default(here: AtDesk) -> None:
    role = widget_value(_DEFAULT)
    _do(lambda: give_default_role(here.workspace, role), f"Everybody who is not named is {role} now.")


def _do(act: Callable[[], None], message: str) -> None:
    try:
        act()
    except GlitchAuditError as error:
        change_panel(PeopleState, trouble=str(error))
    else:
        change_panel(PeopleState, message=message)

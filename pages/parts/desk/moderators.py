"""Who can settle what others cannot: how the first person at a desk becomes moderator, and who to ask otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.names import is_unseen, person_key
from core.ledger.people import MODERATOR, Roles
from core.ledger.views.authors import authors
from pages.parts.desk.acts import become_moderator, on_click
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

NAMES_SHOWN = 5


@dataclass(frozen=True)
class FirstHere:
    """The name that this session made the first moderator of the data set, and why that failed, if it did."""

    name: str = ""
    trouble: str = ""


def first_moderator(here: AtDesk) -> AtDesk:
    """Make the first person at the desk of a data set its moderator, where nobody else has worked on it yet.

    A name that was mistyped may be corrected, as long as nothing was written under it.

    Returns:
        Who is at the desk then.
    """
    mistyped = _mistyped(here)
    if not (here.no_moderator_yet or mistyped) or not _can_be_told(here.person.name):
        return here
    if not _nobody_else_wrote(here):
        return here
    try:
        become_moderator(here.workspace, instead_of=mistyped)
    except GlitchAuditError as error:
        # In two tabs at once one is the first.
        change_panel(FirstHere, trouble="" if at_desk().roles_kept != here.roles_kept else str(error))
        return at_desk()
    change_panel(FirstHere, name=here.person.name, trouble="")
    return at_desk()


def first_notice(here: AtDesk) -> None:
    """Say, beside the name, that one has become moderator by being the first."""
    state = panel(FirstHere)
    if state.trouble:
        st.warning(f"Nobody is moderator here yet. {escaped(state.trouble)}", icon=icons.ROLE)
    elif state.name and state.name == here.person.name and here.person.role == MODERATOR:
        st.success(
            "You are the first here: you are moderator of this data set. You can settle conflicts, and name others on "
            "the page Decisions, under People.",
            icon=icons.ROLE,
        )


def who_settles(here: AtDesk) -> str:
    """Who can settle a conflict of this data set, or how somebody comes to be able to; escaped."""
    if here.no_moderator_yet:
        return "Nobody is moderator of this data set yet, so nobody can settle it: become moderator under “People”."
    names = moderators(here)
    if not names:
        fixed = here.roles_fixed or "Whoever runs this workbench names one."
        return f"Nobody is moderator here, so nobody can settle it. {escaped(fixed)}"
    if here.providers and not here.person.name:
        return "A moderator can settle it."
    one = len(names) == 1
    settle = f"{_listed(names)} can settle it: {'a moderator' if one else 'moderators'} of this data set."
    if here.roles_fixed:
        return settle
    return f"{settle} {'They can' if not one else 'The moderator can'} make you one too, under “People”."


def moderators(here: AtDesk) -> tuple[str, ...]:
    """The names of the moderators; the number of an account is shown to nobody."""
    roles = here.roles
    if not here.providers and roles.capped(MODERATOR) != MODERATOR:
        return ()
    names = [name for name, role in roles.by_name.items() if role == MODERATOR]
    if roles.default == MODERATOR:
        names.append("everybody who is not named otherwise")
    return tuple(dict.fromkeys("somebody who signs in" if "://" in name else name for name in names))


def become_moderator_button(here: AtDesk) -> None:
    """Offer to become the first moderator, where others have worked as equals before."""
    if not here.no_moderator_yet:
        return
    st.markdown(
        "**Nobody is moderator of this data set.** Everybody here proposes and reviews; a moderator can also settle "
        "conflicts alone, reopen what was decided, take back what others wrote, and give roles. Agree among you who "
        "that is."
    )
    if not here.person.name:
        st.caption(f"{here.nobody_yet}.")
        return
    st.button(
        "Become moderator",
        on_click=on_click,
        args=(become_moderator, here.workspace),
        icon=icons.SETTLE,
        key="people_become_moderator",
    )


def _mistyped(here: AtDesk) -> str:
    """The name that this session made the first moderator, where another is at the desk and no role was given since."""
    name = panel(FirstHere).name
    if not name or person_key(name) == here.person.name_key or here.roles_fixed:
        return ""
    wrote = person_key(name) in map(person_key, authors(here.ledger))
    return "" if wrote or here.roles != Roles(by_name={name: MODERATOR}) else name


def _can_be_told(name: str) -> bool:
    return bool(person_key(name)) and not any(map(is_unseen, name))


def _nobody_else_wrote(here: AtDesk) -> bool:
    ledger = here.ledger
    # What cannot be read may hold what others wrote.
    if ledger.problem() or authors(ledger, signed_in=True):
        return False
    return all(person_key(name) == here.person.name_key for name in authors(ledger))


def _listed(names: tuple[str, ...]) -> str:
    shown = [f"**{escaped(name)}**" for name in names[:NAMES_SHOWN]]
    if len(names) > NAMES_SHOWN:
        shown.append(f"{len(names) - NAMES_SHOWN} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

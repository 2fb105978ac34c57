"""Who is at the desk, in the sidebar: sign in and out, or type a name; and the role that goes with it."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st

from core.ledger.names import is_unseen, look_alike, person_key, same_person_as
from core.ledger.views.authors import authors
from pages.parts.desk.comments import waiting_line
from pages.parts.desk.identity import NAME_LIMIT, sign_in_providers
from pages.parts.desk.moderators import first_notice
from pages.parts.desk.state import NAME_KEY, set_widget, widget_value
from pages.parts.desk.waiting_links import waiting_links
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.keeping import NAME_COOKIE, remembered
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped


def recall_name() -> None:
    """Let the name that this browser remembers stand in the field where none was typed; call it before anybody asks.

    It is this browser's own memory: nobody else's name can come from it.
    """
    if widget_value(NAME_KEY) is None and not sign_in_providers():
        set_widget(NAME_KEY, remembered(NAME_COOKIE)[:NAME_LIMIT])


def identity_panel(here: AtDesk) -> None:
    """Draw the part of the sidebar that says who one is."""
    if not here.providers:
        st.text_input(
            "Your name",
            key=NAME_KEY,
            max_chars=NAME_LIMIT,
            placeholder="Needed to propose labels",
            help="Written beside everything you propose. It is not checked: anyone could type it. This browser "
            "remembers it; empty the field to make it forget.",
            # Where a page sends one on to another, that run has forgotten the field.
            persist_state="session",
        )
    elif here.account is None:
        _sign_in(here.providers)
    else:
        st.markdown(f"**{escaped(here.person.name)}**")
    _point_out_others(here)
    _standing(here)
    waiting_line(here)
    waiting_links(here)
    first_notice(here)
    if here.account is not None:
        st.button("Sign out", on_click=st.logout, icon=":material/logout:", key="identity_sign_out")


def _sign_in(providers: tuple[str | None, ...]) -> None:
    if find_spec("authlib") is None:
        st.warning("Sign-in is configured, but the package Authlib is not installed on the server: nobody can sign in.")
        return
    for provider in providers:
        st.button(
            f"Sign in with {escaped(provider)}" if provider else "Sign in",
            on_click=st.login,
            args=(provider,) if provider else (),
            icon=":material/login:",
            key=widget_key("identity_sign_in", provider),
        )
    st.caption("Looking around needs no sign-in; whatever is written does.")


def _point_out_others(here: AtDesk) -> None:
    """Warn of a name that can be taken for another person's; it is no refusal, as people may well be called alike."""
    person = here.person
    if not person.name:
        return
    if not person.name_key:
        st.warning("This name shows nothing: nothing can be written under it.", icon=icons.ROLE)
        return
    if any(map(is_unseen, person.name)):
        st.warning(
            "This name has characters that cannot be seen, so nothing can be written under it: delete it, and type it "
            "anew.",
            icon=icons.ROLE,
        )
        return
    known = (*here.roles.by_name, *authors(here.ledger))
    other = look_alike(person.name, known)
    if other and any(person_key(name) == person.name_key for name in known):
        st.caption(
            f"Somebody else here is called {escaped(other)}: that looks like your name, but has other "
            "letters or spaces. "
            "You count as two people."
        )
    elif other:
        st.warning(
            f"This name looks like {escaped(other)}, who is known here, but has other letters or spaces: it counts as "
            "another person. If you are the same person, type it as before.",
            icon=icons.ROLE,
        )
    elif person.verified:
        return
    elif any(person_key(name) == person.name_key for name in authors(here.ledger, signed_in=True)):
        st.warning(
            "Somebody signed in under this name here. It is not proved to be yours, so you count as somebody else, and "
            "not at all where that person has spoken.",
            icon=icons.ROLE,
        )
    elif former := same_person_as(person.name, known):
        st.caption(f"You count as {escaped(former)}, who is known here: letter case and spaces do not matter.")


def _standing(here: AtDesk) -> None:
    """The role, and whether the name is proved."""
    if here.person.name:
        with st.container(horizontal=True, gap="small"):
            st.badge(escaped(here.person.role), icon=icons.ROLE, color="gray")
            if here.person.verified:
                st.badge("signed in", icon=":material/verified_user:", color="green")
            else:
                st.badge("not verified", icon=icons.NOT_KNOWN, color="orange")
    if here.roles_trouble:
        st.error(f"Everybody only looks on until this is mended. {escaped(here.roles_trouble)}")

"""Who is at the desk, in the sidebar: sign in and out, or type a name; and the role that goes with it."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st

from core.errors import GlitchAuditError
from core.ledger.names import is_unseen, look_alike, person_key, same_person_as
from core.ledger.views.authors import authors
from pages.parts.desk.identity import NAME_KEY, NAME_LIMIT, public_demo, sign_in_providers, signed_in
from pages.parts.desk.session import configured_roles, desk_ledger, person, roles
from pages.parts.widgets.keeping import NAME_COOKIE, remembered
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import inert


def identity_panel() -> None:
    """Draw the part of the sidebar that says who one is."""
    providers = sign_in_providers()
    if not providers:
        if NAME_KEY not in st.session_state:
            # This browser's own memory: nobody else's name can come from it.
            st.session_state[NAME_KEY] = remembered(NAME_COOKIE)[:NAME_LIMIT]
        st.text_input(
            "Your name",
            key=NAME_KEY,
            max_chars=NAME_LIMIT,
            placeholder="Needed to propose labels",
            help="Written beside everything you propose. It is not checked: anyone could type it. This browser "
            "remembers it; empty the field to make it forget.",
        )
    elif signed_in() is None:
        _sign_in(providers)
    else:
        st.markdown(f"**{inert(person().name)}**")
    _point_out_others()
    _standing()
    if providers and signed_in() is not None:
        st.button("Sign out", on_click=st.logout, icon=":material/logout:", key="identity_sign_out")


def _sign_in(providers: tuple[str | None, ...]) -> None:
    if find_spec("authlib") is None:
        st.warning("Sign-in is configured, but the package Authlib is not installed on the server: nobody can sign in.")
        return
    for provider in providers:
        st.button(
            f"Sign in with {inert(provider)}" if provider else "Sign in",
            on_click=st.login,
            args=(provider,) if provider else (),
            icon=":material/login:",
            key=widget_key("identity_sign_in", provider),
        )
    st.caption("Looking around needs no sign-in; whatever is written does.")


def _point_out_others() -> None:
    """Warn of a name that can be taken for another person's; it is no refusal, as people may well be called alike."""
    here = person()
    if not here.name:
        return
    if not here.name_key:
        st.warning("This name shows nothing: nothing can be written under it.", icon=":material/badge:")
        return
    if any(map(is_unseen, here.name)):
        st.warning(
            "This name has characters that cannot be seen, so nothing can be written under it: delete it, and type it "
            "anew.",
            icon=":material/badge:",
        )
        return
    known = (*roles().by_name, *authors(desk_ledger()))
    other = look_alike(here.name, known)
    if other and any(person_key(name) == here.name_key for name in known):
        st.caption(
            f"Somebody else here is called {inert(other)}: that looks like your name, but has other letters or spaces. "
            "You count as two people."
        )
    elif other:
        st.warning(
            f"This name looks like {inert(other)}, who is known here, but has other letters or spaces: it counts as "
            "another person. If you are the same person, type it as before.",
            icon=":material/badge:",
        )
    elif here.verified:
        return
    elif any(person_key(name) == here.name_key for name in authors(desk_ledger(), signed_in=True)):
        st.warning(
            "Somebody signed in under this name here. It is not proved to be yours, so you count as somebody else, and "
            "not at all where that person has spoken.",
            icon=":material/badge:",
        )
    elif former := same_person_as(here.name, known):
        st.caption(f"You count as {inert(former)}, who is known here: letter case and spaces do not matter.")


def _standing() -> None:
    """The role, and whether the name is proved."""
    here = person()
    if here.name:
        with st.container(horizontal=True, gap="small"):
            st.badge(inert(here.role), icon=":material/badge:", color="gray")
            if here.verified:
                st.badge("signed in", icon=":material/verified_user:", color="green")
            else:
                st.badge("not verified", icon=":material/help:", color="orange")
    if public_demo():
        return
    try:
        configured_roles()
    except GlitchAuditError as error:
        st.error(f"Everybody only looks on until this is mended. {inert(error)}")

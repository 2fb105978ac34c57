"""What is known of the person in front of the screen: signed in, or a name that was typed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

NAME_LIMIT = 80
NAME_KEY = "reviewer"
"""The session's key of the name that was typed."""

DEMO_VARIABLE = "GLITCH_AUDIT_PUBLIC_DEMO"
"""Environment variable that turns the public demo mode on ("1"); `public_demo = true` in the secrets does the same."""

_OFF = ("", "0", "false", "no", "off")
# What else stands in the secrets' section [auth] beside the providers' own sections and settings.
_OWN_SETTINGS = ("client_id", "client_secret", "server_metadata_url")


def secret(name: str) -> Any:
    """An entry of ``.streamlit/secrets.toml``; None where there is no such file or entry."""
    return st.secrets.get(name) if st.secrets.load_if_toml_exists() else None


def broken_secrets() -> bool:
    """Whether there is a secrets file that cannot be read: then nobody knows who may do what."""
    there = any(Path(name).expanduser().is_file() for name in st.get_option("secrets.files"))
    return there and not st.secrets.load_if_toml_exists()


def public_demo() -> bool:
    """Whether this server is open to anybody, so that each visitor gets a sandbox of his own."""
    said = os.environ.get(DEMO_VARIABLE)
    if said is None:
        return secret("public_demo") is True
    return said.strip().lower() not in _OFF


def sign_in_providers() -> tuple[str | None, ...]:
    """The OIDC providers that the secrets configure, None for the one without a name; empty where there is no sign-in.

    See https://docs.streamlit.io/develop/api-reference/user/st.login for the section ``[auth]``.
    """
    section = secret("auth")
    if not isinstance(section, Mapping):
        return ()
    named = tuple(
        name for name, settings in section.items() if isinstance(settings, Mapping) and "client_id" in settings
    )
    return (None, *named) if all(name in section for name in _OWN_SETTINGS) else named


def signed_in() -> tuple[str, bool] | None:
    """Name of the person who signed in, and whether it is proved; None where nobody did.

    The name is the e-mail address (or what the secrets' ``identity_claim`` names, such as "sub"), because display names
    are not unique and anybody can choose them. An address that the provider says it has not checked proves nothing.
    """
    facts = st.user.to_dict()
    if not facts.get("is_logged_in"):
        return None
    claim = secret("identity_claim") or "email"
    if name := " ".join(str(facts.get(claim) or "").split()):
        return name, claim != "email" or facts.get("email_verified", True) in (True, "true")
    name = " ".join(str(facts.get("sub") or "").split())
    return (name, True) if name else None


def typed_name() -> str:
    """The name typed in the sidebar, or an empty text."""
    return " ".join(str(st.session_state.get(NAME_KEY, "")).split())[:NAME_LIMIT]

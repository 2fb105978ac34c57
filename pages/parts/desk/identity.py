"""What is known of the person in front of the screen: signed in, or a name that was typed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from core.allowed_paths import ROOTS_VARIABLE, roots_in
from pages.parts.desk.state import NAME_KEY, widget_value

NAME_LIMIT = 80

DEMO_VARIABLE = "GLITCH_AUDIT_PUBLIC_DEMO"
"""Environment variable that turns the public demo mode on ("1"); `public_demo = true` in the secrets does the same."""

FETCH_VARIABLE = "GLITCH_AUDIT_FETCH"
"""Environment variable that says whether this server fetches open strain; `fetch = false` in the secrets does, too."""

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# What says that a visit came through another server.
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
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
    message = os.environ.get(DEMO_VARIABLE)
    if message is None:
        return secret("public_demo") is True
    return message.strip().lower() not in _OFF


def fetching_allowed() -> bool:
    """Whether this server fetches open strain: unless that was forbidden, and in the public demo only if allowed."""
    message = os.environ.get(FETCH_VARIABLE, "").strip().lower()
    if message:
        return message not in _OFF
    said = secret("fetch")
    return said if isinstance(said, bool) else not public_demo()


def this_machine_only() -> bool:
    """Whether only people at this machine come here: the server listens to nobody else, and no other passed this on."""
    if st.get_option("server.address") not in _THIS_MACHINE:
        return False
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    asked = [urlsplit(f"//{headers['host']}")] if "host" in headers else []
    asked += [urlsplit(headers["origin"])] if "origin" in headers else []
    return not any(name in headers for name in _PASSED_ON) and all(one.hostname in _THIS_MACHINE for one in asked)


def data_roots() -> tuple[Path, ...] | None:
    """The folders that data may be opened from here; None where nothing was said and nobody signs in: from anywhere.

    The environment comes before ``data_roots`` in the secrets. Where people sign in and nothing was said, or what was
    said cannot be read, there is none.
    """
    if message := os.environ.get(ROOTS_VARIABLE, "").strip():
        return roots_in(message)
    message = secret("data_roots")
    if message is None:
        return () if sign_in_providers() or broken_secrets() else None
    if isinstance(message, str):
        return roots_in(message)
    return tuple(Path(str(root)).expanduser() for root in message) if isinstance(message, Iterable) else ()


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


@dataclass(frozen=True)
class Account:
    """Somebody who signed in.

    Attributes:
        name: the e-mail address, or what the secrets' ``identity_claim`` names, else the account's number.
        verified: whether the name is proved: the number is, and an address that the provider says it has checked.
        issuer, subject: the provider, and the number of the account there; empty where the provider did not say.
    """

    name: str
    verified: bool
    issuer: str
    subject: str


def signed_in() -> Account | None:
    """Who signed in; None where nobody did.

    The name is an address or a number because display names are not unique and anybody can choose them. Any other claim
    that ``identity_claim`` may name is taken for one that people can choose, so it proves nothing.
    """
    facts = st.user.to_dict()
    if not facts.get("is_logged_in"):
        return None
    issuer, subject = (" ".join(str(facts.get(claim) or "").split()) for claim in ("iss", "sub"))
    claim = secret("identity_claim") or "email"
    name = " ".join(str(facts.get(claim) or "").split())
    if not name or claim == "sub":
        return Account(subject, True, issuer, subject) if subject else None
    # Some providers write it as a text.
    verified = claim == "email" and facts.get("email_verified") in (True, "true")
    return Account(name, verified, issuer, subject)


def typed_name() -> str:
    """The name typed in the sidebar, or an empty text."""
    return " ".join(str(widget_value(NAME_KEY, "")).split())[:NAME_LIMIT]

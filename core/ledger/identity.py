"""When two rows of the ledger are one person's: by the account that signed in, else by the name that was typed.

The column ``author_key`` holds one of three kinds of key:

- of an account: issuer and subject, with a line break between them. Accounts of the same number or address at two
  providers are two persons; an account whose address changes stays one;
- of a proved name whose issuer is not known (rows from before issuers were kept, and of a restored copy): a line break
  and the name's key. These rows count as those of the account that first writes under that name;
- of a typed name: the name's key, which has no line break, so that no typed name has the key of an account.

The column ``name_key`` has the key of the name, for all three. Why: docs/decisions/16-who-is-one-person.md.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd

from core.ledger.names import person_key

_BREAK = "\n"

KEYS = ("author_key", "name_key")
"""The columns that nobody is shown: names are for people, and the number of an account is its owner's business."""

PERSON = "coalesce(account_of.account, said.author_key)"
"""SQL: whose the row ``said`` is, with ``account_of`` joined by :data:`JOIN_ACCOUNT`."""

JOIN_ACCOUNT = "LEFT JOIN account_of ON account_of.author_key = said.author_key"

TYPED_BESIDE_SIGNED_IN = "person = name_key AND bool_or(person <> name_key) OVER (PARTITION BY {about}, name_key)"
"""SQL: whether a typed name says something that somebody who signed in under the same name speaks about too.

The one whose name was proved speaks for that name alone: the typed one neither replaces what he said nor adds to it.
"""


def account_key(issuer: str, subject: str, name: str) -> str:
    """Return the key of somebody who signed in; by the proved name where issuer or subject are not known."""
    issuer = "".join(issuer.split())
    return f"{issuer}{_BREAK}{subject}" if issuer and subject else f"{_BREAK}{person_key(name)}"


def is_account(key: str) -> bool:
    """Return whether the key is that of an account whose issuer is known."""
    return key.find(_BREAK) > 0


def perhaps_same(key: str, name_key: str, other_key: str, other_name_key: str) -> bool:
    """Return whether two authors may be one person, who then may not do what takes two people.

    They have the same key, or the same name without each having an account.
    """
    return key == other_key or (name_key == other_name_key and not (is_account(key) and is_account(other_key)))


PERHAPS_MINE = f"""(
    author_key = $key OR (name_key = $name AND NOT ($account AND position('{_BREAK}' IN author_key) > 1))
)"""
"""SQL: :func:`perhaps_same` of a row and the person whose ``$key``, ``$name`` (its key) and ``$account`` are given."""


def names_apart(keys: pd.Series, authors: pd.Series) -> pd.Series:
    """Return the authors, each person by the last spelling, and where they signed in if two persons share it."""
    last = dict(zip(keys, authors, strict=True))
    taken: dict[str, list[str]] = {}
    for key, name in last.items():
        taken.setdefault(person_key(name), []).append(key)
    for several in taken.values():
        if len(several) > 1:
            last |= {key: f"{last[key]} ({_where(key)})" for key in several}
    return keys.map(last)


def _where(key: str) -> str:
    if not is_account(key):
        return "signed in earlier" if key.startswith(_BREAK) else "not verified"
    issuer = key.split(_BREAK, maxsplit=1)[0]
    return urlsplit(issuer).netloc or issuer

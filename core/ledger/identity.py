"""When two rows of the ledger are one person's: by the account that signed in, else by the name that was typed.

Three kinds of key stand in the column ``author_key``:

- of somebody who signed in: issuer and subject, with a line break between them. Two providers' accounts of the same
  number or address are two persons, and an account whose address changes stays one;
- of a name that was signed in with, where the issuer is not known: a line break and the name's key. Rows from before
  issuers were kept have it, and those of a restored copy. They are the account's that first writes under that name;
- of a name that was typed: the name's key, which has no line break.

So nobody can type a name that has the key of somebody who signed in. The column ``name_key`` has the key of the name,
for all three.
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
    """Return the key of somebody who signed in; where issuer or subject are not known, by the name that was proved."""
    issuer = "".join(issuer.split())
    return f"{issuer}{_BREAK}{subject}" if issuer and subject else f"{_BREAK}{person_key(name)}"


def is_account(key: str) -> bool:
    """Return whether the key is that of an account whose issuer is known."""
    return key.find(_BREAK) > 0


def perhaps_same(key: str, name_key: str, other_key: str, other_name_key: str) -> bool:
    """Return whether two authors may be one person.

    They have the same key, or the same name and not each an account of his own. What takes two people is refused to two
    authors who may be one.
    """
    return key == other_key or (name_key == other_name_key and not (is_account(key) and is_account(other_key)))


PERHAPS_MINE = f"""(
    author_key = $key OR (name_key = $name AND NOT ($account AND position('{_BREAK}' IN author_key) > 1))
)"""
"""SQL: :func:`perhaps_same` of a row and the person whose ``$key``, ``$name`` (its key) and ``$account`` are given."""


def names_apart(keys: pd.Series, authors: pd.Series) -> pd.Series:
    """Return the authors, each person under one name.

    That is the last spelling, followed by where the person signed in where two have the same.

    Args:
        keys: of the persons.
        authors: the names, in the order of the keys.
    """
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

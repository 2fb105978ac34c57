"""Who is at the desk, and what each role may do; every writing function of the ledger asks here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import GlitchAuditError
from core.ledger.identity import account_key, perhaps_same
from core.ledger.names import person_key

VIEWER, REVIEWER, MODERATOR = "viewer", "reviewer", "moderator"
ROLES = (VIEWER, REVIEWER, MODERATOR)
"""From the one that may do least to the one that may do most; each may do what the ones before it may."""

_LEAST_ROLE = {
    "propose": REVIEWER,
    "withdraw": REVIEWER,
    "judge": REVIEWER,
    "review": REVIEWER,
    "change taxonomy": REVIEWER,
    "save selection": REVIEWER,
    "comment": REVIEWER,
    "import": REVIEWER,
    "export": REVIEWER,
    "open": REVIEWER,
    "change settings": REVIEWER,
    "prepare": REVIEWER,
    "train": REVIEWER,
    "remove run": REVIEWER,
    "evaluate": REVIEWER,
    "write report": REVIEWER,
    "keep selection": REVIEWER,
    "claim": REVIEWER,
    "practise": REVIEWER,
    "recover": REVIEWER,
    "become moderator": REVIEWER,
    "name people": MODERATOR,
    "back up": MODERATOR,
    "release": MODERATOR,
    "restore ledger": MODERATOR,
    "withdraw for others": MODERATOR,
    "decide": MODERATOR,
    "reopen": MODERATOR,
    "see others": MODERATOR,
    "mix in known samples": MODERATOR,
}
ACTS = tuple(_LEAST_ROLE)
"""What one may do at the desk.

"withdraw" takes back (or brings back) what one wrote oneself, "withdraw for others" what somebody else wrote;
"change taxonomy" proposes such a change and reviews it; "import" brings in corrections and volunteers' votes;
"open" opens, names and reads data sets anew; "prepare" starts and stops the making of maps and audits, "train" that of
classifiers; "remove run" puts a training run aside and back; "keep selection" lets an address name the selection on
screen; "claim" reserves samples for a while; "practise" keeps how one did in practice; "back up" takes the ledger, the
roles and the settings along; "release" freezes the labels under a name; "recover" mends a damaged ledger, "restore
ledger" fills an empty one; "become moderator" is for the first one of a data set, "name people" gives roles to others;
"see others" is to look at what one other person said, with the figures about that person; "mix in known samples" sets
how many of the samples that people are asked about are known ones.
"""

_REFUSALS = {
    "propose": "propose labels",
    "withdraw": "withdraw or bring back anything",
    "judge": "judge suspects",
    "review": "review proposals",
    "change taxonomy": "propose or review changes of the taxonomy",
    "save selection": "save selections",
    "comment": "comment on anything",
    "import": "import corrections or votes",
    "export": "make exports",
    "open": "open, name or read data sets anew",
    "change settings": "change the settings of a data set",
    "prepare": "start or stop work on a data set",
    "train": "start or stop a training",
    "remove run": "remove training runs or bring them back",
    "evaluate": "evaluate training runs",
    "write report": "write reports",
    "keep selection": "leave selections on the server",
    "claim": "have samples reserved",
    "practise": "have practice kept",
    "become moderator": "become the first moderator",
    "name people": "give roles to people",
    "back up": "take a backup of a data set",
    "release": "make a release of the labels",
    "restore ledger": "fill the ledger from a copy",
    "recover": "put a backup of the ledger in its place",
    "withdraw for others": "withdraw or bring back what somebody else wrote",
    "decide": "decide alone",
    "reopen": "reopen what was decided",
    "see others": "see figures about other people",
    "mix in known samples": "set how many known samples are mixed in",
}


@dataclass(frozen=True)
class Person:
    """Somebody at the desk, with one of :data:`ROLES`; rows carry the name as author.

    ``verified`` says that the person has signed in, which proves the name; ``issuer`` and ``subject`` then say who
    vouches for the account, and which one it is there.
    """

    name: str
    role: str = REVIEWER
    verified: bool = False
    issuer: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        _check_role(self.role, f"the role of '{self.name}'")

    @property
    def key(self) -> str:
        """The key by which rows are this person's, see :mod:`core.ledger.identity`; empty for nobody."""
        return account_key(self.issuer, self.subject, self.name) if self.verified else self.name_key

    @property
    def name_key(self) -> str:
        """The key of the name, see :func:`core.ledger.names.person_key`."""
        return person_key(self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which this person wrote: before issuers were kept, a proved name had a key without one."""
        return tuple(dict.fromkeys((self.key, account_key("", "", self.name)))) if self.verified else (self.key,)


@dataclass(frozen=True)
class Roles:
    """Who has which role.

    Attributes:
        by_name: the role of a typed name in any spelling; of an address that was signed in with, letter case aside; of
            an account by its number at the only provider, or by "issuer number" to the letter.
        unverified: the highest role of a name that was only typed, whatever role it has otherwise.
    """

    default: str = REVIEWER
    by_name: Mapping[str, str] = field(default_factory=dict)
    unverified: str = MODERATOR

    def __post_init__(self) -> None:
        _check_role(self.default, "the default role")
        _check_role(self.unverified, "the most that an unverified name may do")
        for name, role in self.by_name.items():
            _check_role(role, f"the role of '{name}'")

    def role_of(
        self, name: str, *, verified: bool = False, issuer: str = "", subject: str = "", several: bool = False
    ) -> str:
        """Return the role of a person.

        ``issuer`` and ``subject`` name the account of a ``verified`` person. ``several`` says that there is more than
        one provider, so that a number alone does not tell whose account it is.
        """
        if not verified:
            named = {person_key(known): role for known, role in self.by_name.items()}
            return self.capped(named.get(person_key(name), self.default))
        if (role := self.by_name.get(f"{issuer} {subject}")) is not None:
            return role
        if name == subject:
            # Numbers of accounts tell letter case apart.
            return self.default if several else self.by_name.get(name, self.default)
        return {known.lower(): role for known, role in self.by_name.items()}.get(name.lower(), self.default)

    def capped(self, role: str) -> str:
        """Return the role, or the most that somebody unverified may have."""
        return min(role, self.unverified, key=ROLES.index)

    def person(
        self, name: str, *, verified: bool = False, issuer: str = "", subject: str = "", several: bool = False
    ) -> Person:
        """Return the person, with their role; arguments as for :meth:`role_of`."""
        role = self.role_of(name, verified=verified, issuer=issuer, subject=subject, several=several)
        return Person(name, role, verified, issuer, subject)

    def anybody(self, name: str = "") -> Person:
        """Return a person without a role by name: one who has to sign in and has not, or whose name is only claimed."""
        return Person(name, self.capped(self.default))


def read_roles(path: Path) -> Roles:
    """Return the role of each person, from a TOML file; without a file, everybody is a reviewer.

    ``default`` is the role of people who are not listed, ``unverified`` the highest role of a name that was only typed.
    Every line is optional::

        default = "viewer"
        unverified = "reviewer"

        [people]
        "Ada Lovelace" = "moderator"

    Raises GlitchAuditError if the file cannot be read, is no TOML, or names a role that does not exist.
    """
    if not path.exists():
        return Roles()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GlitchAuditError(f"The roles in {path} cannot be read: {error}. Mend that file.") from error
    people = content.get("people", {})
    unknown = set(content) - {"default", "unverified", "people"}
    if unknown or not isinstance(people, dict):
        what = f"an entry '{min(unknown)}'" if unknown else "'people' that is no table"
        raise GlitchAuditError(f"The roles in {path} have {what}; it knows default, unverified and [people].")
    try:
        return Roles(content.get("default", REVIEWER), people, content.get("unverified", MODERATOR))
    except GlitchAuditError as error:
        raise GlitchAuditError(f"{path}: {error}") from error


def may(person: Person, act: str) -> bool:
    """Return whether the person's role allows one of :data:`ACTS`."""
    if act not in _LEAST_ROLE:
        raise ValueError(f"unknown act '{act}'; one of {', '.join(ACTS)}")
    return ROLES.index(person.role) >= ROLES.index(_LEAST_ROLE[act])


def require(person: Person, act: str) -> None:
    """Raise a GlitchAuditError that names the role it takes, if the person's role does not allow the act."""
    if not may(person, act):
        raise GlitchAuditError(
            f"As a {person.role}, {person.name or 'nobody'} may not {_REFUSALS[act]}; that takes a {_LEAST_ROLE[act]}. "
            "A moderator, or whoever runs this workbench, gives the roles."
        )


def owns(person: Person, author_key: str) -> bool:
    """Return whether this person wrote what the author of this key wrote.

    A typed name is not taken for the person who signed in under it, but whoever signed in owns what was typed under the
    proved name.
    """
    return author_key in (*person.keys, person.name_key)


def perhaps_own(person: Person, author_key: str, name_key: str) -> bool:
    """Return whether the author may be this person, who then gives no second opinion on what that author wrote."""
    return perhaps_same(person.key, person.name_key, author_key, name_key)


def require_own(person: Person, author: str, author_key: str) -> None:
    """Raise a GlitchAuditError that says who wrote this, unless the person may take it back or bring it back."""
    require(person, "withdraw")
    if owns(person, author_key) or may(person, "withdraw for others"):
        return
    if person.name_key == person_key(author):
        raise GlitchAuditError(
            f"{author} had signed in to write this, with another account; sign in with that one to withdraw it or "
            "bring it back."
            if person.verified
            else f"{author} had signed in to write this; sign in to withdraw it or bring it back."
        )
    raise GlitchAuditError(f"{author} wrote this; only {author} or a moderator may withdraw it or bring it back.")


def as_person(author: str | Person, *, verified: bool = False) -> Person:
    """Return the author as a person; a plain name is a reviewer, unverified unless said otherwise."""
    return author if isinstance(author, Person) else Person(author, verified=verified)


def _check_role(role: object, what: str) -> None:
    if role not in ROLES:
        raise GlitchAuditError(f"{what[0].upper()}{what[1:]} must be one of {', '.join(ROLES)}, not '{role}'.")

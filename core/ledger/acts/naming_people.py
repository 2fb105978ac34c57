"""Who has which role, written to the data set's own file of roles: the first moderator, and whom moderators name.

No act on the ledger: whoever runs the server may write the same file by hand.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from core.errors import GlitchAuditError
from core.files import whole_file
from core.ledger.acts.checks import checked_person
from core.ledger.names import person_key
from core.ledger.people import MODERATOR, Roles, read_roles
from core.workspace import Workspace, writing

ROLES_FILE = "roles.toml"
"""In the workspace's folder."""

_HEAD = "# Who may do what with this data set; the app writes it on the page Decisions, under People."


def name_first(workspace: Workspace, name: str, *, instead_of: str = "") -> Roles:
    """Make somebody the moderator of a data set for which no roles are written yet; returns the roles.

    Args:
        workspace: of the data set.
        name: as it was typed.
        instead_of: a name that was made the first moderator by mistake: this one takes its place, as long as no other
            role was written since.

    Raises:
        GlitchAuditError: there is a file of roles, sound or broken; the name cannot be told from others; or the file
            cannot be written.
    """
    name = checked_person(name).name
    path = workspace.root / ROLES_FILE
    with writing(workspace):
        # A link that leads nowhere is somebody's file as well.
        if path.exists() or path.is_symlink():
            former = read_roles(path)
            if not instead_of or former != Roles(by_name={instead_of: MODERATOR}):
                raise GlitchAuditError(f"Somebody has given roles in the meantime, in {path}: nothing was changed.")
        roles = Roles(by_name={name: MODERATOR})
        _write(path, roles)
    return roles


def give_role(workspace: Workspace, name: str, role: str | None) -> Roles:
    """Give somebody a role, or with None that of everybody who is not named; returns the roles.

    Raises:
        GlitchAuditError: no moderator would be left, the name cannot be told from others, there is no such role, or the
            file cannot be read or written.
    """
    name = checked_person(name).name
    with writing(workspace):
        former = read_roles(workspace.root / ROLES_FILE)
        people = dict(former.by_name)
        known = [one for one in people if person_key(one) == person_key(name)]
        if role is not None:
            people[known[0] if known else name] = role
        for one in known[1 if role is not None else 0 :]:
            del people[one]
        return _change(workspace, replace(former, by_name=people))


def give_default_role(workspace: Workspace, role: str) -> Roles:
    """Give a role to everybody who is not named; returns the roles.

    Raises:
        GlitchAuditError: as for :func:`give_role`.
    """
    with writing(workspace):
        return _change(workspace, replace(read_roles(workspace.root / ROLES_FILE), default=role))


def _change(workspace: Workspace, roles: Roles) -> Roles:
    if MODERATOR not in (*roles.by_name.values(), roles.default):
        raise GlitchAuditError(
            "Somebody has to be moderator here, or nobody could give roles any more: name another moderator first."
        )
    _write(workspace.root / ROLES_FILE, roles)
    return roles


def _write(path: Path, roles: Roles) -> None:
    # Who keeps one file of roles for several data sets has links to it.
    path = path.resolve()
    lines = [_HEAD, *_comments(path), f"default = {_text(roles.default)}"]
    if roles.unverified != MODERATOR:
        lines.append(f"unverified = {_text(roles.unverified)}")
    lines += ["", "[people]", *(f"{_text(name)} = {_text(role)}" for name, role in roles.by_name.items())]
    with whole_file(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _comments(path: Path) -> list[str]:
    """Return the lines of the file that are comments and not the app's own: somebody wrote them by hand."""
    if not path.exists():
        return []
    lines = map(str.strip, path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line.startswith("#") and line != _HEAD]


def _text(text: str) -> str:
    # Every text of JSON is one of TOML; a name holds none of the characters that only TOML wants escaped.
    return json.dumps(text, ensure_ascii=False)

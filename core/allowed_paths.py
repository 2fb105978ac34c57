"""Which paths people may open on a server that others use."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from core.errors import GlitchAuditError
from core.typed_paths import typed_path

ROOTS_VARIABLE = "GLITCH_AUDIT_ROOTS"
"""Environment variable naming the folders that data may be opened from, with ``:`` between them (``;`` on Windows)."""


def roots_in(text: str) -> tuple[Path, ...]:
    """Return the folders that the value of :data:`ROOTS_VARIABLE` names."""
    return tuple(Path(part).expanduser() for part in text.split(os.pathsep) if part.strip())


def path_within(typed: str, roots: Iterable[Path] | None) -> Path:
    """Return the typed path, with symbolic links resolved, if it lies inside one of ``roots``.

    ``roots`` None allows every path; links are not resolved then.

    Raises:
        GlitchAuditError: the path lies outside all roots (the same sentence whether it exists or not), or without
            ``roots`` the text cannot be a path.
    """
    if roots is None:
        return typed_path(typed)
    try:
        path = typed_path(typed).resolve()
        if any(path.is_relative_to(root.resolve()) for root in roots):
            return path
    except (GlitchAuditError, OSError, RuntimeError):
        pass
    raise GlitchAuditError(
        "This path does not lie in a folder that this server opens files from: ask whoever runs it to put the data "
        "there."
    )

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
    """The folders that the value of :data:`ROOTS_VARIABLE` names."""
    return tuple(Path(part).expanduser() for part in text.split(os.pathsep) if part.strip())


def path_within(typed: str, roots: Iterable[Path] | None) -> Path:
    """The path that somebody typed, with its links followed, where it lies under one of the roots.

    Args:
        typed: as it was typed.
        roots: folders; None lets everything through, links and all.

    Raises:
        GlitchAuditError: it does not. The sentence is the same whatever lies there, or nothing does. Or, without
            roots, the path can be none.
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

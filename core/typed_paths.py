"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path

from core.errors import GlitchAuditError

_SHOWN = 200


def typed_path(typed: Path | str) -> Path:
    """Return the path that somebody typed, with ``~`` as the home folder.

    Spaces and quotes around a text are removed; a :class:`Path` keeps them, as folders may be called so.

    Raises:
        GlitchAuditError: it names the home of an unknown user, cannot be followed, or cannot be a path at all.
    """
    text = typed.strip().strip("\"'") if isinstance(typed, str) else str(typed)
    shown = "".join(character if character.isprintable() else "?" for character in text[:_SHOWN])
    if "\0" in text:
        raise GlitchAuditError(f"{shown}: no file or folder can have this name; check the path.")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise GlitchAuditError(f"{shown}: nobody of this name has a home folder here; check the path.") from None
    try:
        path.resolve()
        path.exists()
    except (RuntimeError, OSError) as error:
        why = getattr(error, "strerror", None) or "its links lead in a circle"
        raise GlitchAuditError(f"{shown}: the path cannot be followed ({why}); check it.") from None
    return path

"""The selection on screen, kept beside the results under the hash of its content, so that an address can name it.

It is no saved selection: it has no name, and only the newest ones are kept.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.dataset.selection import Selection, selection_from
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.workspace import Workspace, make_folder, read_json, write_json

NEWEST_KEPT = 200
_FOLDER, _PREFIX = "selections", "kept-"
_ID = re.compile(_PREFIX + "[0-9a-f]{16}")


def is_kept_id(selection_id: str) -> bool:
    """Return whether a text looks like what :func:`keep_selection` returns."""
    return _ID.fullmatch(selection_id) is not None


def kept_id(selection: Selection, *, clustering: str = "") -> str:
    """Return the id under which the selection is kept, the same for the same content."""
    return _PREFIX + fingerprint("kept selection", selection, clustering)


def keep_selection(workspace: Workspace, selection: Selection, *, clustering: str = "") -> str:
    """Keep a selection, delete the oldest ones beyond :data:`NEWEST_KEPT`, and return its id.

    ``clustering`` is the fingerprint of the clustering that its cluster number belongs to. Raises GlitchAuditError
    where the cache cannot be written.
    """
    selection_id = kept_id(selection, clustering=clustering)
    path = _path(workspace, selection_id)
    if not path.is_file():
        make_folder(path.parent)
        write_json(path, {"selection": asdict(selection), "clustering": clustering})
        _let_go_of_old(path.parent)
    return selection_id


def kept_selection(workspace: Workspace, selection_id: str) -> tuple[Selection, str]:
    """Return the kept selection of this id and its clustering's fingerprint; GlitchAuditError where it is not kept."""
    content: Any = read_json(_path(workspace, selection_id)) if is_kept_id(selection_id) else None
    try:
        return selection_from(content["selection"]), str(content["clustering"])
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise GlitchAuditError(
            "The selection that the address names is not kept here any more: draw it again, or ask for a saved one."
        ) from error


def _path(workspace: Workspace, selection_id: str) -> Path:
    return workspace.cache / _FOLDER / f"{selection_id}.json"


def _let_go_of_old(folder: Path) -> None:
    paths = sorted(folder.glob(f"{_PREFIX}*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in paths[NEWEST_KEPT:]:
        path.unlink(missing_ok=True)

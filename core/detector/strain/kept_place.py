"""Where the strain of a data set lies: chosen once, kept in its workspace."""

from __future__ import annotations

from pathlib import Path

from core.detector.strain.source import StrainSource, open_strain
from core.workspace import Workspace, read_json, write_json, writing

PLACE_FILE = "strain.json"
"""The name of the workspace's file that says where its strain lies."""


def kept_place(workspace: Workspace) -> Path | None:
    """Return the file or folder of strain that was chosen for this data set; None where none was."""
    content = read_json(workspace.root / PLACE_FILE)
    place = content.get("place") if isinstance(content, dict) else None
    return Path(place) if isinstance(place, str) and place else None


def keep_place(workspace: Workspace, place: Path) -> StrainSource:
    """Open a file or folder of strain, keep it as this data set's, and return it.

    Raises GlitchAuditError where it cannot be opened, or the workspace cannot be written.
    """
    source = open_strain(place)
    with writing(workspace):
        write_json(workspace.root / PLACE_FILE, {"place": str(source.place.absolute())})
    return source


def forget_place(workspace: Workspace) -> None:
    """Forget where the strain lies; the files stay as they are."""
    with writing(workspace):
        write_json(workspace.root / PLACE_FILE, {})


def place_stamp(place: Path) -> str:
    """Return a text that changes when the file does, or files are put in or taken out; "" where it is gone."""
    try:
        status = place.stat()
    except OSError:
        return ""
    return f"{status.st_ino}/{status.st_size}/{status.st_mtime_ns}"

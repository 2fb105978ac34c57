"""Titles of data sets on screen: the folder's or file's name, or one that somebody gave; never two alike."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from core.errors import GlitchAuditError
from core.workspace import ABOUT_FILE, DEMO_SOURCE, Workspace, open_workspace, read_json, write_json, writing

MAX_TITLE = 80
_SUFFIXES = (".csv", ".parquet", ".h5", ".hdf5")


def workspace_title(workspace: Workspace) -> str:
    """Return the name that somebody gave the data set, else the name of its folder or file."""
    if workspace.source == DEMO_SOURCE:
        return "demo"
    about = read_json(workspace.root / ABOUT_FILE)
    given = about.get("title") if isinstance(about, dict) else None
    return given if isinstance(given, str) and given else _own_name(workspace.source)


def workspace_titles(workspaces: Iterable[Workspace]) -> dict[str, str]:
    """Return the titles of data sets by ``Workspace.name``; equal titles are told apart by where the data lie."""
    workspaces = tuple(workspaces)
    titles = {workspace.name: workspace_title(workspace) for workspace in workspaces}
    ways: tuple[Callable[[Workspace], str], ...] = (lambda one: one.source.parent.name, lambda one: one.name)
    for more in ways:
        counts = Counter(titles.values())
        for workspace in workspaces:
            if counts[titles[workspace.name]] > 1:
                titles[workspace.name] += f" ({more(workspace)})"
    return titles


def rename_workspace(workspace: Workspace, title: str) -> str:
    """Give a data set another title, and return the title it has now; an empty one goes back to its folder's name.

    Raises GlitchAuditError if the title is too long or has characters that cannot be seen, if the workspace cannot be
    written, or for the demo, which keeps its name.
    """
    if workspace.source == DEMO_SOURCE:
        raise GlitchAuditError("The demo keeps its name.")
    title = " ".join(unicodedata.normalize("NFC", title).split())
    if len(title) > MAX_TITLE:
        raise GlitchAuditError(f"The name has {len(title)} characters, {MAX_TITLE} at most are kept; shorten it.")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in title):
        raise GlitchAuditError("The name has characters that cannot be seen; take them out.")
    open_workspace(workspace)
    with writing(workspace):
        write_json(workspace.root / ABOUT_FILE, {"source": str(workspace.source), "title": title})
    return workspace_title(workspace)


def _own_name(source: Path) -> str:
    return (source.stem if source.suffix.lower() in _SUFFIXES else source.name) or str(source)

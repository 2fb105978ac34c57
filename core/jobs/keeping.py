"""Keeping data sets: the one that changed last first, and a trash that removed ones come back from."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.errors import GlitchAuditError
from core.jobs.job import PREPARING, TRAINING, job_status
from core.ledger import open_ledger
from core.workspace import ABOUT_FILE, DEMO_SOURCE, Workspace, make_folder, workspaces_home, writing
from core.workspace_titles import workspace_title

TRASH = ".trash"
"""The folder inside the home that removed data sets go to; its workspaces are not found as data sets."""


def recent_first(workspaces: Iterable[Workspace]) -> tuple[Workspace, ...]:
    """Return the workspaces, the one whose files or ledger changed last first, and the demo where it stands by that."""
    return tuple(sorted(workspaces, key=_last_change, reverse=True))


def remove_workspace(workspace: Workspace, typed: str) -> Path:
    """Move a data set's workspace to the trash inside the home, and return where it lies there.

    The pictures are never touched. To bring it back, move that folder back into the home. Raises GlitchAuditError for
    the demo, where ``typed`` is not the data set's name on screen, while it is worked on, or if it cannot be moved.
    """
    if workspace.source == DEMO_SOURCE:
        raise GlitchAuditError("The demo cannot be removed.")
    title = workspace_title(workspace)
    if " ".join(typed.split()) != title:
        raise GlitchAuditError(f"Type the data set's name, {title}, to remove it: nothing was removed.")
    if not (workspace.root / ABOUT_FILE).is_file() or workspace.root.is_symlink():
        raise GlitchAuditError(f"There is no data set {title} to remove: reload the page.")
    with writing(workspace):
        for name in (PREPARING, TRAINING):
            if job_status(workspace, name).running:
                raise GlitchAuditError(f"Work on {title} is under way: stop it, or wait until it is done.")
        open_ledger(workspace.ledger_path).close()
        trash = workspaces_home() / TRASH
        make_folder(trash)
        target = trash / f"{workspace.name}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        try:
            workspace.root.rename(target)
        except OSError as error:
            raise GlitchAuditError(f"{workspace.root} cannot be moved ({error.strerror or error}).") from error
    return target


def restore_workspace(folder: Path) -> Path:
    """Move a workspace from the trash back into the home, and return where it lies; GlitchAuditError if it cannot."""
    if folder.resolve().parent != (workspaces_home() / TRASH).resolve() or not (folder / ABOUT_FILE).is_file():
        raise GlitchAuditError(f"{folder}: there is no removed data set there.")
    target = workspaces_home() / folder.name.rsplit("-", 3)[0]
    if target.exists():
        raise GlitchAuditError(f"{target} is there again by now: remove that one first.")
    try:
        folder.rename(target)
    except OSError as error:
        raise GlitchAuditError(f"{folder} cannot be moved ({error.strerror or error}).") from error
    return target


def removed_workspaces() -> tuple[Path, ...]:
    """Return the folders of removed data sets, the one that was removed last first."""
    found = (workspaces_home() / TRASH).glob(f"*/{ABOUT_FILE}")
    return tuple(sorted((path.parent for path in found), key=lambda path: path.name.rsplit("-", 3)[1:], reverse=True))


def _last_change(workspace: Workspace) -> float:
    times = [0.0]
    for path in (workspace.root / ABOUT_FILE, workspace.ledger_path, workspace.cache):
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    # To the minute, so that the menu stands still while several are worked on.
    return max(times) // 60

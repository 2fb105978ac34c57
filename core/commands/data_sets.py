"""Find the data set that a command is about, and its map."""

from __future__ import annotations

from pathlib import Path

from core.artifact_store.places import remote_address
from core.errors import GlitchAuditError
from core.pipeline.stages import Prepared, load_prepared
from core.typed_paths import typed_path
from core.workspace import Workspace, known_workspaces, workspace_for
from core.workspace_titles import workspace_titles


def workspace_named(named: Path) -> Workspace:
    """Return the workspace of that folder, name, title or data set; raises GlitchAuditError if there is none."""
    if remote_address(named):
        return workspace_for(named)
    path = typed_path(named)
    titles = workspace_titles(known_workspaces())
    for workspace in known_workspaces():
        if str(named) in (workspace.name, titles[workspace.name]) or path.resolve() == workspace.root.resolve():
            return workspace
    if not path.exists():
        known = ", ".join(workspace.name for workspace in known_workspaces())
        raise GlitchAuditError(
            f"{named}: there is no such file or folder, and no workspace of that name; known workspaces: {known}."
        )
    return workspace_for(named)


def prepared_results(workspace: Workspace) -> Prepared:
    """Return what a workspace's map is made of; raises GlitchAuditError if there is no map yet."""
    prepared = load_prepared(workspace)
    if prepared is None:
        raise GlitchAuditError(
            f"{workspace.source} has no map yet: make it first with: python -m core prepare {workspace.source}"
        )
    return prepared

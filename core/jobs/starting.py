"""Asking for new results: what is there already is shown at once, else a job makes it."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from core.errors import GlitchAuditError
from core.jobs.job import JobStatus, clear_job, start_job
from core.pipeline.settings import Settings, save_settings, settings_from_json
from core.pipeline.stages import prepared_key
from core.pipeline.vectors import vectors_content
from core.workspace import Workspace

READY, STARTED, BUSY = "ready", "started", "busy"


def request_results(workspace: Workspace, settings: Settings, *, asked_by: str = "") -> str:
    """Give the workspace these settings once their results are there, which ``asked_by`` wants.

    Returns "ready" where they are there and shown from now on, "started" where a job makes them, "busy" where another
    job is running and nothing was asked for. Raises GlitchAuditError where the settings' file of vectors cannot be
    read, or the workspace not be written.
    """
    content = vectors_content(Path(settings.vectors)) if settings.vectors else ""
    settings = replace(settings, vectors_content=content)
    if prepared_key(workspace, settings) is not None:
        clear_job(workspace)
        save_settings(workspace, settings)
        return READY
    command = ["prepare", str(workspace.source), "--quiet"]
    started = start_job(workspace, command, subject="prepare", settings=asdict(settings), asked_by=asked_by)
    return STARTED if started else BUSY


def requested_settings(status: JobStatus) -> Settings | None:
    """Return the settings that a job makes results with where they are not yet the workspace's, else None."""
    try:
        return settings_from_json(status.settings) if status.settings else None
    except (TypeError, KeyError, AttributeError, GlitchAuditError):
        return None

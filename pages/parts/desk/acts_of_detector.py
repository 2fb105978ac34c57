"""What the pages do on the server about a detector: refused here to who may not, as in ``acts``."""

from __future__ import annotations

from collections.abc import Sequence

from core.allowed_paths import path_within
from core.errors import GlitchAuditError
from core.jobs import job
from core.pipeline import detector
from core.workspace import Workspace
from pages.parts.desk.acts import _act, _still_open
from pages.parts.desk.identity import data_roots
from pages.parts.desk.who import at_desk


@_act("change settings", "prepare")
def bring_detector(workspace: Workspace, places: Sequence[str], livetime: str, borders: str) -> None:
    """Note what was typed as the files of a detector; its borders are GPS seconds with commas between them."""
    _still_open(workspace)
    roots = data_roots()
    named = tuple(str(path_within(one, roots)) for one in places if one.strip())
    if not named:
        raise GlitchAuditError("Type or paste the path of a file or folder of the detector first.")
    live = str(path_within(livetime, roots)) if livetime.strip() else ""
    detector.keep_bringing(workspace, detector.Bringing(named, live, detector.read_borders(borders)))


@_act("change settings", "prepare")
def forget_detector(workspace: Workspace) -> None:
    """Look at what was brought of a detector no longer; the files are left alone."""
    _still_open(workspace)
    detector.forget_bringing(workspace)


@_act("prepare")
def start_coupling(workspace: Workspace, by: str, reading_id: str = "") -> bool:
    """Start the reading of a detector and its comparison with families by label or cluster; says whether it began."""
    reading = ["--reading", reading_id] if reading_id else []
    command = ["couple", str(workspace.source), "--by", by, "--quiet", *reading]
    return job.start_job(workspace, command, subject="couple", asked_by=at_desk().person.name)

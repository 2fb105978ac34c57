"""What the desk knows of the data set that is open before anything is drawn: its words, and whether it has times."""

from __future__ import annotations

from collections.abc import Sequence

from core.dataset.wording import GLITCH_WORDS, Wording, wording
from core.detector.glitches import time_column
from core.errors import GlitchAuditError
from core.pipeline.snapshot import read_snapshot
from core.workspace import Workspace, demo_workspace
from pages.parts.desk.state import WORKSPACE, the_desk, widget_value


def words_of(workspace: Workspace) -> Wording:
    """The words of the workspace's data set, those of glitches where it was not read yet or cannot be."""
    try:
        dataset = read_snapshot(workspace)
    except GlitchAuditError:
        dataset = None
    return GLITCH_WORDS if dataset is None else wording(dataset.kind.kind)


def has_times(workspaces: Sequence[Workspace]) -> bool:
    """Whether the samples of the session's data set have times, so that they can be laid beside a detector."""
    name = the_desk().data or widget_value(WORKSPACE)
    workspace = next((one for one in workspaces if one.name == name), None) or demo_workspace()
    try:
        dataset = read_snapshot(workspace)
    except GlitchAuditError:
        return False
    return dataset is not None and time_column(dataset.samples) is not None

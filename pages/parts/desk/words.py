"""The words of the data set that is open: what its samples are called."""

from __future__ import annotations

from core.dataset.wording import GLITCH_WORDS, Wording, wording
from core.errors import GlitchAuditError
from core.pipeline.snapshot import read_snapshot
from core.workspace import Workspace


def words_of(workspace: Workspace) -> Wording:
    """The words of the workspace's data set, those of glitches where it was not read yet or cannot be."""
    try:
        dataset = read_snapshot(workspace)
    except GlitchAuditError:
        dataset = None
    return GLITCH_WORDS if dataset is None else wording(dataset.kind.kind)

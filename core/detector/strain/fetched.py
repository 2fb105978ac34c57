"""Open strain that is fetched for one sample of a data set, and lies in the workspace's cache from then on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.detector.strain.kept_place import keep_place, kept_place
from core.detector.strain.open_data import fetch_strain
from core.detector.strain.source import StrainSource
from core.workspace import Workspace

_FOLDER = "open_strain"


def may_fetch(workspace: Workspace, source: StrainSource | None, *, detector: str, time: float) -> bool:
    """Return whether the strain of GPS ``time`` is lacking, and would not be put into a folder that somebody chose."""
    kept = kept_place(workspace)
    # A backup that came back on another computer names the folder of the one before.
    ours = kept is None or kept == _place(workspace) or (kept.name == _FOLDER and not kept.exists())
    if not detector or not ours:
        return False
    return not holds(source, detector=detector, time=time)


def holds(source: StrainSource | None, *, detector: str, time: float) -> bool:
    """Return whether there is strain of GPS ``time``."""
    if source is None or detector not in source.detectors:
        return False
    return bool(source.covered(detector).contains(np.array([time]))[0])


def fetch_around(workspace: Workspace, detector: str, time: float) -> StrainSource:
    """Fetch the open strain file in which GPS ``time`` lies, and keep where it lies as the place of the data set's.

    Raises GlitchAuditError where there is no network, GWOSC has nothing of this time, a package lacks, or the disk is
    full; nothing is kept then.
    """
    folder = _place(workspace)
    fetch_strain(detector, [time], folder)
    return keep_place(workspace, folder)


def _place(workspace: Workspace) -> Path:
    return (workspace.cache / _FOLDER).absolute()

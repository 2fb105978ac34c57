"""Which detector is shown: the one whose files were brought, or a simulated one to play with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.detector.coupling.judge import CouplingResult
from core.detector.coupling.params import CouplingParams
from core.detector.model import GlitchTimes
from core.detector.simulated import Truth
from core.pipeline.detector import (
    Bringing,
    Play,
    bringing_of,
    coupling_key,
    glitches_of,
    load_coupling,
    load_detector,
    play,
)
from core.pipeline.kept_detector import Detector
from core.workspace import Workspace
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import widget_value
from pages.parts.detector.families import Families
from pages.parts.detector.state import SEED


@dataclass(frozen=True, eq=False)
class DetectorShown:
    """A detector with its glitches, and what was found.

    Attributes:
        detector: its channels, states and triggers.
        glitches: by time, each under its family.
        result: what goes with what; None where it was not compared yet.
        key: names all of it, for what is kept of it.
        borders: GPS seconds between epochs.
        truth: of a simulated one; None for a real one.
    """

    detector: Detector
    glitches: GlitchTimes
    result: CouplingResult | None
    key: str
    borders: tuple[float, ...] = ()
    truth: Truth | None = None

    @property
    def simulated(self) -> bool:
        """Whether it is a simulated one, whose glitches have no pictures."""
        return self.truth is not None

    @property
    def detectors(self) -> Sequence[str]:
        """The detectors that have both channels and glitches."""
        return sorted(
            {one.detector for one in self.detector.table.channels} & {str(one) for one in self.glitches.detectors}
        )


def simulated_detector() -> DetectorShown:
    """A simulated detector, drawn and compared once a process for each seed."""
    seed = int(widget_value(SEED) or 0)
    made = _played(seed)
    return DetectorShown(made.detector, made.glitches, made.result, f"simulated {seed}", truth=made.truth)


def brought_detector(
    workspace: Workspace, samples: Samples, bringing: Bringing, families: Families
) -> DetectorShown | None:
    """What was brought beside this data set; None where it was not read yet."""
    chosen = f"{families.chosen.kept_id} {families.chosen.name}" if families.chosen else ""
    glitches = _glitches(samples.fingerprint, families.by, chosen, samples, families)
    detector = _detector(str(workspace.root), samples.fingerprint, repr(bringing), workspace, bringing, glitches)
    if detector is None:
        # It will be there under the same key once it was read.
        _detector.clear(str(workspace.root), samples.fingerprint, repr(bringing), workspace, bringing, glitches)
        return None
    key = coupling_key(detector, glitches, params=CouplingParams(), borders=bringing.borders)
    result = _result(str(workspace.root), key, workspace, detector, glitches, bringing)
    if result is None:
        _result.clear(str(workspace.root), key, workspace, detector, glitches, bringing)
    return DetectorShown(detector, glitches, result, key, bringing.borders)


def brought_here(workspace: Workspace) -> Bringing | None:
    """What was brought of a detector for this data set."""
    return bringing_of(workspace)


@st.cache_resource(max_entries=2, show_spinner="Drawing a detector, and comparing its families with its channels")
def _played(seed: int) -> Play:
    return play(seed=seed)


@st.cache_resource(max_entries=4, show_spinner=False)
def _glitches(results: str, by: str, chosen: str, _samples: Samples, _families: Families) -> GlitchTimes:
    return glitches_of(_samples.table, _samples.clusters, by=by, chosen=_families.chosen)


@st.cache_resource(max_entries=2, show_spinner="Reading the channels")
def _detector(
    root: str, results: str, brought: str, _workspace: Workspace, _bringing: Bringing, _glitches: GlitchTimes
) -> Detector | None:
    return load_detector(_workspace, _bringing, _glitches)


@st.cache_resource(max_entries=4, show_spinner=False)
def _result(
    root: str, key: str, _workspace: Workspace, _detector: Detector, _glitches: GlitchTimes, _bringing: Bringing
) -> CouplingResult | None:
    return load_coupling(_workspace, _detector, _glitches, borders=_bringing.borders)

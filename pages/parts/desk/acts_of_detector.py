"""What the pages do on the server about a detector: refused here to who may not, as in ``acts``."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.allowed_paths import path_within
from core.dataset.selection import Selection
from core.detector.strain.fetched import fetch_around
from core.detector.strain.kept_place import forget_place, keep_place
from core.errors import GlitchAuditError
from core.jobs import job
from core.pipeline import detector
from core.pipeline.kept_selections import keep_selection
from core.workspace import Workspace
from pages.parts.desk.acts import _still_open, allowed_act
from pages.parts.desk.identity import data_roots, fetching_allowed
from pages.parts.desk.who import at_desk


@allowed_act("change settings", "prepare")
def bring_detector(workspace: Workspace, places: Sequence[str], livetime: str, borders: str) -> None:
    """Note what was typed as the files of a detector; its borders are GPS seconds with commas between them."""
    _still_open(workspace)
    roots = data_roots()
    named = tuple(str(path_within(one, roots)) for one in places if one.strip())
    if not named:
        raise GlitchAuditError("Type or paste the path of a file or folder of the detector first.")
    live = str(path_within(livetime, roots)) if livetime.strip() else ""
    detector.keep_bringing(workspace, detector.Bringing(named, live, detector.read_borders(borders)))


@allowed_act("change settings", "prepare")
def forget_detector(workspace: Workspace) -> None:
    """Look at what was brought of a detector no longer; the files are left alone."""
    _still_open(workspace)
    detector.forget_bringing(workspace)


@allowed_act("prepare")
def start_coupling(
    workspace: Workspace, by: str, reading_id: str = "", *, family: str = "", selection: Selection | None = None
) -> bool:
    """Start the reading of a detector and its comparison with families; says whether it began.

    ``by`` is "label", "cluster" or "selection": then ``selection`` is the ``family`` of that name.
    """
    command = ["couple", str(workspace.source), "--by", by, "--quiet"]
    if reading_id:
        command += ["--reading", reading_id]
    if selection is not None:
        # The job's process cannot read the ledger while this one has it open.
        command += ["--selection", keep_selection(workspace, selection), f"--family={family}"]
    return job.start_job(workspace, command, subject="couple", asked_by=at_desk().person.name)


@allowed_act("prepare")
def start_models(
    workspace: Workspace, detector: str, by: str, *, family: str = "", kind: str = "xgboost", reading_id: str = ""
) -> bool:
    """Start a model of a family's rate, or without one the telling apart of all families; says whether it began."""
    asked = [f"--model={family}", "--kind", kind] if family else ["--apart"]
    reading = ["--reading", reading_id] if reading_id else []
    command = ["impact", str(workspace.source), "--detector", detector, "--by", by, *asked, "--quiet", *reading]
    return job.start_job(workspace, command, subject="impact", asked_by=at_desk().person.name)


@allowed_act("open")
def choose_strain(workspace: Workspace, typed: str) -> None:
    """Keep the file or folder of strain that was typed as this data set's; raises GlitchAuditError where it is none."""
    with st.spinner("Looking at the strain files"):
        keep_place(workspace, path_within(typed, data_roots()))


@allowed_act("open")
def fetch_open_strain(workspace: Workspace, *, detector: str, time: float) -> None:
    """Fetch the open strain around GPS ``time`` from GWOSC, for this data set; GlitchAuditError says why it failed."""
    if not fetching_allowed():
        raise GlitchAuditError("This server fetches no strain: whoever runs it has not allowed that.")
    with st.spinner("Fetching the strain from gwosc.org: some 130 MB, which may take minutes"):
        fetch_around(workspace, detector, time)


@allowed_act("open")
def forget_strain(workspace: Workspace) -> None:
    """Forget where this data set's strain lies."""
    forget_place(workspace)

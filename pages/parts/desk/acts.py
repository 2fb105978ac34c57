"""What the pages do on the server: each act is refused here to who may not, whatever the page offers.

No other module of the pages, but for ``acts_of_detector.py``, calls what changes the server by itself;
``tests/parts/desk/test_acts.py`` walks them all. Acts that write to the ledger are refused by the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import streamlit as st

from core.allowed_paths import path_within
from core.classify.evaluation import evaluate as evaluation
from core.classify.params import TrainParams
from core.classify.training import runs
from core.dataset import Dataset
from core.dataset.folders import Listing, list_folder
from core.dataset.levels import LevelHint, level_above, level_hint
from core.dataset.readers.panoptes import Votes
from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.jobs import job, keeping, starting, training
from core.ledger.acts import naming_people
from core.ledger.exchange import pack_folder
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline import (
    claims,
    kept_pictures,
    kept_practice,
    kept_readings,
    kept_releases,
    kept_selections,
    snapshot,
    votes,
)
from core.pipeline import report as reporting
from core.pipeline.backing_up import WorkspaceBackup, back_up_workspace
from core.pipeline.kept_readings import keep_labels
from core.pipeline.learnt_labels import learnt_labels
from core.pipeline.reading import BROUGHT
from core.pipeline.releasing import MadeRelease, ReleaseWish
from core.pipeline.report_people import keep_people, people_of
from core.pipeline.settings import Settings, vectors_path
from core.workspace import Workspace, open_workspace, workspace_for
from core.workspace_titles import rename_workspace
from pages.parts.desk.identity import data_roots
from pages.parts.desk.labels_now import read_now
from pages.parts.desk.results import is_audited, prepared_or_refuse, read_in, reading_or_none
from pages.parts.desk.who import at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

DONE_HERE: dict[str, tuple[str, ...]] = {}
"""Which acts (of ``core.ledger.people.ACTS``) each function here is, by its name."""


def allowed_act(*names: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Decorates a function that is one of these acts: it raises a GlitchAuditError where one of them is not allowed."""

    def checked(done: Callable[Given, Answer]) -> Callable[Given, Answer]:
        DONE_HERE[done.__name__] = names

        @wraps(done)
        def act(*given: Given.args, **named: Given.kwargs) -> Answer:
            for name in names:
                if message := at_desk().hindrance(name):
                    raise GlitchAuditError(message)
            return done(*given, **named)

        return act

    return checked


def on_click(act: Callable[..., object], *given: object) -> None:
    """Does an act as the callback of a button, and says why where it is refused."""
    try:
        act(*given)
    except GlitchAuditError as error:
        st.toast(escaped(error), icon=icons.WENT_WRONG)


@allowed_act("open")
def open_data_set(typed: str) -> Workspace:
    """The workspace of the data set at the path that was typed, read now."""
    workspace = workspace_for(path_within(typed, data_roots()))
    with st.spinner("Reading the list of pictures"):
        snapshot.read_dataset(workspace)
    return workspace


def listed_roots() -> tuple[Path, ...] | None:
    """The folders whose content may be listed here, as ``core.allowed_paths`` takes them.

    Where others than this machine come here and no folder was allowed by name, that is none.
    """
    roots = data_roots()
    return () if roots is None and not at_desk().this_machine else roots


@allowed_act("open")
def hint_for_refused(typed: str) -> LevelHint | None:
    """The folder that was probably meant where the one that was typed holds pictures, but no labels.

    Raises GlitchAuditError where that folder may not be listed, or is none.
    """
    listing = list_folder(path_within(typed, data_roots()), listed_roots())
    return level_above(listing.folder, listed_roots()) if listing.here else None


@allowed_act("open")
def hint_for_opened(dataset: Dataset) -> LevelHint | None:
    """The folder that was probably meant where the open one has its labels one level above or below."""
    hint = level_hint(dataset, listed_roots())
    try:
        return hint and LevelHint(hint.sentence, path_within(str(hint.folder), data_roots()))
    except GlitchAuditError:
        return None


@allowed_act("open")
def look_into(folder: Path) -> Listing:
    """What lies in a folder that may be opened here."""
    return list_folder(folder, listed_roots())


@allowed_act("open")
def read_again(workspace: Workspace) -> Dataset:
    """The workspace's data set, read anew from its source."""
    return snapshot.read_dataset(open_workspace(workspace))


@allowed_act("open")
def rename(workspace: Workspace, title: str) -> None:
    """Give the data set another name on screen."""
    rename_workspace(workspace, title)


@allowed_act("open", "prepare")
def remove_data_set(workspace: Workspace, typed: str) -> Path:
    """Move the data set's workspace to the trash; returns where it lies there."""
    _still_open(workspace)
    return keeping.remove_workspace(workspace, typed)


@allowed_act("open", "prepare")
def bring_back(folder: Path) -> None:
    """Bring a removed data set back."""
    keeping.restore_workspace(folder)


@allowed_act("back up")
def back_up(workspace: Workspace) -> WorkspaceBackup:
    """A backup of the data set: its ledger, roles and settings."""
    _still_open(workspace)
    dataset = snapshot.read_snapshot(workspace)
    if dataset is None:
        raise GlitchAuditError("The data set was not read yet: read it first, further down on this page.")
    return back_up_workspace(at_desk().ledger, workspace, dataset)


@allowed_act("become moderator")
def become_moderator(workspace: Workspace, *, instead_of: str = "") -> None:
    """Make the person at the desk the first moderator of the data set; see ``core.ledger.acts.naming_people``."""
    _still_open(workspace)
    naming_people.name_first(workspace, at_desk().person.name, instead_of=instead_of)


@allowed_act("name people")
def give_role(workspace: Workspace, name: str, role: str | None) -> None:
    """Give somebody a role, or with None that of everybody who is not named."""
    _still_open(workspace)
    naming_people.give_role(workspace, name, role)


@allowed_act("name people")
def give_default_role(workspace: Workspace, role: str) -> None:
    """Give a role to everybody who is not named."""
    _still_open(workspace)
    naming_people.give_default_role(workspace, role)


def _still_open(workspace: Workspace) -> None:
    """Refuse an act on another data set than the one that the person's role was looked up for."""
    if at_desk().workspace != workspace:
        raise GlitchAuditError("Another data set was opened in the meantime: nothing was changed.")


@allowed_act("change settings")
def vectors_file(typed: str, *, kept: str) -> str:
    """The whole path of the file of vectors that was typed; the one that is ``kept`` stays, wherever it lies."""
    if not typed.strip().strip("\"'"):
        return ""
    roots = data_roots()
    return vectors_path(typed if roots is None or typed.strip() == kept else str(path_within(typed, roots)))


@allowed_act("change settings", "prepare")
def ask_for_results(workspace: Workspace, settings: Settings) -> str:
    """Ask for results with these settings; see ``core.jobs.starting.request_results``."""
    return starting.request_results(open_workspace(workspace), settings, asked_by=at_desk().person.name)


@allowed_act("prepare")
def start_audit(workspace: Workspace, reading_id: str = "") -> bool:
    """Start the audit, of a kept reading of the labels where one is named; says whether it was started."""
    command = ["audit", str(workspace.source), "--quiet", *_reading(reading_id)]
    return job.start_job(workspace, command, subject="audit", asked_by=at_desk().person.name)


@allowed_act("prepare")
def read_labels(workspace: Workspace, reading: str) -> tuple[str, bool]:
    """Keep the labels as they read now; returns under which id, and whether they are audited: else a job does that.

    Where not even the labels as they were brought are audited, nothing waits for an audit.
    """
    _still_open(workspace)
    prepared = prepared_or_refuse(workspace)
    reading_id = keep_labels(open_workspace(workspace), read_now(at_desk(), reading))
    if not is_audited(prepared) or is_audited(read_in(prepared, reading_or_none(workspace, reading_id))):
        return reading_id, True
    # Who asked before, in another tab or before a reload, is having these labels read.
    if not start_audit(workspace, reading_id) and job.job_status(workspace).subject != "audit":
        raise GlitchAuditError("Other work on this data set is under way: have the labels read when it is done.")
    return reading_id, False


def _reading(reading_id: str) -> list[str]:
    return ["--reading", reading_id] if reading_id else []


@allowed_act("prepare")
def stop_work(workspace: Workspace) -> None:
    """Ask the work that is under way to end."""
    job.stop_job(workspace)


@allowed_act("prepare")
def hide_failure(workspace: Workspace) -> None:
    """Forget that the last work failed."""
    job.clear_job(workspace)


@allowed_act("write report")
def write_report(workspace: Workspace, reading_id: str = "") -> None:
    """Start the writing of the report, with what the ledger says now: the process that writes it cannot open it.

    Args:
        workspace: of which data set.
        reading_id: of the kept reading of the labels that it tells of; empty for the labels as they were brought.
    """
    folder = reporting.new_report_folder(workspace)
    command = ["report", "--workspace", str(workspace.root), "--out", str(folder), "--quiet"]
    command += _reading(reading_id)
    if dataset := snapshot.read_snapshot(workspace):
        people = people_of(workspace, dataset, at_desk().ledger)
        command += ["--people", str(keep_people(people, workspace))]
    job.start_job(workspace, command, subject="report", asked_by=at_desk().person.name)


@allowed_act("train")
def start_training(workspace: Workspace, params: TrainParams, name: str, reading: str = BROUGHT) -> None:
    """Start a run that learns from this reading of the labels, as they are at this moment."""
    _still_open(workspace)
    reading_id = "" if reading == BROUGHT else keep_labels(open_workspace(workspace), read_now(at_desk(), reading))
    training.start_training(workspace, params, name, reading_id=reading_id)


@allowed_act("train")
def resume_training(workspace: Workspace, name: str) -> None:
    """Go on with a run."""
    training.resume_training(workspace, name)


@allowed_act("train")
def stop_training(workspace: Workspace) -> None:
    """Ask the run that is under way to end."""
    training.stop_training(workspace)


@allowed_act("train")
def forget_outcome(workspace: Workspace) -> None:
    """Forget how the last training ended."""
    training.forget_outcome(workspace)


@allowed_act("remove run")
def remove_run(workspace: Workspace, name: str) -> None:
    """Put a run aside."""
    runs.remove_run(workspace, name)


@allowed_act("remove run")
def restore_run(workspace: Workspace, name: str) -> None:
    """Bring a run back."""
    runs.restore_run(workspace, name)


@allowed_act("evaluate")
def evaluate_run(run: runs.Run, *, on_progress: Callable[[int, int], None]) -> None:
    """Measure how good a run is, and keep that beside it."""
    evaluation.evaluate_run(run, on_progress=on_progress)


@allowed_act("evaluate")
def compare_learnt(workspace: Workspace, reading: str, *, on_progress: Callable[[int, int], None]) -> str:
    """Keep this reading of the labels; teach a classifier with it, and with the labels as brought. Returns its id."""
    _still_open(workspace)
    kept = kept_readings.kept_reading(workspace, keep_labels(open_workspace(workspace), read_now(at_desk(), reading)))
    prepared = prepared_or_refuse(workspace)
    learnt_labels(prepared, read_in(prepared, kept), on_progress=on_progress)
    return kept.reading_id


@allowed_act("export")
def make_export(export: Callable[[Path], object], folder: Path) -> bytes | None:
    """Write an export into a new folder; returns it as one file, None where it is too large for that."""
    export(folder)
    try:
        return pack_folder(folder)
    except GlitchAuditError:
        return None


@allowed_act("release")
def make_release(workspace: Workspace, wish: ReleaseWish) -> MadeRelease:
    """A release of the labels now, kept in the workspace; in the public demo it is handed out and not kept."""
    _still_open(workspace)
    here, dataset = at_desk(), snapshot.read_snapshot(workspace)
    if dataset is None:
        raise GlitchAuditError("The data set was not read yet: read it first, on the page “Data and settings”.")
    rule = read_rule(workspace.root / FILE_NAME)
    made = kept_releases.draft_release(here.ledger, workspace, dataset, wish, author=here.person, rule=rule)
    if not here.public_demo:
        kept_releases.keep_release(workspace, made)
    return made


@allowed_act("import")
def read_votes_in(workspace: Workspace, content: bytes, dataset: Dataset, *, name: str) -> Votes:
    """The volunteers' votes in a classification export of this name, kept in the workspace from now on."""
    found = votes.votes_in(content, dataset, name=name)
    votes.save_votes(workspace, found)
    return found


@allowed_act("keep selection")
def keep_selection(workspace: Workspace, selection: Selection, *, clustering: str) -> str:
    """The id by which an address names the selection, which is kept on the server for that."""
    return kept_selections.keep_selection(workspace, selection, clustering=clustering)


@allowed_act("keep selection")
def keep_asked_picture(workspace: Workspace, picture: kept_pictures.AskedPicture) -> str:
    """The id by which an address names a picture that was handed in, which is kept on the server for that."""
    return kept_pictures.keep_picture(workspace, picture)


@allowed_act("claim")
def reserve(workspace: Workspace, kind: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """Reserve the first of these samples for the person at the desk; see ``core.pipeline.claims``."""
    _still_open(workspace)
    return claims.claim_samples(workspace, at_desk().person, kind, candidates)


@allowed_act("claim")
def keep_reserved(workspace: Workspace, kind: str) -> None:
    """Let what is reserved for the person at the desk stay so, as that person has just done something."""
    _still_open(workspace)
    claims.renew_claim(workspace, at_desk().person, kind)


def leave_reserved(workspace: Workspace, person_key: str) -> None:
    """Let what is reserved for a person end soon: its last page was closed, and nobody is at the desk."""
    claims.shorten_claims(workspace, person_key)


@allowed_act("claim")
def give_back(workspace: Workspace, kind: str, person_key: str) -> None:
    """Free what is reserved for this person, who is or was at this desk."""
    _still_open(workspace)
    claims.release_claim(workspace, person_key, kind)


@allowed_act("practise")
def keep_practised(workspace: Workspace, answers: Sequence[kept_practice.PracticeAnswer]) -> None:
    """Add answers to what is kept of the practice of the person at the desk; see ``core.pipeline.kept_practice``."""
    _still_open(workspace)
    kept_practice.keep_practice(workspace, at_desk().person, answers)

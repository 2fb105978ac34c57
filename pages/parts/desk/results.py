"""The results of a data set, each read once a process: what the stages made, its audit, its taxonomy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from core.dataset import Dataset, Taxonomy, taxonomy_for
from core.dataset.content import frame_hash
from core.errors import GlitchAuditError
from core.ledger import Ledger, Person
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.audit import Audit, audit_key, load_audit
from core.pipeline.before_after import BeforeAfter, compare_readings
from core.pipeline.by_channels import ChannelLine, load_by_channels
from core.pipeline.changed_taxonomy import changed_taxonomy
from core.pipeline.detector import bringing_of
from core.pipeline.kept_readings import KeptReading, kept_reading
from core.pipeline.learnt_labels import LearntLabels, load_learnt_labels
from core.pipeline.practice import Practice, practice_of, said_of_samples
from core.pipeline.rank_anew import Places, RankedAnew, judged_reading, places_of, rank_anew
from core.pipeline.reading import TAXONOMY
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stages import Prepared, load_prepared, prepared_key
from core.workspace import Workspace
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

if TYPE_CHECKING:
    import pandas as pd

    from core.audit.suspects import Suspects


def prepared_or_none(workspace: Workspace) -> Prepared | None:
    """The workspace's results, read once a process; None where something has not been made yet.

    Raises:
        GlitchAuditError: the data set or the settings cannot be used.
    """
    key = prepared_key(workspace)
    found = _prepared(str(workspace.root), key, workspace) if key else None
    if key and found is None:
        # Something was damaged, and will be there under the same key once it is made again.
        _prepared.clear(str(workspace.root), key, workspace)
    return found


def reading_or_none(workspace: Workspace, reading_id: str) -> KeptReading | None:
    """The reading of the labels that is kept under this id, read once a process; None where there is none."""
    try:
        return _reading(str(workspace.root), reading_id, workspace)
    except GlitchAuditError:
        return None


def read_in(prepared: Prepared, kept: KeptReading | None) -> Prepared:
    """These results with the labels of that reading, made once a process; as they are where there is none."""
    if kept is None:
        return prepared
    return _read(str(prepared.workspace.root), prepared.fingerprint, kept.reading_id, prepared, kept)


def changes_between(before: tuple[Prepared, Audit], after: tuple[Prepared, Audit]) -> BeforeAfter:
    """What changed from one reading of the labels to another, found once a process."""
    audits = f"{before[1].fingerprint} {after[1].fingerprint}"
    return _changes(str(before[0].workspace.root), audits, before, after)


def ranked_anew(
    workspace: Workspace, suspects: Suspects, *, ledger: Ledger, person: Person, kept: KeptReading | None = None
) -> RankedAnew:
    """The suspects ranked anew with what was decided until now, and what this person judged, counted as known.

    ``kept`` is the reading that they were found in; it counts where that has other classes.

    Raises:
        GlitchAuditError: there are no results at the moment, or the data set or the ledger cannot be used.
    """
    prepared = prepared_or_none(workspace)
    if prepared is None:
        raise GlitchAuditError("The results of this data set are being made anew: come back when they are there.")
    rule = read_rule(workspace.root / FILE_NAME)
    changed = None
    if kept is not None and kept.reading == TAXONOMY:
        changed = changed_taxonomy(ledger, rule, present=frozenset(prepared.samples["label"].astype("str")))
    reading = judged_reading(prepared.samples, ledger=ledger, person=person, rule=rule, changed=changed)
    return rank_anew(prepared, suspects, reading, places=_places(prepared.fingerprint, prepared))


def practice_on(prepared: Prepared, audit: Audit, *, ledger: Ledger) -> Practice:
    """What can be practised on these results, with labels as they were brought, and what people said until now.

    Raises:
        GlitchAuditError: the rule of the ledger cannot be read.
    """
    said = said_of_samples(ledger, read_rule(prepared.workspace.root / FILE_NAME))
    results = f"{prepared.fingerprint} {audit.suspects.fingerprint}"
    return _practice(results, frame_hash(said.astype("str")), prepared, audit.suspects, said)


def learnt_or_none(workspace: Workspace, kept: KeptReading) -> LearntLabels | None:
    """What a classifier learns from this reading and not from the labels as brought; None where it was not taught."""
    prepared = prepared_or_none(workspace)
    return None if prepared is None else load_learnt_labels(prepared, read_in(prepared, kept))


def prepared_or_refuse(workspace: Workspace) -> Prepared:
    """The workspace's results; raises GlitchAuditError where there are none."""
    prepared = prepared_or_none(workspace)
    if prepared is None:
        raise GlitchAuditError("This data set has no map yet: prepare it first.")
    return prepared


def data_of(workspace: Workspace) -> tuple[Prepared | None, Dataset | None]:
    """The workspace's results and its data set, each None where there is none, or it cannot be used (which is said)."""
    try:
        return prepared_or_none(workspace), read_snapshot(workspace)
    except GlitchAuditError as error:
        st.warning(escaped(error), icon=icons.WENT_WRONG)
        return None, None


def audit_or_none(prepared: Prepared) -> Audit | None:
    """The audit of these results, read once a process; None where there is none, or it cannot be read."""
    key = audit_key(prepared)
    try:
        found = _audit(str(prepared.workspace.root), key, prepared) if key else None
        if key and found is None:
            _audit.clear(str(prepared.workspace.root), key, prepared)
        return found
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return None


def channel_lines_or_none(prepared: Prepared, audit: Audit) -> Mapping[str, ChannelLine] | None:
    """What the detector's channels say of each verdict; None where none was brought, or they were not asked yet."""
    brought = bringing_of(prepared.workspace)
    if brought is None:
        return None
    results = f"{prepared.fingerprint} {audit.fingerprint}"
    found = _channel_lines(str(prepared.workspace.root), results, repr(brought), prepared, audit)
    if found is None:
        # They will be there under the same key once the channels were asked.
        _channel_lines.clear(str(prepared.workspace.root), results, repr(brought), prepared, audit)
    return found


def is_audited(prepared: Prepared) -> bool:
    """Whether there is an audit of these results."""
    return audit_key(prepared) is not None


@st.cache_resource(max_entries=8, show_spinner=False)
def taxonomy(labels: tuple[str, ...]) -> Taxonomy:
    """The taxonomy of a data set with these labels."""
    return taxonomy_for(labels)


@st.cache_resource(max_entries=2, show_spinner="Reading the results")
def _prepared(root: str, key: str, _workspace: Workspace) -> Prepared | None:
    return load_prepared(_workspace)


@st.cache_resource(max_entries=8, show_spinner=False)
def _reading(root: str, reading_id: str, _workspace: Workspace) -> KeptReading:
    return kept_reading(_workspace, reading_id)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(root: str, results: str, reading_id: str, _prepared: Prepared, _kept: KeptReading) -> Prepared:
    return _kept.of(_prepared)


@st.cache_resource(max_entries=4, show_spinner="Comparing before and after")
def _changes(root: str, audits: str, _before: tuple[Prepared, Audit], _after: tuple[Prepared, Audit]) -> BeforeAfter:
    return compare_readings(_before, _after)


@st.cache_resource(max_entries=1, show_spinner="Reading where the samples lie")
def _places(fingerprint: str, _prepared: Prepared) -> Places:
    return places_of(_prepared)


@st.cache_resource(max_entries=4, show_spinner="Looking for known samples")
def _practice(results: str, said: str, _prepared: Prepared, _suspects: Suspects, _said: pd.DataFrame) -> Practice:
    return practice_of(_prepared, _suspects, _said)


@st.cache_resource(max_entries=4, show_spinner="Reading the audit")
def _audit(root: str, key: str, _prepared: Prepared) -> Audit | None:
    return load_audit(_prepared)


@st.cache_resource(max_entries=4, show_spinner=False)
def _channel_lines(
    root: str, results: str, brought: str, _prepared: Prepared, _audit: Audit
) -> Mapping[str, ChannelLine] | None:
    return load_by_channels(_prepared, _audit.verdicts)

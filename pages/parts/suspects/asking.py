"""What the orders of the queue go by, made once for each set of finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.asking import with_priorities
from core.audit.channels import with_channels
from core.audit.volunteers import with_volunteers
from core.pipeline.channel_evidence import ChannelEvidence, evidence_stamp
from core.pipeline.votes import votes_stamp
from core.workspace import Workspace
from pages.parts.desk.channels import evidence_of
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.volunteers import votes_by_glitch
from pages.parts.suspects.source import FoundBy

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

Of = tuple[str, tuple[int, ...], str]


def prioritised(entries: pd.DataFrame, shown: SampleShown, suspects: Suspects, found_by: FoundBy) -> pd.DataFrame:
    """The entries with what each order of the queue goes by."""
    return _prioritised((suspects.fingerprint, found_by.stamp, shown.samples.fingerprint), entries, shown, suspects)


@st.cache_resource(max_entries=3, show_spinner=False)
def _prioritised(of: Of, _entries: pd.DataFrame, _shown: SampleShown, _suspects: Suspects) -> pd.DataFrame:
    return with_priorities(_entries, table=_suspects.table, neighbours=_shown.neighbours, row_of=_shown.samples.row_of)


def volunteers_asked(entries: pd.DataFrame, workspace: Workspace, samples: Samples, *, of: Of) -> pd.DataFrame:
    """The entries with what volunteers say of them; as they are where nobody voted.

    Args:
        entries: from :func:`prioritised`.
        workspace: which keeps the votes.
        samples: those of the data set.
        of: what the entries were made from.
    """
    counts = votes_by_glitch(workspace)
    if not counts:
        return entries
    return _volunteers_asked(of, str(workspace.root), votes_stamp(workspace), entries, counts, samples)


@st.cache_resource(max_entries=3, show_spinner=False)
def _volunteers_asked(
    of: Of, root: str, stamp: str, _entries: pd.DataFrame, _counts: dict[str, dict[str, int]], _samples: Samples
) -> pd.DataFrame:
    return with_volunteers(_entries, _counts, labels=frozenset(_samples.colours.names))


def channels_asked(
    entries: pd.DataFrame, workspace: Workspace, samples: Samples, found_by: FoundBy, *, of: Of
) -> pd.DataFrame:
    """The entries with what a detector's channels say counted in; as they are where these say nothing.

    A classifier's finds stay as they are: its scores are no probabilities of the pictures' neighbours. Arguments as of
    :func:`volunteers_asked`.
    """
    evidence = None if found_by.run else evidence_of(workspace, samples)
    if evidence is None or not evidence.skilled:
        return entries
    stamps = evidence_stamp(workspace), votes_stamp(workspace)
    return _channels_asked(of, str(workspace.root), stamps, entries, evidence)


@st.cache_resource(max_entries=3, show_spinner=False)
def _channels_asked(
    of: Of, root: str, stamps: tuple[str, str], _entries: pd.DataFrame, _evidence: ChannelEvidence
) -> pd.DataFrame:
    return with_channels(_entries, _evidence.log_odds(_entries))

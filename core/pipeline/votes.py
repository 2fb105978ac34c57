"""Volunteers' votes beside the samples of a workspace: kept in its folder, and joined as columns to colour by."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.dataset.pictures_as_samples import glitch_of
from core.dataset.readers.panoptes import VOTE_COLUMNS, Votes, vote_columns
from core.errors import GlitchAuditError
from core.files import whole_file
from core.workspace import Workspace

FILE_NAME = "votes.parquet"
"""The votes' file in a workspace's folder; it is no cache, as the export that it was read from may be gone."""

_STORED = ["person", "sample_id", "label", "subject_id"]


def save_votes(workspace: Workspace, votes: Votes) -> Path:
    """Keep the votes in the workspace, in place of those that were there, and return their file.

    Raises GlitchAuditError where the folder cannot be written.
    """
    path = workspace.root / FILE_NAME
    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as begun:
            votes.table[_STORED].to_parquet(begun, index=False)
    except OSError as error:
        raise GlitchAuditError(f"{path}: the votes cannot be kept ({error.strerror or error})") from error
    return path


def saved_votes(workspace: Workspace) -> pd.DataFrame:
    """Return the votes that the workspace keeps: ``person, sample_id, label, subject_id``; none without such a file.

    Raises GlitchAuditError where the file is damaged.
    """
    path = workspace.root / FILE_NAME
    if not path.is_file():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in _STORED})
    try:
        return pd.read_parquet(path, columns=_STORED).astype("str")
    except Exception:  # pyarrow meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{path}: the kept votes are damaged; read the classification export again") from None


def votes_stamp(workspace: Workspace) -> str:
    """Return a text that changes whenever other votes are kept; empty without any."""
    try:
        status = (workspace.root / FILE_NAME).stat()
    except OSError:
        return ""
    return f"{status.st_size}/{status.st_mtime_ns}"


def with_votes(samples: pd.DataFrame, workspace: Workspace) -> pd.DataFrame:
    """Return the samples with the columns ``votes``, ``vote_entropy`` (bits), ``vote_consensus`` and ``vote_share``.

    Without kept votes, or with damaged ones, they stay as they are; columns of the data set's own are never replaced.
    """
    try:
        votes = saved_votes(workspace)
    except GlitchAuditError:
        return samples
    fresh = [name for name in VOTE_COLUMNS if name not in samples]
    if votes.empty or not fresh:
        return samples
    glitches = glitch_of(samples)
    columns = vote_columns(votes, glitches.drop_duplicates())[fresh]
    return samples.assign(**{name: columns[name].reindex(glitches).to_numpy() for name in fresh})

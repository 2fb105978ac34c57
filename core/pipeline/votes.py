"""Volunteers' votes beside the samples of a workspace: kept in its folder, and joined as columns to colour by."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.dataset.model import Dataset
from core.dataset.pictures_as_samples import glitch_of
from core.dataset.readers.panoptes import VOTE_COLUMNS, Votes, read_votes, vote_columns
from core.errors import GlitchAuditError
from core.files import whole_file
from core.statistics.intervals import wilson_interval
from core.statistics.percent import percent
from core.workspace import Workspace

FILE_NAME = "votes.parquet"
"""The votes' file in a workspace's folder; it is no cache, as the export that it was read from may be gone."""

_STORED = ["person", "sample_id", "label", "subject_id"]


def votes_in(content: bytes, dataset: Dataset, *, name: str) -> Votes:
    """Return the votes in a classification export that was handed in under this name.

    Raises GlitchAuditError, with that name, where it is none or no vote is on a sample of the data set.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classifications.csv"
        path.write_bytes(content)
        try:
            return read_votes(path, dataset)
        except GlitchAuditError as error:
            raise GlitchAuditError(str(error).replace(str(path), name)) from error


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


def vote_counts(votes: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many volunteers called each glitch what, by its id: labels with most votes first, then by name.

    ``votes`` are those of :func:`saved_votes`. Where one person spoke of a glitch twice, the last time counts.
    """
    said = votes.drop_duplicates(["person", "sample_id"], keep="last")
    sizes = said.groupby(["sample_id", "label"]).size().rename("count").reset_index()
    sizes = sizes.sort_values(["sample_id", "count", "label"], ascending=[True, False, True])
    counts: dict[str, dict[str, int]] = {}
    for glitch, label, count in sizes.itertuples(index=False):
        counts.setdefault(str(glitch), {})[str(label)] = int(count)
    return counts


def volunteers_in_words(counts: Mapping[str, int], label: str) -> str:
    """Return what volunteers say of one glitch, in a sentence: the commonest label, its 95 % interval, and ``label``.

    The interval is Wilson's, as if the volunteers were drawn from many who look alone. Empty without votes.
    """
    total = sum(counts.values())
    if not total:
        return ""
    most = max(counts.values())
    first = [name for name, count in counts.items() if count == most]
    who = f"{total:,} volunteers" if total > 1 else "1 volunteer"
    if len(first) > 1:
        names = f"{', '.join(first[:-1])} and {first[-1]}"
        return f"{who}: {names} have the same number of votes, {most:,} each."
    low, high = wilson_interval(most, total)
    share = f"{percent(most / total)} ({percent(low)} to {percent(high)})"
    said = f"{who}: {most:,} {_say(most)} {first[0]}, {share}"
    own = counts.get(label, 0)
    return f"{said}." if first[0] == label else f"{said}; {own:,} {_say(own)} {label}."


def _say(count: int) -> str:
    return "says" if count == 1 else "say"

"""The labels that a run learns from where they are not those that were brought; kept beside it, so it can be resumed.

Whoever reads the ledger hands them over: a training knows no ledger, and what is decided while it runs changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from core.classify.training.runs import LABELS_FILE, Run
from core.dataset.content import frame_hash
from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.files import whole_file

COLUMNS = ("label", "known")
WORDS = {
    "now": "as they were then, with what was decided",
    "mine": "as one person would have them, with what that person had proposed",
    "taxonomy": "under the changed taxonomy",
}
"""The readings that a run can have learnt from, as they are told of later."""


@dataclass(frozen=True, eq=False)
class TrainingLabels:
    """A reading of a data set's labels.

    Attributes:
        reading: its name, such as "now".
        read_at: ISO time, UTC, at which it was made.
        table: index ``sample_id``, every sample of the data set: ``label``, str, and ``known``, bool, whether somebody
            said of this sample that its label is right.
    """

    reading: str
    read_at: str
    table: pd.DataFrame

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the labels, whenever they were read; that one of them was confirmed changes nothing in a training."""
        return frame_hash(self.table[["label"]])

    def of(self, sample_ids: pd.Series) -> pd.Series:
        """Return the labels of these samples, str, index as theirs; raises GlitchAuditError where one has none."""
        found = self.table["label"].reindex(sample_ids.to_numpy()).set_axis(sample_ids.index)
        if found.isna().any():
            raise GlitchAuditError(
                f"The reading of the labels has none for sample {sample_ids[found.isna()].iloc[0]}: the data set has "
                "changed since; have the labels read again."
            )
        return found.astype("str")

    def about(self, dataset: Dataset) -> dict[str, Any]:
        """Return what the card of a run says of the labels: fields of :class:`core.classify.training.runs.Run`."""
        brought = dataset.samples["label"].astype("str")
        differ = int((self.table["label"].reindex(brought.index) != brought).sum())
        return {
            "reading": self.reading,
            "labels_fingerprint": self.fingerprint,
            "read_at": self.read_at,
            "relabelled": differ,
        }


def labels_learnt(run: Run) -> str:
    """Return a sentence on which labels a run learnt from; "" for the labels as they were brought."""
    if not run.labels_fingerprint:
        return ""
    words = WORDS.get(run.reading, run.reading)
    differ = "1 differs from the one that was" if run.relabelled == 1 else f"{run.relabelled:,} differ from those"
    were = " brought." if run.relabelled == 1 else " that were brought."
    return f"It learnt the labels {words}, read at {run.read_at[:16].replace('T', ' ')} UTC: {differ}{were}"


def save_labels(labels: TrainingLabels, folder: Path) -> None:
    """Write them into the run's folder in one step; raises GlitchAuditError where it cannot be written."""
    path = folder / LABELS_FILE
    try:
        with whole_file(path) as temporary:
            labels.table[list(COLUMNS)].rename_axis("sample_id").reset_index().to_parquet(temporary, index=False)
    except OSError as error:
        raise GlitchAuditError(
            f"{path} cannot be written ({error.strerror or error}): make room or allow it."
        ) from error


def load_labels(run: Run) -> TrainingLabels | None:
    """Return the labels that a run learnt from; None where they are those that were brought.

    Raises GlitchAuditError where its file is missing, damaged, or not of this run.
    """
    if not run.labels_fingerprint:
        return None
    try:
        table = pd.read_parquet(run.folder / LABELS_FILE).set_index("sample_id")[list(COLUMNS)]
        found = TrainingLabels(run.reading, run.read_at, table.astype({"label": "str", "known": bool}))
    except (OSError, ValueError, KeyError) as error:
        raise GlitchAuditError(
            f"The labels that the run {run.name} learnt from are missing or damaged: train it again under another name."
        ) from error
    if found.fingerprint != run.labels_fingerprint:
        raise GlitchAuditError(
            f"The labels beside the run {run.name} are not those that it learnt from: train it again."
        )
    return found

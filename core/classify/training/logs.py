"""The curves of a training: a table that pages read, and TensorBoard's files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.classify.training.runs import CURVE_COLUMNS, CURVES_FILE, EVENTS_FOLDER
from core.errors import GlitchAuditError
from core.files import whole_file

_TAGS = {
    "train_loss": "loss/train",
    "validation_loss": "loss/validation",
    "train_accuracy": "accuracy/train",
    "validation_accuracy": "accuracy/validation",
    "learning_rate": "training/learning_rate",
    "seconds": "training/seconds_an_epoch",
}
"""How TensorBoard groups the columns."""


class CurveLog:
    """Writes a row a finished epoch to ``curves.csv`` and to ``events/``; a context manager.

    ``rows`` are those in the checkpoint; what a killed call wrote after it is dropped, for it is trained again.
    """

    def __init__(self, folder: Path, rows: list[dict[str, Any]]) -> None:
        self.rows = [dict(row) for row in rows]
        self._folder = folder
        self._write()
        self._events = self._open_events()

    def __enter__(self) -> CurveLog:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._events is not None:
            self._events.close()

    def add(self, row: Mapping[str, Any]) -> None:
        """Note one epoch, a value for each of :data:`core.classify.training.runs.CURVE_COLUMNS`."""
        self.rows.append({column: row[column] for column in CURVE_COLUMNS})
        self._write()
        if self._events is not None:
            for column, tag in _TAGS.items():
                self._events.add_scalar(tag, row[column], global_step=row["epoch"])
            self._events.flush()

    def _open_events(self) -> Any | None:
        try:
            from tensorboardX import SummaryWriter
        except ImportError:
            # The curves are whole without it; only TensorBoard has nothing to read.
            return None
        # TensorBoard hides what an interrupted call wrote from this step on.
        again = len(self.rows) + 1 if self.rows else None
        return SummaryWriter(str(self._folder / EVENTS_FOLDER), purge_step=again)

    def _write(self) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, CURVE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        path = self._folder / CURVES_FILE
        try:
            with whole_file(path) as temporary:
                temporary.write_text(text.getvalue(), encoding="utf-8")
        except OSError as error:
            raise GlitchAuditError(
                f"The curves cannot be written to {path} ({error.strerror or error}): free some space and resume."
            ) from error

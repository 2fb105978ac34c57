"""What a run's classifier said of the samples that were held back from its training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.classify.evaluation.calibration import probabilities
from core.classify.training.runs import Run
from core.errors import GlitchAuditError


@dataclass(frozen=True)
class HeldOut:
    """Held-out rows and their probabilities; a label that the classifier was never taught has 0 throughout.

    ``table`` holds ``sample_id``, ``view``, ``glitch``, ``label``; ``truth`` (n,) is the true label's number; ``raw``
    and ``calibrated`` (n, k) are probabilities without and with temperature scaling.
    """

    table: pd.DataFrame
    truth: np.ndarray
    raw: np.ndarray
    calibrated: np.ndarray


def held_out_of(run: Run, predictions: pd.DataFrame, *, temperature: float, labels: tuple[str, ...]) -> HeldOut:
    """Return the raw and the calibrated probabilities of a training run for rows of its predictions.

    ``labels`` are the run's, then untaught ones with probability 0. Raises GlitchAuditError for a score that is no
    number.
    """
    scores = scores_of(run, predictions)
    unknown = np.zeros((len(scores), len(labels) - len(run.labels)))
    return HeldOut(
        table=predictions[["sample_id", "view", "glitch", "label"]].reset_index(drop=True),
        truth=pd.Index(labels).get_indexer(predictions["label"]),
        raw=np.hstack([probabilities(scores), unknown]),
        calibrated=np.hstack([probabilities(scores, temperature=temperature), unknown]),
    )


def average_by_sample(rows: HeldOut) -> HeldOut:
    """One row a sample: the mean of its pictures' probabilities, samples in order of first appearance."""
    codes, _ = pd.factorize(rows.table["sample_id"])
    first = np.flatnonzero(~pd.Series(codes).duplicated())
    counts = np.bincount(codes)[:, None]

    def mean(values: np.ndarray) -> np.ndarray:
        sums = np.zeros((len(first), values.shape[1]))
        np.add.at(sums, codes, values)
        return sums / counts

    table = rows.table.iloc[first].assign(view="").reset_index(drop=True)
    return HeldOut(table, rows.truth[first], mean(rows.raw), mean(rows.calibrated))


def scores_of(run: Run, predictions: pd.DataFrame) -> np.ndarray:
    """The scores in the order of the run's labels, float (n, k); raises GlitchAuditError where any is no number."""
    columns = [f"score:{label}" for label in run.labels]
    if missing := [name for name in columns if name not in predictions]:
        raise GlitchAuditError(f"The predictions of run {run.name} lack the column '{missing[0]}': train it again.")
    scores = predictions[columns].to_numpy(dtype=float)
    if not np.isfinite(scores).all():
        raise GlitchAuditError(
            f"The classifier of run {run.name} gives scores that are no numbers, so its training went astray: train it "
            "again with a smaller learning rate."
        )
    return scores

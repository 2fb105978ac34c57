"""What confuses a classifier: held-out samples that it names otherwise, as the queue of suspects wants them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.held_out import HeldOut, average_by_sample, held_out_of
from core.classify.training.runs import Run, read_predictions

FLAG_ABOVE = 0.5
"""A sample is flagged whose label the classifier gives at most the rest of this probability."""

COLUMNS = (
    "label",
    "suggested",
    "label_probability",
    "suggested_probability",
    "neighbour_disagreement",
    "score",
    "chance_wrong",
    "flagged",
    "doubt",
    "glitch",
    "split",
)

_LEAST = np.finfo(float).tiny
_FIRST_SHARE = 0.05
_ROUNDS = 200


def confusing_samples(run: Run, evaluation: Evaluation) -> pd.DataFrame:
    """Return the validation and test samples that the classifier names otherwise than their label, most suspect first.

    ``doubt`` is 1 minus the calibrated probability of the label, judged from the pictures alone. ``chance_wrong`` also
    counts that somebody chose the label (:func:`chances_with_label`) and is what screens show; in made-up data it
    promises too little rather than too much (benchmarks/results/confusing.txt). A sample is flagged where ``doubt`` is
    at least :data:`FLAG_ABOVE`. Labels that were never taught have NaN chances and come last, unflagged. Validation
    samples chose epoch and temperature, so their probabilities are a little too sure; with a leaky split (``run.leak``)
    fewer errors show.

    Returns:
        index ``sample_id``, one row a sample (its pictures' probabilities averaged), columns :data:`COLUMNS`: those of
        ``Suspects.table`` (``neighbour_disagreement`` NaN, ``score`` the log-odds of ``doubt``), ``doubt``,
        ``glitch``, ``split``.

    Raises:
        GlitchAuditError: the run's predictions are missing.
    """
    predictions = read_predictions(run)
    predictions = predictions[predictions["split"].isin(("validation", "test"))]
    labels = (*run.labels, *sorted(set(predictions["label"]) - set(run.labels)))
    held_out = held_out_of(run, predictions, temperature=evaluation.temperature, labels=labels)
    split = predictions.drop_duplicates("sample_id").set_index("sample_id")["split"]
    return _suspects(average_by_sample(held_out), labels, taught=len(run.labels), split=split)


def chances_with_label(label_probability: np.ndarray, *, labels: int) -> np.ndarray:
    """Return the chance that each label is wrong, (n,), given the pictures and that somebody chose it; NaN stays NaN.

    Bayes: with a share w of wrong labels, each any other label with equal chance, a label with probability p is wrong
    with ``w (1 - p) / (k - 1)`` against right with ``(1 - w) p``. Expectation maximisation finds the most likely w. It
    comes out too small rather than too great: temperature scaling takes wrong labels for honest doubt, and look-alikes
    are underrated. ``label_probability`` (n,) is calibrated and of all held-out samples; ``labels`` is k.
    """
    right = np.asarray(label_probability, dtype=float)
    known = np.isfinite(right)
    if labels < 2 or not known.any():
        return np.where(known, 0.0, np.nan)
    other = (1 - right) / (labels - 1)
    share = _FIRST_SHARE
    chances = right
    for _ in range(_ROUNDS):
        wrong = share * other
        chances = wrong / np.maximum(wrong + (1 - share) * right, _LEAST)
        share = float(chances[known].mean())
    return chances


def _suspects(held_out: HeldOut, labels: tuple[str, ...], *, taught: int, split: pd.Series) -> pd.DataFrame:
    rows = np.arange(len(held_out.truth))
    named = held_out.calibrated.argmax(axis=1) if len(rows) else rows
    given = held_out.calibrated[rows, held_out.truth]
    given = np.where(held_out.truth < taught, given, np.nan)
    ids = held_out.table["sample_id"].to_numpy(dtype=object)
    table = pd.DataFrame(
        {
            "label": held_out.table["label"].to_numpy(dtype=object),
            "suggested": np.array(labels, dtype=object)[named],
            "label_probability": given,
            "suggested_probability": held_out.calibrated[rows, named],
            "neighbour_disagreement": np.nan,
            "score": np.log(np.maximum(1 - given, _LEAST)) - np.log(np.maximum(given, _LEAST)),
            "chance_wrong": chances_with_label(given, labels=taught),
            "flagged": 1 - given >= FLAG_ABOVE,
            "doubt": 1 - given,
            "glitch": held_out.table["glitch"].to_numpy(),
            "split": split.reindex(ids).to_numpy(dtype=object),
        },
        index=pd.Index(ids, name="sample_id"),
        columns=list(COLUMNS),
    )
    confused = table[named != held_out.truth]
    return confused.sort_values("score", ascending=False, kind="stable", na_position="last")

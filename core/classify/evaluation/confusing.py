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
    """The validation and test samples that the classifier names otherwise than their label, most suspect first.

    ``doubt`` is 1 minus the calibrated probability of the given label: what the classifier would bet against this
    label, having seen the pictures but not heard that somebody chose it. That would be the chance that the label is
    wrong only if labels were worth nothing; an ignorant classifier bets against every one. ``chance_wrong`` hears the
    label too (:func:`chances_with_label`) and is what screens show. In made-up data it promises too little rather than
    too much (benchmarks/results/confusing.txt). A sample is flagged where the classifier names another label and
    ``doubt`` is at least :data:`FLAG_ABOVE`; which the first implies, but for labels it was never taught: nothing can
    be said of those, their chances are NaN, and they come last, unflagged. The epoch and the temperature were chosen on
    the validation samples, so their probabilities are a little surer than those of test samples. Where pictures of one
    glitch stood on both sides of the split (``run.leak``), the classifier knew the given labels, and fewer errors show.

    Args:
        run: with its predictions.
        evaluation: of that run; its temperature calibrates.

    Returns:
        index ``sample_id``, one row a sample (the probabilities of its pictures are averaged where the classifier names
        single pictures), columns :data:`COLUMNS`: those of ``Suspects.table``, with ``neighbour_disagreement`` NaN,
        ``score`` the log-odds of ``doubt``, and beside them ``doubt``, ``glitch`` and ``split``.

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
    """The chance that each label is wrong, given the pictures and that somebody chose it.

    Bayes: of a share w of wrong labels, each any of the others with equal chance, a label with probability p is wrong
    with ``w (1 - p) / (k - 1)`` against right with ``(1 - w) p``. The share is the one that makes these samples most
    likely, found by expectation maximisation. It comes out too small rather than too great, for temperature scaling
    takes wrong labels for honest doubt; and real confusions are no equal chance, so look-alikes are underrated.

    Args:
        label_probability: float (n,), calibrated, of the given labels, of all held-out samples and not only the
            suspect ones; NaN are left out.
        labels: k, how many the classifier knows.

    Returns:
        float (n,), 0 to 1; NaN where the probability is.
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

"""Evaluate a run's classifier on glitches it was not trained on; only reading works without scikit-learn and SciPy."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from core.classify.evaluation import intervals, metrics
from core.classify.evaluation.calibration import (
    expected_calibration_error,
    fit_temperature,
    reliability_table,
)
from core.classify.evaluation.held_out import HeldOut, average_by_sample, held_out_of, scores_of
from core.classify.training.runs import PREDICTIONS_FILE, Run, read_predictions
from core.errors import GlitchAuditError
from core.files import whole_folder
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact
from core.statistics.ranks import chance_larger

VERSION = 1
"""Raised when the same predictions would give other figures, so that evaluations on disk are made anew."""

FOLDER = "evaluation"
BY_SAMPLE = "_by_sample"
"""Ends the names of the measures that count samples where the others count pictures."""

MEASURES = (
    *metrics.SHARES,
    "auc_macro",
    "expected_calibration_error",
    "expected_calibration_error_calibrated",
    "brier",
)

_KIND = "evaluation"
_FRAMES = ("overall", "by_label", "confusion", "predicted", "by_sample", "reliability", "precision_recall")
_PLACES = ("predicted", "second", "third")


@dataclass(frozen=True)
class Evaluation:
    """A classifier's figures on the test split; validation serves to fit the temperature.

    Attributes:
        split: "test", or "validation" without a test split: then the same samples chose epoch and temperature, as
            ``remarks`` says.
        samples: different samples in that split.
        rows: what the figures count: samples or pictures, see ``unit``.
        temperature: all scores are divided by it (:mod:`core.classify.evaluation.calibration`).
        overall: index ``measure``, one of :data:`MEASURES`; ``value``, ``low``, ``high`` (95 %, bootstrap by glitch).
            Area and Brier score are of calibrated probabilities. Where ``unit`` is "picture", a measure that ends in
            "_by_sample" counts samples, their pictures' probabilities averaged first.
        by_label: index ``label``: ``n`` (rows), ``precision``, ``recall``, ``f1``, ``f1_low``, ``f1_high``, ``auc``,
            ``average_precision``; NaN where a label does not occur.
        confusion: samples, always, by true label (index) and named label (columns).
        predicted: index ``row`` (``sample_id``, or ``sample_id/view`` of a picture): ``sample_id``, ``view``,
            ``glitch``, ``label``, ``predicted``, ``probability`` (calibrated), ``label_probability``, ``second``,
            ``second_probability``, ``third``, ``third_probability`` ("" and NaN where there are fewer labels),
            ``right``.
        reliability: ``kind`` ("raw" or "calibrated") and the columns of :func:`calibration.reliability_table`.
        precision_recall: see :func:`metrics.precision_recall_points`.
        unit: "sample" or "picture", what a row is.
        by_sample: as ``predicted`` with index ``sample_id`` where ``unit`` is "picture"; else empty.
        remarks: sentences for the reader about what the figures do not show.
    """

    split: str
    samples: int
    rows: int
    temperature: float
    overall: pd.DataFrame
    by_label: pd.DataFrame
    confusion: pd.DataFrame
    predicted: pd.DataFrame
    reliability: pd.DataFrame
    precision_recall: pd.DataFrame
    unit: str = "sample"
    by_sample: pd.DataFrame = field(default_factory=pd.DataFrame)
    remarks: tuple[str, ...] = ()


def evaluate_run(
    run: Run, *, on_progress: OnProgress = ignore_progress, bootstrap: int = 1000, seed: int = 0
) -> Evaluation:
    """Work out the figures and write them into the run's folder, where :func:`load_evaluation` finds them.

    ``on_progress`` may raise to stop, and nothing is written; ``bootstrap`` draws stand behind the intervals. Raises
    GlitchAuditError where the run has no predictions, none on held-out samples, scores that are no numbers, or its
    folder cannot be written.
    """
    total = 5
    on_progress(0, total)
    predictions = read_predictions(run)
    labels, temperature, split, remarks = _prepare(run, predictions)
    answers = held_out_of(run, predictions[predictions["split"] == split], temperature=temperature, labels=labels)
    by_picture = run.params.unit == "picture"
    on_progress(1, total)

    glitches, glitch_of = np.unique(answers.table["glitch"].to_numpy(), return_inverse=True)
    weights = intervals.draw_weights(len(glitches), draws=bootstrap, seed=seed)
    overall = _overall(answers, glitch_of, weights)
    on_progress(2, total)
    samples = average_by_sample(answers) if by_picture else answers
    if by_picture:
        of_sample = np.searchsorted(glitches, samples.table["glitch"].to_numpy())
        overall = pd.concat(
            [overall, _overall(samples, of_sample, weights).rename(index=lambda name: name + BY_SAMPLE)]
        )
    on_progress(3, total)
    by_label = _by_label(answers, labels, glitch_of, weights)
    on_progress(4, total)

    evaluation = Evaluation(
        split=split,
        samples=int(answers.table["sample_id"].nunique()),
        rows=len(answers.table),
        temperature=temperature,
        overall=overall,
        by_label=by_label,
        confusion=_confusion(samples, labels),
        predicted=_named(answers, labels),
        reliability=_reliability(answers, glitch_of),
        precision_recall=metrics.precision_recall_points(answers.truth, answers.calibrated, labels),
        unit=run.params.unit,
        by_sample=_named(samples, labels).set_index("sample_id", drop=False) if by_picture else pd.DataFrame(),
        remarks=remarks,
    )
    _save(evaluation, run)
    on_progress(total, total)
    return evaluation


def load_evaluation(run: Run) -> Evaluation | None:
    """The evaluation that was made of these predictions; None where there is none, or of others, or a damaged one."""
    folder = run.folder / FOLDER
    try:
        _, facts = load_artifact(folder, kind=_KIND)
        frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES}
        source = _source(run)
        if facts["version"] != VERSION or (source is not None and facts["source"] != source):
            return None
        kept = {name: facts[name] for name in ("split", "samples", "rows", "temperature", "unit")}
        return Evaluation(**kept, remarks=tuple(facts["remarks"]), **frames)
    except (GlitchAuditError, OSError, ValueError, KeyError, TypeError):
        return None


def sample_table(evaluation: Evaluation) -> pd.DataFrame:
    """One row a sample, index ``sample_id``, columns of ``Evaluation.predicted``, whatever the unit of the run."""
    if evaluation.unit == "picture":
        return evaluation.by_sample
    return evaluation.predicted.set_index("sample_id", drop=False)


def cell_samples(evaluation: Evaluation, label: str, predicted: str) -> tuple[str, ...]:
    """Return the samples with ``label`` that are named ``predicted``, as confusion cells count them, surest first."""
    table = sample_table(evaluation)
    cell = table[(table["label"] == label) & (table["predicted"] == predicted)]
    return tuple(cell.sort_values("probability", ascending=False, kind="stable")["sample_id"])


def _prepare(run: Run, predictions: pd.DataFrame) -> tuple[tuple[str, ...], float, str, tuple[str, ...]]:
    """The labels, the temperature, the split that is evaluated, and what is to be said about it."""
    held_out = predictions["split"].isin(("validation", "test"))
    if not run.labels or not held_out.any():
        raise GlitchAuditError(f"Run {run.name} holds no sample back, so it cannot be judged: train it with a split.")
    validation = predictions[predictions["split"] == "validation"]
    split = "test" if (predictions["split"] == "test").any() else "validation"
    extra = sorted(set(predictions.loc[predictions["split"] == split, "label"]) - set(run.labels))
    labels = (*run.labels, *extra)
    truth = pd.Index(run.labels).get_indexer(validation["label"])
    temperature = fit_temperature(scores_of(run, validation), truth)
    remarks = []
    if split == "validation":
        remarks.append(
            "There is no test split: the figures come from the validation samples, on which the best epoch and the "
            "temperature were chosen as well, and are too good."
        )
    elif validation.empty:
        remarks.append("There is no validation split to fit the temperature on: the probabilities are not calibrated.")
    if len(validation) and temperature == 1:
        remarks.append(
            "No validation sample is named wrongly, so they cannot tell how sure is too sure: the probabilities are "
            "not calibrated."
        )
    if extra:
        remarks.append(
            f"Samples of the {split} split carry labels that the classifier was never taught and so gets wrong: "
            f"{', '.join(extra)}."
        )
    remarks += [said for said in (run.leak, run.split_note) if said]
    if run.params.unit == "picture":
        remarks.append(
            "The classifier names single pictures, so the figures count pictures; those by sample average the "
            "probabilities of a sample's pictures first, and the confusion matrix counts samples."
        )
    return labels, temperature, split, tuple(remarks)


def _overall(answers: HeldOut, glitch_of: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    truth, calibrated, raw = answers.truth, answers.calibrated, answers.raw
    named = calibrated.argmax(axis=1)
    values = metrics.score_named(truth, named)
    areas = [chance_larger(calibrated[:, label], truth == label) for label in np.unique(truth)]
    values["auc_macro"] = float(np.nanmean(areas)) if np.isfinite(areas).any() else float("nan")
    for end, shares in (("", raw), ("_calibrated", calibrated)):
        error = expected_calibration_error(shares.max(axis=1), named == truth)
        values[f"expected_calibration_error{end}"] = error
    values["brier"] = float(metrics.brier_of_rows(calibrated, truth).mean())
    drawn = intervals.drawn_measures(truth, calibrated, raw, glitch_of, weights)
    rows = [
        (values[name], *intervals.interval_of(name, values[name], drawn[name], glitches=weights.shape[1]))
        for name in MEASURES
    ]
    return pd.DataFrame(rows, index=pd.Index(MEASURES, name="measure"), columns=["value", "low", "high"])


def _by_label(answers: HeldOut, labels: tuple[str, ...], glitch_of: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    table = metrics.label_figures(answers.truth, answers.calibrated, labels)
    named = answers.calibrated.argmax(axis=1)
    counts = intervals.drawn_confusions(answers.truth, named, glitch_of, weights, labels=len(labels))
    drawn = metrics.f1_of_confusions(counts)
    bounds = [
        intervals.interval_of(
            "f1",
            table["f1"].iloc[number],
            drawn[:, number],
            glitches=len(np.unique(glitch_of[(answers.truth == number) | (named == number)])),
        )
        for number in range(len(labels))
    ]
    low, high = zip(*bounds, strict=True)
    table.insert(4, "f1_low", low)
    table.insert(5, "f1_high", high)
    return table


def _confusion(samples: HeldOut, labels: tuple[str, ...]) -> pd.DataFrame:
    counts = np.zeros((len(labels), len(labels)), dtype=int)
    np.add.at(counts, (samples.truth, samples.calibrated.argmax(axis=1)), 1)
    return pd.DataFrame(counts, index=pd.Index(labels, name="label"), columns=pd.Index(labels, name="predicted"))


def _named(answers: HeldOut, labels: tuple[str, ...]) -> pd.DataFrame:
    table, shares = answers.table.copy(), answers.calibrated
    rows = np.arange(len(table))
    # Stable, so that of equally probable labels the first is named, as everywhere.
    order = np.argsort(-shares, axis=1, kind="stable")
    names = np.array([*labels, ""], dtype=object)
    for place, name in enumerate(_PLACES):
        exists = place < len(labels)
        number = order[:, place] if exists else np.full(len(table), len(labels))
        table[name] = names[number]
        column = "probability" if place == 0 else f"{name}_probability"
        table[column] = shares[rows, number] if exists else np.nan
        if place == 0:
            table["label_probability"] = shares[rows, answers.truth]
    table["right"] = order[:, 0] == answers.truth
    ids = table["sample_id"].where(table["view"] == "", table["sample_id"] + "/" + table["view"])
    return table.set_index(pd.Index(ids, name="row"))


def _reliability(answers: HeldOut, glitch_of: np.ndarray) -> pd.DataFrame:
    right = answers.calibrated.argmax(axis=1) == answers.truth
    parts = []
    for kind, shares in (("raw", answers.raw), ("calibrated", answers.calibrated)):
        table = reliability_table(shares.max(axis=1), right, glitch_of)
        table.insert(0, "kind", kind)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _save(evaluation: Evaluation, run: Run) -> None:
    final = run.folder / FOLDER
    facts = {name: getattr(evaluation, name) for name in ("split", "samples", "rows", "temperature", "unit")}
    facts |= {"remarks": list(evaluation.remarks), "version": VERSION, "source": _source(run)}
    try:
        with whole_folder(final, replace=True) as temporary:
            for name in _FRAMES:
                getattr(evaluation, name).to_parquet(temporary / f"{name}.parquet")
            save_artifact(temporary, kind=_KIND, arrays={}, facts=facts)
    except OSError as error:
        raise GlitchAuditError(
            f"The evaluation cannot be written to {final} ({error.strerror or error}): make room or allow it."
        ) from error


def _source(run: Run) -> str | None:
    """What names the predictions that figures were worked out from; None where the run came without them."""
    file = Path(run.folder) / PREDICTIONS_FILE
    return fingerprint(_KIND, run.fingerprint, file.read_bytes()) if file.exists() else None

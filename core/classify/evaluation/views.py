"""What the screens show of an evaluation, in their order and words; needs numpy and pandas alone."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.classify.evaluation.comparison import NOT_COMPARABLE
from core.classify.evaluation.evaluate import BY_SAMPLE
from core.classify.training.runs import PREDICTIONS_FILE

if TYPE_CHECKING:
    from core.classify.evaluation.evaluate import Evaluation
    from core.classify.training.runs import Run

GOOD_F1 = 0.85
"""Labels from here on count as learnt; the line across the bars."""

PICTURES_ASKED = 3

_MEASURES = (
    ("accuracy", "Accuracy", "Share of all that are named rightly."),
    ("precision_weighted", "Precision, weighted", "Of what is named so, the share that is; labels by their size."),
    ("precision_micro", "Precision, micro", "The same over all answers at once: equals accuracy here."),
    ("precision_macro", "Precision, macro", "The same with every label counted alike, rare ones too."),
    ("recall_weighted", "Recall, weighted", "Of what is so, the share that is named so; labels by their size."),
    ("recall_micro", "Recall, micro", "The same over all answers at once: equals accuracy here."),
    ("recall_macro", "Recall, macro", "The same with every label counted alike, rare ones too."),
    ("f1_weighted", "F1, weighted", "Harmonic mean of precision and recall; labels by their size."),
    ("f1_macro", "F1, macro", "The same with every label counted alike: the figure that rare labels can spoil."),
    (
        "auc_macro",
        "Area under the curve",
        "How often a label ranks its own samples above others; 0.5 is guessing.",
    ),
    (
        "expected_calibration_error",
        "Calibration error, before",
        "How far the probabilities are from the shares that are right, before temperature scaling; 0 is best.",
    ),
    (
        "expected_calibration_error_calibrated",
        "Calibration error, after",
        "The same after temperature scaling, which the validation samples fitted; 0 is best.",
    ),
    ("brier", "Brier score", "Squared error of all probabilities together: 0 is best, 2 is surely wrong every time."),
)


@dataclass(frozen=True)
class Presence:
    """Which samples of an evaluation the data set holds today.

    ``ids`` are rows of the data set in its order, several for a glitch whose pictures count as samples; ``gone`` counts
    samples it lacks, ``relabelled`` those with another label than in training.
    """

    ids: tuple[str, ...]
    gone: int
    relabelled: int


def can_evaluate() -> bool:
    """Whether the package that measures is installed here."""
    return importlib.util.find_spec("sklearn") is not None


def has_predictions(run: Run) -> bool:
    """Whether the run has answers on held-out samples that can be evaluated."""
    return (run.folder / PREDICTIONS_FILE).is_file()


def overall_table(overall: pd.DataFrame, *, by_sample: bool = False) -> pd.DataFrame:
    """Return the overall measures that the evaluation holds: ``title``, ``meaning``, ``value``, ``low``, ``high``.

    ``by_sample`` takes those that count samples where the others count pictures. The index is the measure's name.
    """
    end = BY_SAMPLE if by_sample else ""
    known = [(name, title, meaning) for name, title, meaning in _MEASURES if name + end in overall.index]
    words = pd.DataFrame(known, columns=["measure", "title", "meaning"]).set_index("measure")
    figures = overall.loc[[name + end for name in words.index], ["value", "low", "high"]]
    return words.join(figures.set_axis(words.index))


def counts_pictures(evaluation: Evaluation) -> bool:
    """Whether the measures as named count pictures, and others stand beside them that count samples."""
    return "accuracy" + BY_SAMPLE in evaluation.overall.index


def accuracy_sentence(evaluation: Evaluation) -> str:
    """How often the classifier is right, as one would say it to somebody; by sample, whatever the unit."""
    name = "accuracy" + (BY_SAMPLE if counts_pictures(evaluation) else "")
    value, low, high = evaluation.overall.loc[name, ["value", "low", "high"]]
    between = f" (95 % interval {100 * low:.1f} to {100 * high:.1f} %)" if np.isfinite(low) else ""
    return (
        f"It names {100 * value:.1f} %{between} of the {evaluation.samples:,} samples of the {evaluation.split} split "
        "as they are labelled."
    )


def standing(table: pd.DataFrame) -> list[str]:
    """Whether the rows of a comparison table can be compared, in words."""
    return [
        "comparable"
        if row.comparable
        else NOT_COMPARABLE
        if row.remark.startswith(NOT_COMPARABLE)
        else "not comparable"
        for row in table.itertuples()
    ]


def row_shares(confusion: pd.DataFrame) -> np.ndarray:
    """The share of each true label's samples that is named so, float (labels, labels); 0 without samples."""
    counts = confusion.to_numpy(dtype=float)
    total = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)


def confused_pairs(confusion: pd.DataFrame) -> pd.DataFrame:
    """Return the filled cells off the diagonal, fullest first: ``label``, ``predicted``, ``n``, ``share`` of it."""
    counts, shares = confusion.to_numpy(dtype=int), row_shares(confusion)
    true, named = np.nonzero(counts * ~np.eye(len(counts), dtype=bool))
    pairs = pd.DataFrame(
        {
            "label": confusion.index.to_numpy()[true],
            "predicted": confusion.columns.to_numpy()[named],
            "n": counts[true, named],
            "share": shares[true, named],
        }
    )
    return pairs.sort_values(["n", "share"], ascending=False, kind="stable", ignore_index=True)


def f1_bars(by_label: pd.DataFrame) -> pd.DataFrame:
    """The labels that occurred or were named, best F1 first: ``f1``, ``f1_low``, ``f1_high``, ``n``."""
    known = by_label.loc[by_label["f1"].notna(), ["f1", "f1_low", "f1_high", "n"]]
    return known.sort_values("f1", ascending=False, kind="stable")


def f1_sentence(bars: pd.DataFrame) -> str:
    """How many labels reach the line, and how many are surely above or below it."""
    above, sure = int((bars["f1"] >= GOOD_F1).sum()), int((bars["f1_low"] >= GOOD_F1).sum())
    below = int((bars["f1_high"] < GOOD_F1).sum())
    return (
        f"{above} of {len(bars)} labels reach an F1 of {GOOD_F1}. {sure} lie above it with their whole interval, "
        f"{below} below it; for the others these samples are too few to say."
    )


def worst_labels(by_label: pd.DataFrame, *, count: int = 4) -> list[str]:
    """The labels that occur with the lowest F1, worst first."""
    there = by_label[(by_label["n"] > 0) & by_label["f1"].notna()]
    return list(there["f1"].sort_values(kind="stable").index[:count])


def random_rows(predicted: pd.DataFrame, *, among: Iterable[object] | None = None, seed: int) -> pd.DataFrame:
    """Return up to :data:`PICTURES_ASKED` random rows, one a sample, the same for the same seed."""
    rows = predicted.sample(frac=1, random_state=seed)
    if among is not None:
        rows = rows[rows["sample_id"].isin(list(among))]
    return rows[~rows["sample_id"].duplicated()].head(PICTURES_ASKED)


def top_three(row: pd.Series) -> list[tuple[str, float]]:
    """The three most probable labels of an answer with their calibrated probabilities; fewer where there are fewer."""
    named = (
        (row["predicted"], row["probability"]),
        (row["second"], row["second_probability"]),
        (row["third"], row["third_probability"]),
    )
    return [(str(label), float(share)) for label, share in named if label and pd.notna(label) and pd.notna(share)]


def presence(sample_ids: Sequence[str], samples: pd.DataFrame, *, glitches: pd.Series, labels: pd.Series) -> Presence:
    """Return which of these samples a data set holds.

    ``glitches`` names the glitch of each of ``samples``; ``labels`` has each ``sample_id``'s label in training.
    """
    asked = pd.Index(sample_ids).unique()
    by_id, by_glitch = samples.index.isin(asked), glitches.isin(asked).to_numpy()
    found = samples[by_id | by_glitch]
    # Where every picture counts as a sample, a run that was trained by glitch names the glitches.
    names = np.where(by_id[by_id | by_glitch], found.index, glitches[found.index])
    before = labels[~labels.index.duplicated()].reindex(names).to_numpy()
    changed = pd.Index(names[found["label"].to_numpy() != before]).unique()
    gone = len(asked.difference(pd.Index(names)))
    return Presence(tuple(map(str, found.index)), gone, len(changed))

"""Runs side by side with two published classifiers of Gravity Spy's pictures, in the form of their table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.classify.evaluation.evaluate import Evaluation, sample_table
from core.classify.evaluation.intervals import draw_weights, drawn_confusions
from core.classify.evaluation.metrics import SHARES, score_confusions
from core.classify.params import TrainParams
from core.classify.training.runs import Run
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.statistics.intervals import UNKNOWN, drawn_interval

TABLE_MEASURES = (*SHARES, "auc_macro")

FINE_TUNED = "ResNet50V2, as published"

PUBLISHED = (
    {
        "name": "best of several CNNs, as published",
        "about": "the best of CNNs of its authors' own and fine-tuned VGG16, Xception and ResNet50",
        "accuracy": 0.9631,
        "precision_weighted": 0.9635,
        "precision_macro": 0.9496,
        "recall_macro": 0.9317,
        "as_published": "accuracy 96.31 %, precision weighted 96.35, macro 94.96, recall macro 93.17",
    },
    {
        "name": FINE_TUNED,
        "about": "ResNet50V2, fine-tuned",
        "accuracy": 0.92,
        "as_published": "training accuracy 95 %, test accuracy almost 92 %",
    },
)
"""What two classifiers of Gravity Spy's pictures were published with; this project grew from them."""

NOT_COMPARABLE = "published, split by picture, not comparable"
_WEIGHTS = {"glitch": "the project's backbone"}
ALMOST = {(FINE_TUNED, "accuracy"): "almost 92"}


@dataclass(frozen=True)
class PairedDifference:
    """How much better the first of two runs is on the same samples, which neither was trained on.

    ``measure`` is one of :data:`core.classify.evaluation.metrics.SHARES`, ``difference`` is ``first - second`` with its
    95 % interval ``low`` to ``high``: where 0 lies between, nobody can tell.
    """

    measure: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    samples: int
    glitches: int


def comparison_table(runs: Iterable[tuple[Run, Evaluation | None]], *, published: bool = True) -> pd.DataFrame:
    """Return one row a run in the order given, then the ``published`` classifiers of glitches.

    Figures count samples where they can: of classifiers that name single pictures the probabilities are averaged by
    sample.

    Returns:
        index ``name``; ``about`` (what was trained); for each of :data:`TABLE_MEASURES` a text such as "96.31 (94.8 to
        97.5)" in per cent ("" where unknown) and the shares ``<measure>_value``, ``_low``, ``_high``; ``hours`` of
        training, ``hardware``, ``parameters`` of the network, ``split_by``, ``samples`` tested, ``test_set`` (one
        letter for equal test samples with equal labels: only equal letters may be compared), ``evaluated`` ("test",
        "validation", "" for not yet), ``leak`` (views of one glitch stood on both sides), ``comparable`` and
        ``remark`` (why not, and what else to know).
    """
    letters: dict[str, str] = {}
    rows = [_run_row(run, evaluation, letters) for run, evaluation in runs]
    rows += [_published_row(one) for one in PUBLISHED if published]
    table = pd.DataFrame(rows).set_index("name")
    return table.astype({"parameters": "Int64", "samples": "Int64", "leak": bool, "comparable": bool})


def paired_difference(
    first: Evaluation, second: Evaluation, *, measure: str = "accuracy", bootstrap: int = 1000, seed: int = 0
) -> PairedDifference:
    """Return how two runs differ on the samples that both hold in their evaluated split with the same label.

    Each of the ``bootstrap`` draws takes the same glitches for both, so what makes a glitch hard for either cancels and
    the interval is much narrower than the two runs' own suggest. Raises GlitchAuditError where the measure is not one
    of :data:`core.classify.evaluation.metrics.SHARES` or the runs have no sample in common.
    """
    if measure not in SHARES:
        raise GlitchAuditError(f"Runs are compared by one of {', '.join(SHARES)}, not by '{measure}'.")
    ours, theirs = sample_table(first), sample_table(second)
    common = ours.index.intersection(theirs.index)
    common = common[(ours.loc[common, "label"] == theirs.loc[common, "label"]).to_numpy()]
    if not len(common):
        raise GlitchAuditError(
            "The two runs were tested on different samples and cannot be compared: train both with the same seed and "
            "split on the same data set."
        )
    ours, theirs = ours.loc[common], theirs.loc[common]
    labels = sorted({*ours["label"], *ours["predicted"], *theirs["predicted"]})
    glitch_of = pd.factorize(ours["glitch"])[0]
    glitches = int(glitch_of.max()) + 1
    weights = np.vstack([np.ones((1, glitches), int), draw_weights(glitches, draws=bootstrap, seed=seed)])
    truth = pd.Index(labels).get_indexer(ours["label"])
    figures = []
    for table in (ours, theirs):
        named = pd.Index(labels).get_indexer(table["predicted"])
        figures.append(
            score_confusions(drawn_confusions(truth, named, glitch_of, weights, labels=len(labels)))[measure]
        )
    gaps = figures[0] - figures[1]
    low, high = drawn_interval(gaps[1:]) if bootstrap else UNKNOWN
    return PairedDifference(
        measure=measure,
        first=float(figures[0][0]),
        second=float(figures[1][0]),
        difference=float(gaps[0]),
        low=float(low),
        high=float(high),
        samples=len(common),
        glitches=glitches,
    )


def in_per_cent(value: float, low: float = float("nan"), high: float = float("nan")) -> str:
    """A share as the published table writes it: "96.31 (94.8 to 97.5)", "96.31" without interval, "" for NaN."""
    if not np.isfinite(value):
        return ""
    text = f"{100 * value:.2f}"
    return text if not np.isfinite(low + high) else f"{text} ({100 * low:.1f} to {100 * high:.1f})"


def describe(params: TrainParams) -> str:
    """What was trained, in a few words: "resnet18 from scratch, 4 views joined, 140 x 170"."""
    start = "from scratch" if params.weights == "scratch" else f"from {_WEIGHTS.get(params.weights, params.weights)}"
    parts = [f"{params.architecture} {start}"]
    if params.weights != "scratch" and params.tune != "whole":
        parts.append(params.tune)
    if params.unit == "picture":
        parts.append("single pictures")
    elif len(params.views) == 1:
        parts.append(f"view {params.views[0]} alone")
    else:
        joined = "joined" if params.merge == "concatenate" else "averaged"
        parts.append(f"{len(params.views) or 'all'} views {joined}")
    if params.colours == "colour":
        parts.append("in colour")
    return ", ".join([*parts, f"{params.size[0]} x {params.size[1]}"])


def _run_row(run: Run, evaluation: Evaluation | None, letters: dict[str, str]) -> dict[str, object]:
    leak = run.params.split_by == "picture"
    remarks = []
    if leak:
        remarks.append(run.leak or "split by picture: views of one sample stood on both sides of the split")
    if evaluation is None:
        remarks.append("not evaluated yet")
    elif evaluation.split != "test":
        remarks.append("no test split: figures of the validation samples, on which the best epoch was chosen")
    if run.state == "stopped":
        remarks.append("training was stopped before its end")
    return {
        "name": run.name,
        "about": describe(run.params),
        **_measures(_figures_of(evaluation)),
        "hours": run.seconds / 3600,
        "hardware": run.device,
        "parameters": run.parameters or None,
        "split_by": run.params.split_by,
        "samples": evaluation.samples if evaluation else None,
        "test_set": _letter(evaluation, letters) if evaluation else "",
        "evaluated": evaluation.split if evaluation else "",
        "leak": leak,
        "comparable": not leak and evaluation is not None and evaluation.split == "test",
        "remark": "; ".join(remarks),
    }


def _published_row(published: dict[str, Any]) -> dict[str, object]:
    figures = {measure: (published.get(measure, np.nan), np.nan, np.nan) for measure in TABLE_MEASURES}
    row = {
        "name": published["name"],
        "about": published["about"],
        **_measures(figures),
        "hours": float("nan"),
        "hardware": "",
        "parameters": None,
        "split_by": "picture",
        "samples": None,
        "test_set": "",
        "evaluated": "test",
        "leak": True,
        "comparable": False,
        "remark": f"{NOT_COMPARABLE} ({published['as_published']})",
    }
    return row | {measure: text for (name, measure), text in ALMOST.items() if name == published["name"]}


def _figures_of(evaluation: Evaluation | None) -> dict[str, tuple[float, float, float]]:
    figures = {}
    for measure in TABLE_MEASURES:
        figures[measure] = (np.nan, np.nan, np.nan)
        if evaluation is not None:
            counted = f"{measure}_by_sample" if evaluation.unit == "picture" else measure
            figures[measure] = tuple(evaluation.overall.loc[counted, ["value", "low", "high"]])
    return figures


def _measures(figures: dict[str, tuple[float, float, float]]) -> dict[str, object]:
    row: dict[str, object] = {measure: in_per_cent(*figures[measure]) for measure in TABLE_MEASURES}
    for measure, (value, low, high) in figures.items():
        row |= {f"{measure}_value": value, f"{measure}_low": low, f"{measure}_high": high}
    return row


def _letter(evaluation: Evaluation, letters: dict[str, str]) -> str:
    """A, B, ... (then AA, ...) for each set of test samples that differs from those before."""
    labels = sample_table(evaluation)["label"]
    key = fingerprint(sorted(zip(labels.index.astype(str), labels.astype(str), strict=True)))
    number = len(letters)
    return letters.setdefault(key, chr(ord("A") + number % 26) * (number // 26 + 1))

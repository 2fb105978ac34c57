"""How often the rarest labels are named rightly: what accuracy hides and macro-F1 dilutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.classify.evaluation.evaluate import Evaluation, sample_table
from core.classify.evaluation.intervals import draw_weights, drawn_confusions
from core.classify.evaluation.metrics import f1_of_confusions
from core.classify.training.runs import Run, read_split
from core.errors import GlitchAuditError
from core.statistics.intervals import UNKNOWN, drawn_interval, wilson_interval

WIDENING = 1.4
"""The bootstrap of a handful of glitches is too sure: its own percentiles hold the truth in 81 to 91 % of test sets.
They are moved so much farther from the value; benchmarks/results/rare_intervals.txt reports other sets than chose it.
"""

RARE_SHARE = 1 / 3
"""Of the labels, by their number of glitches: what counts as rare."""


@dataclass(frozen=True)
class RareLabels:
    """The rarest labels of a run and their mean F1.

    Attributes:
        labels: the rarest first.
        most: how many glitches the commonest of them has in all parts of the split.
        tested: how many test glitches carry them.
        f1: mean of their F1 scores, over those that occur or are named; NaN where none does.
        low, high: its 95 % interval, bootstrap by glitch.
    """

    labels: tuple[str, ...]
    most: int
    tested: int
    f1: float
    low: float
    high: float


def rarest_labels(counts: pd.Series, *, share: float = RARE_SHARE) -> tuple[str, ...]:
    """Return the rarest labels by their counts, a ``share`` of the labels rounded up, rarest first, ties by name."""
    ranked = sorted((int(count), str(label)) for label, count in counts.items())
    return tuple(label for _, label in ranked[: int(np.ceil(len(ranked) * share - 1e-9))])


def label_counts(run: Run, evaluation: Evaluation) -> pd.Series:
    """Return the glitches of each label: in all parts of the run's split, or of those that were judged without one."""
    try:
        rows = read_split(run)
    except GlitchAuditError:
        rows = sample_table(evaluation)
    return rows.drop_duplicates("glitch")["label"].astype(str).value_counts()


def rare_labels(run: Run, evaluation: Evaluation, *, bootstrap: int = 1000, seed: int = 0) -> RareLabels:
    """Return the mean F1 of the rarest third of a run's labels on the samples that it is judged on.

    Rare is what is rare in all parts of the split together, so that runs on the same data call the same labels rare.
    Pictures of one sample are averaged first. The interval is :func:`mean_f1`'s.
    """
    counts = label_counts(run, evaluation)
    rare = rarest_labels(counts)
    table = sample_table(evaluation)
    value, low, high = mean_f1(table, rare, bootstrap=bootstrap, seed=seed)
    return RareLabels(
        labels=rare,
        most=int(counts[list(rare)].max()) if rare else 0,
        tested=int(table.loc[table["label"].isin(rare), "glitch"].nunique()),
        f1=value,
        low=low,
        high=high,
    )


def mean_f1(
    table: pd.DataFrame, labels: Sequence[str], *, bootstrap: int = 1000, seed: int = 0
) -> tuple[float, float, float]:
    """Return the mean F1 of some labels with its 95 % interval; NaN where none of them occurs or is named.

    ``table`` has a row a sample: ``label``, ``predicted``, ``glitch``. Each of the ``bootstrap`` draws takes glitches
    with replacement; a draw in which a label neither occurs nor is named leaves it out of the mean. The percentiles are
    moved away from the value by :data:`WIDENING`. Where all F1 are 0 or 1 every draw agrees, and the interval is
    Wilson's among the glitches that carry the labels. Coverage: benchmarks/results/rare_intervals.txt.
    """
    names = sorted({*table["label"].astype(str), *table["predicted"].astype(str), *labels})
    truth = pd.Index(names).get_indexer(table["label"].astype(str))
    named = pd.Index(names).get_indexer(table["predicted"].astype(str))
    glitch_of = pd.factorize(table["glitch"])[0]
    glitches = int(glitch_of.max()) + 1 if len(glitch_of) else 0
    weights = np.vstack([np.ones((1, glitches), int), draw_weights(glitches, draws=bootstrap, seed=seed)])
    f1 = f1_of_confusions(drawn_confusions(truth, named, glitch_of, weights, labels=len(names)))
    means = _mean(f1[:, pd.Index(names).get_indexer(list(labels))])
    tested = int(table.loc[table["label"].isin(labels), "glitch"].nunique())
    return (float(means[0]), *_interval(float(means[0]), means[1:], tested))


def rare_sentence(rare: RareLabels, *, labels: int) -> str:
    """The figure in words: which labels, of how many, on how many glitches."""
    told = "unknown, for none of them occurs" if np.isnan(rare.f1) else f"{rare.f1:.3f}"
    between = f" (95 % interval {rare.low:.3f} to {rare.high:.3f})" if np.isfinite(rare.low + rare.high) else ""
    return (
        f"Mean F1 of the rarest third of the labels ({len(rare.labels)} of {labels}, at most {rare.most:,} "
        f"glitch{'' if rare.most == 1 else 'es'} each): {told}{between}, on {rare.tested:,} held-out "
        f"glitch{'' if rare.tested == 1 else 'es'}: {', '.join(rare.labels)}."
    )


def _interval(value: float, drawn: np.ndarray, tested: int) -> tuple[float, float]:
    """As of the other measures: where every draw must agree, Wilson's interval among so many glitches."""
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or not len(drawn):
        return UNKNOWN
    if value in (0.0, 1.0):
        return wilson_interval(value * tested, tested)
    low, high = drawn_interval(drawn)
    below, above = max(0.0, value - float(low)), max(0.0, float(high) - value)
    return max(0.0, value - WIDENING * below), min(1.0, value + WIDENING * above)


def _mean(f1: np.ndarray) -> np.ndarray:
    known = np.isfinite(f1)
    count = known.sum(axis=1)
    total = np.where(known, f1, 0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(f1), np.nan), where=count > 0)

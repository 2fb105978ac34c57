"""The verdicts on the two failure modes, as advice: what is said, and the samples to show with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.audit.advice.model import EXAMPLES, LOOK, MERGE, NOTHING, SPLIT, TO_SHOW, Advice, Words, spread
from core.audit.advice.words import gradient_words, over_compression_words, over_splitting_words
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.verdicts import OVER_SPLITTING

Chooses = Callable[[Sequence[str], int], tuple[str, ...]]
"""Takes at most so many of a group's samples, to stand for all of it."""


def verdict_advice(
    verdict: Mapping[str, Any],
    samples: pd.DataFrame,
    clusters: np.ndarray,
    params: FailureModeParams | None = None,
    *,
    typical: Chooses | None = None,
) -> Advice:
    """Return what to say of a verdict and what to do about it.

    ``verdict`` is a row of :func:`core.audit.failure_modes.verdicts.verdict_table`; ``samples`` has the index
    ``sample_id``, ``label`` and the physical columns; ``clusters`` is int (n,), in the same order. ``typical`` chooses
    the examples of a merge or a split (:class:`core.audit.advice.examples.Typical`); without it they are spread evenly.
    """
    params = params or FailureModeParams()
    labels = tuple(str(name) for name in json.loads(verdict["labels"]))
    numbers = json.loads(verdict["numbers"])
    answer, figures = str(verdict["verdict"]), str(verdict["sentence"])
    if verdict["mode"] == OVER_SPLITTING:
        number = int(verdict["cluster"])
        words, action = over_splitting_words(answer, number, labels, numbers, params)
        groups = {f"Called {label}": _of(samples, clusters, label, (number,)) for label in labels}
        return _advice(words, action, figures, labels, groups, typical)
    numbers_of = tuple(int(number) for number in json.loads(verdict["clusters"]))
    if numbers.get("kind") == "gradient":
        return _gradient_advice(labels[0], _gradient(verdict, numbers), figures, samples)
    words, action = over_compression_words(answer, labels[0], numbers_of, numbers, params)
    groups = {
        f"Pile {place} (cluster {number})": _of(samples, clusters, labels[0], (number,))
        for place, number in enumerate(numbers_of, start=1)
    }
    if len(groups) < 2:
        groups = {"": _of(samples, clusters, labels[0], None)}
    return _advice(words, action, figures, labels, groups, typical)


def _advice(
    words: Words,
    action: str,
    figures: str,
    labels: tuple[str, ...],
    groups: Mapping[str, tuple[str, ...]],
    typical: Chooses | None,
) -> Advice:
    groups = {title: group for title, group in groups.items() if group}
    if action == NOTHING or not groups:
        return Advice(words, action, figures, labels)
    if action in (MERGE, SPLIT):
        choose = typical or _spread
        sheets = tuple(choose(group, EXAMPLES) for group in groups.values())
    else:
        sheets = tuple(_spread(group, TO_SHOW // len(groups)) for group in groups.values())
    return Advice(words, action, figures, labels, sheets, tuple(groups))


def _spread(sample_ids: Sequence[str], count: int) -> tuple[str, ...]:
    return spread(pd.Index(sample_ids), count)


def _gradient(verdict: Mapping[str, Any], numbers: Mapping[str, Any]) -> str:
    """Return the column of the gradient that the verdict is about, which need not be the best known one."""
    columns = [str(item["column"]) for item in numbers["gradients"]]
    said = str(verdict["sentence"])
    return next((name for name in columns if f"gradient of {name.replace('_', ' ')} from" in said), columns[0])


def _of(samples: pd.DataFrame, clusters: np.ndarray, label: str, numbers: tuple[int, ...] | None) -> tuple[str, ...]:
    """Return the samples with this label, in these clusters or anywhere."""
    chosen = samples["label"].to_numpy(dtype=str) == label
    if numbers is not None:
        chosen &= np.isin(clusters, numbers)
    return tuple(str(name) for name in samples.index[chosen])


def _gradient_advice(label: str, column: str, figures: str, samples: pd.DataFrame) -> Advice:
    """Return the advice on a label that is one long gradient, with the samples at its two ends."""
    words, name = gradient_words(label, column), column.replace("_", " ")
    own = samples[samples["label"] == label]
    if column not in own:
        return _advice(words, LOOK, figures, (label,), {"": tuple(str(name) for name in own.index)}, None)
    values = pd.to_numeric(own[column], errors="coerce").dropna().sort_values(kind="stable")
    names = tuple(str(name) for name in values.index)
    each = min(EXAMPLES, len(names) // 2)
    if not each:
        return Advice(words, LOOK, figures, (label,))
    sheets = (names[:each], names[len(names) - each :])
    return Advice(words, SPLIT, figures, (label,), sheets, (f"Lowest {name}", f"Highest {name}"))

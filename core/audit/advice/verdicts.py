"""The verdicts on the two failure modes, as advice.

Why a verdict came out as it did stands in its numbers; the order of the questions here is that of the judges in
:mod:`core.audit.failure_modes`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.audit.advice.model import (
    COLLECT_COLUMN,
    COLLECT_SAMPLES,
    LOOK,
    MERGE,
    NOTHING,
    SPLIT,
    TO_SHOW,
    Advice,
    spread,
)
from core.audit.failure_modes.over_splitting import SHAPE_COLUMNS
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.verdicts import NOT_SUPPORTED, OVER_SPLITTING, SUPPORTED, listed

_EMBEDDING = "embedding"


def verdict_advice(
    verdict: Mapping[str, Any], samples: pd.DataFrame, clusters: np.ndarray, params: FailureModeParams | None = None
) -> Advice:
    """Return what to say of a verdict and what to do about it.

    ``verdict`` is a row of :func:`core.audit.failure_modes.verdicts.verdict_table`; ``samples`` has the index
    ``sample_id``, ``label`` and the physical columns; ``clusters`` is int (n,), in the same order.
    """
    params = params or FailureModeParams()
    labels = tuple(str(name) for name in json.loads(verdict["labels"]))
    numbers = json.loads(verdict["numbers"])
    answer, figures = str(verdict["verdict"]), str(verdict["sentence"])
    if verdict["mode"] == OVER_SPLITTING:
        number = int(verdict["cluster"])
        sentence, action = _over_splitting(answer, number, labels, numbers, params)
        sheets = tuple(_of(samples, clusters, label, (number,)) for label in labels)
        return _advice(sentence, action, figures, labels, sheets)
    numbers_of = tuple(int(number) for number in json.loads(verdict["clusters"]))
    if numbers.get("kind") == "gradient":
        return _gradient_advice(labels[0], _gradient(verdict, numbers), figures, samples)
    sentence, action = _over_compression(answer, labels[0], numbers_of, numbers, params)
    sheets = tuple(_of(samples, clusters, labels[0], (number,)) for number in numbers_of)
    if len(sheets) < 2:
        sheets = (_of(samples, clusters, labels[0], None),)
    return _advice(sentence, action, figures, labels, sheets)


def _advice(
    sentence: str, action: str, figures: str, labels: tuple[str, ...], sheets: tuple[tuple[str, ...], ...]
) -> Advice:
    sheets = tuple(sheet for sheet in sheets if sheet)
    if action == NOTHING:
        return Advice(sentence, action, figures, labels)
    each = TO_SHOW // max(len(sheets), 1)
    return Advice(sentence, action, figures, labels, tuple(spread(pd.Index(sheet), each) for sheet in sheets))


def _over_splitting(
    answer: str, cluster: int, labels: tuple[str, ...], numbers: Mapping[str, Any], params: FailureModeParams
) -> tuple[str, str]:
    names, where = listed(labels), f"cluster {cluster}"
    if answer == SUPPORTED:
        return (
            f"In {where}, nothing that was looked at tells {names} apart: they may be one kind under two names.",
            MERGE,
        )
    if answer == NOT_SUPPORTED:
        return _kept_apart(cluster, labels, numbers), NOTHING
    if unsteady := _unsteady([numbers.get("stability")], params.least_stability):
        return f"{names} lie together in {where}, but {unsteady}, so it may be chance.", LOOK
    if _EMBEDDING not in numbers.get("probes", {}):
        return f"{names} lie together in {where}, but there are too few samples to compare them.", COLLECT_SAMPLES
    if "pictures" not in numbers["probes"] and not set(numbers["physical_columns"]) & set(SHAPE_COLUMNS):
        return (
            f"{names} look alike to the computer in {where}, but there is nothing else to compare them by, such as a "
            "measured frequency.",
            COLLECT_COLUMN,
        )
    return f"In {where}, {names} could not be told apart for sure, but a difference may have been missed.", LOOK


def _kept_apart(cluster: int, labels: tuple[str, ...], numbers: Mapping[str, Any]) -> str:
    if not labels:
        return f"Cluster {cluster} is a mixture of many labels, not one kind under two or three names."
    if len(labels) == 1:
        return (
            f"In cluster {cluster} {labels[0]} is the only frequent label, so no other one is used for the same shape "
            "here."
        )
    if "probes" not in numbers:
        return (
            f"{listed(labels)} are all common in cluster {cluster}, but not all of them belong there: they do not look "
            "like two names for one thing."
        )
    if numbers.get("blind"):
        return (
            f"{listed(labels)} lie together in cluster {cluster}, but other evidence than the computer’s grouping "
            "tells them apart: they are different things."
        )
    return f"{listed(labels)} lie together in cluster {cluster}, but the computer can tell them apart."


def _over_compression(
    answer: str, label: str, clusters: tuple[int, ...], numbers: Mapping[str, Any], params: FailureModeParams
) -> tuple[str, str]:
    parts = numbers.get("parts", [])
    if answer == SUPPORTED:
        return (
            f"{label} seems to hold {len(clusters)} different kinds: its samples form {len(clusters)} clusters, "
            "and few samples lie between them.",
            SPLIT,
        )
    if answer == NOT_SUPPORTED:
        if len(parts) > 1:
            return (
                f"The samples called {label} lie in several clusters, but these do not look like separate kinds.",
                NOTHING,
            )
        return f"Nothing found suggests that {label} holds more than one kind.", NOTHING
    if numbers["glitches"] < 2 * params.fewest_in_part:
        return f"There are too few samples called {label} to say whether it holds more than one kind.", COLLECT_SAMPLES
    if not parts or numbers["at_home"] < 0.5:
        return (
            f"Most samples called {label} lie in clusters of other labels or in none, so the clusters cannot show "
            "whether it holds more than one kind.",
            LOOK,
        )
    unsteady = _unsteady([part["stability"] for part in parts], params.least_stability)
    if len(parts) > 1 and unsteady:
        return f"The samples called {label} lie in several clusters, but {unsteady}, so they may be chance.", LOOK
    if numbers.get("pairs"):
        return f"{label} may hold more than one kind, but its clusters are too small to be sure.", LOOK
    return (
        f"The samples called {label} form one cluster. To see whether they change little by little within it, each "
        "would need a measurement, such as a frequency.",
        COLLECT_COLUMN,
    )


def _unsteady(stabilities: Sequence[float | None], least: float) -> str:
    """Return why a group need not be there the next time; "" where all of them would be."""
    if any(value is None for value in stabilities):
        return "nobody measured whether it comes out the same when the computer tries again"
    measured = [value for value in stabilities if value is not None]
    return "it comes out differently when the computer tries again" if min(measured, default=1.0) < least else ""


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
    sentence = (
        f"The samples called {label} change little by little with their {column.replace('_', ' ')}, and the two "
        "extremes differ at least as much as two labels usually do: people must say whether to split them, and where."
    )
    own = samples[samples["label"] == label]
    if column not in own:
        return _advice(sentence, LOOK, figures, (label,), (tuple(str(name) for name in own.index),))
    values = pd.to_numeric(own[column], errors="coerce").dropna().sort_values(kind="stable")
    names = tuple(str(name) for name in values.index)
    each = min(TO_SHOW // 2, len(names) // 2)
    return _advice(sentence, SPLIT if each else LOOK, figures, (label,), (names[:each], names[len(names) - each :]))

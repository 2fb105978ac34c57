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
_NEARLY_ALL, _MOST = 0.9, 0.5
_MORE = "If more can be had, from whoever gave you the data, add them."
_COUNTED = {2: "two", 3: "three"}
_MEANINGS = {
    "peak_frequency": "the frequency at which a sample is strongest",
    "central_freq": "the middle of the frequencies that a sample covers",
    "bandwidth": "how wide a range of frequencies a sample covers",
    "duration": "how long a sample lasts",
    "snr": "how far a sample stands out of the noise",
    "amplitude": "how strong a sample is",
}
"""What the physical columns measure, for who does not know their names."""


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
    if answer == NOT_SUPPORTED:
        return _kept_apart(cluster, labels, numbers), NOTHING
    together = (
        f"{_called(labels)} lie together in cluster {cluster}, a group of samples that look alike to the computer"
    )
    if answer == SUPPORTED:
        return (
            f"{together}. It compared them in several ways and found no clear difference: they may be one kind under "
            f"{_COUNTED.get(len(labels), 'several')} names.",
            MERGE,
        )
    if unsteady := _unsteady([numbers.get("stability")], params.least_stability):
        return (
            f"{together}. But {unsteady}, so they may lie together by chance. Look whether you see one kind or "
            "several.",
            LOOK,
        )
    if _EMBEDDING not in numbers.get("probes", {}):
        return (
            f"{together}. There are too few with one or both of these labels to say whether they are different kinds. "
            f"{_MORE}",
            COLLECT_SAMPLES,
        )
    if "pictures" not in numbers["probes"] and not set(numbers["physical_columns"]) & set(SHAPE_COLUMNS):
        return (
            f"{together}. From the pictures it cannot say whether they are different kinds. A table with a "
            "measurement of each sample, such as its frequency or duration, may tell: ask whoever gave you the data.",
            COLLECT_COLUMN,
        )
    return (
        f"{together}. It found no sure difference between them, but may have missed one. Your eyes may be "
        "better: look whether you see a difference.",
        LOOK,
    )


def _called(labels: Sequence[str]) -> str:
    """Return the subject of a sentence: "Samples called A and samples called B"."""
    found = listed(f"samples called {label}" for label in labels)
    return found[:1].upper() + found[1:]


def _kept_apart(cluster: int, labels: tuple[str, ...], numbers: Mapping[str, Any]) -> str:
    where = f"In cluster {cluster} (samples that look alike to the computer)"
    if not labels:
        return f"{where} no label is common: it is a mixture of many, not one kind under two or three names."
    if len(labels) == 1:
        share = float(numbers.get("top_share", 0))
        if share < _MOST:
            return f"{where} {labels[0]} is the only common label, so there is no sign of two names for one kind."
        how_many = "nearly all" if share >= _NEARLY_ALL else "most"
        return (
            f"{where} {how_many} are called {labels[0]}. No other label is common there, so there is no sign of two "
            "names for one kind."
        )
    if "probes" not in numbers:
        return (
            f"Cluster {cluster}, a group of samples that look alike to the computer, holds many "
            f"{listed(f'samples called {label}' for label in labels)}. That alone does not make them one kind, and "
            "nothing else points to it."
        )
    names = f"{_called(labels)} lie together in one group, cluster {cluster}"
    if numbers.get("blind"):
        return (
            f"{names}, because they look alike at first. But a closer comparison shows a difference, so they do not "
            "seem to be two names for one kind."
        )
    return (
        f"{names}: they look alike enough for that. But within the group the computer can still tell them apart, so "
        "they do not seem to be two names for one kind."
    )


def _over_compression(
    answer: str, label: str, clusters: tuple[int, ...], numbers: Mapping[str, Any], params: FailureModeParams
) -> tuple[str, str]:
    parts = numbers.get("parts", [])
    if answer == SUPPORTED:
        return (
            f"{label} seems to be one name for {len(clusters)} different kinds: its samples form {len(clusters)} "
            "groups that look different, with few samples in between.",
            SPLIT,
        )
    if answer == NOT_SUPPORTED:
        if len(parts) > 1:
            return (
                f"The samples called {label} lie in several groups, but nothing shows that these are different kinds.",
                NOTHING,
            )
        return f"Nothing found suggests that {label} is one name for several kinds.", NOTHING
    if numbers["glitches"] < 2 * params.fewest_in_part:
        return (
            f"There are too few samples called {label} to say whether they are all of one kind. {_MORE}",
            COLLECT_SAMPLES,
        )
    if numbers["at_home"] < 0.5:
        return (
            f"Most samples called {label} have no group of their own: the computer put them among samples with other "
            "labels, or in no group. So it cannot say whether they are all of one kind: look whether they seem so to "
            "you.",
            LOOK,
        )
    if not parts:
        return (
            f"The samples called {label} lie in groups that are too small to say whether they are all of one kind.",
            LOOK,
        )
    unsteady = _unsteady([part["stability"] for part in parts], params.least_stability)
    if len(parts) > 1 and unsteady:
        return (
            f"The samples called {label} lie in several groups, which may be different kinds. But {unsteady}, so the "
            "groups may be an accident. Look whether you see different kinds.",
            LOOK,
        )
    if numbers.get("pairs"):
        return (
            f"The samples called {label} lie in several groups, which are too small for the computer to be sure that "
            "they are different kinds. Look whether you see different kinds; more samples would help, too.",
            LOOK,
        )
    return _one_group(label, numbers, params)


def _one_group(label: str, numbers: Mapping[str, Any], params: FailureModeParams) -> tuple[str, str]:
    """Return what to say where a label is one group, and nothing was there to look for a gradual change by."""
    start = (
        f"The samples called {label} form one group. Whether their look changes little by little within it, from one "
        "kind to another, was not checked"
    )
    if round(numbers["glitches"] * numbers["at_home"]) < params.fewest_for_gradient:
        return f"{start}: there are too few of them. {_MORE}", COLLECT_SAMPLES
    needed = "that needs a number for each sample, such as its frequency, which this data set lacks"
    return f"{start}: {needed}. Ask whoever gave you the data for a table of them.", COLLECT_COLUMN


def _unsteady(stabilities: Sequence[float | None], least: float) -> str:
    """Return why a group need not be there the next time; "" where all of them would be."""
    if any(value is None for value in stabilities):
        return "nobody checked whether the computer would make the same groups again"
    measured = [value for value in stabilities if value is not None]
    steady = min(measured, default=1.0) >= least
    return "" if steady else "when the computer groups all samples again, the groups come out differently"


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
    name, meaning = column.replace("_", " "), _MEANINGS.get(column, "")
    name += f" ({meaning})" if meaning else ""
    sentence = (
        f"The look of samples called {label} changes little by little with their {name}. Those at the two ends look as "
        "different as samples with two different labels do, so this may be one name for several kinds. If the two ends "
        f"look like two kinds to you, propose the split, and say at which {column.replace('_', ' ')} you would cut."
    )
    own = samples[samples["label"] == label]
    if column not in own:
        return _advice(sentence, LOOK, figures, (label,), (tuple(str(name) for name in own.index),))
    values = pd.to_numeric(own[column], errors="coerce").dropna().sort_values(kind="stable")
    names = tuple(str(name) for name in values.index)
    each = min(TO_SHOW // 2, len(names) // 2)
    return _advice(sentence, SPLIT if each else LOOK, figures, (label,), (names[:each], names[len(names) - each :]))

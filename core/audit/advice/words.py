"""What is said of each verdict, in words for people without statistics.

A cluster is called a pile of look-alikes: everybody has sorted pictures into piles. Why a verdict came out as it did
stands in its numbers; the order of the questions here is that of the judges in :mod:`core.audit.failure_modes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.audit.advice.model import COLLECT_COLUMN, COLLECT_SAMPLES, LOOK, MERGE, NOTHING, SPLIT, Words
from core.audit.failure_modes.over_splitting import SHAPE_COLUMNS
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.verdicts import NOT_SUPPORTED, SUPPORTED, listed

_EMBEDDING = "embedding"
_NEARLY_ALL, _MOST = 0.9, 0.5
_COUNTED = {2: "two", 3: "three"}
_SORTED = "The computer sorted all samples into piles of look-alikes."
_MEANINGS = {
    "peak_frequency": "how high its strongest tone would be if you could hear it",
    "central_freq": "how high its middle tone would be if you could hear it",
    "bandwidth": "how far its lowest and highest tone are apart",
    "duration": "how long a sample lasts",
    "snr": "how far a sample stands out of the noise",
    "amplitude": "how strong a sample is",
}
"""What the physical columns measure, for who does not know their names."""


def over_splitting_words(
    answer: str, cluster: int, labels: Sequence[str], numbers: Mapping[str, Any], params: FailureModeParams
) -> tuple[Words, str]:
    """Return what to say of labels that may be names for one kind, and what to do."""
    if answer == NOT_SUPPORTED:
        return _kept_apart(cluster, labels, numbers), NOTHING
    names, count = listed(labels), _COUNTED.get(len(labels), "several")
    together = _together(cluster, labels)
    if answer == SUPPORTED:
        return Words(
            f"{names} may be {count} names for the same kind.",
            f"{together} It searched for a difference, well enough to notice a clear one, and found none. If "
            "they are the same kind, one name is enough.",
            f"Compare the examples. If you see no difference either, propose one name for {_all(labels)}.",
        ), MERGE
    unclear = f"It is not clear whether {names} are the same kind or {count} kinds."
    same = f"If they all look the same to you, you can propose one name for {_all(labels)}."
    if unsteady := _unsteady([numbers.get("stability")], params.least_stability):
        return Words(
            unclear, f"{together} But {unsteady}. Both may be in one pile by chance.", f"Look at some. {same}"
        ), LOOK
    if _EMBEDDING not in numbers.get("probes", {}):
        return Words(
            f"There are too few samples to say whether {names} are the same kind.",
            f"{together} To find a difference, the computer needs more examples.",
            _ask_for(f"samples called {' or '.join(labels)}"),
        ), COLLECT_SAMPLES
    if "pictures" not in numbers["probes"] and not set(numbers["physical_columns"]) & set(SHAPE_COLUMNS):
        return Words(
            f"The pictures alone do not show whether {names} are the same kind.",
            f"{together} Measurements may show a difference that pictures do not: the size, strength or "
            "duration of each sample, for example.",
            "Ask the person who gave you the data for a file with measurements, and add it.",
        ), COLLECT_COLUMN
    missed = (
        "It found no clear difference. But this search was weak: it could have missed one. Your eyes may be better."
    )
    return Words(unclear, f"{together} {missed}", f"Look at some. {same}"), LOOK


def _together(cluster: int, labels: Sequence[str]) -> str:
    return f"{_SORTED} It put samples of {_all(labels)} into one pile (cluster {cluster})."


def _all(labels: Sequence[str]) -> str:
    return "both" if len(labels) == 2 else "all of them"


def _kept_apart(cluster: int, labels: Sequence[str], numbers: Mapping[str, Any]) -> Words:
    sign = "If two labels both come up often in one pile of look-alikes, they may be names for the same kind."
    if not labels:
        return Words(
            f"Cluster {cluster} gives no sign of two names for one kind.",
            f"For such a sign, two labels must each be common in one pile of look-alikes. In this pile (cluster "
            f"{cluster}) no label is common: it holds a few samples each of many labels. If some of these labels are "
            "wrong, you find them on the page Suspects.",
        )
    if len(labels) == 1:
        share = float(numbers.get("top_share", 0))
        found = (
            f"Nearly all samples in cluster {cluster} are called {labels[0]}."
            if share >= _NEARLY_ALL
            else f"Most samples in cluster {cluster} are called {labels[0]}."
            if share >= _MOST
            else f"{labels[0]} is the only label that comes up often in cluster {cluster}."
        )
        return Words(
            found,
            f"{sign} In this pile (cluster {cluster}) only one does, so there is no sign of two names for one kind.",
        )
    names, both = listed(labels), _all(labels)
    if "probes" not in numbers:
        return Words(
            f"So far there is no reason to give {names} one name.",
            f"{_together(cluster, labels)} But that alone does not make them one kind. For that, this "
            f"pile would have to be a main place of {both}, and it does not seem to be. Some samples in it may just "
            "have a wrong label.",
        )
    if numbers.get("blind"):
        return Words(
            f"{names} look alike at first, but seem to be different kinds.",
            f"{_together(cluster, labels)} Another comparison, by other features, showed a difference. So it seems "
            f"right to keep {both} as separate labels.",
        )
    return Words(
        f"{names} look alike, but seem to be different kinds.",
        f"{_together(cluster, labels)} But inside this pile it can mostly say which sample has which label. So it "
        f"seems right to keep {both} as separate labels.",
    )


def over_compression_words(
    answer: str, label: str, clusters: Sequence[int], numbers: Mapping[str, Any], params: FailureModeParams
) -> tuple[Words, str]:
    """Return what to say of a label that may be one name for several kinds, and what to do."""
    parts = numbers.get("parts", [])
    if answer == SUPPORTED:
        return Words(
            f"{label} seems to be one name for {len(clusters)} different kinds.",
            f"{_SORTED} Those called {label} fell into {len(clusters)} piles, with few samples in between. With a name "
            "for each kind, everybody knows which one is meant.",
            "Compare the examples of each pile. If they look like different kinds to you, propose a name for each.",
        ), SPLIT
    if answer == NOT_SUPPORTED:
        found = "It found no sign of that."
        if len(parts) > 1:
            found = "They lie in several piles, but there is no clear gap between these."
        return Words(
            f"So far one label seems enough for {label}.",
            f"The computer checked whether the samples called {label} are really several kinds. {found}",
        ), NOTHING
    look = "Look at some. If you see different kinds, propose a name for each."
    if numbers["glitches"] < 2 * params.fewest_in_part:
        return Words(
            f"There are too few samples called {label} to say whether they are all the same kind.",
            "With so few, two kinds under one name could not be noticed.",
            _ask_for(f"samples called {label}"),
        ), COLLECT_SAMPLES
    unclear = f"It is not clear whether the samples called {label} are all the same kind."
    if numbers["at_home"] < 0.5:
        return Words(
            unclear,
            f"The computer sorted the samples into piles of look-alikes. Some fit in no pile. Most of those called "
            f"{label} are among these, or in a pile with other labels. So the computer cannot say whether they belong "
            "together.",
            "Look at some. If you see one that should be called something else, propose a better label for it.",
        ), LOOK
    if not parts:
        return Words(unclear, f"{_SORTED} Those called {label} lie in piles that are too small to say.", look), LOOK
    unsteady = _unsteady([part["stability"] for part in parts], params.least_stability)
    several = f"{_SORTED} Those called {label} fell into several piles."
    if len(parts) > 1 and unsteady:
        return Words(unclear, f"{several} But {unsteady}. So the piles may be there only by chance.", look), LOOK
    if numbers.get("pairs"):
        return Words(
            unclear, f"{several} These may be different kinds, but the piles are too small to be sure.", look
        ), LOOK
    return _one_pile(label, numbers, params)


def _one_pile(label: str, numbers: Mapping[str, Any], params: FailureModeParams) -> tuple[Words, str]:
    """Return what to say where a label is one pile, and nothing was there to look for a gradual change by."""
    sentence = f"Most samples called {label} look alike. One thing could not be checked."
    rainbow = (
        "In a long row of samples each can look like the next one, and yet the first and the last can be two kinds, "
        "like red and blue in a rainbow. To check that, the computer has to put the samples in such a row"
    )
    if round(numbers["glitches"] * numbers["at_home"]) < params.fewest_for_gradient:
        return Words(
            sentence, f"{rainbow}. There are too few of them for that.", _ask_for(f"samples called {label}")
        ), COLLECT_SAMPLES
    return Words(
        sentence,
        f"{rainbow}. For that it needs a measurement of each sample, such as its size, strength or duration. There is "
        "none here.",
        "Ask the person who gave you the data for a file with measurements, and add it.",
    ), COLLECT_COLUMN


def gradient_words(label: str, column: str) -> Words:
    """Return what to say of a label whose look changes little by little along a column."""
    name, meaning = column.replace("_", " "), _MEANINGS.get(column, "")
    order = f"by {name} ({meaning})" if meaning else f"by {name}"
    return Words(
        f"{label} may be one name for two kinds with many in-between samples.",
        f"The computer put the samples called {label} in order {order}. The first and the last look as different as "
        "samples with two different labels do.",
        f"Compare the examples of both ends. If they look like two kinds to you, propose a name for each. You are then "
        f"asked for a reason: write at which {name} the one kind ends and the other begins. The page of each "
        f"sample shows its {name}.",
    )


def _ask_for(what: str) -> str:
    return f"Ask the person who gave you the data for more {what}, and add them."


def _unsteady(stabilities: Sequence[float | None], least: float) -> str:
    """Return why a pile need not be there the next time; "" where all of them would be."""
    if any(value is None for value in stabilities):
        return "nobody has checked whether it would make the same piles again"
    measured = [value for value in stabilities if value is not None]
    steady = min(measured, default=1.0) >= least
    return "" if steady else "when the computer sorted again in a slightly different way, other piles came out"

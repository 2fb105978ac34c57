"""What the verdicts say to whoever is about to relabel samples: whether names are the question, not these samples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.audit.failure_modes.verdicts import CANNOT_TELL, OVER_COMPRESSION, OVER_SPLITTING, SUPPORTED, listed

MOST_ADVICE = 2
LEAST_SHARE = 0.1
"""A label counts as one of a selection's from this share on: what a few strays are called is no advice for the rest."""

TAXONOMY, VERDICTS = "taxonomy", "verdicts"
"""Where to go: names are argued as changes of the taxonomy; what is not sure is looked at among the verdicts."""


@dataclass(frozen=True)
class Advice:
    """One plain ``sentence``, and where it ``leads_to``: :data:`TAXONOMY` or :data:`VERDICTS`."""

    sentence: str
    leads_to: str


def advice_before_relabelling(
    counts: Mapping[str, int] | pd.Series, verdicts: pd.DataFrame, *, new_label: str = ""
) -> tuple[Advice, ...]:
    """Return what to consider before samples are relabelled, at most :data:`MOST_ADVICE`, the surest first.

    ``counts`` says how many of the selected samples carry each label; ``new_label`` what they are to be called, ""
    where nobody chose yet; ``verdicts`` is a table as :func:`core.audit.failure_modes.verdicts.verdict_table` makes it.
    Two names that nothing tells apart count where both are at hand, in the selection or as the new label; a label of
    several shapes where it is at hand.
    """
    counts = dict(counts)
    total = sum(counts.values())
    at_hand = {label for label, number in counts.items() if number >= LEAST_SHARE * total} | ({new_label} - {""})
    sure, unsure = [], []
    for verdict in verdicts.itertuples():
        labels = [label for label in json.loads(verdict.labels) if label in at_hand]
        if verdict.mode == OVER_SPLITTING and len(labels) > 1:
            if verdict.verdict == SUPPORTED:
                sure.append(_one_shape(verdict.cluster, labels))
            elif verdict.verdict == CANNOT_TELL:
                unsure.append(_perhaps_one_shape(verdict.cluster, labels))
        elif verdict.mode == OVER_COMPRESSION and verdict.verdict == SUPPORTED and labels:
            sure.append(_several_shapes(labels[0], json.loads(verdict.numbers)))
    return tuple((*sure, *unsure)[:MOST_ADVICE])


def _one_shape(cluster: int, labels: list[str]) -> Advice:
    return Advice(
        f"{listed(labels)} may be names for the same kind: in cluster {cluster} the computer found no clear "
        "difference. Then it does not help to relabel samples. Propose one name instead.",
        TAXONOMY,
    )


def _perhaps_one_shape(cluster: int, labels: list[str]) -> Advice:
    return Advice(
        f"It is not clear whether {listed(labels)} are the same kind: the computer could not say (cluster {cluster}). "
        "Look at what it found before you relabel many.",
        VERDICTS,
    )


def _several_shapes(label: str, numbers: Mapping[str, object]) -> Advice:
    what = (
        "may be one name for several kinds, which change into each other little by little"
        if numbers.get("kind") == "gradient"
        else "seems to be one name for several kinds"
    )
    return Advice(
        f"{label} {what}. So samples that look different may both be rightly called so. Perhaps each kind needs a name "
        "of its own: that can be proposed, too.",
        TAXONOMY,
    )

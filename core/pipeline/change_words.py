"""What changed between two readings of the labels, in sentences for people without statistics."""

from __future__ import annotations

import math

import pandas as pd

from core.pipeline.before_after import (
    CAME,
    NAMED,
    NEIGHBOURS,
    PURITY,
    SUSPECTS,
    WENT,
    WOULD_CALL_OTHERWISE,
)

BETTER, WORSE, NEITHER = "better", "worse", "neither"
COUNTED = (SUSPECTS, WOULD_CALL_OTHERWISE)
"""The figures that are told as numbers of samples, and of which fewer are better; the others are shares."""

SHORT = {
    SUSPECTS: "Suspects",
    WOULD_CALL_OTHERWISE: "Called otherwise",
    PURITY: "Called as their cluster is",
    NEIGHBOURS: "Neighbours of one name",
    NAMED: "Named without being seen",
}
"""Each figure, as short as a tile needs it."""

_WHOLE = {
    SUSPECTS: "samples fit their label as badly as the suspects did before, decided or not",
    WOULD_CALL_OTHERWISE: "samples would be called otherwise by the computer, which has not seen their labels",
    PURITY: "of the samples in a cluster carry its commonest label",
    NEIGHBOURS: "of the neighbours of a sample carry the same label as it, where nobody changed that label",
    NAMED: "of the samples whose label nobody changed get that label from the computer, which has not seen it",
}
_MODES = {"over-splitting": "one kind under several names", "over-compression": "several kinds under one name"}


def told(name: str, row: pd.Series, when: str) -> str:
    """Return a figure ``when`` ("before" or "after"), as a number of samples or a share: "64", "91.4 %"."""
    return f"{_number(row, when):,.0f}" if name in COUNTED else f"{100 * row[when]:.1f} %"


def change_told(name: str, row: pd.Series) -> str:
    """Return how much a figure changed, with its sign: "-12", "+1.0 points"; empty where it did not."""
    if not row["moved"]:
        return ""
    if name in COUNTED:
        return f"{_number(row, 'after') - _number(row, 'before'):+,.0f}"
    return f"{100 * row['difference']:+.1f} points"


def interval_told(name: str, row: pd.Series) -> str:
    """Return the 95 % interval of a figure's change: "-19 to -5", "-0.2 to +0.2 points"."""
    if math.isnan(row["low"]):
        return ""
    if name in COUNTED:
        return f"{row['samples'] * row['low']:+,.0f} to {row['samples'] * row['high']:+,.0f}"
    return f"{100 * row['low']:+.1f} to {100 * row['high']:+.1f} points"


def verdict_on(name: str, row: pd.Series) -> str:
    """Return whether a figure is better, worse, or neither as far as its interval can tell."""
    if not row["moved"] or math.isnan(row["low"]) or row["low"] <= 0 <= row["high"]:
        return NEITHER
    return BETTER if (row["difference"] < 0) == (name in COUNTED) else WORSE


def figure_sentence(name: str, row: pd.Series) -> str:
    """Return a figure's change in a sentence or two."""
    before, after = told(name, row, "before"), told(name, row, "after")
    if not row["samples"]:
        return f"There is no sample to say how many {_WHOLE[name]}."
    if not row["moved"]:
        return f"{after} {_WHOLE[name]}. Nothing changed in that."
    sure = {
        BETTER: "That is better, and more than chance would do.",
        WORSE: "That is worse, and more than chance would do.",
        NEITHER: "So few changed that it could as well have gone the other way.",
    }[verdict_on(name, row)]
    return f"{after} {_WHOLE[name]}; before, it was {before}. {sure}"


def verdict_sentence(row: pd.Series) -> str:
    """Return what became of one finding on a label or a cluster, in a sentence."""
    subject = str(row["subject"])
    what = f"{subject[:1].upper()}{subject[1:]}, {_MODES.get(row['mode'], row['mode'])}"
    if row["change"] == CAME:
        return f"{what}: asked only now, and the answer is “{row['after']}”."
    if row["change"] == WENT:
        return f"{what}: nothing to ask any more; before, the answer was “{row['before']}”."
    return f"{what}: the answer was “{row['before']}”, and is “{row['after']}” now."


def _number(row: pd.Series, when: str) -> float:
    return round(float(row[when]) * float(row["samples"]))

"""Drifts, duplicates, leaks, outliers, agreement and what else is sorted, as advice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.audit.advice.model import LOOK, NOTHING, TO_SHOW, Advice, spread
from core.audit.agreement import Agreement
from core.audit.drift.model import Drift
from core.statistics.percent import percent

_RARE = 0.01
_CLOSE, _LOOSE = 0.75, 0.4

_GROUPS = "the groups that the computer made of samples that look alike"
_WELL = f"People’s labels mostly agree with {_GROUPS}."
_PARTLY = f"People’s labels agree only in part with {_GROUPS}."
_HARDLY = f"People’s labels hardly agree with {_GROUPS}."
_UNKNOWN = f"It cannot be told how well people’s labels agree with {_GROUPS}."

_NO_LEAK = (
    "No picture was found both among the samples used to train a program that learns the labels and among those "
    "used to check it, and that is as it should be."
)

_SORTED = {
    "view": ("pictures that show a longer or a shorter time", "the time shown"),
    "missing views": (
        "samples that lack one or more of their pictures (each should have several) and samples that have all",
        "missing pictures",
    ),
    "detector": ("samples from different detectors", "detector"),
    "run": ("samples from different observing runs (months of measuring)", "observing run"),
    "split": ("samples used to train a program that learns the labels and samples used to check it", "that use"),
}
"""What is compared, in everyday words, and what the groups might go by instead of by looks."""


def drift_advice(drift: Drift) -> Advice:
    """Return what to say of a drift; the samples are spread along it, from one end to the other."""
    shape = drift.one_dimensional
    figures = (
        f"The order agrees {drift.agreement:.2f} ({drift.agreement_low:.2f} to {drift.agreement_high:.2f}) with orders "
        f"made from four fifths of the samples (rank correlation); the curve is {shape.length_to_width:.1f} times as "
        f"long as wide ({shape.chance_length_to_width:.1f} for a round cloud, p = {shape.p_value:.3f})."
    )
    sentence = (
        f"These {len(drift):,} samples can be put in a row in which their look changes little by little, from one end "
        "of the row to the other. Look whether the two ends are one kind or two; if two, "
        "a split can be proposed."
    )
    return Advice(sentence, LOOK, figures, sheets=(spread(pd.Index(drift.sample_ids), TO_SHOW),))


def twin_advice(twins: pd.DataFrame) -> Advice:
    """Return what to say of pairs that show the same: of those with two labels where there are any, else of all."""
    if twins.empty:
        return Advice(
            "No two samples were found that show the same picture, or nearly the same.", NOTHING, "0 pairs were found."
        )
    exact, conflicts = int((twins["kind"] == "exact").sum()), int(twins["conflict"].sum())
    figures = (
        f"{_pairs(len(twins))}: {exact:,} exactly the same, {len(twins) - exact:,} nearly; {conflicts:,} with two "
        "different labels. Of the near ones about 5 % are expected to be mistaken (false discovery)."
    )
    if conflicts:
        sentence = (
            f"{_pairs(conflicts)} of samples with two different labels {_seem(conflicts)} to show the same picture, or "
            "nearly: where it is the same, at most one of the two labels is right. Look, and say which."
        )
        return Advice(sentence, LOOK, figures, sheets=(_in_pairs(twins[twins["conflict"].astype(bool)]),))
    sentence = (
        f"{_pairs(len(twins))} of samples {_seem(len(twins))} to show the same picture, or nearly. Look whether one "
        "sample was entered twice: then one of the two should go."
    )
    return Advice(sentence, LOOK, figures, sheets=(_in_pairs(twins),))


def leak_advice(twins: pd.DataFrame) -> Advice:
    """Return what to say of pairs that show the same and lie on two sides of the data set's split."""
    leaks = twins[twins["leak"].astype(bool)]
    figures = f"{len(leaks):,} of {_pairs(len(twins))} lie across the split."
    if leaks.empty:
        return Advice(_NO_LEAK, NOTHING, figures)
    sentence = (
        f"In {_pairs(len(leaks))} of samples that seem to show the same picture, one is used to train a program that "
        "learns the labels and the other to check it, so that the check may be too easy. Where they are the same, ask "
        "whoever trains it to put both on one side."
    )
    return Advice(sentence, LOOK, figures, sheets=(_in_pairs(leaks),))


def _in_pairs(twins: pd.DataFrame) -> tuple[str, ...]:
    names = pd.unique(twins[["first", "second"]].to_numpy(dtype=str).ravel())
    return tuple(str(name) for name in names[:TO_SHOW])


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'}"


def _seem(count: int) -> str:
    return "seems" if count == 1 else "seem"


def outlier_advice(outliers: pd.DataFrame) -> Advice:
    """Return what to say of the samples that lie far from all others, and the farthest of them."""
    known = outliers[outliers["distance"].notna()]
    if known["chance"].notna().sum() == 0:
        return Advice("There are too few samples to say which of them look unlike all others.", NOTHING, "")
    far, by_luck = int((known["chance"] < _RARE).sum()), _RARE * len(known)
    figures = (
        f"{far:,} of {len(known):,} lie farther from their neighbours than {percent(1 - _RARE)} of ordinary samples "
        f"would; luck alone gives about {by_luck:,.1f}."
    )
    if far <= by_luck:
        sentence = "The number of samples that look odd is normal for so many samples."
        return Advice(sentence, NOTHING, figures)
    sentence = (
        f"{far:,} samples look unlike nearly all others; in an ordinary set of this size there would be about "
        f"{by_luck:,.0f}. Look whether some of them are a new kind, or a mistake."
    )
    return Advice(sentence, LOOK, figures, sheets=(tuple(str(name) for name in known.index[: min(far, TO_SHOW)]),))


def agreement_advice(overall: Agreement) -> Advice:
    """Return what to say of how well clusters and labels go together as a whole."""
    value, noise = overall.adjusted_mutual_information, overall.noise_share
    if math.isnan(value):
        return Advice(_UNKNOWN, NOTHING, "There is only one label in one cluster, or no cluster at all.")
    low, high = overall.adjusted_mutual_information_interval
    figures = f"Adjusted mutual information {value:.2f}"
    if not math.isnan(low):
        figures += f" ({low:.2f} to {high:.2f})"
    figures += (
        f", 0 by chance and 1 for the same grouping; {percent(noise)} of the samples are in no cluster, and left out."
    )
    sentence = _WELL if value >= _CLOSE else _PARTLY if value >= _LOOSE else _HARDLY
    if noise >= 0.5:
        sentence = f"{sentence} But half of the samples or more are in no group, and do not count here."
    return Advice(sentence, NOTHING, figures)


def confounding_advice(factor: str, row: Mapping[str, Any]) -> Advice:
    """Return what to say of a row of :func:`core.audit.confounding.confounding`; ``factor`` is its name."""
    (what, name), figures = _SORTED[factor], str(row["sentence"])
    if row["dominates"]:
        sentence = (
            f"The computer mostly put {what} into different groups, so two groups may show the same kind and differ "
            f"only in {name}. Look whether you see one kind twice; if so, they belong together."
        )
        return Advice(sentence, LOOK, figures)
    if figures.startswith("Clusters do not"):
        sentence = (
            f"In the groups that the computer made, {what} are mixed, so it does not seem to have grouped them by "
            f"{name}."
        )
    elif figures.startswith("Clusters go with"):
        sentence = (
            f"The computer often put {what} into different groups, but mostly where people’s labels differ as well. So "
            f"the kinds seem to differ, and not only the {name}."
        )
    else:
        sentence = (
            f"In the groups that the computer made, {what} are mixed, but not quite evenly: {name} plays a small part, "
            "and you can work with the groups as they are."
        )
    return Advice(sentence, NOTHING, figures)

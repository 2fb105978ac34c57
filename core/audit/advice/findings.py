"""Drifts, duplicates, leaks, outliers, agreement and what else is sorted, as advice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.audit.advice.model import LOOK, NOTHING, TO_SHOW, Advice, Words, spread
from core.audit.agreement import Agreement
from core.audit.drift.model import Drift
from core.statistics.percent import percent

_RARE = 0.01
_CLOSE, _LOOSE = 0.75, 0.4

_LOOKS_ALONE = "The computer sorted the samples into piles of look-alikes, without knowing their labels."
_SOME_WRONG = f"{_LOOKS_ALONE} Where a pile has several labels, some of them may be wrong."
_MIXED = (
    "In the list below, choose a cluster (a pile) with several labels. If a sample in it has a wrong label, propose "
    "the right one."
)
_WELL = Words("The labels that people gave mostly match how the samples look.", _LOOKS_ALONE)
_PARTLY = Words("The labels that people gave only partly match how the samples look.", _SOME_WRONG, _MIXED)
_HARDLY = Words("The labels that people gave hardly match how the samples look.", _SOME_WRONG, _MIXED)
_UNKNOWN = Words(
    "We cannot say how well the labels match how the samples look.",
    "To find out, the computer sorts the samples into piles of look-alikes. It needs two piles and two labels or more.",
)

_NO_LEAK = Words(
    "No test picture was found among the pictures for learning.",
    "A program learns the labels from some samples and is tested with others. The test is fair only if the program has "
    "not seen the test pictures before.",
)

_SORTED = {
    "view": ("pictures that show a longer or a shorter time", "how much time the picture shows"),
    "missing views": (
        "samples that have all their pictures and samples that lack some",
        "how many pictures a sample has",
    ),
    "detector": ("samples from different detectors", "the detector (the instrument) that recorded them"),
    "run": ("samples that were recorded in different months", "when they were recorded"),
    "split": (
        "samples that a program learns from and samples that it is tested with",
        "whether a program learns from them or is tested with them",
    ),
}
"""What is compared, in everyday words, and what the piles might go by instead of by kind."""


def drift_advice(drift: Drift) -> Advice:
    """Return what to say of a drift; the samples are spread along it, from one end to the other."""
    shape = drift.one_dimensional
    figures = (
        f"The order agrees {drift.agreement:.2f} ({drift.agreement_low:.2f} to {drift.agreement_high:.2f}) with orders "
        f"made from four fifths of the samples (rank correlation); the curve is {shape.length_to_width:.1f} times as "
        f"long as wide ({shape.chance_length_to_width:.1f} for a round cloud, p = {shape.p_value:.3f})."
    )
    words = Words(
        f"{len(drift):,} samples form a row in which the look changes little by little, like the colours of a rainbow.",
        "Each looks like the next one. But the first and the last may look so different that they need two labels.",
        "Look at some of them, from the first to the last. If the two ends look like two kinds to you, propose a name "
        "for each, and say in the reason where the one ends.",
    )
    return Advice(words, LOOK, figures, sheets=(spread(pd.Index(drift.sample_ids), TO_SHOW),))


def twin_advice(twins: pd.DataFrame) -> Advice:
    """Return what to say of pairs that show the same: of those with two labels where there are any, else of all."""
    if twins.empty:
        words = Words(
            "No two samples were found that show the same picture.", "So no sample seems to have been entered twice."
        )
        return Advice(words, NOTHING, "0 pairs were found.")
    exact, conflicts = int((twins["kind"] == "exact").sum()), int(twins["conflict"].sum())
    figures = (
        f"{_pairs(len(twins))}: {exact:,} exactly the same, {len(twins) - exact:,} nearly; {conflicts:,} with two "
        "different labels. Of the near ones about 5 % are expected to be mistaken (false discovery)."
    )
    if conflicts:
        words = Words(
            f"{_showing_the_same(conflicts)}, but with two different labels.",
            "If the two pictures of a pair really are the same, at most one of its labels can be right.",
            "Look at each pair below. If the pictures are the same, choose the right label.",
        )
        return Advice(words, LOOK, figures, sheets=(_in_pairs(twins[twins["conflict"].astype(bool)]),))
    words = Words(
        f"{_showing_the_same(len(twins))}.",
        "Perhaps one sample was entered twice. Then it is counted as two.",
        "Look at each pair below. If the pictures are the same, tell the person who gave you the data that one of the "
        "two should be deleted.",
    )
    return Advice(words, LOOK, figures, sheets=(_in_pairs(twins),))


def leak_advice(twins: pd.DataFrame) -> Advice:
    """Return what to say of pairs that show the same and lie on two sides of the data set's split."""
    leaks = twins[twins["leak"].astype(bool)]
    figures = f"{len(leaks):,} of {_pairs(len(twins))} lie across the split."
    if leaks.empty:
        return Advice(_NO_LEAK, NOTHING, figures)
    words = Words(
        f"{_showing_the_same(len(leaks))}, one for learning and one for testing.",
        "A program learns the labels from some samples and is then tested with others. Here it may have seen a test "
        "picture before, like a pupil who saw an exam question the day before. Then the test is too easy.",
        "Look at each pair below. If the pictures are the same, ask the person who trains the program to put both into "
        "the same group, learning or testing.",
    )
    return Advice(words, LOOK, figures, sheets=(_in_pairs(leaks),))


def _in_pairs(twins: pd.DataFrame) -> tuple[str, ...]:
    names = pd.unique(twins[["first", "second"]].to_numpy(dtype=str).ravel())
    return tuple(str(name) for name in names[:TO_SHOW])


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'}"


def _showing_the_same(count: int) -> str:
    return f"{_pairs(count)} of samples {'seems' if count == 1 else 'seem'} to show the same picture"


def outlier_advice(outliers: pd.DataFrame) -> Advice:
    """Return what to say of the samples that lie far from all others, and the farthest of them."""
    known = outliers[outliers["distance"].notna()]
    if known["chance"].notna().sum() == 0:
        words = Words(
            "There are too few samples to say which of them look odd.",
            "The computer finds odd ones by comparing each sample with many others.",
        )
        return Advice(words, NOTHING, "")
    far, by_luck = int((known["chance"] < _RARE).sum()), _RARE * len(known)
    figures = (
        f"{far:,} of {len(known):,} lie farther from their neighbours than {percent(1 - _RARE)} of ordinary samples "
        f"would; luck alone gives about {by_luck:,.1f}."
    )
    if far <= by_luck:
        words = Words(
            "There are no more odd-looking samples than usual.",
            "Every collection has a few samples that look unlike the others. Here their number is normal.",
        )
        return Advice(words, NOTHING, figures)
    words = Words(
        f"{far:,} samples look unlike nearly all others.",
        f"In a usual collection of this size there would be about {by_luck:,.0f}. Some may be a new kind, others may "
        "be broken pictures or have a wrong label.",
        "Look at them below. If you know what a sample is, propose the right label. If not, leave it as it is.",
    )
    return Advice(words, LOOK, figures, sheets=(tuple(str(name) for name in known.index[: min(far, TO_SHOW)]),))


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
    words = _WELL if value >= _CLOSE else _PARTLY if value >= _LOOSE else _HARDLY
    if noise >= 0.5:
        left_out = "Half of the samples or more look like no others. They are in no pile and do not count here."
        words = Words(words.sentence, f"{words.because} {left_out}", words.todo)
    return Advice(words, LOOK if words.todo else NOTHING, figures)


def confounding_advice(factor: str, row: Mapping[str, Any]) -> Advice:
    """Return what to say of a row of :func:`core.audit.confounding.confounding`; ``factor`` is its name."""
    (what, name), figures = _SORTED[factor], str(row["sentence"])
    if row["dominates"]:
        words = Words(
            f"The computer may have sorted the samples by {name}, and not by kind.",
            f"Its piles should hold one kind each. But it mostly put {what} into different piles, so two piles may "
            "hold the same kind.",
            "Compare some of these piles on the map. If two of them show the same kind but have two labels, propose "
            "one label for both.",
        )
        return Advice(words, LOOK, figures)
    if figures.startswith("Clusters do not"):
        words = Words(
            f"The computer does not seem to have sorted the samples by {name}.",
            f"In its piles of look-alikes, {what} are mixed. That is as it should be.",
        )
    elif figures.startswith("Clusters go with"):
        words = Words(
            f"The computer often put {what} into different piles.",
            "People, too, mostly gave these groups of samples different labels. So they are probably different kinds, "
            "and it is right that they are in different piles.",
        )
    else:
        words = Words(
            f"When the computer sorted the samples, it went a little by {name}.",
            f"In its piles of look-alikes, {what} are mixed, but not quite evenly. The effect is small, so you can "
            "work with the piles as they are.",
        )
    return Advice(words, NOTHING, figures)

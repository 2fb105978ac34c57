"""The report's first page: what was audited, found and decided, and what it does not say, on one sheet of paper."""

from __future__ import annotations

import json
import math

import numpy as np

from core.audit.failure_modes.verdicts import CANNOT_TELL, OVER_COMPRESSION, OVER_SPLITTING, SUPPORTED, listed
from core.evidence.figures.model import count_of
from core.evidence.report.people import in_conflicts, in_decisions, took_part
from core.evidence.report.section import Section
from core.evidence.report.tables import number, share
from core.evidence.report_input import ReportInput, is_filled
from core.statistics import NOISE
from core.statistics.intervals import wilson_interval

KEY, TITLE = "summary", "Summary"
_RARE = 0.01
_LONGEST = 50
_NAMED = 4
"""So many labels are named; of more only how many there are."""

_NOT_SAID = (
    "Which label of a sample is true: labels are compared with what the computer groups, and both may be wrong.",
    "How many labels are wrong in all: mistakes that look right to the computer are not among the suspects.",
    "What causes anything: that two things go together is seen, and why they do is not.",
    "Anything about pictures that are not in this data set.",
)


def summary_section(subject: ReportInput) -> Section:
    """Return the summary: never more than fits on one page."""
    found = (_agreement(subject), _most_mixed(subject), _suspects(subject), _failure_modes(subject), _repeats(subject))
    parts = (
        ("What was audited", (_audited(subject),)),
        ("What was found", found),
        ("What was decided", _decided(subject)),
        ("What this does not say", _NOT_SAID),
    )
    return Section(KEY, TITLE, parts=parts)


def _audited(subject: ReportInput) -> str:
    noise = int((np.asarray(subject.clusters) == NOISE).sum())
    return (
        f"The labels of {_short(subject.name)}: {count_of(len(subject.samples), 'sample')} with "
        f"{count_of(len(np.unique(subject.labels)), 'label')}. The computer put them into "
        f"{count_of(len(subject.cluster_numbers), 'cluster')} of samples that look alike, and {noise:,} into none."
    )


def _agreement(subject: ReportInput) -> str:
    value = float(subject.overall.get("adjusted_mutual_information", math.nan))
    if math.isnan(value):
        return "How well labels and clusters agree was not computed, or cannot be told."
    low, high = subject.overall.get("adjusted_mutual_information_interval") or (math.nan, math.nan)
    ends = "" if math.isnan(low) else f" (95 % interval {number(low)} to {number(high)})"
    return (
        f"Labels and clusters agree to {number(value)}{ends}, where 0 is chance and 1 the same grouping; samples in no "
        "cluster do not count."
    )


def _most_mixed(subject: ReportInput) -> str:
    table = subject.cluster_table
    if not is_filled(table) or not {"purity", "purity_low", "purity_high", "top_label", "n"} <= set(table):
        return "Which cluster is the most mixed was not computed."
    name = subject.ranked_clusters()[0]
    row = table.loc[name]
    return (
        f"The most mixed cluster for its size is {name}: {share(row['purity'])} (95 % interval "
        f"{share(row['purity_low'])} to {share(row['purity_high'])}) of its {count_of(int(row['n']), 'sample')} are "
        f"called {_short(str(row['top_label']))}, the others something else."
    )


def _suspects(subject: ReportInput) -> str:
    frame = subject.suspects
    if not is_filled(frame) or "flagged" not in frame:
        return "Suspects were not looked for."
    flagged = int(frame["flagged"].sum())
    sentence = f"{flagged:,} of {count_of(len(frame), 'label')} are flagged as suspect"
    if subject.expected_right is None or not flagged:
        return f"{sentence}."
    expected, low, high = subject.expected_right
    ends = f"(95 % interval {low:.0f} to {high:.0f})"
    return f"{sentence}; about {expected:.0f} of these flags are expected to be right {ends}."


def _failure_modes(subject: ReportInput) -> str:
    verdicts = subject.verdicts
    if not is_filled(verdicts) or "labels" not in verdicts:
        return "Whether one kind has several names, or one name several kinds, was not computed."
    supported = verdicts[verdicts["verdict"] == SUPPORTED]
    split, compressed = (supported[supported["mode"] == mode] for mode in (OVER_SPLITTING, OVER_COMPRESSION))
    pairs = [listed(map(_short, json.loads(names))) for names in split["labels"]]
    alone = [_short(name) for names in compressed["labels"] for name in json.loads(names)]
    unsure = int((verdicts["verdict"] == CANNOT_TELL).sum())
    return (
        f"One kind may have several names: {_named(pairs)}. One name may hold several kinds: {_named(alone)}. For each "
        "of these two questions the chance of a false alarm anywhere is at most 5 %. In "
        f"{count_of(unsure, 'case')} it cannot be told."
    )


def _short(name: str) -> str:
    """Return a name as far as one page has room for it."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _named(names: list[str]) -> str:
    if not names:
        return "found nowhere"
    return "; ".join(names) if len(names) <= _NAMED else f"{'; '.join(names[:_NAMED])}; and {len(names) - _NAMED} more"


def _repeats(subject: ReportInput) -> str:
    twins, outliers = subject.twins, subject.outliers
    if twins is None:
        said = "Repeated pictures were not looked for."
    else:
        conflicts = int(twins["conflict"].sum()) if len(twins) else 0
        seem = "seems" if len(twins) == 1 else "seem"
        pairs = f"{count_of(len(twins), 'pair')} of samples {seem} to show the same picture"
        said = f"{pairs}, {conflicts:,} under two labels."
    if not is_filled(outliers) or "chance" not in outliers:
        return said
    known = outliers["chance"].dropna()
    if known.empty:
        return said
    far = int((known < _RARE).sum())
    low, high = wilson_interval(far, len(known))
    ends = f"(95 % interval {share(low)} to {share(high)})"
    return (
        f"{said} {share(far / len(known))} of the samples {ends} look unlike nearly all others, where 1.0 % would be "
        "expected of ordinary ones."
    )


def _decided(subject: ReportInput) -> tuple[str, ...]:
    people = subject.people
    if people is None or people.trouble:
        return ("It was not asked what people decided.",)
    if people.persons.empty:
        return ("Nothing: nobody has said anything yet.",)
    return (took_part(people), in_decisions(people), in_conflicts(people))

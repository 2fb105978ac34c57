"""The README of a release, drawn from its figures; what is estimated stands there with its interval, or why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from core.dataset.released import LABELS, SUMS
from core.evidence.figures.model import count_of
from core.evidence.releases.citation import citation_text, title_of
from core.evidence.releases.difference import Difference, in_words
from core.evidence.releases.model import LICENCES, LeftWrong, ReleaseContent
from core.statistics.intervals import wilson_interval
from core.statistics.percent import percent

FILES = {
    LABELS: "one row a sample: its label now and as it was brought, what decided, who, when, why, and its class",
    "changes.csv": "the samples that differ from the release before, or from the labels as brought where it is the "
    "first",
    "changes.txt": "the same in words and counts",
    "provenance.jsonld": "where each decided label comes from, in the terms of PROV-O",
    "croissant.json": "the description for machines, Croissant 1.0",
    "CITATION.cff": "how to cite it",
    "about.json": "from which data set and which state of the ledger it was made",
    SUMS: f"SHA-256 of every other file; compare with: sha256sum -c {SUMS}",
}
"""Each file of a release beside the README, and what is in it."""

METADATA = "metadata.csv"
_METADATA_HOLDS = "what else the data set says of each sample, one row a sample"

_ACTS_ON = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def _files(content: ReleaseContent) -> list[tuple[str, str]]:
    further = [(METADATA, _METADATA_HOLDS)] if len(content.metadata.columns) else []
    return [*FILES.items(), *further]


def readme_text(content: ReleaseContent, difference: Difference) -> str:
    """Return the text of README.md."""
    about = content.about
    parts = [
        [f"# {_plain(title_of(about))}"],
        [_plain(about.sentence)] if about.sentence else [],
        [
            f"Made on {about.made_at} by {_plain(about.made_by)} with Glitch Audit {about.app_version}, from the data "
            f"set {_plain(about.dataset_name)} (fingerprint `{about.dataset_fingerprint}`) and a ledger of "
            f"{count_of(about.ledger_events, 'event')}. The pictures are not in it."
        ],
        ["## What is in it", "", *_counts(content)],
        [f"## Since {'release ' + about.before if about.before else 'the labels as they were brought'}"],
        [_plain(difference.headline())],
        [f"- {_plain(in_words(change))}" for change in difference.changes],
        ["## How sure the labels are"],
        _agreement(content),
        _left_wrong(content.left),
        ["## Files"],
        _table(("file", "what is in it"), ((f"`{name}`", words) for name, words in _files(content))),
        ["## How to cite it"],
        [_plain(citation_text(about))],
        [
            f"Licence: [{about.licence}]({LICENCES[about.licence]})."
            if about.licence
            else "No licence was stated: ask the authors before you pass it on."
        ],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _counts(content: ReleaseContent) -> list[str]:
    total, decided, changed = len(content.labels), int(content.decided.sum()), int(content.changed.sum())
    by_rule = int((content.labels["how"] == "rule").sum())
    typed = (
        f", {content.unverified:,} of them under a name that was typed and not checked" if content.unverified else ""
    )
    people = f"{content.people:,} {'person' if content.people == 1 else 'people'}"
    return [
        f"- {count_of(total, 'sample')} with {count_of(content.labels['label'].nunique(), 'different label')}, in "
        f"{content.labels['class'].nunique():,} after merges and renamings.",
        f"- {decided:,} were decided: {by_rule:,} by the rule, {decided - by_rule:,} by a moderator. "
        f"{count_of(changed, 'label')} changed ({percent(changed / max(total, 1), digits=2)} of all, counted, not "
        f"estimated); {decided - changed:,} were looked at and kept.",
        f"- The other {total - decided:,} have the label that they were brought with.",
        f"- {people} stand behind what was decided{typed}.",
        f"- The rule: {_plain(content.about.rule)}.",
    ]


def _agreement(content: ReleaseContent) -> list[str]:
    if not content.two_opinions:
        return ["No sample has the opinion of two people, so that it cannot be told how often people agree."]
    low, high = wilson_interval(content.agreed, content.two_opinions)
    return [
        f"Of {count_of(content.two_opinions, 'sample')} about which two people or more said what they are, all said "
        f"the same about {content.agreed:,}: {percent(content.agreed / content.two_opinions)} (95 % interval "
        f"{percent(low)} to {percent(high)})."
    ]


def _left_wrong(left: LeftWrong) -> list[str]:
    if left.flagged is None:
        return [f"How many labels are still wrong was not estimated: {left.why_not}."]
    expected, low, high = left.expected
    looks = "looks" if left.flagged == 1 else "look"
    said = f"By the audit of these labels, {count_of(left.flagged, 'label')} {looks} wrong still"
    if left.flagged:
        said += f"; about {expected:.0f} of them are expected to be so (95 % interval {low:.0f} to {high:.0f})"
    lines = [
        f"{said}. The audit compares each label with what its pictures look like: an error that looks like its label "
        "is not seen, so this is no count of all errors."
    ]
    if len(left.by_label):
        rows = [
            (_plain(row.label), f"{row.samples:,}", _share(row.wrong_share, row.wrong_low, row.wrong_high))
            for row in left.by_label.itertuples()
        ]
        lines += ["", *_table(("label", "samples", "estimated wrong still (95 % interval)"), rows)]
    return lines


def _share(share: float, low: float, high: float) -> str:
    if pd.isna(share):
        return "too few to say"
    return f"{percent(share, digits=1)} ({percent(low, digits=1)} to {percent(high, digits=1)})"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _plain(text: str) -> str:
    """Return a text of people or files as Markdown that shows it as it was written, in one line."""
    return _ACTS_ON.sub(r"\\\1", " ".join(text.split()))

"""A summary that a paper can quote: how many labels were corrected, by which rule, by whom, when, and in which data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.ledger.exchange.corrected import corrected_labels, rule_words
from core.ledger.exchange.folders import whole_folder
from core.ledger.exchange.stamp import Stamp, make_stamp, write_about
from core.ledger.identity import names_apart
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.authors import people_behind
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.proposals import ProposalFilters, proposals
from core.ledger.views.reviews import ReviewFilters, reviews

SUMMARY = "summary of corrections"
_CHANGES_NAMED = 50


@dataclass(frozen=True)
class CorrectionSummary:
    """The counts behind a sentence in a paper.

    Attributes:
        proposed: samples for which a label stands proposed.
        decided, changed: samples decided, and those of them that got another label.
        by_rule, by_moderator: how the decisions came about.
        proposals, reviews: standing rows.
        people: names of all who proposed or reviewed, sorted; ``unverified`` of them never signed in.
        first, last: dates of the first and last proposal or review, ``YYYY-MM-DD`` in UTC; empty without any.
        changes: how often each label became which other one: (from, to, count), commonest first.
    """

    samples: int
    proposed: int
    decided: int
    changed: int
    by_rule: int
    by_moderator: int
    proposals: int
    reviews: int
    people: tuple[str, ...]
    unverified: int
    first: str
    last: str
    changes: tuple[tuple[str, str, int], ...]


@in_one_snapshot
def summarise(ledger: Ledger, dataset: Dataset, *, rule: DecisionRule | None = None) -> CorrectionSummary:
    """Count what the ledger holds on the samples of a data set; proposals on other samples are ignored."""
    corrected = corrected_labels(ledger, dataset.samples["label"], rule)
    ids = corrected.index
    standing = proposals(ledger, ProposalFilters())
    standing = standing[standing["sample_id"].isin(ids)]
    reviewed = reviews(ledger, ReviewFilters())
    reviewed = reviewed[reviewed["sample_id"].isin(ids)]
    people = pd.concat(
        [frame[["author", "author_key", "author_verified", "created_at"]] for frame in (standing, reviewed)]
    )
    decided = corrected[corrected["decision_id"] != ""]
    changed = decided[decided["label"] != decided["label_original"]]
    pairs = changed.groupby(["label_original", "label"]).size().sort_values(ascending=False, kind="stable")
    times = pd.to_datetime(people["created_at"], utc=True)
    # In the order of time, so that the last spelling of a name stands for it.
    people = people.sort_values("created_at", kind="stable", ignore_index=True)
    names = names_apart(people_behind(ledger, people["author_key"]), people["author"])
    verified = people.groupby(names)["author_verified"].apply(lambda flags: bool(flags.astype(bool).any()))
    return CorrectionSummary(
        samples=len(corrected),
        proposed=int(standing["sample_id"].nunique()),
        decided=len(decided),
        changed=len(changed),
        by_rule=int((decided["decided_by"] == "rule").sum()),
        by_moderator=int((decided["decided_by"] == "moderator").sum()),
        proposals=len(standing),
        reviews=len(reviewed),
        people=tuple(sorted(verified.index)),
        unverified=int((~verified.astype(bool)).sum()),
        first="" if times.empty else times.min().strftime("%Y-%m-%d"),
        last="" if times.empty else times.max().strftime("%Y-%m-%d"),
        changes=tuple((str(old), str(new), int(count)) for (old, new), count in pairs.items()),
    )


def summary_text(summary: CorrectionSummary, stamp: Stamp) -> str:
    """Return the summary as plain text, ready to quote."""
    s = summary
    people = f"{len(s.people)} {'person' if len(s.people) == 1 else 'people'}"
    if s.unverified:
        people += f" ({s.unverified} under a name that was typed, not checked)"
    period = f" between {s.first} and {s.last}" if s.first else ""
    lines = [
        f"Label corrections of {stamp.dataset_name}",
        "",
        f"Of {s.samples:,} samples, {s.proposed:,} carry a standing proposal of another label; {s.decided:,} were "
        f"decided ({s.by_rule:,} by the rule, {s.by_moderator:,} by a moderator) and {s.changed:,} labels changed. "
        f"{people} made {s.proposals:,} proposals and {s.reviews:,} reviews{period}.",
        "",
        f"Rule: {stamp.rule}.",
        f"People: {', '.join(s.people) or 'nobody yet'}.",
    ]
    if s.changes:
        lines += ["", "Labels changed:"]
        lines += [f"  {old} to {new}: {count:,}" for old, new, count in s.changes[:_CHANGES_NAMED]]
        if len(s.changes) > _CHANGES_NAMED:
            lines.append(f"  and {len(s.changes) - _CHANGES_NAMED:,} more pairs, all in summary.json")
    return "\n".join([*lines, "", stamp.sentence(), ""])


@in_one_snapshot
def export_summary(ledger: Ledger, dataset: Dataset, target: Path, *, rule: DecisionRule | None = None) -> Stamp:
    """Write ``summary.txt`` and ``.json``, and ``about.json``, to a new folder; GlitchAuditError if that fails."""
    summary = summarise(ledger, dataset, rule=rule)
    stamp = make_stamp(ledger, dataset, kind=SUMMARY, rule=rule_words(rule))
    with whole_folder(target) as folder:
        (folder / "summary.txt").write_text(summary_text(summary, stamp), encoding="utf-8")
        (folder / "summary.json").write_text(
            json.dumps(asdict(summary), indent=2, ensure_ascii=False), encoding="utf-8"
        )
        write_about(folder, stamp)
    return stamp


def read_summary(text: str | bytes, *, where: str) -> CorrectionSummary:
    """Return the summary in a ``summary.json``; raises GlitchAuditError if it is no such file."""
    try:
        facts = json.loads(text)
        facts["people"] = tuple(facts["people"])
        facts["changes"] = tuple((str(old), str(new), int(count)) for old, new, count in facts["changes"])
        return CorrectionSummary(**facts)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise GlitchAuditError(f"{where}: this is no summary of corrections") from None

"""Make a release of a workspace's labels: the ledger, the audit and the data set joined into one frozen state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd

from core.audit.duplicates import near_duplicate_groups
from core.audit.label_noise import label_noise
from core.dataset.model import Dataset
from core.dataset.released import ClassChange, ReleaseAbout, Released
from core.errors import GlitchAuditError
from core.evidence.releases.citation import read_author
from core.evidence.releases.difference import Difference, compare_releases, since_brought
from core.evidence.releases.model import LeftWrong, ReleaseContent, checked_licence, checked_name
from core.evidence.releases.packing import pack_release, released
from core.ledger.acts.checks import MAX_AUTHOR, MAX_REASON, checked_person, checked_text
from core.ledger.exchange.corrected import corrected_labels, rule_words
from core.ledger.exchange.opinions_behind import opinions_behind
from core.ledger.exchange.plain_labels import label_table
from core.ledger.exchange.stamp import ledger_state
from core.ledger.people import Person
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.agreement_figures import opinions
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.taxonomy_changes import MERGE, RENAME, taxonomy_changes
from core.pipeline.audit_input import audit_input
from core.pipeline.audit_suspects import find_workspace_suspects
from core.pipeline.reading import NOW, labels_read, read_as
from core.pipeline.stages import load_prepared
from core.version import APP_VERSION
from core.workspace import Workspace

_MAX_AUTHORS = 100


@dataclass(frozen=True)
class ReleaseWish:
    """What somebody wants to release.

    Attributes:
        name: of the release; ``sentence`` says what it is.
        authors: to be cited, "Family, Given" a person, else a group; whoever makes it where none is named.
        licence: an SPDX identifier of ``core.evidence.releases.model.LICENCES``; empty for none.
    """

    name: str
    sentence: str = ""
    authors: tuple[str, ...] = ()
    licence: str = ""


@dataclass(frozen=True, eq=False)
class MadeRelease:
    """A release that was made and is not kept anywhere yet: its ZIP, and what it says."""

    about: ReleaseAbout
    difference: Difference
    data: bytes


@in_one_snapshot
def make_release(
    ledger: Ledger,
    workspace: Workspace,
    dataset: Dataset,
    wish: ReleaseWish,
    *,
    author: str | Person,
    rule: DecisionRule | None = None,
    before: Released | None = None,
    number: int = 1,
    made_at: datetime | None = None,
) -> MadeRelease:
    """Return a release of the labels now; nothing is written.

    Args:
        ledger: of ``workspace``, or a visitor's own; one that is missing decided nothing.
        dataset: the workspace's, one sample a glitch.
        wish: its name, sentence, authors and licence.
        author: who makes it; pages let moderators alone.
        rule: by which labels count as decided.
        before: the release before; ``number`` counts from 1.
        made_at: the time that it carries, now by default: with the same time, the same state gives the same bytes.

    Raises:
        GlitchAuditError: a name that is no name, texts too long, a ledger that cannot be read, or a release that
            is too large.
    """
    person = checked_person(author)
    if ledger.exists() and not ledger.readable():
        raise GlitchAuditError(ledger.problem() or f"{ledger} cannot be read.")
    changes = accepted_changes(ledger, rule)
    state = ledger_state(ledger)
    about = ReleaseAbout(
        name=checked_name(wish.name),
        number=number,
        before=before.about.name if before else "",
        sentence=" ".join(checked_text(wish.sentence, "sentence", MAX_REASON, required=False).split()),
        made_at=(made_at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        made_by=person.name,
        authors=_authors(wish.authors, person),
        licence=checked_licence(wish.licence),
        dataset_name=dataset.name,
        dataset_fingerprint=dataset.fingerprint,
        ledger_events=state.events,
        ledger_last_event=state.last_event,
        ledger_fingerprint=state.fingerprint,
        rule=rule_words(rule),
        app_version=APP_VERSION,
        changes=changes,
    )
    content = _content(ledger, workspace, dataset, about, rule)
    difference = compare_releases(before, released(content)) if before else since_brought(released(content))
    about = replace(
        about,
        samples=len(content.labels),
        decided=int(content.decided.sum()),
        relabelled=int(content.changed.sum()),
        since=difference.headline(),
    )
    return MadeRelease(about, difference, pack_release(replace(content, about=about), difference))


def accepted_changes(ledger: Ledger, rule: DecisionRule | None = None) -> tuple[ClassChange, ...]:
    """Return the changes of the taxonomy that were accepted, in the order in which they were proposed."""
    found = taxonomy_changes(ledger, rule)
    found = found[found["state"] == "accepted"].iloc[::-1]
    return tuple(ClassChange(row.change_id, row.kind, row.labels, row.becomes) for row in found.itertuples())


def classes_after(labels: pd.Series, changes: tuple[ClassChange, ...]) -> pd.Series:
    """Return the labels after all merges and renamings, one after the other; a split leaves them as they are.

    Which part of a split label a sample belongs to is for people to say: that takes a decision on each sample.
    """
    names = {name: name for name in labels.unique()}
    for change in changes:
        if change.kind in (MERGE, RENAME):
            names = {old: change.becomes[0] if new in change.labels else new for old, new in names.items()}
    return labels.map(names).astype("str")


def _content(
    ledger: Ledger, workspace: Workspace, dataset: Dataset, about: ReleaseAbout, rule: DecisionRule | None
) -> ReleaseContent:
    labels = dataset.samples["label"].astype("str")
    corrected = corrected_labels(ledger, labels, rule)
    names = label_table(ledger, dataset, rule=rule).set_index("id")["decided by"].reindex(labels.index)
    behind = opinions_behind(ledger, labels, rule=rule)
    moderators = behind[behind["kind"] == "decision"].groupby("sample_id")["reason"].first()
    written = behind[behind["reason"] != ""].groupby("sample_id")["reason"]
    everybody = written.agg(lambda said: "; ".join(dict.fromkeys(said)))
    by_moderator = corrected["decided_by"] == "moderator"
    reasons = everybody.reindex(labels.index).where(~by_moderator, moderators.reindex(labels.index)).fillna("")
    table = pd.DataFrame(
        {
            "sample_id": labels.index.astype("str"),
            "label": corrected["label"].to_numpy(),
            "label_before": labels.to_numpy(),
            "how": corrected["decided_by"].to_numpy(),
            "decided_by": names.to_numpy(),
            "decided_at": corrected["decided_at"].to_numpy(),
            "reason": reasons.to_numpy(),
            "class": classes_after(corrected["label"], about.changes).to_numpy(),
        }
    ).astype("str")
    said = opinions(ledger)
    several = said[said["sample_id"].isin(labels.index)].groupby("sample_id")["label"].agg(["size", "nunique"])
    several = several[several["size"] > 1]
    # Who stood for another label was heard, and is no reason for the one that holds.
    stands = behind[behind["label"] == behind["sample_id"].map(corrected["label"])]
    verified = stands.groupby("person")["verified"].any()
    return ReleaseContent(
        about=about,
        labels=table,
        opinions=behind,
        people=len(verified),
        unverified=int((~verified).sum()),
        two_opinions=len(several),
        agreed=int((several["nunique"] == 1).sum()),
        left=left_wrong(ledger, workspace, rule),
        # Of glitches a Gravity Spy table has it already, under the same ids.
        metadata=dataset.samples.drop(columns="label") if dataset.kind.in_colour else pd.DataFrame(),
    )


def left_wrong(ledger: Ledger, workspace: Workspace, rule: DecisionRule | None = None) -> LeftWrong:
    """Return how many of the labels as they are now are expected to be wrong still; why not where it cannot be said."""
    try:
        prepared = load_prepared(workspace)
        if prepared is None:
            return LeftWrong(why_not="the data set has no map yet")
        read = read_as(prepared, labels_read(prepared.samples, NOW, ledger=ledger, rule=rule))
        case = audit_input(read, with_profiles=False)
        groups = near_duplicate_groups(case)
        suspects = find_workspace_suspects(read, case=case, groups=groups)
    except GlitchAuditError as error:
        return LeftWrong(why_not=str(error).rstrip("."))
    flagged = suspects.table.index[suspects.table["flagged"]]
    noise = label_noise(suspects, case.labels, groups)
    by_label = noise.rename(columns={"n": "samples"}).reset_index()
    return LeftWrong(
        flagged=len(flagged),
        expected=suspects.expected_right(flagged),
        by_label=by_label[["label", "samples", "wrong_share", "wrong_low", "wrong_high"]],
    )


def _authors(lines: tuple[str, ...], person: Person) -> tuple[str, ...]:
    named = tuple(" ".join(line.split()) for line in lines if line.strip()) or (person.name,)
    if len(named) > _MAX_AUTHORS:
        raise GlitchAuditError(f"At most {_MAX_AUTHORS} authors are named.")
    for line in named:
        read_author(checked_text(line, "author", MAX_AUTHOR, one_line=True))
    return named

"""Import corrections from a file: first a report of what that would do, then one batch that can be withdrawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.dataset.model import Dataset
from core.dataset.readers.bounds import MAX_TEXT, why_no_name
from core.dataset.readers.matching import target_of, targets_by_name
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.acts.checks import MAX_LABEL, MAX_REASON, checked_person, checked_text, now
from core.ledger.acts.proposing import Batch, Draft, append_batch
from core.ledger.exchange.tables import CorrectionTable
from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.proposals import PROPOSAL, ProposalFilters, proposals
from core.ledger.views.states import sample_states

HOW = "import"
"""How the samples of an imported batch were chosen: a file named them."""

NEW, THERE, NO_CHANGE, CONFLICT = "new", "already there", "no change", "conflict"
UNMATCHED, UNUSABLE, WITHDRAWN, REPEATED = "unmatched", "unusable", "withdrawn there", "repeated"
STATUSES = (NEW, CONFLICT, THERE, NO_CHANGE, REPEATED, WITHDRAWN, UNMATCHED, UNUSABLE)

PLAN_COLUMNS = ("line", "key", "sample_id", "label_now", "label_proposed", "reason", "status", "note")

_SENTENCES = {
    NEW: "will be proposed",
    CONFLICT: "conflict with what stands here",
    THERE: "are in the ledger already",
    NO_CHANGE: "propose the label that the sample carries",
    REPEATED: "repeat another line of the file",
    WITHDRAWN: "had been withdrawn where the file comes from",
    UNMATCHED: "name no sample of this data set",
    UNUSABLE: "cannot be used",
}


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file would do; nothing has been written yet.

    Attributes:
        rows: one a line of the file: :data:`PLAN_COLUMNS`. ``status`` is one of :data:`STATUSES`; ``note`` says why.
        dataset_name, dataset_fingerprint: of the data set that the lines were matched with.
        matched_by: which column of the file named the samples.
    """

    name: str
    rows: pd.DataFrame
    dataset_name: str
    dataset_fingerprint: str
    matched_by: str

    @property
    def counts(self) -> dict[str, int]:
        """Lines of each status, in the order of :data:`STATUSES`; statuses without a line are left out."""
        found = self.rows["status"].value_counts()
        return {status: int(found[status]) for status in STATUSES if status in found}

    def report(self) -> str:
        """Return what would happen, in one sentence."""
        if self.rows.empty:
            return f"{self.name} has no corrections."
        parts = [f"{count:,} {_SENTENCES[status]}" for status, count in self.counts.items()]
        return f"Of {len(self.rows):,} lines of {self.name}, " + ", ".join(parts) + "."


def plan_import(
    ledger: Ledger, table: CorrectionTable, dataset: Dataset, *, rule: DecisionRule | None = None
) -> ImportPlan:
    """Compare a file of corrections with the data set and the ledger; nothing is written.

    A line belongs to a sample by its id, or by the name of one of its pictures. It is in conflict where another label
    stands proposed or decided, where the file was made when the sample carried another label, or where the file itself
    names two labels. ``dataset`` has one sample a glitch (not the per-picture mode); the ledger may be missing.
    """
    known = targets_by_name(dataset)
    labels = dataset.samples["label"].to_dict()
    rows = [_matched(row, known, labels) for row in table.rows.to_dict("records")]
    standing = _Standing.read(ledger, rule or DecisionRule(), tuple({row["sample_id"] for row in rows} - {""}))
    chosen: dict[str, set[str]] = {}
    for row in rows:
        if not row["status"]:
            chosen.setdefault(row["sample_id"], set()).add(row["label_proposed"])
    seen: set[str] = set()
    for row in rows:
        if row["status"]:
            continue
        row["status"], row["note"] = _judged(row, standing, chosen[row["sample_id"]], seen)
        if row["status"] in (NEW, CONFLICT):
            seen.add(row["sample_id"])
    return ImportPlan(
        name=table.name,
        rows=pd.DataFrame(rows, columns=list(PLAN_COLUMNS)),
        dataset_name=dataset.name,
        dataset_fingerprint=dataset.fingerprint,
        matched_by=table.key_column,
    )


def write_import(
    ledger: Ledger,
    plan: ImportPlan,
    *,
    author: str | Person,
    app_version: str,
    with_conflicts: bool = False,
) -> Batch | None:
    """Propose what a plan calls new, as one batch of ``author``; None where there is nothing to write.

    The file's own authors are only named in the reasons. Writing the same plan again adds nothing (``Batch.repeated``).
    ``with_conflicts`` also proposes the lines in conflict, except those of samples for which the file names two labels;
    both sides then stand, and are decided like any other conflict. Raises GlitchAuditError if the author may not
    import, or the ledger cannot be written.
    """
    person = checked_person(author)
    require(person, "import")
    wanted = plan.rows["status"].isin((NEW, CONFLICT) if with_conflicts else (NEW,))
    rows = plan.rows[wanted].drop_duplicates("sample_id", keep=False)
    if rows.empty:
        return None
    drafted = rows[["sample_id", "label_proposed", "reason"]].assign(label_before=rows["label_now"])
    batch = Batch(
        batch_id=fingerprint("import", person.key, drafted.to_dict("records")),
        kind=PROPOSAL,
        created_at=now(),
        author=person.name,
        samples=len(drafted),
        skipped=len(plan.rows) - len(drafted),
    )
    provenance = {
        "how": HOW,
        "polygon": "[]",
        "cluster": None,
        "filters": json.dumps({"file": plan.name}),
        "dataset_fingerprint": plan.dataset_fingerprint,
        "layout_fingerprint": "",
        "app_version": app_version,
    }
    return append_batch(ledger, Draft(batch, drafted.assign(confidence=float("nan")), provenance, person))


@dataclass(frozen=True)
class _Standing:
    """What the ledger holds, as the lines of a file are compared with it."""

    correction_ids: dict[str, str]
    proposed: dict[str, list[tuple[str, str, str]]]
    withdrawn_imports: set[tuple[str, str, str]]
    decided: dict[str, str]

    @classmethod
    def read(cls, ledger: Ledger, rule: DecisionRule, sample_ids: tuple[str, ...]) -> _Standing:
        known = proposals(ledger, ProposalFilters(status="all"))
        proposed: dict[str, list[tuple[str, str, str]]] = {}
        withdrawn: set[tuple[str, str, str]] = set()
        for row in known.itertuples():
            if row.status == "current":
                proposed.setdefault(row.sample_id, []).append((row.label_proposed, row.reason, row.author))
            elif row.how == HOW:
                withdrawn.add((row.sample_id, row.label_proposed, row.reason))
        states = sample_states(ledger, rule, sample_ids=sample_ids)
        decided = states.loc[states["state"] == "decided", "label"].to_dict()
        return cls(dict(zip(known["correction_id"], known["status"], strict=True)), proposed, withdrawn, decided)


def _matched(row: dict[str, Any], known: dict[str, tuple[str, str] | None], labels: dict[str, str]) -> dict[str, Any]:
    """Return the line with its sample, and with a status only if it can be used no further."""
    out = {"line": row["line"], "key": row["key"], "sample_id": "", "label_now": "", "status": "", "note": ""}
    out |= {"label_proposed": row["label_proposed"], "reason": _reason(row)}
    out |= {name: row[name] for name in ("label_before", "correction_id")}
    target = target_of(str(row["key"]), known)
    if target is not None:
        out["sample_id"] = target[0]
        out["label_now"] = str(labels[target[0]])
    if fault := why_no_name(str(row["key"]), MAX_TEXT):
        return out | {"status": UNUSABLE, "note": f"the name of the sample {fault}"}
    try:
        out["label_proposed"] = checked_text(str(row["label_proposed"]), "proposed label", MAX_LABEL, one_line=True)
        out["reason"] = checked_text(out["reason"], "reason", MAX_REASON, required=False)
    except GlitchAuditError as error:
        return out | {"status": UNUSABLE, "note": str(error)}
    if target is None:
        return out | {"status": UNMATCHED, "note": "no sample has this id, and no picture this name"}
    if str(row["status"]).lower() == "withdrawn":
        return out | {"status": WITHDRAWN}
    return out


def _judged(row: dict[str, Any], standing: _Standing, in_file: set[str], seen: set[str]) -> tuple[str, str]:
    sample_id, label, reason = row["sample_id"], row["label_proposed"], row["reason"]
    here = standing.proposed.get(sample_id, [])
    if row["correction_id"] in standing.correction_ids:
        return THERE, f"this very proposal, {standing.correction_ids[row['correction_id']]}"
    if any((label, reason) == (other, why) for other, why, _ in here):
        return THERE, "the same label with the same reason stands proposed"
    if (sample_id, label, reason) in standing.withdrawn_imports:
        return THERE, "imported before and withdrawn; bring that batch back instead"
    if len(in_file) > 1:
        return CONFLICT, f"the file names {len(in_file)} labels for it: {', '.join(sorted(in_file))}"
    if sample_id in seen:
        return REPEATED, "an earlier line says the same of this sample"
    decided = standing.decided.get(sample_id)
    if decided is not None and decided != label:
        return CONFLICT, f"decided here as {decided}"
    if label == (decided or row["label_now"]):
        return NO_CHANGE, "the sample carries this label"
    others = sorted({f"{other} by {who}" for other, _, who in here if other != label})
    if others:
        return CONFLICT, f"proposed here: {', '.join(others)}"
    if row["label_before"] not in ("", row["label_now"]):
        return CONFLICT, f"the file was made when the sample was {row['label_before']}; here it is {row['label_now']}"
    agreeing = sorted({who for other, _, who in here if other == label})
    return NEW, f"agrees with {', '.join(agreeing)}" if agreeing else ""


def _reason(row: dict[str, object]) -> str:
    """Return the reason, with what else the file says about its origin."""
    extra = [f"segment {row['segment']}"] if row["segment"] else []
    extra += [f"proposed by {row['author']}"] if row["author"] else []
    reason = str(row["reason"])
    longer = f"{reason} [{'; '.join(extra)}]".strip() if extra else reason
    return longer if len(longer) <= MAX_REASON else reason

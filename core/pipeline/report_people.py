"""What the ledger says for the report, counted; and on its way to the process that writes the report.

The workbench holds the ledger's file, and DuckDB lets one process hold it. So the workbench counts, and hands the
counts to the process that it starts; from the command line the ledger is read there.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pandas as pd

from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.evidence.report_people import (
    ACT_COLUMNS,
    CHANGE_COLUMNS,
    DECIDED_COLUMNS,
    PERSON_COLUMNS,
    PROGRESS_COLUMNS,
    STATE_COLUMNS,
    ReportPeople,
)
from core.ledger.exchange.corrected import corrected_labels, rule_words
from core.ledger.identity import names_apart
from core.ledger.storage.opening import open_ledger
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.agreement_figures import opinions
from core.ledger.views.decision_rule import FILE_NAME, DecisionRule, read_rule
from core.ledger.views.history import all_acts
from core.ledger.views.states import OPEN, STATES, decisions, sample_states
from core.ledger.views.taxonomy_changes import taxonomy_changes
from core.workspace import Workspace, make_folder, write_json

_FILE = "report-people.json"
_BY_MODERATOR = "a moderator"
_PERSON = {
    "proposal": "proposals",
    "judgement": "judgements",
    "review": "reviews",
    "decision": "decisions",
    "reopening": "decisions",
    "taxonomy change": "changes of the taxonomy",
    "taxonomy review": "changes of the taxonomy",
}
"""The column of a person's acts; withdrawals and saved selections have none."""
_TABLES = {
    "acts": ACT_COLUMNS,
    "persons": PERSON_COLUMNS,
    "states": STATE_COLUMNS,
    "progress": PROGRESS_COLUMNS,
    "decided": DECIDED_COLUMNS,
    "changes": CHANGE_COLUMNS,
}


def people_of(workspace: Workspace, dataset: Dataset, ledger: Ledger | None = None) -> ReportPeople:
    """Return what the report says of people; where the ledger or its rule cannot be read, only why not.

    ``ledger`` is the workspace's own by default. A ledger that is missing is empty.
    """
    ledger = ledger or open_ledger(workspace.ledger_path)
    try:
        rule = read_rule(workspace.root / FILE_NAME)
        if ledger.exists() and not ledger.readable():
            raise GlitchAuditError(ledger.problem() or f"{ledger} cannot be read.")
        return _counted(ledger, dataset, rule)
    except GlitchAuditError as error:
        return ReportPeople(trouble=str(error))


def keep_people(people: ReportPeople, workspace: Workspace) -> Path:
    """Write the counts into the workspace's cache for the process that writes the report, and return the file."""
    path = workspace.cache / _FILE
    make_folder(workspace.cache)
    tables = {name: getattr(people, name).to_dict("records") for name in _TABLES}
    write_json(path, {**_plain(people), **tables}, lasting=False)
    return path


def kept_people(path: Path) -> ReportPeople:
    """Return what :func:`keep_people` wrote; GlitchAuditError where it is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: pd.DataFrame(found.pop(name), columns=list(columns)) for name, columns in _TABLES.items()}
        return ReportPeople(**found, **tables)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GlitchAuditError(f"{path} says nothing of people that can be read: write the report again.") from error


def _plain(people: ReportPeople) -> dict[str, object]:
    return {item.name: getattr(people, item.name) for item in fields(people) if item.name not in _TABLES}


@in_one_snapshot
def _counted(ledger: Ledger, dataset: Dataset, rule: DecisionRule) -> ReportPeople:
    labels = dataset.samples["label"].astype("str")
    states = sample_states(ledger, rule, sample_ids=tuple(labels.index))
    counts = states["state"].value_counts()
    acts = all_acts(ledger)
    acts = acts.assign(samples=acts["samples"].clip(lower=1))
    times = pd.to_datetime(acts["created_at"], utc=True)
    said = opinions(ledger)
    several = said[said["sample_id"].isin(labels.index)].groupby("sample_id")["label"].agg(["size", "nunique"])
    several = several[several["size"] > 1]
    verified = acts.groupby("author_key")["author_verified"].any()
    return ReportPeople(
        rule=rule_words(rule),
        unverified=int((~verified.astype(bool)).sum()),
        first="" if acts.empty else times.min().strftime("%Y-%m-%d"),
        last="" if acts.empty else times.max().strftime("%Y-%m-%d"),
        two_opinions=len(several),
        agreed=int((several["nunique"] == 1).sum()),
        acts=_by_kind(acts),
        persons=_by_person(acts),
        states=pd.DataFrame({"state": list(STATES), "samples": [int(counts.get(name, 0)) for name in STATES]}),
        progress=states.loc[states["state"] != OPEN, "state"].rename_axis("sample_id").reset_index().astype("str"),
        decided=_decided(ledger, labels, states, rule),
        changes=_changes(ledger, rule),
    )


def _by_kind(acts: pd.DataFrame) -> pd.DataFrame:
    answered = acts["kind"].isin(("judgement", "review", "taxonomy review"))
    counted = acts.assign(act=acts["kind"], answer=acts["verdict"].where(answered, ""))
    table = counted.groupby(["act", "answer"], sort=False)["samples"].sum().reset_index()
    return table.astype({"samples": int}).sort_values(["act", "answer"], ignore_index=True)[list(ACT_COLUMNS)]


def _by_person(acts: pd.DataFrame) -> pd.DataFrame:
    # The latest act comes first, and the last spelling of a name stands for the person.
    acts = acts.iloc[::-1]
    acts = acts.assign(person=names_apart(acts["author_key"], acts["author"]), column=acts["kind"].map(_PERSON))
    table = acts.pivot_table(index="person", columns="column", values="samples", aggfunc="sum", fill_value=0)
    table = table.reindex(index=sorted(acts["person"].unique()), columns=list(PERSON_COLUMNS[1:]), fill_value=0)
    table = table.fillna(0).astype(int).rename_axis(index="person", columns=None)
    return table.reset_index()[list(PERSON_COLUMNS)]


def _decided(ledger: Ledger, labels: pd.Series, states: pd.DataFrame, rule: DecisionRule) -> pd.DataFrame:
    found = corrected_labels(ledger, labels, rule)
    found = found[found["decision_id"] != ""]
    ruling = decisions(ledger)
    ruling = ruling[ruling["status"] == "current"].drop_duplicates("sample_id").set_index("sample_id")
    by_moderator = found["decided_by"] == "moderator"
    author, reason = (ruling[name].astype("object").reindex(found.index).fillna("") for name in ("author", "reason"))
    table = pd.DataFrame(
        {
            "brought": found["label_original"],
            "decided": found["label"],
            "how": by_moderator.map({True: _BY_MODERATOR, False: "the rule"}),
            "by": states.loc[found.index, "people"].where(~by_moderator, author),
            "on": found["decided_at"].str[:10],
            "reason": reason.where(by_moderator, ""),
        }
    )
    return table.rename_axis("sample_id").reset_index().astype("str")[list(DECIDED_COLUMNS)]


def _changes(ledger: Ledger, rule: DecisionRule) -> pd.DataFrame:
    found = taxonomy_changes(ledger, rule)
    return pd.DataFrame(
        {
            "change": found["kind"],
            "labels": found["labels"].map(", ".join),
            "becomes": found["becomes"].map(", ".join),
            "state": found["state"],
            "proposed by": found["author"],
            "decided by": found["decided_by"].map({"rule": "the rule", "moderator": _BY_MODERATOR}).fillna(""),
            "on": pd.to_datetime(found["created_at"], utc=True).dt.strftime("%Y-%m-%d"),
            "reason": found["reason"],
        },
        columns=list(CHANGE_COLUMNS),
    ).astype("str")

"""Volunteers' votes: the classification export of a Panoptes (Zooniverse) project, one row a classification.

The CSV's columns ``annotations`` and ``subject_data`` hold JSON. A vote is one person's first answer about one subject;
any value of the subject's metadata that names a sample (``#sample_id``, ``gravityspy_id``, a file name) ties them.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.dataset.model import Dataset, Problem
from core.dataset.readers.bounds import MAX_TABLE_BYTES, refuse_too_big, why_no_name
from core.dataset.readers.matching import target_of, targets_by_name
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.statistics.entropy import entropies_by_group

VOTE_COLUMNS = ("votes", "vote_entropy", "vote_consensus", "vote_share")
"""Columns that votes give a sample: how many, their entropy in bits, the commonest label, and its share."""

_NEEDED = ("annotations", "subject_data")
_MAX_JSON = 1_000_000
_MAX_DEPTH = 8
_MAX_VALUES = 200
_MAX_PROBLEMS = 1_000
_PREFERRED = ("sample_id", "gravityspy_id", "uniqueid", "unique_id", "id")

# Gravity Spy's workflows name their choices in capitals, some with the frequency at the end or in the singular.
_GRAVITY_SPY = {
    "1080LINE": "1080Lines",
    "1400RIPPLE": "1400Ripples",
    "AIRCOMPRESSOR50HZ": "Air_Compressor",
    "LOWFREQUENCYLINE": "Low_Frequency_Lines",
    "POWERLINE60HZ": "Power_Line",
    "VIOLINMODEHARMONIC": "Violin_Mode",
    "VIOLINMODEHARMONIC500HZ": "Violin_Mode",
    "CROWN": "Fast_Scattering",
    "LOWFREQUENCYBLIP": "Blip_Low_Frequency",
}


@dataclass(frozen=True)
class Votes:
    """Volunteers' votes on the samples of a data set.

    ``table`` has one row a person and sample: ``person``, ``sample_id``, ``label``, ``subject_id``, all texts;
    ``classifications`` counts the rows read, ``left_out`` those left out; ``problems`` tells why of at most 1,000.
    """

    table: pd.DataFrame
    classifications: int
    problems: tuple[Problem, ...]
    left_out: int

    @property
    def subject_of(self) -> dict[str, str]:
        """The Panoptes subject of each sample, the first that was met."""
        known = self.table[self.table["subject_id"] != ""].drop_duplicates("sample_id")
        return dict(zip(known["sample_id"], known["subject_id"], strict=True))

    def report(self) -> str:
        """What was read, in one sentence."""
        return (
            f"{len(self.table):,} votes of {self.table['person'].nunique():,} people on "
            f"{self.table['sample_id'].nunique():,} samples, from {self.classifications:,} classifications; "
            f"{self.left_out:,} were left out."
        )


@in_own_process(Limits(memory=2_000_000_000, seconds=300))
def read_votes(path: Path, dataset: Dataset, *, task: str = "", workflow: str = "") -> Votes:
    """Read the votes of a Panoptes classification export on the samples of a data set, behind the gate.

    A single answer, a choice of a survey and an entry of a drop-down each are a vote; several choices at once name no
    single label and are none. Choices match labels by letters and digits (``KOIFISH`` is ``Koi_Fish``); others keep
    their name. The data set has one sample a glitch. ``task`` (such as "T1") and ``workflow`` (id or name) narrow what
    counts; by default all workflows and the first answer. Raises GlitchAuditError where it is no CSV, too big, without
    the two columns, or without any vote on a sample of the data set.
    """
    path = Path(path)
    refuse_too_big(path, MAX_TABLE_BYTES)
    known = targets_by_name(dataset)
    spelled = _spellings(dataset.labels)
    seen: set[tuple[str, str]] = set()
    rows: list[tuple[str, str, str, str]] = []
    problems: list[Problem] = []
    left_out = classifications = 0
    owner: dict[str, str | None] = {}
    for line, record in _rows(path):
        if workflow and workflow not in (record.get("workflow_id"), record.get("workflow_name")):
            continue
        classifications += 1
        try:
            subject, sample_id = _subject(record, known, owner)
            choice = _choice(record["annotations"], task)
            label = spelled.get(_letters(choice), choice)
            if fault := why_no_name(label):
                raise _LeftOut(f"the chosen label {fault}")
        except _LeftOut as reason:
            left_out += 1
            if len(problems) < _MAX_PROBLEMS:
                problems.append(Problem(f"{path.name} line {line}", str(reason)))
            continue
        person = (record.get("user_name") or record.get("user_id") or f"classification at line {line}").strip()
        if why_no_name(person):
            person = f"classification at line {line}"
        if (person, sample_id) in seen:
            left_out += 1
            if len(problems) < _MAX_PROBLEMS:
                problems.append(Problem(f"{path.name} line {line}", "this person voted on the sample before"))
            continue
        seen.add((person, sample_id))
        rows.append((person, sample_id, label, subject))
    if not rows:
        why = f", such as {problems[0].where}: {problems[0].reason}" if problems else ""
        raise GlitchAuditError(
            f"{path}: none of the {classifications:,} classifications is a vote on a sample of {dataset.name}{why}"
        )
    table = pd.DataFrame(rows, columns=["person", "sample_id", "label", "subject_id"]).astype("object")
    return Votes(table, classifications, tuple(problems), left_out)


def vote_columns(votes: pd.DataFrame, sample_ids: Iterable[str]) -> pd.DataFrame:
    """Return columns to colour by and to rank with, :data:`VOTE_COLUMNS`, index ``sample_id`` in the order given.

    ``votes`` counts them, 0 without any. ``vote_entropy`` is Shannon's of the labels' shares, in bits: 0 where all
    agree, 1 for an even split in two; NaN without votes. ``vote_consensus`` is the commonest label, empty on a tie.
    """
    counts = pd.crosstab(votes["sample_id"], votes["label"]) if len(votes) else pd.DataFrame()
    values = counts.to_numpy(dtype=float) if len(counts) else np.zeros((0, 1))
    total = values.sum(axis=1)
    rows, columns = np.nonzero(values)
    most = values.max(axis=1, initial=0)
    tied = (values == most[:, None]).sum(axis=1) > 1
    names = np.asarray(counts.columns, dtype=object)
    consensus = np.where(tied, "", names[values.argmax(axis=1)]) if len(counts) else np.array([], dtype=object)
    table = pd.DataFrame(
        {
            "votes": total,
            "vote_entropy": entropies_by_group(values[rows, columns], rows),
            "vote_consensus": consensus,
            "vote_share": most / np.maximum(total, 1),
        },
        index=counts.index,
    ).reindex(pd.Index(list(sample_ids), name="sample_id"))
    table["votes"] = table["votes"].fillna(0).astype("int64")
    table["vote_consensus"] = table["vote_consensus"].fillna("").astype("str")
    return table


class _LeftOut(Exception):
    """A classification that is no vote, and why."""


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    # The csv module knows one limit for the whole process; its own of 131,072 is less than some subjects' metadata.
    csv.field_size_limit(10 * _MAX_JSON)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            try:
                names = reader.fieldnames or []
                missing = [name for name in _NEEDED if name not in names]
                if missing:
                    raise GlitchAuditError(
                        f"{path}: the CSV lacks the column {' and '.join(missing)}; a Panoptes classification export "
                        "is needed"
                    )
                start = reader.line_num + 1
                for record in reader:
                    yield start, record
                    start = reader.line_num + 1
            except csv.Error as error:
                raise GlitchAuditError(f"{path}: line {reader.line_num} cannot be read as CSV ({error})") from None
    except (OSError, UnicodeDecodeError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be read as text ({error})") from None


def _subject(record: dict[str, str], known: dict[str, Any], owner: dict[str, str | None]) -> tuple[str, str]:
    """The subject's id, and the sample that its metadata names."""
    data = _json(record["subject_data"], "subject")
    if not isinstance(data, dict) or not data:
        raise _LeftOut("the subject has no metadata")
    subject, metadata = next(iter(data.items()))
    if subject not in owner:
        owner[subject] = _sample_of(metadata, known)
    if (sample := owner[subject]) is None:
        raise _LeftOut(f"subject {subject[:50]} names no sample of this data set")
    return (subject if not why_no_name(subject) else ""), sample


def _sample_of(metadata: Any, known: dict[str, Any]) -> str | None:
    if not isinstance(metadata, dict):
        return None
    values = [
        (str(name).lstrip("#!/").strip().lower(), str(value))
        for name, value in list(metadata.items())[:_MAX_VALUES]
        if isinstance(value, (str, int)) and not isinstance(value, bool)
    ]
    values.sort(key=lambda pair: _PREFERRED.index(pair[0]) if pair[0] in _PREFERRED else len(_PREFERRED))
    for _, value in values:
        if value.strip() and (target := target_of(value, known)) is not None:
            return target[0]
    return None


def _choice(annotations: str, task: str) -> str:
    """The one label that a classification names."""
    found = _json(annotations, "annotation")
    if not isinstance(found, list):
        raise _LeftOut("the annotations are no list")
    for entry in _flat(found, 0):
        if not isinstance(entry, dict) or (task and entry.get("task") != task):
            continue
        choices = _choices(entry.get("value"))
        if len(choices) > 1:
            raise _LeftOut(f"{len(choices)} labels were chosen at once")
        if choices:
            return choices[0]
    raise _LeftOut("no label was chosen")


def _flat(entries: list[Any], depth: int) -> Iterator[Any]:
    """The answers, those inside a combined task too."""
    for entry in entries[:_MAX_VALUES]:
        value = entry.get("value") if isinstance(entry, dict) else None
        parts = value if isinstance(value, list) else []
        if depth < _MAX_DEPTH and any(isinstance(part, dict) and "task" in part for part in parts):
            yield from _flat(parts, depth + 1)
        else:
            yield entry


def _choices(value: Any) -> list[str]:
    """The labels in an answer: a text, or a list of texts, of a survey's choices, or of a drop-down's entries."""
    parts = value[:_MAX_VALUES] if isinstance(value, list) else [value]
    found = []
    for part in parts:
        if isinstance(part, dict):
            part = next((part[name] for name in ("choice", "label", "value") if isinstance(part.get(name), str)), None)
        if isinstance(part, str) and part.strip():
            found.append(part.strip())
    return list(dict.fromkeys(found))


def _json(text: str, what: str) -> Any:
    if len(text) > _MAX_JSON:
        raise _LeftOut(f"the {what} has {len(text):,} characters, at most {_MAX_JSON:,} are read")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _LeftOut(f"the {what} is no JSON") from None


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def _spellings(labels: Iterable[str]) -> dict[str, str]:
    own = {_letters(label): label for label in labels if _letters(label)}
    return _GRAVITY_SPY | own

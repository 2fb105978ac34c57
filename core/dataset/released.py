"""What a release holds, and how it is read back: a ZIP with the frozen labels, and with what they were made from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.dataset.cells import read_cell
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.gate.zip_guard import ZipLimits, open_zip, why_not_as_a_whole, why_not_unpacked

FORMAT = "glitch-audit release"
ABOUT, LABELS, SUMS = "about.json", "labels.csv", "SHA256SUMS"
COLUMNS = ("sample_id", "label", "label_before", "how", "decided_by", "decided_at", "reason", "class")
"""Of the table of labels, all texts.

``label`` is the label now and ``label_before`` the one that the data set was brought with; ``how`` is "rule",
"moderator" or empty where nobody decided; ``class`` is the label after all merges and renamings that were accepted.
"""

LIMITS = ZipLimits(archive_bytes=500_000_000, directory_bytes=100_000, members=100, unpacked_bytes=1_000_000_000)
_MAX_ABOUT = 5_000_000
_LONGEST = 1_000


@dataclass(frozen=True)
class ClassChange:
    """An accepted change of the taxonomy: ``labels`` became ``becomes``; ``kind`` as in the ledger ("merge", ...)."""

    change_id: str
    kind: str
    labels: tuple[str, ...]
    becomes: tuple[str, ...]


@dataclass(frozen=True)
class ReleaseAbout:
    """What a release was made from.

    Attributes:
        name: of the release; ``number`` counts the releases of a data set from 1, ``before`` names the one before.
        sentence: what it is, in the words of who made it.
        made_at: ISO 8601 in UTC, to the second; ``made_by`` who pressed the button.
        authors: as they are to be cited: "Family, Given" for a person, else the name of a group.
        licence: an SPDX identifier; empty where none was said.
        rule: by which labels were decided, in words.
        changes: the accepted changes of the taxonomy, oldest first.
        samples, decided, relabelled: how many there are, somebody decided, and differ from what was brought.
        since: what changed since the release before, or since the labels were brought, in one sentence.
    """

    name: str
    number: int
    before: str
    sentence: str
    made_at: str
    made_by: str
    authors: tuple[str, ...]
    licence: str
    dataset_name: str
    dataset_fingerprint: str
    ledger_events: int
    ledger_last_event: str
    ledger_fingerprint: str
    rule: str
    app_version: str
    changes: tuple[ClassChange, ...]
    samples: int = 0
    decided: int = 0
    relabelled: int = 0
    since: str = ""


@dataclass(frozen=True, eq=False)
class Released:
    """A release that was read: what it says of itself, and its table of labels, with :data:`COLUMNS`."""

    about: ReleaseAbout
    labels: pd.DataFrame


def is_release(path: Path) -> bool:
    """Return whether a file is a ZIP that says it is a release; nothing else in it is looked at."""
    try:
        read_about(path)
    except GlitchAuditError:
        return False
    return True


def read_about(path: Path) -> ReleaseAbout:
    """Return what a release says of itself; raises GlitchAuditError where the file is no release, or is damaged."""
    return _read(path, whole=False).about


def read_release(path: Path) -> Released:
    """Return a release, its labels compared with their checksum.

    Raises GlitchAuditError where the file is no release, is damaged, or is larger than any release may be.
    """
    return _read(path, whole=True)


@in_own_process(Limits(memory=4_000_000_000, seconds=120, output=2_000_000_000))
def _read(path: Path, *, whole: bool) -> Released:
    try:
        size = path.stat().st_size
        with path.open("rb") as file, open_zip(file, LIMITS, name=path.name, size=size) as archive:
            if reason := why_not_as_a_whole(archive, LIMITS, size=size):
                raise GlitchAuditError(f"{path.name}: {reason}")
            parts = {}
            for entry in archive.infolist():
                name = entry.filename.rpartition("/")[2]
                if name in (ABOUT, LABELS, SUMS) and (whole or name == ABOUT):
                    if reason := why_not_unpacked(entry, LIMITS):
                        raise GlitchAuditError(f"{path.name}: {reason}")
                    parts[name] = archive.read(entry)
    except (GlitchAuditError, MemoryError):
        raise
    except OSError as error:
        raise GlitchAuditError(f"{path} cannot be read ({error.strerror or error}).") from None
    except Exception:  # zipfile meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{path.name}: the file is no ZIP archive that can be read") from None
    about = _about(parts.get(ABOUT, b""), where=path.name)
    if not whole:
        return Released(about, pd.DataFrame(columns=list(COLUMNS)))
    if LABELS not in parts:
        raise GlitchAuditError(f"{path.name}: the release has no {LABELS}")
    _compare_sum(parts, where=path.name)
    return Released(about, _labels(parts[LABELS], where=path.name))


def about_text(about: ReleaseAbout) -> str:
    """Return the text of ``about.json``."""
    facts = {name: getattr(about, name) for name in _KINDS}
    changes = [{name: getattr(change, name) for name in _CHANGE_PARTS} for change in about.changes]
    return json.dumps({"format": FORMAT, **facts, "changes": changes}, indent=2, ensure_ascii=False) + "\n"


_KINDS: dict[str, type] = {
    **dict.fromkeys(("name", "before", "sentence", "made_at", "made_by", "licence", "since"), str),
    **dict.fromkeys(("dataset_name", "dataset_fingerprint"), str),
    **dict.fromkeys(("ledger_last_event", "ledger_fingerprint", "rule", "app_version"), str),
    **dict.fromkeys(("number", "ledger_events", "samples", "decided", "relabelled"), int),
    "authors": tuple,
}
"""The kind of each fact in ``about.json``."""
_CHANGE_PARTS = ("change_id", "kind", "labels", "becomes")


def _about(text: bytes, *, where: str) -> ReleaseAbout:
    try:
        facts = json.loads(text) if len(text) <= _MAX_ABOUT else None
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise GlitchAuditError(f"{where}: this is no release of labels")
    try:
        values: dict[str, Any] = {name: _fact(facts[name], kind) for name, kind in _KINDS.items()}
        changes = tuple(
            ClassChange(
                *(_fact(change[name], str) for name in _CHANGE_PARTS[:2]),
                *(_fact(change[name], tuple) for name in _CHANGE_PARTS[2:]),
            )
            for change in facts["changes"]
        )
    except (KeyError, TypeError, ValueError):
        raise GlitchAuditError(f"{where}: what the release says of itself in {ABOUT} is not whole") from None
    return ReleaseAbout(**values, changes=changes)


def _fact(value: object, kind: type) -> Any:
    if kind is tuple:
        if not isinstance(value, list):
            raise TypeError
        return tuple(_fact(part, str) for part in value)
    if type(value) is not kind or len(str(value)) > 10 * _LONGEST:
        raise TypeError
    return value


def _compare_sum(parts: dict[str, bytes], *, where: str) -> None:
    lines = parts.get(SUMS, b"").decode("utf-8", "replace").splitlines()
    said = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if said.get(LABELS) != hashlib.sha256(parts[LABELS]).hexdigest():
        raise GlitchAuditError(
            f"{where}: {LABELS} is not what {SUMS} says it was, so the release was damaged or changed by hand"
        )


def _labels(data: bytes, *, where: str) -> pd.DataFrame:
    try:
        # The parser of pandas would take the id "1e5" for a number, and the label "NA" for nothing.
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        raise GlitchAuditError(f"{where}: {LABELS} cannot be read as CSV in UTF-8") from None
    if not rows or tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise GlitchAuditError(f"{where}: {LABELS} has not the columns {', '.join(COLUMNS)} in every row")
    table = pd.DataFrame([[read_cell(cell) for cell in row] for row in rows[1:]], columns=list(COLUMNS), dtype="str")
    if table["sample_id"].duplicated().any() or (table[["sample_id", "label"]] == "").any(axis=None):
        raise GlitchAuditError(f"{where}: {LABELS} has a sample twice, or one without id or label")
    return table

"""How somebody did in practice, kept in a small file of the workspace for that person alone.

It is no act and never reaches the ledger, an export, a backup or a report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.audit.practice import Tally
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.ledger.people import Person
from core.workspace import Workspace, lock_of, make_folder, read_json, write_json

LATEST_KEPT = 500
"""So many answers are remembered one by one: their samples come last, and none of them is counted twice."""

MOST_PEOPLE = 500
_FOLDER, _LOCK = "practice", ".practice.lock"
_WAIT_SECONDS = 5.0
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class PracticeAnswer:
    """One answer: the id of the question, its sample and right label, and whether that was found."""

    question_id: str
    sample_id: str
    label: str
    right: bool


@dataclass(frozen=True)
class PracticeProgress:
    """How somebody did: a tally by label, and the latest answers as pairs of the question's and the sample's id."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    latest: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> int:
        """How many questions were answered."""
        return sum(tally.seen for tally in self.tallies.values())

    def with_answers(self, answers: Sequence[PracticeAnswer]) -> PracticeProgress:
        """Return the progress with these answers; one that is in it already is not counted again."""
        tallies, latest = dict(self.tallies), list(self.latest)
        counted = {question_id for question_id, _ in latest}
        for answer in answers:
            if answer.question_id in counted:
                continue
            counted.add(answer.question_id)
            before = tallies.get(answer.label, Tally())
            tallies[answer.label] = Tally(before.seen + 1, before.right + answer.right)
            latest.append((answer.question_id, answer.sample_id))
        return PracticeProgress(tallies, tuple(latest[-LATEST_KEPT:]))


def kept_practice(workspace: Workspace, person: Person) -> PracticeProgress:
    """Return how this person did so far; nothing where nobody is named, or what is kept cannot be used."""
    path = _path(workspace, person)
    if not person.key or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return PracticeProgress()
    content: Any = read_json(path)
    try:
        tallies = {str(label): Tally(int(seen), int(right)) for label, (seen, right) in content["tallies"].items()}
        latest = tuple((str(question), str(sample)) for question, sample in content["latest"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return PracticeProgress()
    if not all(0 <= tally.right <= tally.seen for tally in tallies.values()):
        return PracticeProgress()
    return PracticeProgress(tallies, latest[-LATEST_KEPT:])


def keep_practice(workspace: Workspace, person: Person, answers: Sequence[PracticeAnswer]) -> PracticeProgress:
    """Add answers to what is kept of this person, and return all of it; two tabs lose nothing of each other.

    Raises GlitchAuditError where nobody is named, the file cannot be written, or too many people practise here.
    """
    if not person.key:
        raise GlitchAuditError("Type your name first: practice is kept for somebody.")
    path = _path(workspace, person)
    make_folder(path.parent)
    with lock_of(workspace.root / _LOCK, wait=_WAIT_SECONDS):
        if not path.exists() and sum(1 for _ in path.parent.glob("*.json")) >= MOST_PEOPLE:
            raise GlitchAuditError(
                f"{MOST_PEOPLE} people practise here already: ask whoever runs the server to clear {path.parent}."
            )
        kept = kept_practice(workspace, person).with_answers(answers)
        tallies = {label: [tally.seen, tally.right] for label, tally in sorted(kept.tallies.items())}
        write_json(path, {"tallies": tallies, "latest": [list(pair) for pair in kept.latest]}, lasting=False)
    return kept


def _path(workspace: Workspace, person: Person) -> Path:
    # A name may hold anything, and a file's name not.
    return workspace.root / _FOLDER / f"{fingerprint('practice', person.key)[:24]}.json"

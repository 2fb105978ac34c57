"""Which reading of the labels the desk shows: as brought, or one that was kept when somebody asked for it.

What is decided meanwhile does not change what is shown (DESIGN, decision 10); another reading takes the place of the
one on screen only once it is audited (decision 9).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.ledger.views.waiting import ledger_extent
from core.pipeline.changed_taxonomy import changed_taxonomy
from core.pipeline.kept_readings import KeptReading
from core.pipeline.reading import BROUGHT, MINE, NOW, TAXONOMY, labels_said, proposed_by
from core.pipeline.snapshot import read_snapshot
from pages.parts.desk.acts import read_labels
from pages.parts.desk.labels_now import read_now
from pages.parts.desk.results import is_audited, prepared_or_none, read_in, reading_or_none
from pages.parts.desk.state import change_desk, change_panel, panel, the_desk
from pages.parts.desk.who import AtDesk, at_desk


@dataclass(frozen=True)
class Said:
    """How many samples of the data set are decided, and how many the person proposed for.

    ``accepted`` changes of the taxonomy were accepted, and leave labels ``open``: in which of two new ones or more each
    of their samples belongs. Since the labels on screen were read, ``more`` were decided, and of ``other`` something
    else is said now.
    """

    decided: int = 0
    mine: int = 0
    more: int = 0
    other: int = 0
    accepted: int = 0
    open: tuple[str, ...] = ()

    def of(self, reading: str) -> int:
        """How much there is of what this reading puts in place; nothing of labels as they were brought."""
        return {NOW: self.decided, MINE: self.mine, TAXONOMY: self.accepted}.get(reading, 0)


@dataclass(frozen=True)
class ReadingState:
    """What the session remembers of the readings beside the one that is shown.

    Attributes:
        wanted: id of the one that is being audited, and will be shown then.
        trouble: why what was asked for last is not shown.
        told_by: what ``said`` goes by: the ledger and how far it had come, person, rule, and the reading on screen.
    """

    wanted: str = ""
    trouble: str = ""
    told_by: tuple[object, ...] = ()
    said: Said = Said()


def settle_reading(here: AtDesk) -> None:
    """Show the reading that was asked for once it is audited, and none that is not this person's or is not kept.

    Call it before anything is drawn: a run shows one reading from its first line to its last.
    """
    wanted, running = panel(ReadingState).wanted, job_status(here.workspace).running
    if wanted and _is_ready(here, wanted):
        change_desk(reading=wanted)
        change_panel(ReadingState, wanted="")
    elif wanted and not running:
        change_panel(ReadingState, wanted="", trouble=_why_not_made(here))
    shown = the_desk().reading
    if shown and _usable(here, shown) is None:
        change_desk(reading="")
        change_panel(
            ReadingState,
            trouble="The reading of the labels that was asked for is not kept here, or is another person's. The labels "
            "are shown as they were brought.",
        )


def shown_reading(here: AtDesk) -> KeptReading | None:
    """The reading that is shown; None where the labels are as they were brought."""
    return _usable(here, the_desk().reading)


def ask_for_reading(reading: str) -> None:
    """Have the labels read so now; they are shown at once where their audit is there, else as soon as it is."""
    change_panel(ReadingState, wanted="", trouble="")
    if reading == BROUGHT:
        change_desk(reading="")
        return
    try:
        reading_id, ready = read_labels(at_desk().workspace, reading)
    except GlitchAuditError as error:
        change_panel(ReadingState, trouble=str(error))
        return
    if ready:
        change_desk(reading=reading_id)
    else:
        change_panel(ReadingState, wanted=reading_id)


def reading_wanted() -> bool:
    """Whether a reading that was asked for is being audited."""
    return bool(panel(ReadingState).wanted)


def hide_reading_trouble() -> None:
    """Forget why what was asked for last is not shown."""
    change_panel(ReadingState, trouble="")


def what_was_said(here: AtDesk) -> Said:
    """How much was decided and proposed: asked anew once the ledger has come further; nothing where it is shut."""
    try:
        ledger, rule, shown = here.ledger, read_rule(here.workspace.root / FILE_NAME), shown_reading(here)
        told_by = (ledger.path, ledger_extent(ledger), here.person, rule, the_desk().reading)
        if told_by[1] is None:
            return Said()
        if panel(ReadingState).told_by != told_by:
            change_panel(ReadingState, told_by=told_by, said=_counted(here, shown))
    except GlitchAuditError:
        return Said()
    return panel(ReadingState).said


def _counted(here: AtDesk, shown: KeptReading | None) -> Said:
    dataset = read_snapshot(here.workspace)
    if dataset is None:
        return Said()
    ids, ledger, person = dataset.samples.index, here.ledger, here.person
    rule = read_rule(here.workspace.root / FILE_NAME)
    now = labels_said(NOW, ledger=ledger, rule=rule)
    mine = proposed_by(ledger, person) if person.key else now.iloc[:0]
    changed = changed_taxonomy(ledger, rule, present=frozenset(dataset.samples["label"].astype("str")))
    more = other = 0
    if shown is not None:
        said = read_now(here, shown.reading)
        more, other = shown.since(said.said, said.becomes)
    decided, proposed = (int(each.index.isin(ids).sum()) for each in (now, mine))
    return Said(decided, proposed, more, other, changed.accepted, changed.open)


def _usable(here: AtDesk, reading_id: str) -> KeptReading | None:
    """The reading that is kept under this id, where this person may look at it."""
    if not reading_id or here.public_demo:
        return None
    kept = reading_or_none(here.workspace, reading_id)
    return kept if kept is not None and kept.person_key in ("", *here.person.keys) else None


def _is_ready(here: AtDesk, reading_id: str) -> bool:
    kept = _usable(here, reading_id)
    try:
        prepared = prepared_or_none(here.workspace)
    except GlitchAuditError:
        return False
    return kept is not None and prepared is not None and is_audited(read_in(prepared, kept))


def _why_not_made(here: AtDesk) -> str:
    status = job_status(here.workspace)
    said = status.message if status.state in ("failed", "lost", "cancelled") else "The audit of it was not made."
    return f"The labels could not be read so. {said}"

"""The labels as they read at this moment, and what each reading of them is called on every screen."""

from __future__ import annotations

from datetime import UTC, datetime

from core.errors import GlitchAuditError
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.kept_readings import KeptReading
from core.pipeline.reading import BROUGHT, MINE, NOW, TAXONOMY, what_is_said
from core.pipeline.snapshot import read_snapshot
from pages.parts.desk.who import AtDesk


def read_now(here: AtDesk, reading: str) -> KeptReading:
    """The labels as they read now; they are not kept yet.

    Raises:
        GlitchAuditError: the data set or the ledger cannot be read, or nobody has said who is at the desk.
    """
    dataset, ledger = read_snapshot(here.workspace), here.ledger
    if dataset is None:
        raise GlitchAuditError("The data set was not read yet: read it first, on the page “Data and settings”.")
    if not ledger.readable():
        raise GlitchAuditError(ledger.problem() or "The ledger cannot be read.")
    person = here.person if reading == MINE else None
    rule = read_rule(here.workspace.root / FILE_NAME)
    present = frozenset(dataset.samples["label"].astype("str"))
    said = what_is_said(reading, ledger=ledger, rule=rule, person=person, present=present)
    key = person.key if person is not None else ""
    return KeptReading(reading, said.labels, datetime.now(UTC), key, said.becomes)


def reading_names(*, decided: int, mine: int, accepted: int) -> dict[str, str]:
    """What each reading is called where one is chosen, with how much there is of what it puts in place."""
    changes = "1 change" if accepted == 1 else f"{accepted:,} changes"
    return {
        BROUGHT: "as brought",
        NOW: f"now ({decided:,} decided)",
        MINE: f"as I would have them ({mine:,} proposed)",
        TAXONOMY: f"under the changed taxonomy ({changes})",
    }

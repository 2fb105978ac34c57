"""What a small team did on the demo, for the pictures: Ada judges, Ben gives second opinions, Mo settles a conflict."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from core.audit.suspects.model import Suspects
from core.ledger import (
    Ledger,
    Person,
    ReviewFilters,
    SuspectCase,
    decide,
    judge,
    open_ledger,
    proposals,
    review,
    review_queue,
    reviews,
)
from core.pipeline.audit import load_audit
from core.pipeline.stages import load_prepared
from core.version import APP_VERSION
from core.workspace import HOME_VARIABLE, demo_workspace

ADA, BEN, MO = Person("Ada"), Person("Ben"), Person("Mo", role="moderator")
JUDGED, REVIEWED = 14, 9
"""How many suspects Ada judges, and how many of them Ben reviews."""

DISAGREES = (0, 3, 6)
"""On which of those he does not agree."""


def write_example_acts(home: Path) -> None:
    """Write the acts into the ledger of the demo in ``home``, with Mo as its moderator."""
    os.environ[HOME_VARIABLE] = str(home)
    workspace = demo_workspace()
    workspace.root.mkdir(parents=True, exist_ok=True)
    (workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n', encoding="utf-8")
    audit = load_audit(load_prepared(workspace))
    with closing(open_ledger(workspace.root / "corrections.duckdb")) as ledger:
        _judge(ledger, audit.suspects)
        _review(ledger)
        _settle(ledger)


def _judge(ledger: Ledger, suspects: Suspects) -> None:
    flagged = suspects.table[suspects.table["flagged"].to_numpy(dtype=bool)]
    for row in flagged.sort_values("score", ascending=False).head(JUDGED).itertuples():
        case = SuspectCase(
            str(row.Index), row.label, row.suggested, score=float(row.score), chance_wrong=float(row.chance_wrong)
        )
        judge(
            ledger, case, "accept", author=ADA, app_version=APP_VERSION, reason="its shape is that of the other label"
        )


def _review(ledger: Ledger) -> None:
    proposed = {row.correction_id: row for row in proposals(ledger).itertuples()}
    for number, name in enumerate(review_queue(ledger, BEN)["correction_id"].head(REVIEWED)):
        row = proposed[name]
        verdict, seen = ("reject", row.label_before) if number in DISAGREES else ("accept", row.label_proposed)
        reason = "the arms are missing" if verdict == "reject" else ""
        review(ledger, name, verdict, author=BEN, app_version=APP_VERSION, blind_label=seen, reason=reason)


def _settle(ledger: Ledger) -> None:
    refused = reviews(ledger, ReviewFilters(verdicts=("reject",))).iloc[0]
    decide(
        ledger,
        refused["sample_id"],
        refused["label_proposed"],
        author=MO,
        reason="looked at all four views: the shape is clear in the longest",
        app_version=APP_VERSION,
    )

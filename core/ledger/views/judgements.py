"""People's judgements of suspects: those that stand, and the latest of each sample."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.ledger.storage.store import Ledger
from core.ledger.views.authors import name_keys
from core.ledger.views.queries import conditions_for, read_frame

ACCEPT, KEEP, SKIP, UNSURE = "accept", "keep", "skip", "unsure"
JUDGEMENT_KINDS = (ACCEPT, KEEP, SKIP, UNSURE)
STORED_COLUMNS = (
    *("judgement_id", "created_at", "author", "author_verified", "sample_id", "label", "verdict", "suggested_label"),
    *("score", "chance_wrong", "reason", "batch_id", "suspects_fingerprint", "dataset_fingerprint", "app_version"),
    *("role", "author_key", "name_key", "withdraws"),
)
JUDGEMENT_COLUMNS = (*STORED_COLUMNS[:-1], "label_proposed")
VERDICT_COLUMNS = ("sample_id", "label", "verdict", "author", "author_key", "created_at")
# The proposal's label is read from the proposal: an accepted judgement may have chosen another than the suggested one.
_JUDGEMENTS = """
    SELECT said.*, written.label_proposed
    FROM current_judgement AS said
    LEFT JOIN correction AS written
        ON written.batch_id = said.batch_id AND written.sample_id = said.sample_id
"""


@dataclass(frozen=True)
class JudgementFilters:
    """Which judgements to list; empty fields exclude nothing."""

    authors: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    dataset_fingerprint: str = ""


def judgements(ledger: Ledger, filters: JudgementFilters | None = None) -> pd.DataFrame:
    """Return the standing judgements, latest first, with the labels that they proposed: :data:`JUDGEMENT_COLUMNS`."""
    filters = filters or JudgementFilters()
    conditions, values = conditions_for(
        name_key=name_keys(filters.authors), verdict=filters.verdicts, sample_id=filters.sample_ids
    )
    if filters.dataset_fingerprint:
        conditions.append("dataset_fingerprint = ?")
        values.append(filters.dataset_fingerprint)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"SELECT {', '.join(JUDGEMENT_COLUMNS)} FROM ({_JUDGEMENTS}) {where} ORDER BY sequence DESC"
    return read_frame(ledger, query, values, JUDGEMENT_COLUMNS)


def standing_verdicts(ledger: Ledger) -> pd.DataFrame:
    """Return who judged what how, of the judgements that stand, latest first: :data:`VERDICT_COLUMNS`.

    It is what a queue is made from after every decision, and so leaves out all that takes longer to read.
    """
    query = f"SELECT {', '.join(VERDICT_COLUMNS)} FROM current_judgement ORDER BY sequence DESC"
    return read_frame(ledger, query, [], VERDICT_COLUMNS)


def latest_judgements(ledger: Ledger, dataset_fingerprint: str = "") -> pd.DataFrame:
    """Return the latest standing judgement of each sample, whoever made it: index ``sample_id``, latest first."""
    found = judgements(ledger, JudgementFilters(dataset_fingerprint=dataset_fingerprint))
    return found[~found["sample_id"].duplicated()].set_index("sample_id")

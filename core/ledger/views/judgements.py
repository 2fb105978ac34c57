"""People's judgements of suspects: those that stand, and the latest of each sample."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.ledger.storage.store import Ledger
from core.ledger.views.authors import name_keys
from core.ledger.views.queries import conditions_for, count_of, part_of, read_frame, where_all, without_samples

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
_TOLD = f"""
    SELECT {", ".join(f"found.{name}" for name in STORED_COLUMNS[:-1])}, written.label_proposed
    FROM found
    LEFT JOIN correction AS written
        ON written.batch_id = found.batch_id AND written.sample_id = found.sample_id
    ORDER BY found.sequence DESC
"""


@dataclass(frozen=True)
class JudgementFilters:
    """Which judgements to list; empty fields exclude nothing. ``hidden`` leaves these samples' judgements out."""

    authors: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    dataset_fingerprint: str = ""
    hidden: frozenset[str] = frozenset()


def judgements(
    ledger: Ledger, filters: JudgementFilters | None = None, *, first: int = 0, most: int | None = None
) -> pd.DataFrame:
    """Return the standing judgements, latest first, with the labels that they proposed: :data:`JUDGEMENT_COLUMNS`.

    At most ``most`` rows come after the ``first`` so many; None brings all.
    """
    conditions, values = _conditions(filters or JudgementFilters())
    query = f"""
        WITH found AS (
            SELECT * FROM current_judgement {where_all(conditions)} ORDER BY sequence DESC {part_of(first, most)}
        )
        {_TOLD}
    """
    return read_frame(ledger, query, values, JUDGEMENT_COLUMNS)


def count_judgements(ledger: Ledger, filters: JudgementFilters | None = None) -> int:
    """Return how many judgements :func:`judgements` has with these filters."""
    conditions, values = _conditions(filters or JudgementFilters())
    return count_of(ledger, f"SELECT count(*) AS count FROM current_judgement {where_all(conditions)}", values)


def _conditions(filters: JudgementFilters) -> tuple[list[str], list[object]]:
    conditions, values = conditions_for(
        name_key=name_keys(filters.authors), verdict=filters.verdicts, sample_id=filters.sample_ids
    )
    if filters.dataset_fingerprint:
        conditions.append("dataset_fingerprint = ?")
        values.append(filters.dataset_fingerprint)
    left_out, names = without_samples("sample_id", filters.hidden)
    return conditions + left_out, values + names


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

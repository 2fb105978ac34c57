"""The batches that proposals came in: all or a page of them, and which of somebody's an undo or a redo would take."""

from __future__ import annotations

import pandas as pd

from core.ledger.people import Person
from core.ledger.storage.store import Ledger
from core.ledger.views.proposals import PROPOSAL, WITHDRAWAL
from core.ledger.views.queries import conditions_for, count_of, part_of, read_frame, where_all

BATCH_COLUMNS = (
    *("batch_id", "created_at", "author", "author_verified", "author_key", "samples", "skipped", "label_proposed"),
    *("reason", "confidence", "status", "withdrawn_by", "withdrawn_at", "restores", "brought_back", "how", "polygon"),
    *("cluster", "filters", "dataset_fingerprint", "layout_fingerprint", "app_version"),
)
_TAKEN_BACK = f"""
    LEFT JOIN batch AS taken_back ON taken_back.kind = '{WITHDRAWAL}' AND taken_back.refers_to = batch.batch_id
"""
_BROUGHT_BACK = f"batch.batch_id IN (SELECT refers_to FROM batch WHERE kind = '{PROPOSAL}' AND refers_to IS NOT NULL)"
# Which batches to tell of is settled first: what is to be said of each is read for these alone.
_FOUND = f"""
    SELECT batch.batch_id, any_value(taken_back.created_at) AS withdrawn_at, max(correction.sequence) AS sequence
    FROM batch JOIN correction USING (batch_id)
    {_TAKEN_BACK}
"""
_TOLD = f"""
    SELECT
        batch.batch_id, batch.created_at, batch.author, batch.author_verified, batch.author_key, batch.samples,
        batch.skipped, said.label_proposed, said.reason, said.confidence,
        CASE WHEN taken_back.batch_id IS NULL THEN 'current' ELSE 'withdrawn' END AS status,
        taken_back.author AS withdrawn_by, taken_back.created_at AS withdrawn_at, batch.refers_to AS restores,
        {_BROUGHT_BACK} AS brought_back, batch.how, batch.polygon, batch.cluster, batch.filters,
        batch.dataset_fingerprint, batch.layout_fingerprint, batch.app_version
    FROM batch JOIN found USING (batch_id)
    JOIN (
        SELECT batch_id, any_value(reason) AS reason,
            -- An imported batch may propose several labels.
            CASE WHEN count(DISTINCT label_proposed) = 1 THEN any_value(label_proposed)
                ELSE count(DISTINCT label_proposed) || ' labels' END AS label_proposed,
            any_value(confidence) AS confidence
        FROM correction WHERE batch_id IN (SELECT batch_id FROM found) GROUP BY batch_id
    ) AS said USING (batch_id)
    {_TAKEN_BACK}
"""
_STANDS = "taken_back.batch_id IS NULL"


def batches(ledger: Ledger, *, by: Person | None = None, first: int = 0, most: int | None = None) -> pd.DataFrame:
    """Return one row a batch of proposals, latest first: :data:`BATCH_COLUMNS`.

    ``status`` is "current" or "withdrawn"; ``restores`` names the withdrawn batch that this one brought back, and
    ``brought_back`` says whether this one was. ``by`` keeps what this person wrote, as
    :func:`core.ledger.people.owns` has it. At most ``most`` rows come after the ``first`` so many.
    """
    return _batches(ledger, by, [], "found.sequence", part_of(first, most))


def count_batches(ledger: Ledger, *, by: Person | None = None) -> int:
    """Return how many batches of proposals there are, of all or of one person's."""
    conditions, values = _of(by)
    return count_of(ledger, f"SELECT count(*) AS count FROM batch {where_all(conditions)}", values)


def last_to_undo(ledger: Ledger, person: Person) -> pd.Series | None:
    """Return the batch of this person's that an undo takes back, the last that stands; None where none does."""
    return _first(_batches(ledger, person, [_STANDS], "found.sequence", part_of(0, 1)))


def last_to_redo(ledger: Ledger, person: Person) -> pd.Series | None:
    """Return the person's batch that was withdrawn last and not brought back since; None where there is none."""
    gone = [f"NOT {_STANDS}", f"NOT {_BROUGHT_BACK}"]
    return _first(_batches(ledger, person, gone, "found.withdrawn_at DESC, found.sequence", part_of(0, 1)))


def _batches(ledger: Ledger, by: Person | None, more: list[str], order: str, part: str) -> pd.DataFrame:
    conditions, values = _of(by)
    query = f"""
        WITH found AS (
            {_FOUND} {where_all([*conditions, *more])} GROUP BY batch.batch_id
            ORDER BY {order.replace("found.", "")} DESC {part}
        )
        {_TOLD} ORDER BY {order} DESC
    """
    return read_frame(ledger, query, values, BATCH_COLUMNS)


def _of(by: Person | None) -> tuple[list[str], list[object]]:
    keys = () if by is None else (*by.keys, by.name_key)
    conditions, values = conditions_for(**{"batch.author_key": keys})
    return [f"batch.kind = '{PROPOSAL}'", *conditions], values


def _first(found: pd.DataFrame) -> pd.Series | None:
    return None if found.empty else found.iloc[0]

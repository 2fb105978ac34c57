"""Number judgements from before events had numbers, so that no clock decides which of two came first.

Beside ``author_keys`` the only place of the ledger that changes rows. It runs in the migration of an older file and for
the rows of an older copy, and touches no other column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# Among equal numbers the time decides, and what had none comes after the proposal whose number it has.
_NUMBER = """
    UPDATE judgement SET event = placed.event FROM (
        SELECT old.judgement_id, max(correction.sequence) AS event
        FROM judgement AS old JOIN correction ON correction.created_at <= old.created_at
        WHERE old.event = 0 GROUP BY old.judgement_id
    ) AS placed
    WHERE judgement.judgement_id = placed.judgement_id
"""


def number_old_judgements(connection: duckdb.DuckDBPyConnection) -> None:
    """Give each judgement without a number that of the last proposal or withdrawal before it."""
    if connection.execute("SELECT 1 FROM judgement WHERE event = 0 LIMIT 1").fetchone():
        connection.execute(_NUMBER)

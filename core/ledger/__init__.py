"""The ledger: an append-only DuckDB file of who proposed which label for which sample, when, why and from what.

A proposal, a judgement of a suspect, a withdrawal and later a review are rows; nothing is ever updated or deleted, and
today's state is a view.
"""

from core.ledger.export import export_csv, export_parquet, export_parquet_bytes
from core.ledger.judging import (
    VERDICTS,
    Judgement,
    JudgementFilters,
    SuspectCase,
    judge,
    judgements,
    latest_judgements,
    withdraw_judgement,
)
from core.ledger.reading import ProposalFilters, batches, current_labels, proposals
from core.ledger.store import Ledger, open_ledger
from core.ledger.writing import Batch, new_batch_id, propose, restore, withdraw

__all__ = [
    "VERDICTS",
    "Batch",
    "Judgement",
    "JudgementFilters",
    "Ledger",
    "ProposalFilters",
    "SuspectCase",
    "batches",
    "current_labels",
    "export_csv",
    "export_parquet",
    "export_parquet_bytes",
    "judge",
    "judgements",
    "latest_judgements",
    "new_batch_id",
    "open_ledger",
    "proposals",
    "propose",
    "restore",
    "withdraw",
    "withdraw_judgement",
]

"""The ledger: an append-only DuckDB file of who proposed which label for which sample, when, why and from what.

A proposal, a withdrawal and later a review are rows; nothing is ever updated or deleted, and today's state is a view.
"""

from core.ledger.export import export_csv, export_parquet, export_parquet_bytes
from core.ledger.reading import ProposalFilters, batches, current_labels, proposals
from core.ledger.store import Ledger, open_ledger
from core.ledger.writing import Batch, new_batch_id, propose, restore, withdraw

__all__ = [
    "Batch",
    "Ledger",
    "ProposalFilters",
    "batches",
    "current_labels",
    "export_csv",
    "export_parquet",
    "export_parquet_bytes",
    "new_batch_id",
    "open_ledger",
    "proposals",
    "propose",
    "restore",
    "withdraw",
]

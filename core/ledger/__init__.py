"""The ledger: an append-only DuckDB file of who proposed which label for which sample, when, why and from what.

A proposal, a review, a judgement of a suspect, a moderator's decision and a withdrawal are rows; nothing is ever
updated or deleted, and today's state is a view.
"""

from core.ledger.acts.changing_taxonomy import (
    CHANGE_KINDS,
    TAXONOMY_VERDICTS,
    TaxonomyChange,
    TaxonomyReview,
    decide_taxonomy_change,
    propose_taxonomy_change,
    review_taxonomy_change,
    taxonomy_changes,
    taxonomy_reviews,
    withdraw_taxonomy_change,
    withdraw_taxonomy_review,
)
from core.ledger.acts.deciding import (
    STATES,
    Decision,
    DecisionRule,
    decide,
    decided_labels,
    decisions,
    reopen,
    sample_states,
    withdraw_decision,
)
from core.ledger.acts.judging import (
    VERDICTS,
    Judgement,
    JudgementFilters,
    SuspectCase,
    judge,
    judgements,
    latest_judgements,
    withdraw_judgement,
)
from core.ledger.acts.proposing import Batch, new_batch_id, propose, restore, withdraw
from core.ledger.acts.reviewing import (
    REVIEW_VERDICTS,
    Revealed,
    Review,
    ReviewFilters,
    revealed,
    review,
    review_queue,
    reviews,
    withdraw_review,
)
from core.ledger.exchange.export import export_csv, export_parquet, export_parquet_bytes
from core.ledger.people import ACTS, ROLES, Person, Roles, may, read_roles, require
from core.ledger.storage.backups import Backup, BackupRule, list_backups
from core.ledger.storage.recovery import Offer, Recovery, recover, recovery_offer
from core.ledger.storage.store import Ledger, open_ledger
from core.ledger.views.reading import ProposalFilters, authors, batches, current_labels, proposals
from core.ledger.views.voting import votes

__all__ = [
    "ACTS",
    "CHANGE_KINDS",
    "REVIEW_VERDICTS",
    "ROLES",
    "STATES",
    "TAXONOMY_VERDICTS",
    "VERDICTS",
    "Backup",
    "BackupRule",
    "Batch",
    "Decision",
    "DecisionRule",
    "Judgement",
    "JudgementFilters",
    "Ledger",
    "Offer",
    "Person",
    "ProposalFilters",
    "Recovery",
    "Revealed",
    "Review",
    "ReviewFilters",
    "Roles",
    "SuspectCase",
    "TaxonomyChange",
    "TaxonomyReview",
    "authors",
    "batches",
    "current_labels",
    "decide",
    "decide_taxonomy_change",
    "decided_labels",
    "decisions",
    "export_csv",
    "export_parquet",
    "export_parquet_bytes",
    "judge",
    "judgements",
    "latest_judgements",
    "list_backups",
    "may",
    "new_batch_id",
    "open_ledger",
    "proposals",
    "propose",
    "propose_taxonomy_change",
    "read_roles",
    "recover",
    "recovery_offer",
    "reopen",
    "require",
    "restore",
    "revealed",
    "review",
    "review_queue",
    "review_taxonomy_change",
    "reviews",
    "sample_states",
    "taxonomy_changes",
    "taxonomy_reviews",
    "votes",
    "withdraw",
    "withdraw_decision",
    "withdraw_judgement",
    "withdraw_review",
    "withdraw_taxonomy_change",
    "withdraw_taxonomy_review",
]

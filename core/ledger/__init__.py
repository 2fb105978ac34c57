"""The ledger: an append-only DuckDB file of who proposed which label for which sample, when, why and from what.

A proposal, review, judgement of a suspect, moderator's decision or withdrawal is a row; nothing is ever updated or
deleted, and today's state is a view.
"""

from core.ledger.acts.changing_taxonomy import (
    TaxonomyChange,
    TaxonomyReview,
    decide_taxonomy_change,
    propose_taxonomy_change,
    review_taxonomy_change,
    withdraw_taxonomy_change,
    withdraw_taxonomy_review,
)
from core.ledger.acts.deciding import Decision, decide, reopen, withdraw_decision
from core.ledger.acts.judging import (
    CaseToJudge,
    Judgement,
    SuspectCase,
    judge,
    judge_together,
    withdraw_judgement,
    withdraw_judgements,
)
from core.ledger.acts.proposing import Batch, propose, restore, withdraw
from core.ledger.acts.reviewing import Review, review, withdraw_review
from core.ledger.acts.rows import new_batch_id
from core.ledger.exchange.export import export_csv, export_parquet, export_parquet_bytes
from core.ledger.people import ACTS, ROLES, Person, Roles, may, read_roles, require
from core.ledger.storage.backups import Backup, BackupRule, list_backups
from core.ledger.storage.opening import open_ledger
from core.ledger.storage.recovery import Offer, Recovery, recover, recovery_offer
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import authors
from core.ledger.views.batches import batches
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.judgements import JUDGEMENT_KINDS, JudgementFilters, judgements, latest_judgements
from core.ledger.views.proposals import ProposalFilters, current_labels, proposals
from core.ledger.views.reviews import REVIEW_ANSWERS, Revealed, ReviewFilters, revealed, review_queue, reviews
from core.ledger.views.states import STATES, decided_labels, decisions, sample_states
from core.ledger.views.taxonomy_changes import CHANGE_KINDS, TAXONOMY_ANSWERS, taxonomy_changes, taxonomy_reviews
from core.ledger.views.voting import votes

__all__ = [
    "ACTS",
    "CHANGE_KINDS",
    "JUDGEMENT_KINDS",
    "REVIEW_ANSWERS",
    "ROLES",
    "STATES",
    "TAXONOMY_ANSWERS",
    "Backup",
    "BackupRule",
    "Batch",
    "CaseToJudge",
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
    "judge_together",
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
    "withdraw_judgements",
    "withdraw_review",
    "withdraw_taxonomy_change",
    "withdraw_taxonomy_review",
]

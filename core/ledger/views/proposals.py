"""Proposals and the batches they came in, and the labels that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.errors import GlitchAuditError
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import name_keys
from core.ledger.views.queries import conditions_for, read_frame

PROPOSAL = "proposal"
WITHDRAWAL = "withdrawal"
"""The kinds of a batch, and of its rows."""

STATUSES = ("current", "withdrawn", "all")

_PROPOSALS = f"""
    SELECT
        detail.correction_id, detail.sequence, max(detail.sequence) OVER (PARTITION BY detail.batch_id) AS batch_end,
        detail.batch_id, detail.sample_id, detail.label_before, detail.label_proposed, detail.reason,
        detail.confidence, detail.author, detail.author_key, detail.name_key, detail.author_verified, detail.created_at,
        CASE WHEN taken_back.batch_id IS NULL THEN 'current' ELSE 'withdrawn' END AS status,
        taken_back.author AS withdrawn_by, taken_back.created_at AS withdrawn_at,
        detail.how, detail.polygon, detail.cluster, detail.filters, detail.dataset_fingerprint,
        detail.layout_fingerprint, detail.app_version
    FROM correction_detail AS detail
    LEFT JOIN correction AS taken_back
        ON taken_back.kind = '{WITHDRAWAL}'
        AND taken_back.withdraws = detail.batch_id AND taken_back.sample_id = detail.sample_id
    WHERE detail.kind = '{PROPOSAL}'
"""
_BATCHES = f"""
    SELECT
        batch.batch_id, batch.created_at, batch.author, batch.author_verified, batch.author_key, batch.samples,
        batch.skipped, said.label_proposed, said.reason, said.confidence,
        CASE WHEN taken_back.batch_id IS NULL THEN 'current' ELSE 'withdrawn' END AS status,
        taken_back.author AS withdrawn_by, taken_back.created_at AS withdrawn_at, batch.refers_to AS restores,
        batch.how, batch.polygon, batch.cluster, batch.filters, batch.dataset_fingerprint, batch.layout_fingerprint,
        batch.app_version
    FROM batch
    JOIN (
        SELECT batch_id, any_value(reason) AS reason,
            -- An imported batch may propose several labels.
            CASE WHEN count(DISTINCT label_proposed) = 1 THEN any_value(label_proposed)
                ELSE count(DISTINCT label_proposed) || ' labels' END AS label_proposed,
            any_value(confidence) AS confidence, max(sequence) AS sequence
        FROM correction GROUP BY batch_id
    ) AS said USING (batch_id)
    LEFT JOIN batch AS taken_back ON taken_back.kind = '{WITHDRAWAL}' AND taken_back.refers_to = batch.batch_id
    WHERE batch.kind = '{PROPOSAL}'
    ORDER BY said.sequence DESC
"""
PROPOSAL_COLUMNS = (
    *("correction_id", "batch_id", "sample_id", "label_before", "label_proposed", "reason", "confidence", "author"),
    *("author_verified", "created_at", "status", "withdrawn_by", "withdrawn_at", "how", "polygon", "cluster"),
    *("filters", "dataset_fingerprint", "layout_fingerprint", "app_version", "author_key", "name_key"),
)
BATCH_COLUMNS = (
    *("batch_id", "created_at", "author", "author_verified", "author_key", "samples", "skipped", "label_proposed"),
    *("reason", "confidence", "status", "withdrawn_by", "withdrawn_at", "restores", "how", "polygon", "cluster"),
    *("filters", "dataset_fingerprint", "layout_fingerprint", "app_version"),
)


@dataclass(frozen=True)
class ProposalFilters:
    """Which proposals to list; empty fields exclude nothing.

    ``status`` is "current", "withdrawn" or "all". ``text`` keeps rows whose sample id or reason contains it, letter
    case ignored; the tuples keep rows with one of their values.
    """

    status: str = "current"
    authors: tuple[str, ...] = ()
    labels_before: tuple[str, ...] = ()
    labels_proposed: tuple[str, ...] = ()
    batch_ids: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    text: str = ""
    dataset_fingerprint: str = ""

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise GlitchAuditError(f"The status must be one of {', '.join(STATUSES)}, not '{self.status}'.")


def proposals(ledger: Ledger, filters: ProposalFilters | None = None) -> pd.DataFrame:
    """Return one row a proposal, latest batch first, in the selection's order within: :data:`PROPOSAL_COLUMNS`."""
    filters = filters or ProposalFilters()
    conditions, values = conditions_for(
        name_key=name_keys(filters.authors),
        label_before=filters.labels_before,
        label_proposed=filters.labels_proposed,
        batch_id=filters.batch_ids,
        sample_id=filters.sample_ids,
    )
    if filters.status != "all":
        conditions.append("status = ?")
        values.append(filters.status)
    if filters.text.strip():
        conditions.append("(contains(lower(sample_id), ?) OR contains(lower(reason), ?))")
        values += [filters.text.strip().lower()] * 2
    if filters.dataset_fingerprint:
        conditions.append("dataset_fingerprint = ?")
        values.append(filters.dataset_fingerprint)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"SELECT {', '.join(PROPOSAL_COLUMNS)} FROM ({_PROPOSALS}) {where} ORDER BY batch_end DESC, sequence"
    return read_frame(ledger, query, values, PROPOSAL_COLUMNS)


def who_proposed(ledger: Ledger, sample_id: str) -> list[tuple[str, str]]:
    """Return label and author of each proposal that stands for a sample, latest first: quicker than all about them."""
    query = "SELECT label_proposed, author FROM current_proposal WHERE sample_id = ? ORDER BY sequence DESC"
    found = read_frame(ledger, query, [sample_id], ("label_proposed", "author"))
    return list(zip(found["label_proposed"].astype(str), found["author"].astype(str), strict=True))


def batches(ledger: Ledger) -> pd.DataFrame:
    """Return one row a batch of proposals, latest first: :data:`BATCH_COLUMNS`.

    ``status`` is "current" or "withdrawn"; ``restores`` names the withdrawn batch that this one brought back.
    """
    return read_frame(ledger, _BATCHES, [], BATCH_COLUMNS)


def current_labels(ledger: Ledger, labels: pd.Series) -> pd.Series:
    """Return the labels (index ``sample_id``) with the standing proposals in place, the latest of each sample."""
    latest = read_frame(
        ledger,
        "SELECT sample_id, arg_max(label_proposed, sequence) AS label FROM current_proposal GROUP BY sample_id",
        [],
        ("sample_id", "label"),
    ).set_index("sample_id")["label"]
    found = latest.reindex(labels.index)
    return labels.astype("str").where(found.isna(), found)

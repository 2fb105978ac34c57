"""Proposals, all or a page of them, and the labels that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.errors import GlitchAuditError
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import name_keys
from core.ledger.views.queries import conditions_for, count_of, part_of, read_frame, where_all, without_samples

PROPOSAL = "proposal"
WITHDRAWAL = "withdrawal"
"""The kinds of a batch, and of its rows."""

_TAKEN_BACK = f"""
    LEFT JOIN correction AS taken_back
        ON taken_back.kind = '{WITHDRAWAL}'
        AND taken_back.withdraws = detail.batch_id AND taken_back.sample_id = detail.sample_id
"""
# Which proposals to tell of is settled first: all that is known of each is read for these alone.
_FOUND = f"""
    SELECT detail.correction_id, max(detail.sequence) OVER (PARTITION BY detail.batch_id) AS batch_end, detail.sequence
    FROM correction AS detail
    {_TAKEN_BACK}
"""
_TOLD = f"""
    SELECT
        detail.correction_id, detail.batch_id, detail.sample_id, detail.label_before, detail.label_proposed,
        detail.reason, detail.confidence, detail.author, detail.author_verified, detail.created_at,
        CASE WHEN taken_back.batch_id IS NULL THEN 'current' ELSE 'withdrawn' END AS status,
        taken_back.author AS withdrawn_by, taken_back.created_at AS withdrawn_at,
        detail.how, detail.polygon, detail.cluster, detail.filters, detail.dataset_fingerprint,
        detail.layout_fingerprint, detail.app_version, detail.author_key, detail.name_key
    FROM correction_detail AS detail JOIN found USING (correction_id)
    {_TAKEN_BACK}
    ORDER BY found.batch_end DESC, found.sequence
"""
_STATUS_IS = {
    "all": [],
    "current": ["taken_back.batch_id IS NULL"],
    "withdrawn": ["taken_back.batch_id IS NOT NULL"],
}
STATUSES = tuple(_STATUS_IS)
PROPOSAL_COLUMNS = (
    *("correction_id", "batch_id", "sample_id", "label_before", "label_proposed", "reason", "confidence", "author"),
    *("author_verified", "created_at", "status", "withdrawn_by", "withdrawn_at", "how", "polygon", "cluster"),
    *("filters", "dataset_fingerprint", "layout_fingerprint", "app_version", "author_key", "name_key"),
)


@dataclass(frozen=True)
class ProposalFilters:
    """Which proposals to list; empty fields exclude nothing.

    ``status`` is "current", "withdrawn" or "all". ``text`` keeps rows whose sample id or reason contains it, letter
    case ignored; the tuples keep rows with one of their values, and ``hidden`` leaves these samples' rows out.
    """

    status: str = "current"
    authors: tuple[str, ...] = ()
    labels_before: tuple[str, ...] = ()
    labels_proposed: tuple[str, ...] = ()
    batch_ids: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    text: str = ""
    dataset_fingerprint: str = ""
    hidden: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise GlitchAuditError(f"The status must be one of {', '.join(STATUSES)}, not '{self.status}'.")


@dataclass(frozen=True)
class ProposalChoices:
    """What proposals can be filtered by: how many there are in all, who wrote them, which labels they propose."""

    count: int
    authors: tuple[str, ...]
    labels_proposed: tuple[str, ...]


def proposals(
    ledger: Ledger, filters: ProposalFilters | None = None, *, first: int = 0, most: int | None = None
) -> pd.DataFrame:
    """Return one row a proposal, latest batch first, in the selection's order within: :data:`PROPOSAL_COLUMNS`.

    At most ``most`` rows come after the ``first`` so many; None brings all.
    """
    conditions, values = _conditions(filters or ProposalFilters())
    query = f"""
        WITH found AS (
            {_FOUND} {where_all(conditions)} ORDER BY batch_end DESC, detail.sequence {part_of(first, most)}
        )
        {_TOLD}
    """
    return read_frame(ledger, query, values, PROPOSAL_COLUMNS)


def count_proposals(ledger: Ledger, filters: ProposalFilters | None = None) -> int:
    """Return how many proposals :func:`proposals` has with these filters."""
    conditions, values = _conditions(filters or ProposalFilters())
    query = f"SELECT count(*) AS count FROM correction AS detail {_TAKEN_BACK} {where_all(conditions)}"
    return count_of(ledger, query, values)


def proposal_choices(ledger: Ledger) -> ProposalChoices:
    """Return what the proposals of a ledger, withdrawn ones too, can be filtered by."""
    where = f"FROM correction WHERE kind = '{PROPOSAL}'"
    authors, labels = (
        tuple(sorted(read_frame(ledger, f"SELECT DISTINCT {column} {where}", [], (column,))[column]))
        for column in ("author", "label_proposed")
    )
    return ProposalChoices(count_of(ledger, f"SELECT count(*) AS count {where}"), authors, labels)


def _conditions(filters: ProposalFilters) -> tuple[list[str], list[object]]:
    """Return the SQL conditions that keep the wanted proposals, of ``detail`` and ``taken_back``, and their values."""
    wanted = {
        "detail.name_key": name_keys(filters.authors),
        "detail.label_before": filters.labels_before,
        "detail.label_proposed": filters.labels_proposed,
        "detail.batch_id": filters.batch_ids,
        "detail.sample_id": filters.sample_ids,
    }
    conditions, values = conditions_for(**wanted)
    conditions += [f"detail.kind = '{PROPOSAL}'", *_STATUS_IS[filters.status]]
    if filters.text.strip():
        conditions.append("(contains(lower(detail.sample_id), ?) OR contains(lower(detail.reason), ?))")
        values += [filters.text.strip().lower()] * 2
    if filters.dataset_fingerprint:
        conditions.append("detail.batch_id IN (SELECT batch_id FROM batch WHERE dataset_fingerprint = ?)")
        values.append(filters.dataset_fingerprint)
    left_out, names = without_samples("detail.sample_id", filters.hidden)
    return conditions + left_out, values + names


def who_proposed(ledger: Ledger, sample_id: str) -> list[tuple[str, str]]:
    """Return label and author of each proposal that stands for a sample, latest first: quicker than all about them."""
    query = "SELECT label_proposed, author FROM current_proposal WHERE sample_id = ? ORDER BY sequence DESC"
    found = read_frame(ledger, query, [sample_id], ("label_proposed", "author"))
    return list(zip(found["label_proposed"].astype(str), found["author"].astype(str), strict=True))


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

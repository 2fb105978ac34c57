"""The report's chapter on costs: only where there is something to say."""

from __future__ import annotations

from core.evidence.figures.costs import family_rates
from core.evidence.report.columns import COST_COLUMNS
from core.evidence.report.section import Section
from core.evidence.report.tables import ReportTable
from core.evidence.report_input import ReportInput


def costs_sections(subject: ReportInput) -> list[Section]:
    """Return the chapter, or nothing where no costs could be counted."""
    if subject.costs is None or subject.costs.table.empty:
        return []
    table = ReportTable("costs", "What each family costs", subject.costs.table, COST_COLUMNS)
    return [Section("costs", "What each family costs", subject.costs.sentences, (table,), (family_rates,))]

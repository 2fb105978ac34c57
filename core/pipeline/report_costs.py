"""What the report says of costs, counted from a prepared data set; nothing where that cannot be done."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from core.errors import GlitchAuditError
from core.evidence.report_costs import COST_COLUMNS, ReportCosts
from core.impact.columns.figure import Figure, cannot
from core.impact.columns.preventable import Preventable
from core.impact.columns.table import CostTable
from core.impact.explaining.explain import explain
from core.impact.ranking import cumulative_cost, rank_families
from core.ledger.storage.opening import open_ledger
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.audit_results import Audit
from core.pipeline.impact import (
    CostCase,
    SaidOfLabels,
    best_preventable,
    case_costs,
    case_preventables,
    said_of_labels,
)
from core.pipeline.impact_input import prepared_case
from core.pipeline.rate_models import load_rate_model
from core.pipeline.stages import Prepared

_NOT_KNOWN = cannot("It was not counted.")
_PARTS = {"rate": "rate", "deadtime": "deadtime", "snr": "snr share", "overlap": "overlap heavy black holes"}


def report_costs(prepared: Prepared, audit: Audit, *, ask_ledger: bool = True) -> ReportCosts | None:
    """Return the chapter's content; None where the samples have no times, or too few days of them.

    Without ``ask_ledger``, or where it cannot be read, nothing is said of label doubt.
    """
    try:
        said, asked = _said(prepared, audit) if ask_ledger else (SaidOfLabels.nothing(), False)
        case = prepared_case(prepared, said)
    except GlitchAuditError:
        return None
    if case is None:
        return None
    sentences: list[str] = []
    rows: list[dict[str, object]] = []
    for name in case.detectors:
        try:
            found = case_preventables(case, detector=name)
            table = case_costs(case, detector=name, preventables=found or None)
            ranking = rank_families(table, {"rate": 1.0})
        except GlitchAuditError:
            continue
        places = {one.family: one.place for one in ranking.families}
        best = best_preventable(found)
        rows += [_row(table, family, place, best, doubt=asked) for family, place in places.items()]
        sentences += [_rests_on(case, table), f"{name}: {cumulative_cost(table, 'rate').sentence}"]
        sentences += _models(prepared, case, name, tuple(places))
    if not rows:
        return None
    sentences.append("Nobody gave weights for this report, so families stand by how often they come, and by no score.")
    return ReportCosts(tuple(sentences), pd.DataFrame(rows, columns=list(COST_COLUMNS)))


def _said(prepared: Prepared, audit: Audit) -> tuple[SaidOfLabels, bool]:
    """Return what is said of the labels, and whether the ledger could be asked: the open workbench may hold it."""
    ledger = open_ledger(prepared.workspace.ledger_path)
    try:
        if ledger.exists() and not ledger.readable():
            return SaidOfLabels.nothing(), False
        rule = read_rule(prepared.workspace.root / FILE_NAME)
        return said_of_labels(prepared.samples, ledger, rule=rule, suspects=audit.suspects.table), True
    finally:
        ledger.close()


def _row(
    table: CostTable, family: str, place: int, best: Mapping[str, Preventable], *, doubt: bool
) -> dict[str, object]:
    figures = {name: table.column(key).figures[family] for name, key in _PARTS.items()}
    figures["doubt"] = table.column("label doubt").figures[family] if doubt else _NOT_KNOWN
    figures["preventable"] = best[family].share if family in best else _NOT_KNOWN
    row: dict[str, object] = {"detector": table.detector, "family": family, "place": place}
    for name, figure in figures.items():
        row |= _cells(name, figure, scale=100.0 if name == "deadtime" else 1.0)
    return row | {"group": best[family].members[0] if family in best else None}


def _cells(name: str, figure: Figure, *, scale: float) -> dict[str, object]:
    return {name: scale * figure.value, f"{name}_low": scale * figure.low, f"{name}_high": scale * figure.high}


def _rests_on(case: CostCase, table: CostTable) -> str:
    if table.detector in case.assumed:
        return (
            f"It is not known when {table.detector} observed: the {table.live_days:,} days with glitches count in "
            "whole, so that rates and deadtimes may be higher than they stand here."
        )
    return f"{table.detector} observed for {table.live_hours:,.0f} h on {table.live_days:,} days."


def _models(prepared: Prepared, case: CostCase, name: str, families: tuple[str, ...]) -> list[str]:
    """What models that were fitted before foresee; of those without skill only that."""
    if case.detector is None or not case.channels_of(name):
        return []
    said: list[str] = []
    for family in families:
        model = load_rate_model(prepared.workspace, case.detector, case.times, family=family, name=name)
        if model is not None:
            found = explain(model)
            said += [found.sentence, *(one.sentence for one in found.groups)]
    return said

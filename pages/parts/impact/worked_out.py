"""What the core works out for the page, once a process for each case: the page only draws it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.impact.columns.preventable import Preventable
from core.impact.columns.rate import TimeLine
from core.impact.columns.table import CostParams, CostTable
from core.impact.rank_changes import TornadoBar, tornado
from core.impact.ranking import Cumulative, Ranking, cumulative_cost, rank_families
from core.pipeline.impact import case_costs, case_preventables, case_time_line
from pages.parts.impact.source import ImpactShown

Weights = tuple[tuple[str, float], ...]
"""By column, sorted, as a cache can tell them apart."""


def preventables_of(shown: ImpactShown, detector: str) -> Mapping[str, tuple[Preventable, ...]]:
    """What keeping channels quiet would spare of each family."""
    return _preventables(shown.key, detector, shown)


def costs_of(shown: ImpactShown, detector: str, params: CostParams, *, brought: bool = False) -> CostTable:
    """The table; raises GlitchAuditError for too few days."""
    return _costs(shown.key, detector, repr(params), brought, params, shown)


def ranking_of(shown: ImpactShown, table: CostTable, params: CostParams, weights: Weights, *, brought: bool) -> Ranking:
    """The ranking; raises GlitchAuditError where fewer than two families can be scored."""
    return _ranking(shown.key, table.detector, repr(params), weights, brought, table)


def tornado_of(shown: ImpactShown, table: CostTable, params: CostParams, weights: Weights) -> tuple[TornadoBar, ...]:
    """What each weight changes."""
    return _tornado(shown.key, table.detector, repr(params), weights, table)


def cumulative_of(shown: ImpactShown, table: CostTable, params: CostParams, key: str) -> Cumulative:
    """How many families make up most of a column."""
    return _cumulative(shown.key, table.detector, repr(params), key, table)


def time_line_of(shown: ImpactShown, detector: str) -> TimeLine:
    """Each family's rate by day."""
    return _time_line(shown.key, detector, shown)


@st.cache_resource(max_entries=4, show_spinner="Asking what quiet channels would spare")
def _preventables(key: str, detector: str, _shown: ImpactShown) -> Mapping[str, tuple[Preventable, ...]]:
    return case_preventables(_shown.case, detector=detector)


@st.cache_resource(max_entries=8, show_spinner="Counting what each family costs")
def _costs(key: str, detector: str, params: str, brought: bool, _params: CostParams, _shown: ImpactShown) -> CostTable:
    found = {} if brought else preventables_of(_shown, detector)
    return case_costs(_shown.case, detector=detector, params=_params, preventables=found or None, brought=brought)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ranking(key: str, detector: str, params: str, weights: Weights, brought: bool, _table: CostTable) -> Ranking:
    return rank_families(_table, dict(weights))


@st.cache_resource(max_entries=16, show_spinner=False)
def _tornado(key: str, detector: str, params: str, weights: Weights, _table: CostTable) -> tuple[TornadoBar, ...]:
    return tornado(_table, dict(weights))


@st.cache_resource(max_entries=32, show_spinner=False)
def _cumulative(key: str, detector: str, params: str, column: str, _table: CostTable) -> Cumulative:
    return cumulative_cost(_table, column)


@st.cache_resource(max_entries=8, show_spinner=False)
def _time_line(key: str, detector: str, _shown: ImpactShown) -> TimeLine:
    return case_time_line(_shown.case, detector=detector)

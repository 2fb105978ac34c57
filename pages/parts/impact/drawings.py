"""The drawings of the ranking; what is clicked in them is laid on a contact sheet."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.detector.strain.gps import utc_words
from core.errors import GlitchAuditError
from core.impact.columns.table import CostParams, CostTable
from core.impact.ranking import Ranking
from core.pipeline.impact import best_preventable, ids_of, why_no_columns
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import change_panel, panel
from pages.parts.impact.figures import (
    DAY,
    HEIGHT,
    bars_height,
    cumulative_figure,
    days_since,
    number_of,
    preventability_figure,
    ranking_figure,
    span_name,
    time_figure,
    tornado_figure,
)
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import CUMULATED, DRAWN, FAMILY, ChosenFamily, ImpactCharts
from pages.parts.impact.words import PLACES
from pages.parts.impact.worked_out import (
    Weights,
    cumulative_of,
    preventables_of,
    time_line_of,
    tornado_of,
)
from pages.parts.selection.chosen import begin_sheet
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.plotly_view import PlainFigure, show_figure
from pages.parts.widgets.text import escaped

RANKED, PREVENTED, CUMULATIVE = "Ranking", "Cost against preventability", "What makes most of it"
CHANGES, TIME = "What changes it", "In time"
DRAWINGS = (RANKED, PREVENTED, CUMULATIVE, CHANGES, TIME)


def drawings(
    shown: ImpactShown, table: CostTable, ranking: Ranking, params: CostParams, weights: Weights, by: str
) -> None:
    """Offer the drawings, and draw the chosen one."""
    keep_choices([Choice(DRAWN, RANKED, DRAWINGS)], key="keeping_impact_drawn")
    drawing = st.segmented_control("Show", DRAWINGS, required=True, key=DRAWN, label_visibility="collapsed", **KEPT)
    try:
        if drawing == RANKED:
            _ranked(shown, table, ranking, weights, by)
        elif drawing == PREVENTED:
            _prevented(shown, table, ranking, weights, by)
        elif drawing == CUMULATIVE:
            _cumulative(shown, table, params, weights)
        elif drawing == CHANGES:
            _changes(shown, table, params, weights)
        else:
            _in_time(shown, table, ranking)
    except GlitchAuditError as error:
        st.info(escaped(error))


def choose_family(
    shown: ImpactShown, table: CostTable, family: str, within: tuple[float, float] | None = None, span: str = "day"
) -> None:
    """Lay a family's glitches on the contact sheet, of all the livetime or of one day, or another ``span``."""
    ids = ids_of(shown.case, detector=table.detector, family=family, within=within)
    begin_sheet()
    when = f" in the {span} from {utc_words(within[0])}" if within is not None else " in the livetime"
    change_panel(
        ChosenFamily,
        of=(shown.key, table.detector),
        sample_ids=ids,
        message=f"{len(ids):,} glitches of {family}{when}",
    )


def _ranked(shown: ImpactShown, table: CostTable, ranking: Ranking, weights: Weights, by: str) -> None:
    figure = ranking_figure(ranking, by=by, dark=_dark())
    height = bars_height(len(ranking.families))
    key = widget_key("impact_bars", shown.key, table.detector, *weights)
    for point in _clicked(figure, key=key, height=height):
        if (number := number_of(point.get("y"))) < len(ranking.families):
            choose_family(shown, table, ranking.names[number])
    st.caption(f"Whiskers are 95 % intervals. {PLACES} Click a bar to see its glitches.")


def _prevented(shown: ImpactShown, table: CostTable, ranking: Ranking, weights: Weights, by: str) -> None:
    best = best_preventable(preventables_of(shown, table.detector))
    if not best:
        why = why_no_columns(shown.case, detector=table.detector).get("Preventable share", "")
        st.info(escaped(why or "Of no family is it known what might be prevented."))
        return
    figure = preventability_figure(ranking, best, by=by, dark=_dark())
    key = widget_key("impact_preventability", shown.key, table.detector, *weights)
    shares = {one.family: best[one.family].share.value for one in ranking.families if one.family in best}
    for point in _clicked(figure, key=key, height=HEIGHT):
        if (family := _nearest(point.get("x"), shares)) is not None:
            choose_family(shown, table, family)
    st.caption(
        "To the right is what a group of channels that goes with the family would spare if it never rose above its "
        "quiet reference, by the regression; the group that spares most. That quieting it would do so is not shown. "
        "Click a point to see its glitches."
    )


def _cumulative(shown: ImpactShown, table: CostTable, params: CostParams, weights: Weights) -> None:
    columns = {
        one.key: one.title for one in table.columns if any(f.known and f.value > 0 for f in one.figures.values())
    }
    first = weights[0][0]
    keep_choices([Choice(CUMULATED, first, list(columns))], key="keeping_impact_cumulated")
    with st.container(width=420):
        chosen = st.selectbox("Of", list(columns), format_func=columns.get, key=CUMULATED, **KEPT)
    found = cumulative_of(shown, table, params, chosen)
    st.markdown(f"**{escaped(found.sentence)}**")
    show_chart(
        cumulative_figure(found, dark=_dark()), key="impact_cumulative", alt="How much the first families make up"
    )


def _changes(shown: ImpactShown, table: CostTable, params: CostParams, weights: Weights) -> None:
    bars = tornado_of(shown, table, params, weights)
    if len(bars) < 2:
        st.info("One column alone makes this order: its weight changes nothing. Let another one count, too.")
        return
    show_chart(tornado_figure(bars, table, dark=_dark()), key="impact_tornado", alt="What each weight changes")
    st.caption(
        "How many pairs of families would stand in another order if a weight were taken away, or doubled. Hover to see "
        "which family would be first."
    )


def _in_time(shown: ImpactShown, table: CostTable, ranking: Ranking) -> None:
    line = time_line_of(shown, table.detector)
    keep_choices([Choice(FAMILY, ranking.names[0], line.families)], key="keeping_impact_family")
    with st.container(width=420):
        family = st.selectbox("Family", line.families, key=FAMILY, **KEPT)
    figure = time_figure(line, family=family, dark=_dark())
    key = widget_key("impact_time", shown.key, table.detector, family)
    for point in _clicked(figure, key=key, height=HEIGHT):
        x = point.get("x")
        if isinstance(x, (int, float)):
            day = int(np.argmin(np.abs(days_since(line) - x)))
            choose_family(
                shown,
                table,
                family,
                (float(line.begins[day]), float(line.begins[day] + DAY * line.days)),
                span_name(line),
            )
    st.caption(
        f"Glitches an hour of livetime, each point a {span_name(line)}, with exact Poisson intervals. Click one to see "
        "its glitches."
    )


def _clicked(figure: PlainFigure, *, key: str, height: int) -> list[dict[str, Any]]:
    """The points that were clicked since the last run: the component repeats its last answer in every one."""
    points = tuple(show_figure(figure, key=key, height=height, select=False))
    answers = dict(panel(ImpactCharts).answers)
    if answers.get(key, ()) == points:
        return []
    change_panel(ImpactCharts, answers=tuple({**answers, key: points}.items()))
    return list(points)


def _nearest(x: object, shares: dict[str, float]) -> str | None:
    if not isinstance(x, (int, float)) or not shares:
        return None
    return min(shares, key=lambda name: abs(shares[name] - x))


def _dark() -> bool:
    return st.context.theme.type == "dark"

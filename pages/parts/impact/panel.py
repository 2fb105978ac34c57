"""What each family costs: weights, drawings, table, and the contact sheet of what is clicked."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.impact.columns.table import CostParams, CostTable
from core.impact.ranking import Ranking, rank_moves
from core.impact.simulated_boxes import MISTAKEN
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import panel
from pages.parts.desk.who import AtDesk
from pages.parts.impact.drawings import choose_family, drawings
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import ChosenFamily
from pages.parts.impact.table import table_panel
from pages.parts.impact.weights import counting_popover, weights_panel
from pages.parts.impact.worked_out import Weights, costs_of, cumulative_of, ranking_of
from pages.parts.selection.sheet import sheet_panel
from pages.parts.widgets.text import escaped

_MOST_TOLD = 2
_SHEET = "impact-sheet"


def cost_panel(here: AtDesk, shown: ImpactShown, sheet: SheetShown, *, detector: str) -> None:
    """Draw what each family costs; raises GlitchAuditError where nothing can be counted."""
    with st.container(horizontal=True, vertical_alignment="center"):
        params = counting_popover()
        table = costs_of(shown, detector, params)
        with st.container(gap=None):
            _rests_on(shown, table)
    if len(table.families) < 2:
        st.info("There is only one family here, so there is nothing to rank; the table tells what it costs.")
        table_panel(shown, table, None)
        return
    weights, given = weights_panel(table)
    by = "score (weighted share)" if given else "share of the rate"
    if not given:
        st.caption("There is no score until you say what counts: families stand by their rate alone.")
    try:
        ranking = ranking_of(shown, table, params, weights, brought=False)
    except GlitchAuditError as error:
        st.info(escaped(error))
        table_panel(shown, table, None)
        return
    _sentences(shown, table, ranking, params, weights, given=given)
    drawings(shown, table, ranking, params, weights, by)
    if (chosen := _laid_out(shown, table)) is not None:
        st.markdown(f":material/south: [{escaped(chosen.message)}: shown below](#{_SHEET})")
    _sheet(here, shown, sheet, table, ranking)
    table_panel(shown, table, ranking, by=by)


def _rests_on(shown: ImpactShown, table: CostTable) -> None:
    if table.detector in shown.case.assumed:
        st.caption(
            f"It is not known when {escaped(table.detector)} observed: the {table.live_days:,} days with glitches "
            "count in whole. Rates and deadtimes may be higher than they stand here; bring the livetime on the page "
            "Detector."
        )
        return
    st.caption(f"{escaped(table.detector)}: {table.live_hours:,.0f} h of livetime on {table.live_days:,} days.")
    if shown.case.simulated:
        mistaken, name = (escaped(one) for one in MISTAKEN)
        st.caption(f"Boxes are drawn about what is usual; a fifth of {mistaken} was brought under the name {name}.")


def _sentences(
    shown: ImpactShown, table: CostTable, ranking: Ranking, params: CostParams, weights: Weights, *, given: bool
) -> None:
    """The ranking in words: who is first, what makes most of it, and what the labels as brought would say."""
    made = [_who_is_first(ranking, given=given)]
    for key, weight in weights[:_MOST_TOLD]:
        if weight:
            try:
                made.append(escaped(cumulative_of(shown, table, params, key).sentence))
            except GlitchAuditError:
                continue
    st.markdown(" ".join(made))
    if ranking.unranked:
        told = "; ".join(f"{escaped(name)} ({escaped(why)})" for name, why in ranking.unranked.items())
        st.caption(f"Without a place: {told}.")
    # Places by rate alone, which nobody weighted, are no news where they move.
    if given and shown.by_label and (shown.case.glitches.brought != shown.case.glitches.families).any():
        _as_brought(shown, table, ranking, params, weights)


def _who_is_first(ranking: Ranking, *, given: bool) -> str:
    """Who costs most by the weights that were given; without any, who comes most often."""
    top = [escaped(one.family) for one in ranking.families if one.place == 1]
    if len(top) == len(ranking.families):
        what = "cost more than another** by what counts." if given else "come more often than another**."
        return f"**No family can be told to {what}"
    if len(top) == 1:
        return f"**{top[0]} costs most** by what counts." if given else f"**{top[0]} comes most often**."
    return f"**{', '.join(top)} share the first place** by {'what counts' if given else 'how often they come'}."


def _as_brought(shown: ImpactShown, table: CostTable, ranking: Ranking, params: CostParams, weights: Weights) -> None:
    try:
        before = costs_of(shown, table.detector, params, brought=True)
        known = {one.key for one in before.columns}
        kept = tuple((key, weight) for key, weight in weights if key in known and weight)
        moves = rank_moves(ranking_of(shown, before, params, kept, brought=True), ranking)
    except GlitchAuditError:
        return
    moved = [one for one in moves if one.brought != one.now]
    if not moved:
        st.caption("Under the labels as they were brought each family has the same place.")
        return
    told = ", ".join(f"{escaped(one.family)} {_place(one.brought)} (now {_place(one.now)})" for one in moved)
    st.caption(f"Under the labels as they were brought the places would be otherwise: {told}.")


def _place(place: int | None) -> str:
    return "none" if place is None else str(place)


def _laid_out(shown: ImpactShown, table: CostTable) -> ChosenFamily | None:
    """What is on the contact sheet, if it is of what is shown."""
    chosen = panel(ChosenFamily)
    return chosen if chosen.sample_ids and chosen.of == (shown.key, table.detector) else None


def _sheet(here: AtDesk, shown: ImpactShown, sheet: SheetShown, table: CostTable, ranking: Ranking) -> None:
    """The contact sheet of what was clicked; a menu for those who click nothing."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=320):
            family = st.selectbox("Glitches of", ranking.names, key="impact_look_at")
        st.button(
            "Look at them",
            icon=":material/visibility:",
            key="impact_look",
            on_click=choose_family,
            args=(shown, table, family),
        )
    chosen = _laid_out(shown, table)
    if chosen is None:
        return
    st.subheader(escaped(chosen.message), anchor=_SHEET)
    if shown.case.simulated:
        st.info("Simulated glitches have no pictures; of a data set’s own their contact sheet stands here.")
        return
    sheet_panel(here, sheet, sheet.samples.listed(chosen.sample_ids))

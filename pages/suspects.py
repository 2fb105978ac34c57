"""Suspects: labels that the embedding contradicts, judged one by one or alike ones together; duplicates; outliers."""

from __future__ import annotations

import streamlit as st

from core.glossary import meaning
from pages.parts.data.open_results import audit_or_stop, prepared_or_stop
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import sample_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.suspects.other_finds import duplicates_panel, outliers_panel
from pages.parts.suspects.panel import suspect_panel
from pages.parts.suspects.session import new_queue
from pages.parts.suspects.source import choose_source
from pages.parts.suspects.together import together_panel

WRONG_LABELS, DUPLICATES, OUTLIERS = "Wrong labels", "Duplicates", "Outliers"
ONE_BY_ONE, TOGETHER = "One by one", "Look-alikes together"
WAYS = (ONE_BY_ONE, TOGETHER)

here = enter_through_app()
# One row, to which the rest comes once there is something to show.
row = st.container(horizontal=True, vertical_alignment="center", key="suspects_row")
row.title("Suspects", help=meaning("suspect"), width="content")
prepared = prepared_or_stop(here)
audit = audit_or_stop(here, prepared)
shown = sample_of(prepared)
titles = {
    WRONG_LABELS: f"{WRONG_LABELS} ({int(audit.suspects.table['flagged'].sum()):,})",
    DUPLICATES: f"{DUPLICATES} ({len(audit.twins):,})",
    OUTLIERS: OUTLIERS,
}
with row:
    keep_choices(
        (Choice("suspect_section", WRONG_LABELS, tuple(titles)), Choice("judge", ONE_BY_ONE, WAYS)),
        key="keeping_suspects",
    )
    section = st.segmented_control(
        "What to look at",
        list(titles),
        required=True,
        key="suspect_section",
        on_change=new_queue,
        format_func=titles.get,
        label_visibility="collapsed",
        **KEPT,
    )
if section == WRONG_LABELS:
    with row:
        way = st.segmented_control(
            "How to judge",
            WAYS,
            required=True,
            key="judge",
            label_visibility="collapsed",
            **KEPT,
        )
        suspects, found_by = choose_source(here, shown.samples, audit.suspects)
    draw = together_panel if way == TOGETHER else suspect_panel
    draw(here, shown, suspects, found_by)
elif section == DUPLICATES:
    duplicates_panel(here, shown, audit.suspects, audit.twins)
else:
    outliers_panel(here, shown, audit.suspects, audit.outliers)

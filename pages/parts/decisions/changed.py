"""What changed: the audit with the labels as they were brought, beside that with the reading that the desk shows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.evidence.figures.model import count_of
from core.ledger.views.states import sample_states
from core.pipeline.before_after import BeforeAfter
from core.pipeline.change_words import (
    COUNTED,
    NEITHER,
    SHORT,
    change_told,
    figure_sentence,
    interval_told,
    told,
    verdict_on,
    verdict_sentence,
)
from core.pipeline.reading import MINE, NOW, TAXONOMY
from pages.parts.decisions.changed_tables import clusters_table, labels_table
from pages.parts.decisions.journal import DAY
from pages.parts.desk.advice_card import HOW_SURE
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.reading import ask_for_reading, shown_reading, what_was_said
from pages.parts.desk.shown import ChangesShown
from pages.parts.desk.state import set_widget
from pages.parts.desk.taxonomy_draft import SECTION
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

JOURNAL = "Journal"
"""The section of the page that tells of a day."""

Look = Callable[[tuple[str, ...]], None]


def changed_panel(here: AtDesk, shown: ChangesShown | None, *, look: Look) -> None:
    """Draw it.

    Args:
        here: who is at the desk, and with which data set.
        shown: what changed; None where one of the two readings has no audit.
        look: shows these samples on the map, and goes there.
    """
    if shown_reading(here) is None:
        _nothing_to_compare(here)
        return
    if shown is None:
        st.info("Both need an audit, as the labels were brought and as they are shown: the page Suspects offers it.")
        return
    _because_of(here, shown, look=look)
    _figures(shown.found)
    _verdicts(shown.found)
    _tables(shown.found)


def _nothing_to_compare(here: AtDesk) -> None:
    st.info(
        "The labels are shown as they were brought, so there is nothing to compare. Have them read as they are now, "
        "and this shows what the decisions changed."
    )
    decided = what_was_said(here).decided
    if decided and not here.hindrance("prepare"):
        st.button(
            f"Read the labels now ({decided:,} decided)",
            on_click=ask_for_reading,
            args=(NOW,),
            type="primary",
            icon=icons.TAKE_LABEL,
            key="changed_read",
        )


def _because_of(here: AtDesk, shown: ChangesShown, *, look: Look) -> None:
    """Say whose labels changed, and lead to them."""
    found, known = shown.found, shown.known
    ids = tuple(map(str, found.relabelled.index))
    reading = shown_reading(here)
    more = shown.confirmed
    carry, were = "carries" if len(ids) == 1 else "carry", "was" if more == 1 else "were"
    confirmed = f"; {more:,} more {were} confirmed" if more else ""
    st.markdown(
        f"**{count_of(len(ids), 'sample')}** {carry} another label than brought{confirmed}. All that follows changed "
        f"because of {_causes(reading.reading, known)}."
    )
    if reading.becomes:
        st.info(
            "A merge makes most of these figures better, whatever is merged: two labels that are one cannot be told "
            "apart wrongly. Look at what becomes of the other labels.",
            icon=icons.NOTE,
        )
    if not ids:
        return
    states = sample_states(here.ledger, decision_rule(here), sample_ids=ids)
    with st.container(horizontal=True, gap="small"):
        if st.button(f"Show {_these(ids)} on the map", icon=icons.OPEN_MAP, key="changed_look"):
            look(ids)
        if not (last := states["decided_at"].dropna()).empty:
            day = last.max().tz_convert(st.context.timezone or "UTC").date()
            st.button(
                f"Journal of {day:%Y-%m-%d}", on_click=_to_journal, args=(day,), icon=icons.HISTORY, key="changed_day"
            )
    with st.expander(f"{_these(ids).capitalize()}: from which label to which, and who stands for it"):
        st.dataframe(
            found.relabelled.assign(people=states["people"].reindex(found.relabelled.index)).rename_axis("sample"),
            column_config={"before": "as brought", "after": "now", "people": "people for it"},
        )


def _these(ids: tuple[str, ...]) -> str:
    return "it" if len(ids) == 1 else f"these {len(ids):,}"


def _causes(reading: str, known: int) -> str:
    """Why the labels are others: by one act, or by several."""
    if reading == TAXONOMY:
        return "the accepted changes of the taxonomy, and of what was decided besides"
    mine = reading == MINE
    if known == 1:
        return "this decision or proposal of yours" if mine else "this decision"
    return f"these **{known:,}** decisions{' and proposals of yours' if mine else ''}"


def _figures(found: BeforeAfter) -> None:
    rows = {str(name): row for name, row in found.figures.iterrows()}
    with st.container(horizontal=True, gap="medium", key="changed_figures"):
        for name, row in rows.items():
            verdict = verdict_on(name, row)
            st.metric(
                SHORT[name],
                told(name, row, "after"),
                delta=change_told(name, row) or "no change",
                delta_color="off" if verdict == NEITHER else "inverse" if name in COUNTED else "normal",
                delta_arrow="off" if verdict == NEITHER else "auto",
                width="content",
            )
    st.markdown("\n".join(f"- {escaped(figure_sentence(name, row))}" for name, row in rows.items()))
    st.caption("What the decisions say about other samples, the last two figures tell: they count no decided one.")
    with st.expander(HOW_SURE):
        st.dataframe(
            pd.DataFrame(
                {
                    "figure": list(rows),
                    "before": [told(name, row, "before") for name, row in rows.items()],
                    "after": [told(name, row, "after") for name, row in rows.items()],
                    "change": [change_told(name, row) for name, row in rows.items()],
                    "95 % of the change": [interval_told(name, row) for name, row in rows.items()],
                    "samples": [int(row["samples"]) for row in rows.values()],
                    "of them moved": [int(row["moved"]) for row in rows.values()],
                }
            ),
            hide_index=True,
        )
        st.caption(
            "Each sample is compared with itself (Bonett and Price 2012), and what one decision moved counts once. An "
            "interval that holds 0 cannot tell the change from chance."
        )


def _verdicts(found: BeforeAfter) -> None:
    st.subheader("Findings that came or went", anchor=False)
    if found.verdicts.empty:
        st.caption("What the audit says of the two failure modes is the same for every label and cluster.")
        return
    st.markdown("\n".join(f"- {escaped(verdict_sentence(row))}" for _, row in found.verdicts.iterrows()))


def _tables(found: BeforeAfter) -> None:
    st.subheader("By label", anchor=False)
    labels_table(found.labels)
    st.subheader("By cluster", anchor=False)
    clusters_table(found.clusters)


def _to_journal(day: object) -> None:
    set_widget(DAY, day)
    set_widget(SECTION, JOURNAL)

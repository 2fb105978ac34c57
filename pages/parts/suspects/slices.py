"""Where the suspects come from: slices that hold more of them than chance would, each a queue or a selection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.slices import Slice, find_slices, in_slice, slice_sentence, slice_values
from core.dataset.wording import Wording
from core.fingerprint import fingerprint
from core.statistics_words import terms_help
from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.shown import Samples, map_of
from pages.parts.desk.state import change_panel, forget_panel, panel, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.map.looking import look_on_map
from pages.parts.suspects.session import new_queue
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

SHOWN = 50


@dataclass(frozen=True)
class SliceState:
    """The slice that the queue is narrowed to, and what it says; None for all suspects."""

    chosen: Slice | None = None
    sentence: str = ""


def within_slice(queue: pd.DataFrame, samples: Samples) -> pd.DataFrame:
    """The rows of a queue that lie in the slice that was chosen; all where none was."""
    chosen = panel(SliceState).chosen
    return queue if chosen is None else queue[in_slice(queue, _values(samples.fingerprint, samples), chosen)]


def slice_row(here: AtDesk, samples: Samples, entries: pd.DataFrame) -> None:
    """Say which slice the queue is narrowed to, with the way to the map and back; nothing where it is not."""
    state = panel(SliceState)
    if state.chosen is None:
        return
    left, right = st.columns([5, 3], vertical_alignment="center")
    left.markdown(f"**Only these:** {escaped(state.sentence)}.")
    with right.container(horizontal=True, gap="small"):
        st.button("All suspects", key="suspect_slice_clear", icon=icons.CLEAR_FILTERS, on_click=leave_slice)
        if st.button("On the map", key="suspect_slice_map", icon=icons.OPEN_MAP):
            chosen = in_slice(entries, _values(samples.fingerprint, samples), state.chosen)
            look_on_map(map_of(prepared_or_stop(here)), tuple(map(str, entries.index[chosen])))


def slice_table(samples: Samples, entries: pd.DataFrame, *, of: tuple[str, tuple[int, ...], str]) -> None:
    """Draw the slices that were found; a click on a row narrows the queue to it.

    Args:
        samples: those of the data set.
        entries: all finds as they were found first, one row a glitch: ranking anew does not move the slices.
        of: what the entries are known by.
    """
    found = _found(of, samples.fingerprint, samples, entries)
    title = f"Where they come from ({len(found):,})"
    with st.expander(title, expanded=panel(SliceState).chosen is not None, icon=":material/travel_explore:"):
        if found.empty:
            st.caption(
                f"No {samples.words.sliced} holds more suspects of one kind than chance would put there."
                if _values(samples.fingerprint, samples)
                else f"These samples have no {samples.words.sliced_by} by which their suspects could be sorted."
            )
            return
        caption = _caption(samples.words)
        st.caption(caption, help=terms_help(caption) or None)
        _table(found.head(SHOWN))


def _caption(words: Wording) -> str:
    return (
        f"One {words.sliced} that holds more suspects of one kind than chance would put there: compared with the "
        "samples of the same label, and with those that look alike, at a false-discovery rate of 5 %. Choose a row to "
        "narrow the queue to it."
    )


def _table(found: pd.DataFrame) -> None:
    key = f"suspect_slices_{fingerprint(found[['label', 'suggested', 'kind', 'value']].to_csv())}"

    def choose() -> None:
        rows = widget_value(key).selection.rows
        if rows:
            row = found.iloc[rows[0]]
            chosen = Slice(row["label"], row["suggested"], row["kind"], row["value"])
            change_panel(SliceState, chosen=chosen, sentence=slice_sentence(row))
            new_queue()

    st.dataframe(
        pd.DataFrame(
            {
                "what": [slice_sentence(row) for _, row in found.iterrows()],
                "suspects": found["suspects"],
                "of": found["of"],
                "expected": found["expected"],
                "q": np.maximum(found["q_value"], 1e-4),
            }
        ),
        hide_index=True,
        key=key,
        on_select=choose,
        selection_mode="single-row",
        height=min(320, 38 * (len(found) + 1)),
        column_config={
            "what": st.column_config.TextColumn("what was found", width="large"),
            "suspects": st.column_config.NumberColumn("suspects", help="in the slice"),
            "of": st.column_config.NumberColumn("of all", help="suspects of this kind, in all of the data set"),
            "expected": st.column_config.NumberColumn("by chance", format="%.1f"),
            "q": st.column_config.NumberColumn(
                "q value", format="%.4f", help="the expected share of false finds, were all up to this one named"
            ),
        },
    )


def leave_slice() -> None:
    """Let the suspects of all slices into the queue again."""
    forget_panel(SliceState)
    new_queue()


@st.cache_resource(max_entries=2, show_spinner=False)
def _values(results: str, _samples: Samples) -> dict[str, pd.Series]:
    return slice_values(_samples.table, words=_samples.words)


@st.cache_resource(max_entries=4, show_spinner=False)
def _found(
    of: tuple[str, tuple[int, ...], str], results: str, _samples: Samples, _entries: pd.DataFrame
) -> pd.DataFrame:
    return find_slices(_entries, _values(results, _samples))

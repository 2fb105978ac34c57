"""The queue as a list: click a row to go there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from core.evidence.colours import cluster_name
from core.fingerprint import fingerprint
from pages.parts.desk.state import change_panel, widget_value
from pages.parts.suspects.session import QueueState
from pages.parts.suspects.total import BY_JUDGED

if TYPE_CHECKING:
    import pyarrow as pa

LIST_LENGTH = 200


def suspect_list(queue: pd.DataFrame, place: int) -> None:
    """The part of the queue around ``place``, :data:`LIST_LENGTH` rows at most, folded away until somebody asks."""
    start = place // LIST_LENGTH * LIST_LENGTH
    shown = queue.iloc[start : start + LIST_LENGTH]
    # Drawn anew after every decision, it would keep the next pictures waiting.
    folded = st.expander(
        f"The queue ({len(queue):,})", icon=":material/list:", key="suspect_list_open", on_change="rerun"
    )
    if folded.open:
        with folded:
            _rows(shown, place - start, start, of=len(queue))


def _rows(shown: pd.DataFrame, at: int, start: int, *, of: int) -> None:
    ids = tuple(map(str, shown.index))
    part = f"Suspects {start + 1:,} to {start + len(ids):,} of {of:,}. " if of > LIST_LENGTH else ""
    st.caption(f"{part}Choose a row to look at it above.")
    # A new list is a new widget: a row chosen in the former one must not stand for another suspect.
    key = f"suspect_list_{fingerprint(ids)}"
    st.dataframe(
        _table(shown, at),
        hide_index=True,
        column_order=None if shown["decided"].any() else ("", "sample", "label", "suggested", "chance", "cluster"),
        key=key,
        on_select=lambda: _jump(key, ids),
        selection_mode="single-row",
        height=min(420, 38 * (len(ids) + 1)),
        column_config={
            "": st.column_config.TextColumn("", width=30),
            "label": "label now",
            "suggested": "suggested label",
            "chance": st.column_config.ProgressColumn(
                "chance that the label is wrong", min_value=0, max_value=100, format="%.0f %%"
            ),
        },
    )


def _table(shown: pd.DataFrame, at: int) -> pa.Table:
    """The rows as they are sent to the browser, without the way there over another frame; ``at`` is looked at."""
    import pyarrow as pa

    by_judged = shown.get(BY_JUDGED, shown["chance_wrong"])
    chances = by_judged.fillna(shown["chance_wrong"]).to_numpy(dtype=float)
    here = [""] * len(shown)
    here[at] = "▶"
    return pa.Table.from_pydict(
        {
            "": here,
            "sample": list(map(str, shown.index)),
            "label": list(shown["label"]),
            "suggested": list(shown["suggested"]),
            # No chance is certain, so none is rounded to 100 %.
            "chance": 100 * np.clip(chances, 0.01, 0.99),
            "cluster": [cluster_name(number) for number in shown["cluster"]],
            "judged": shown["decided"].to_numpy(dtype=bool),
        }
    )


def _jump(key: str, ids: tuple[str, ...]) -> None:
    chosen = widget_value(key).selection.rows
    if chosen:
        change_panel(QueueState, at=ids[chosen[0]])

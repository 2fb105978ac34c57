"""A list of which one row is looked at: the first one until another is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.fingerprint import fingerprint


def choose_row(table: pd.DataFrame, ids: Sequence[str], *, key: str, column_config: Mapping[str, object]) -> str:
    """Draw the list, the row that is looked at marked.

    Args:
        table: one row an id, at least one.
        ids: of the rows, each once.
        key: names the list in the session; begins with the page's name.
        column_config: of the table.

    Returns:
        The id of the row that is looked at.
    """
    at = st.session_state.get(_at(key))
    place = ids.index(at) if at in ids else 0
    # A new list is a new widget: a row chosen in the former one must not stand for another one.
    widget = f"{key}_{fingerprint(list(ids))}"

    def jump() -> None:
        chosen = st.session_state[widget].selection.rows
        if chosen:
            look_at_row(key, ids[chosen[0]])

    table = table.reset_index(drop=True)
    table.insert(0, "", ["▶" if row == place else "" for row in range(len(ids))])
    st.dataframe(
        table,
        hide_index=True,
        key=widget,
        on_select=jump,
        selection_mode="single-row",
        height=min(320, 38 * (len(ids) + 1)),
        column_config={"": st.column_config.TextColumn("", width=30), **column_config},
    )
    return ids[place]


def look_at_row(key: str, row_id: str) -> None:
    """Let the list ``key`` show the row of this id as the one that is looked at, where it is drawn next."""
    st.session_state[_at(key)] = row_id


def _at(key: str) -> str:
    return f"{key}_at"

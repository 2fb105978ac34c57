"""What the queue of suspects is narrowed to, and its order."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.queue import (
    CHANNELS,
    LIKE_WRONG,
    MOST_INFORMATIVE,
    MOST_SUSPECT,
    MOST_UNCERTAIN,
    ORDERS,
    RANDOM_SAMPLE,
    RARE_FIRST,
    VOLUNTEERS,
    QueueFilters,
    asked_about,
    offered_orders,
)
from core.audit.volunteers import CONTRADICTED
from core.evidence.colours import cluster_name
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import forget_widgets, widget_value
from pages.parts.suspects.session import new_queue
from pages.parts.widgets.text import escaped

_LISTS = {"label": "Label now", "suggested": "Suggested label", "cluster": "Cluster", "detector": "Detector"}
"""The filters by a list of values: the column, and what it is called."""

_FILTERS = (*_LISTS, "chance")
_ORDER, _HIDE, _ALSO = "suspect_order", "suspect_hide", "suspect_not_flagged"
_RANKED_BY = {
    LIKE_WRONG: "Ranked by how much a sample is like those that were found wrong, and unlike those that were kept. "
    "Until the suspects are ranked anew, those come first whose answer would change most others.",
    MOST_INFORMATIVE: "Ranked by how many other labels in doubt an answer would change.",
    MOST_UNCERTAIN: "Ranked by how close the chance that the label is wrong is to one half.",
    RARE_FIRST: "Ranked by how few samples carry the rarer of the two labels.",
    VOLUNTEERS: "Ranked by the chance that one more volunteer would call the sample otherwise: 90 % where 17 of 18 do, "
    "67 % where 1 of 1 does. Of equal ones the more suspect comes first.",
    CHANNELS: "Ranked by what the pictures and the channels say together: a label that the channels fit worse than the "
    "suggested one comes earlier, one that they fit better comes later.",
    RANDOM_SAMPLE: "Drawn at random, most of them not flagged and probably right: what they are judged to be says how "
    "many labels are wrong in all. Judge them in this order, and as you would judge any.",
}
"""What an order goes by, where its name does not say all of it."""


def asks_at_random() -> bool:
    """Whether the queue is the random sample, in which what the embedding says would lead whoever judges."""
    return bool(widget_value(_ORDER) == RANDOM_SAMPLE)


def filter_controls(entries: pd.DataFrame, *, of: tuple, together: bool = False) -> tuple[QueueFilters, str]:
    """Draw the controls; returns the filters and the order.

    Args:
        entries: what can be in the queue.
        of: the fingerprints of what they were made from.
        together: whether look-alikes are judged together: they have an order of their own, and those that are judged
            are never shown.
    """
    possible = _counts(of, entries, with_contradicted=not together, with_drawn=not together)
    # Look-alikes are in no such order, but leave the one that was chosen for the others.
    orders = ORDERS if together else offered_orders(entries)
    _keep(possible, orders)
    order, hide, also = MOST_SUSPECT, True, False
    volunteers = not together and widget_value(_ORDER) == VOLUNTEERS and bool(widget_value(_ALSO))
    at_random = not together and asks_at_random()
    counts = _counts(of, entries, with_contradicted=volunteers, with_flagged=not at_random, with_drawn=at_random)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not together:
            order = st.selectbox(
                "Order",
                orders,
                key=_ORDER,
                on_change=new_queue,
                width=215,
                label_visibility="collapsed",
                **KEPT,
            )
        set_now = sum(bool(widget_value(_key(name))) for name in _FILTERS)
        with st.popover(f"Filters ({set_now})" if set_now else "Filters", icon=":material/filter_alt:"):
            chosen = {column: _choice(column, possible[column], counts[column]) for column in _LISTS}
            chance = st.slider(
                "At least this chance that the label is wrong",
                0,
                100,
                step=5,
                format="%d %%",
                key=_key("chance"),
                **KEPT,
            )
        if not together:
            hide = st.toggle("Hide judged", key=_HIDE, **KEPT)
    if order in _RANKED_BY:
        st.caption(escaped(_RANKED_BY[order]))
    if order == VOLUNTEERS:
        also = _volunteers_rank(entries)
    filters = QueueFilters(
        labels=chosen["label"],
        suggested=chosen["suggested"],
        clusters=chosen["cluster"],
        detectors=chosen["detector"],
        minimum_chance=chance / 100,
        hide_decided=hide,
        with_contradicted=also,
        drawn_only=order == RANDOM_SAMPLE,
    )
    return filters, order


def _volunteers_rank(entries: pd.DataFrame) -> bool:
    """Offer samples that are not flagged; returns whether they come into the queue."""
    others = int((entries[CONTRADICTED] & ~entries["flagged"].astype(bool)).sum())
    if not others:
        return False
    return st.toggle(
        f"Also {others:,} that nothing else flags",
        key=_ALSO,
        help="Samples that most of their volunteers call otherwise, and that are not flagged.",
        **KEPT,
    )


def _keep(counts: dict[str, dict], orders: tuple[str, ...]) -> None:
    """Let the address keep all of them."""
    lists = [Choice(_key(column), [], tuple(found)) for column, found in counts.items()]
    rest = (Choice(_ORDER, MOST_SUSPECT, orders), Choice(_HIDE, True), Choice(_key("chance"), 0, range(0, 101, 5)))
    keep_choices((*lists, *rest, Choice(_ALSO, True)), key="keeping_suspect_filters")


def _key(name: str) -> str:
    return f"suspect_filter_{name}"


def _choice(column: str, possible: dict, counts: dict) -> tuple:
    if not possible:
        return ()
    name = cluster_name if column == "cluster" else str
    return tuple(
        st.multiselect(
            _LISTS[column],
            list(possible),
            key=_key(column),
            format_func=lambda value: f"{name(value)} ({counts.get(value, 0):,})",
            placeholder="all",
            **KEPT,
        )
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _counts(
    of: tuple,
    _entries: pd.DataFrame,
    *,
    with_contradicted: bool,
    with_flagged: bool = True,
    with_drawn: bool = False,
) -> dict[str, dict]:
    """How many samples to ask about have each value, the most frequent first, by column; none where there is no choice.

    Those that only volunteers contradict, and those of the random sample, count where they may come in.
    """
    keep = asked_about(_entries, QueueFilters(with_contradicted=with_contradicted)) & with_flagged
    if with_drawn:
        keep = keep | asked_about(_entries, QueueFilters(drawn_only=True))
    asked = _entries[keep]
    found = {name: asked[name][asked[name] != ""].value_counts().to_dict() for name in _LISTS}
    return {name: counts if len(counts) > 1 else {} for name, counts in found.items()}


def clear_filters() -> None:
    """Let every suspect into the queue again."""
    forget_widgets(*(_key(name) for name in _FILTERS))

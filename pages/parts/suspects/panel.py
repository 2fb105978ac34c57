"""The queue of suspects, one at a time: its pictures, its card, and the neighbours that speak for and against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.queue import decided_samples, place_in_queue, suspect_entries, suspect_queue
from core.evidence.colours import cluster_name
from core.ledger import SuspectCase
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import suspect_pictures, suspect_witnesses
from pages.parts.suspects.card import DONE, judge_card
from pages.parts.suspects.filters import clear_filters, filter_controls
from pages.parts.suspects.queue_list import suspect_list
from pages.parts.suspects.session import QueueState, keep_event, standing_judgements, take_event
from pages.parts.suspects.source import FoundBy
from pages.parts.widgets.suspect_queue import CardEvent
from pages.parts.widgets.text import code_span, escaped

if TYPE_CHECKING:
    from core.audit.suspects import Suspects


@st.fragment
def suspect_panel(here: AtDesk, shown: SampleShown, suspects: Suspects, found_by: FoundBy) -> None:
    """Draw the queue; a decision reruns this and nothing else of the page.

    Args:
        here: who is at the desk, and with which data set.
        shown: for the pictures and neighbours of the suspects.
        suspects: what was found.
        found_by: who found it.
    """
    open_if_asked(shown)
    samples = shown.samples
    entries = _entries(suspects.fingerprint, found_by.stamp, samples.fingerprint, samples, suspects)
    if not entries["flagged"].any():
        st.success(found_by.nothing)
        return
    hindered = _hindrance(here)
    _expectation(entries, suspects, found_by)
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        filters, order = filter_controls(entries)
    ledger = here.ledger

    def queued() -> tuple[pd.DataFrame, frozenset[str], pd.DataFrame]:
        judged = standing_judgements(ledger, entries)
        decided = decided_samples(judged, author_keys=here.person.keys)
        return judged, decided, suspect_queue(entries, filters, order=order, decided=decided)

    judged, decided, queue = queued()
    if take_event(
        ledger,
        queue,
        case_of=lambda sample_id: _case(samples, suspects, entries.loc[sample_id]),
        deciding=not hindered,
        reason_of=found_by.reason,
    ):
        judged, decided, queue = queued()
    with right:
        _progress(here, entries, judged, decided)
    if queue.empty:
        _nothing_left(entries, judged, decided, undo=bool(panel(QueueState).done) and not hindered)
        return
    place = place_in_queue(queue, panel(QueueState).at)
    change_panel(QueueState, at=str(queue.index[place]))
    _suspect(here, shown, queue, place, judged, found_by, hindered=hindered)
    suspect_list(queue, place)
    _so_far(judged)


def _hindrance(here: AtDesk) -> str:
    """Why nothing can be decided now, which is said; empty where it can."""
    if trouble := here.ledger.problem():
        st.warning(f"The queue can be looked at, but deciding is not possible now: {escaped(trouble)}")
        return "Deciding is not possible now"
    if message := here.why_not("judge"):
        st.info(
            escaped(message)
            if not here.allowed("judge")
            else f"{escaped(message)}: every judgement carries its author.",
            icon=":material/badge:",
        )
    return message


def _suspect(
    here: AtDesk,
    shown: SampleShown,
    queue: pd.DataFrame,
    place: int,
    judged: pd.DataFrame,
    found_by: FoundBy,
    *,
    hindered: str,
) -> None:
    """The suspect at this place: its pictures, its card, and its neighbours."""
    entry, sample_id, colours = queue.iloc[place], str(queue.index[place]), shown.samples.colours
    _heading(entry, sample_id, place, len(queue))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        suspect_pictures(shown, sample_id, entry["glitch"], colour=colours[entry["label"]].colour)
    with right:
        judge_card(here, entry, colours, judged, found_by, place=place, count=len(queue), hindered=hindered)
    suspect_witnesses(shown, sample_id, label=entry["label"], suggested=entry["suggested"])


def _expectation(entries: pd.DataFrame, suspects: Suspects, found_by: FoundBy) -> None:
    flagged = entries.index[entries["flagged"]]
    expected, low, high = suspects.expected_right(list(flagged))
    st.markdown(
        f"{found_by.counted(len(flagged), len(entries))}; of these about **{expected:,.0f}** "
        f"({low:,.0f} to {high:,.0f}) labels are expected to be wrong{found_by.reservation}."
    )


def _progress(here: AtDesk, entries: pd.DataFrame, judged: pd.DataFrame, decided: frozenset[str]) -> None:
    flagged = entries.loc[entries["flagged"], "glitch"]
    done = int(flagged.isin(decided).sum())
    text = f"{done:,} of {len(flagged):,} decided"
    if here.person.key:
        mine = judged.loc[judged["author_key"].isin(here.person.keys), "created_at"]
        today = pd.Timestamp.now(tz=st.context.timezone or "UTC").normalize()
        text += f", {int((mine >= today).sum()):,} by you today"
    st.progress(done / len(flagged), text=text)


def _nothing_left(entries: pd.DataFrame, judged: pd.DataFrame, decided: frozenset[str], *, undo: bool) -> None:
    if entries.loc[entries["flagged"], "glitch"].isin(decided).all():
        st.success("Every flagged sample is decided. Switch “Hide decided” off to look at them again.")
    else:
        st.info("No undecided suspect passes these filters.")
        st.button("Clear all filters", on_click=clear_filters, icon=":material/filter_alt_off:")
    if undo:
        st.button("Undo", on_click=keep_event, args=(CardEvent("undo", "", ""),), icon=":material/undo:", shortcut="z")
    _so_far(judged)


def _so_far(judged: pd.DataFrame) -> None:
    verdicts = judged.loc[~judged.index.duplicated(), "verdict"].value_counts()
    if len(verdicts):
        parts = ", ".join(f"{count:,} {DONE[verdict]}" for verdict, count in verdicts.items())
        st.caption(f"Decided so far, by everybody: {parts}. What was accepted is on the page “Corrections”.")


def _heading(entry: pd.Series, sample_id: str, place: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1:,} of {count:,}** in this queue · {code_span(sample_id)}", width="content")
        st.badge(cluster_name(int(entry["cluster"])), color="gray")
        if entry["detector"]:
            st.badge(escaped(entry["detector"]), color="gray")


def _case(samples: Samples, suspects: Suspects, entry: pd.Series) -> SuspectCase:
    return SuspectCase(
        sample_id=str(entry["glitch"]),
        label=entry["label"],
        suggested_label=entry["suggested"],
        score=float(entry["score"]),
        chance_wrong=float(entry["chance_wrong"]),
        suspects_fingerprint=suspects.fingerprint,
        dataset_fingerprint=samples.dataset,
        layout_fingerprint=samples.layout,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(
    fingerprint: str, stamp: tuple[int, ...], results: str, _samples: Samples, _suspects: Suspects
) -> pd.DataFrame:
    ids = _suspects.table.index
    table = _samples.table.loc[ids]
    return suspect_entries(
        _suspects.table,
        clusters=pd.Series(_samples.clusters, index=_samples.ids).loc[ids].to_numpy(),
        glitches=_samples.glitches.loc[ids],
        detectors=table.get("detector"),
    )

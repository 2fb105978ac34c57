"""The queue of suspects, one at a time: its pictures, its card, and the neighbours that speak for and against."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.queue import (
    chance_in_words,
    decided_samples,
    place_in_queue,
    suspect_entries,
    suspect_queue,
)
from core.dataset import Taxonomy, TaxonomyEntry
from core.dataset.pictures_as_samples import glitch_of
from core.evidence.colours import cluster_name
from core.ledger import (
    Ledger,
    ProposalFilters,
    SuspectCase,
    proposals,
)
from core.pipeline.stages import Prepared
from core.statistics.percent import chance_percent
from pages.parts.desk.blind_samples import blind_samples
from pages.parts.desk.results import taxonomy
from pages.parts.desk.session import allowed, desk_ledger, person, why_not
from pages.parts.desk.who import at_desk
from pages.parts.sample.dialog import show_sample
from pages.parts.sample.pictures import suspect_pictures, suspect_witnesses
from pages.parts.suspects.filters import clear_filters, filter_controls
from pages.parts.suspects.queue_list import suspect_list
from pages.parts.suspects.session import (
    can_undo,
    card_id,
    keep_event,
    serial,
    standing_judgements,
    take_event,
)
from pages.parts.suspects.source import FoundBy
from pages.parts.widgets.label_box import chosen_label, label_box
from pages.parts.widgets.suspect_queue import CardEvent, Claim, SuspectCard, suspect_card
from pages.parts.widgets.text import code_span, inert

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

_HIDDEN = "Somebody said something about this sample; it waits for your own review, so it is not shown."
_DONE = {"accept": "accepted", "keep": "kept", "unsure": "unsure", "skip": "skipped"}


@st.fragment
def suspect_panel(prepared: Prepared, suspects: Suspects, found_by: FoundBy) -> None:
    """Draw the queue; a decision reruns this and nothing else of the page.

    Args:
        prepared: the workspace's results.
        suspects: what was found.
        found_by: who found it.
    """
    if opened := st.session_state.pop("suspect_open", None):
        show_sample(prepared, opened)
    entries = _entries(suspects.fingerprint, found_by.stamp, prepared.fingerprint, prepared, suspects)
    if not entries["flagged"].any():
        st.success(found_by.nothing)
        return
    ledger = desk_ledger()
    trouble = ledger.problem()
    if trouble:
        st.warning(f"The queue can be looked at, but deciding is not possible now: {inert(trouble)}")
    elif said := why_not("judge"):
        st.info(
            inert(said) if not allowed("judge") else f"{inert(said)}: every judgement carries its author.",
            icon=":material/badge:",
        )
    _expectation(entries, suspects, found_by)
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        filters, order = filter_controls(entries)
    judged = standing_judgements(ledger, entries)
    decided = decided_samples(judged, author_keys=person().keys)
    queue = suspect_queue(entries, filters, order=order, decided=decided)
    hindered = "Deciding is not possible now" if trouble else why_not("judge")
    if take_event(
        ledger,
        queue,
        case_of=lambda sample_id: _case(prepared, suspects, entries.loc[sample_id]),
        deciding=not hindered,
        reason_of=found_by.reason,
    ):
        judged = standing_judgements(ledger, entries)
        decided = decided_samples(judged, author_keys=person().keys)
        queue = suspect_queue(entries, filters, order=order, decided=decided)
    with right:
        _progress(entries, judged, decided)
    if queue.empty:
        _nothing_left(entries, judged, decided, undo=can_undo() and not hindered)
        return
    place = place_in_queue(queue, st.session_state.get("suspect_at"))
    entry = queue.iloc[place]
    st.session_state["suspect_at"] = sample_id = str(queue.index[place])
    _heading(entry, sample_id, place, len(queue))
    colours = taxonomy(prepared.dataset.labels)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        suspect_pictures(prepared, sample_id, entry["glitch"], colour=colours[entry["label"]].colour)
    with right:
        _judge(
            entry,
            sample_id,
            colours,
            judged,
            ledger,
            found_by,
            place=place,
            count=len(queue),
            hindered=hindered,
        )
    suspect_witnesses(prepared, sample_id, label=entry["label"], suggested=entry["suggested"], colours=colours)
    suspect_list(queue, place)
    _so_far(judged)


def _expectation(entries: pd.DataFrame, suspects: Suspects, found_by: FoundBy) -> None:
    flagged = entries.index[entries["flagged"]]
    expected, low, high = suspects.expected_right(list(flagged))
    st.markdown(
        f"{found_by.counted(len(flagged), len(entries))}; of these about **{expected:,.0f}** "
        f"({low:,.0f} to {high:,.0f}) labels are expected to be wrong{found_by.reservation}."
    )


def _progress(entries: pd.DataFrame, judged: pd.DataFrame, decided: frozenset[str]) -> None:
    flagged = entries.loc[entries["flagged"], "glitch"]
    done = int(flagged.isin(decided).sum())
    text = f"{done:,} of {len(flagged):,} decided"
    if person().key:
        mine = judged.loc[judged["author_key"].isin(person().keys), "created_at"]
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
        parts = ", ".join(f"{count:,} {_DONE[verdict]}" for verdict, count in verdicts.items())
        st.caption(f"Decided so far, by everybody: {parts}. What was accepted is on the page “Corrections”.")


def _heading(entry: pd.Series, sample_id: str, place: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1:,} of {count:,}** in this queue · {code_span(sample_id)}", width="content")
        st.badge(cluster_name(int(entry["cluster"])), color="gray")
        if entry["detector"]:
            st.badge(inert(entry["detector"]), color="gray")


def _judge(
    entry: pd.Series,
    sample_id: str,
    colours: Taxonomy,
    judged: pd.DataFrame,
    ledger: Ledger,
    found_by: FoundBy,
    *,
    place: int,
    count: int,
    hindered: str,
) -> None:
    label, suggested, chance = entry["label"], entry["suggested"], float(entry["chance_wrong"])
    judgement_id = card_id(sample_id)
    other = chosen_label(f"suspect_other_{judgement_id}")
    former = judged[judged.index == entry["glitch"]]
    mine = former.loc[former["author_key"].isin(person().keys), "verdict"]
    card = SuspectCard(
        sample_id=sample_id,
        judgement_id=judgement_id,
        now=_claim(colours[label], entry["label_probability"]),
        suggested=_claim(colours[suggested], entry["suggested_probability"]) if suggested else None,
        chosen=other or suggested,
        verdict=mine.iloc[0] if len(mine) else "",
        why_not=hindered,
        previous=place > 0,
        next=place < count - 1,
        undo=can_undo() and not hindered,
        serial=serial(),
    )
    st.markdown(_claim_in_words(chance), help=found_by.meaning)
    if not allowed("judge"):
        _only_looking(card)
        return
    suspect_card(card, key="suspect_card", on_event=keep_event)
    if said := _said_before(ledger, entry["glitch"], former, mine=len(mine) > 0):
        # Asking who waits for what costs as much as the rest of the card, so only where there is something to hide.
        hidden = entry["glitch"] in blind_samples(at_desk())
        st.caption(_HIDDEN if hidden else said)
    label_box(
        "Another label",
        colours.names,
        key=f"suspect_other_{judgement_id}",
        placeholder=f"instead of {suggested}; then accept" if suggested else "then accept",
        not_here=(label,),
    )
    st.text_input(
        "Reason (optional)",
        key=f"suspect_reason_{judgement_id}",
        max_chars=2000,
        placeholder=found_by.reason("accept", chance),
    )


def _only_looking(card: SuspectCard) -> None:
    """What the card says, for somebody who may not decide: without its verdicts."""
    for what, claim in (("Label now", card.now), ("Suggested", card.suggested)):
        if claim is not None:
            st.markdown(f"{what}: **{inert(claim.name)}** ({chance_percent(claim.share)})")
    with st.container(horizontal=True):
        for kind, possible in (("previous", card.previous), ("next", card.next)):
            event = CardEvent(kind, card.sample_id, card.judgement_id)
            st.button(
                kind.capitalize(), on_click=keep_event, args=(event,), disabled=not possible, key=f"suspect_{kind}"
            )


def _said_before(ledger: Ledger, glitch: str, former: pd.DataFrame, *, mine: bool) -> str:
    if len(former):
        said = "; ".join(f"{_DONE[row.verdict]} by {inert(row.author)}" for row in former.itertuples())
        return f"Looked at before: {said}." + (" Deciding again replaces yours." if mine else "")
    found = proposals(ledger, ProposalFilters(sample_ids=(glitch,)))
    said = [f"{inert(row.label_proposed)} by {inert(row.author)}" for row in found.itertuples()]
    return f"Proposed already: {', '.join(said)}." if said else ""


def _claim(label: TaxonomyEntry, share: float) -> Claim:
    return Claim(label.name, label.colour, label.description, float(share))


def _claim_in_words(chance: float) -> str:
    words = chance_in_words(chance).capitalize()
    return (
        f"**{words}** (chance {chance_percent(chance)})"
        if math.isfinite(chance)
        else f"**{words}** whether it is wrong"
    )


def _case(prepared: Prepared, suspects: Suspects, entry: pd.Series) -> SuspectCase:
    return SuspectCase(
        sample_id=str(entry["glitch"]),
        label=entry["label"],
        suggested_label=entry["suggested"],
        score=float(entry["score"]),
        chance_wrong=float(entry["chance_wrong"]),
        suspects_fingerprint=suspects.fingerprint,
        dataset_fingerprint=prepared.dataset.fingerprint,
        layout_fingerprint=prepared.layout.fingerprint,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(
    fingerprint: str, stamp: tuple[int, ...], prepared: str, _prepared: Prepared, _suspects: Suspects
) -> pd.DataFrame:
    ids = _suspects.table.index
    samples = _prepared.samples.loc[ids]
    return suspect_entries(
        _suspects.table,
        clusters=_prepared.as_series(_prepared.clustering.labels).loc[ids].to_numpy(),
        glitches=glitch_of(samples),
        detectors=samples.get("detector"),
    )

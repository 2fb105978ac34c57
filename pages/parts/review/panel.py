"""The review queue, one proposal at a time: first one's own label, from the pictures alone, then what was proposed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.likely_labels import likely_labels
from core.audit.queue import place_in_queue
from core.dataset import Taxonomy
from core.dataset.pictures_as_samples import glitch_of
from core.evidence.colours import cluster_name
from core.ledger import Ledger
from core.ledger.views.reviews import Revealed, ReviewFilters, revealed, review_queue, reviews
from core.pipeline.stages import Prepared
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.ledger_samples import rows_of_glitches
from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.results import taxonomy
from pages.parts.desk.session import allowed, desk_ledger, person, why_not
from pages.parts.desk.who import at_desk
from pages.parts.review.choices import blind_choices, moves, verdict_choices
from pages.parts.review.session import (
    blind_label,
    can_undo,
    card_id,
    forget_of_others,
    keep_event,
    serial,
    take_event,
)
from pages.parts.sample.dialog import show_sample
from pages.parts.sample.pictures import suspect_pictures, suspect_witnesses
from pages.parts.widgets.choice_card import ChoiceCard, ChoiceEvent, choice_card
from pages.parts.widgets.label_box import chosen_label, label_box
from pages.parts.widgets.text import code_span, inert


@st.fragment
def review_panel(prepared: Prepared) -> None:
    """Draw the queue; a choice reruns this and nothing else of the page."""
    if opened := st.session_state.pop("suspect_open", None):
        show_sample(prepared, opened)
    who = person()
    forget_of_others(who)
    ledger = desk_ledger()
    if ledger_trouble(at_desk()):
        return
    if said := why_not("review"):
        st.info(
            inert(said) if not allowed("review") else f"{inert(said)}: every review carries its author.",
            icon=":material/badge:",
        )
        return
    row_of = rows_of_glitches(prepared)
    queue = _queue(ledger, row_of)
    if take_event(ledger, queue, who, reviewing=True):
        queue = _queue(ledger, row_of)
    mine = reviews(ledger, ReviewFilters(authors=(who.name,)))
    _progress(queue, mine)
    if queue.empty:
        _nothing_left(mine)
        return
    place = place_in_queue(queue, st.session_state.get("review_at"))
    entry = queue.iloc[place]
    st.session_state["review_at"] = str(queue.index[place])
    row = row_of[entry["sample_id"]]
    _heading(prepared, entry, row, place, len(queue))
    colours = taxonomy(prepared.dataset.labels)
    likely = _likely(prepared, row, colours)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        suspect_pictures(
            prepared,
            str(prepared.samples.index[row]),
            entry["sample_id"],
            colour=colours[entry["label_before"]].colour,
        )
    with right:
        against = _ask(entry, ledger, colours, likely, place=place, count=len(queue))
    suspect_witnesses(
        prepared,
        str(prepared.samples.index[row]),
        label=prepared.samples["label"].iloc[row],
        suggested=against,
        colours=colours,
    )


def _queue(ledger: Ledger, row_of: dict[str, int]) -> pd.DataFrame:
    """What waits for this person among the samples of this data set, index ``correction_id``."""
    waiting = review_queue(ledger, person(), rule=decision_rule(at_desk()))
    return waiting[waiting["sample_id"].isin(row_of)].set_index("correction_id")


def _progress(queue: pd.DataFrame, mine: pd.DataFrame) -> None:
    today = pd.Timestamp.now(tz=st.context.timezone or "UTC").normalize()
    waiting = f"**{len(queue):,}** proposal{'s' if len(queue) != 1 else ''} of other people"
    done = int((mine["created_at"] >= today).sum())
    st.markdown(f"{waiting} wait{'s' if len(queue) == 1 else ''} for your review · {done:,} reviewed by you today")


def _nothing_left(mine: pd.DataFrame) -> None:
    if mine.empty:
        st.info("Nothing waits for you: what other people propose, on the map or among the suspects, appears here.")
    else:
        st.success("You have reviewed everything that other people proposed.")
    if can_undo():
        st.button(
            "Undo", on_click=keep_event, args=(ChoiceEvent("undo", "", "", ""),), icon=":material/undo:", shortcut="z"
        )


def _heading(prepared: Prepared, entry: pd.Series, row: int, place: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1:,} of {count:,}** · {code_span(entry['sample_id'])}", width="content")
        st.badge(cluster_name(int(prepared.clustering.labels[row])), color="gray")
        detector = prepared.samples.iloc[row].get("detector")
        if detector and not pd.isna(detector):
            st.badge(inert(detector), color="gray")


def _ask(
    entry: pd.Series, ledger: Ledger, colours: Taxonomy, likely: tuple[str, ...], *, place: int, count: int
) -> str:
    """Ask for a label, or for the verdict on the proposal; returns the label that speaks against the present one."""
    correction_id, sample_id, before = str(entry.name), entry["sample_id"], entry["label_before"]
    chosen = blind_label(sample_id)
    question = card_id(correction_id, sample_id)
    other = chosen_label(f"review_other_{question}")
    if chosen is None:
        against = likely[0] if likely else ""
        st.markdown(
            f"The label now is **{inert(before)}**. **Which label would you give?**",
            help="Somebody proposed another one. Who, and which, is shown when you have chosen.",
        )
        choices = blind_choices(before, likely, other, colours=colours)
    else:
        proposal = revealed(ledger, correction_id)
        against = proposal.label_proposed
        _reveal(proposal, before, chosen)
        choices = verdict_choices(before, proposal.label_proposed, chosen, other, colours=colours)
    card = ChoiceCard(
        title="Which label would you give?" if chosen is None else "What do you say to the proposal?",
        stage="blind" if chosen is None else "revealed",
        sample_id=sample_id,
        card_id=question,
        choices=(*choices, *moves(previous=place > 0, following=place < count - 1, undo=can_undo())),
        serial=serial(),
    )
    choice_card(card, key="review_card", on_event=keep_event)
    label_box(
        "Any other label",
        colours.names,
        key=f"review_other_{question}",
        placeholder="Choose one; then press o",
        not_here=(before, against if chosen is not None else before),
    )
    if chosen is not None:
        st.text_input("Reason (optional)", key=f"review_reason_{correction_id}", max_chars=2000)
    return against


def _reveal(proposal: Revealed, before: str, chosen: str) -> None:
    said = f"You said **{inert(chosen)}**" if chosen else "You could not tell"
    st.markdown(
        f"**{inert(proposal.author)}** proposes **{inert(proposal.label_proposed)}** instead of **{inert(before)}**. "
        f"{said}."
    )
    if proposal.reason:
        st.caption(f"The reason given: {inert(proposal.reason)}")


def _likely(prepared: Prepared, row: int, colours: Taxonomy) -> tuple[str, ...]:
    labels = prepared.samples["label"].to_numpy()
    return likely_labels(
        row,
        neighbours=prepared.neighbours.indices[row],
        labels=labels,
        glitches=glitch_of(prepared.samples).to_numpy(),
        look_alikes=colours[labels[row]].look_alikes,
    )

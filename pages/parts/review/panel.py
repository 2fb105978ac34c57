"""The review queue, one proposal at a time: first one's own label, from the pictures alone, then what was proposed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.audit.blind_labels import BlindLabel, blind_labels
from core.audit.queue import place_in_queue
from core.dataset import Taxonomy
from core.evidence.colours import cluster_name
from core.glossary import meaning
from core.ledger import Ledger
from core.ledger.views.known_asked import review_work, reviews_answered_at
from core.ledger.views.reviews import Revealed, revealed
from core.pipeline.claims import REVIEW
from pages.parts.desk.claiming import Reserved, claim_button, free_when_done, others_in_words, own_in_words, reserved
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.ledger_trouble import ledger_trouble
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.review.choices import blind_choices, blind_keys, moves, verdict_choices
from pages.parts.review.session import (
    ReviewState,
    blind_label,
    can_undo,
    card_id,
    forget_of_others,
    keep_event,
    reason_key,
    serial,
    take_event,
)
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import label_examples, next_pictures, suspect_pictures, suspect_witnesses
from pages.parts.widgets import icons
from pages.parts.widgets.choice_card import ChoiceCard, ChoiceEvent, choice_card
from pages.parts.widgets.label_box import chosen_label, label_box
from pages.parts.widgets.text import code_span, escaped


@st.fragment
def review_panel(here: AtDesk, shown: SampleShown) -> None:
    """Draw the queue; a choice reruns this and nothing else of the page."""
    open_if_asked(here, shown)
    forget_of_others(here.person)
    head = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    head.title("Review", help=meaning("review"), width="content")
    if ledger_trouble(here):
        return
    if message := here.why_not("review"):
        st.info(
            escaped(message) if not here.allowed("review") else f"{escaped(message)}: every review carries its author.",
            icon=icons.ROLE,
        )
        return
    samples, ledger = shown.samples, here.ledger
    claims = reserved(here, REVIEW)
    waiting, queue = _queue(here, samples, claims)
    if take_event(ledger, queue, reviewing=True):
        waiting, queue = _queue(here, samples, claims)
    if free_when_done(here, REVIEW, claims, done=claims.own - set(waiting["sample_id"])):
        claims = reserved(here, REVIEW)
    mine = reviews_answered_at(ledger, here.person)
    with head:
        _progress(here, waiting, queue, mine, claims)
    if queue.empty:
        _nothing_left(mine, waiting=len(waiting) > 0)
        return
    place = place_in_queue(queue, panel(ReviewState).at)
    entry = queue.iloc[place]
    change_panel(ReviewState, at=str(queue.index[place]))
    _proposal(here, shown, entry, place=place, count=len(queue))
    if place + 1 < len(queue):
        following = queue.iloc[place + 1]["sample_id"]
        next_pictures(shown, str(samples.ids[samples.row_of_glitch[following]]), following)


def _proposal(here: AtDesk, shown: SampleShown, entry: pd.Series, *, place: int, count: int) -> None:
    """The pictures of the sample, the question, and what speaks for and against its label."""
    samples = shown.samples
    row = samples.row_of_glitch[entry["sample_id"]]
    sample_id = str(samples.ids[row])
    _heading(samples, entry, row, place, count)
    left, right = st.columns([4, 5], gap="medium")
    with left:
        colour = samples.colours[entry["label_before"]].colour
        suspect_pictures(shown, sample_id, entry["sample_id"], colour=colour)
    with right:
        offered = _offered(shown, row) if blind_label(entry["sample_id"]) is None else ()
        proposed = _ask(entry, here.ledger, samples.colours, offered, place=place, count=count)
    if proposed is None:
        keys = blind_keys([one.name for one in offered])
        examples = {one.name: (one.example, f"key {keys[one.name]}") for one in offered if one.example is not None}
        # Below the pictures, beside the keys that they belong to: a low screen shows all of it.
        with left:
            label_examples(shown, examples)
    else:
        suspect_witnesses(shown, sample_id, label=samples.table["label"].iloc[row], suggested=proposed)


def _queue(here: AtDesk, samples: Samples, claims: Reserved) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What waits for this person among the samples of this data set, and what of it to ask about now.

    Both have the index ``correction_id``.
    """
    waiting = review_work(here.ledger, here.person, rule=decision_rule(here))
    waiting = waiting[waiting["sample_id"].isin(samples.row_of_glitch)].set_index("correction_id")
    at = panel(ReviewState).at
    looked_at = str(waiting.at[at, "sample_id"]) if at in waiting.index else ""
    done = claims.own - set(waiting["sample_id"])
    return waiting, claims.narrowed(waiting, "sample_id", done=done, at=looked_at)


def _progress(here: AtDesk, waiting: pd.DataFrame, queue: pd.DataFrame, mine: pd.Series, claims: Reserved) -> None:
    today = pd.Timestamp.now(tz=st.context.timezone or "UTC").normalize()
    count, ids = len(waiting), frozenset(waiting["sample_id"])
    some = f"**{count:,}** proposal{'s' if count != 1 else ''} of other people"
    done = int((mine >= today).sum())
    text = f"{some} wait{'s' if count == 1 else ''} for your review · {done:,} reviewed by you today"
    for more in (own_in_words(claims, claims.own - ids), others_in_words(claims, ids)):
        text += f" · {more}" if more else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(text, width="content")
        claim_button(here, REVIEW, claims, list(queue["sample_id"]))


def _nothing_left(mine: pd.Series, *, waiting: bool) -> None:
    if waiting:
        st.info("Others are looking at everything that waits for you; come back in half an hour.")
    elif mine.empty:
        st.info("Nothing waits for you: what other people propose, on the map or among the suspects, appears here.")
    else:
        st.success("You have reviewed everything that other people proposed.")
    st.page_link(PAGES / "practice.py", label="Practise on samples whose label is known", icon=icons.OPEN_PRACTICE)
    if can_undo():
        st.button("Undo", on_click=keep_event, args=(ChoiceEvent("undo", "", "", ""),), icon=icons.UNDO, shortcut="z")


def _heading(samples: Samples, entry: pd.Series, row: int, place: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1:,} of {count:,}** · {code_span(entry['sample_id'])}", width="content")
        st.badge(cluster_name(int(samples.clusters[row])), color="gray")
        detector = samples.table.iloc[row].get("detector")
        if detector and not pd.isna(detector):
            st.badge(escaped(detector), color="gray")


def _ask(
    entry: pd.Series, ledger: Ledger, colours: Taxonomy, offered: Sequence[BlindLabel], *, place: int, count: int
) -> str | None:
    """Ask for a label, or for the answer to the proposal; returns the proposed label where it is shown, else None."""
    correction_id, sample_id, before = str(entry.name), entry["sample_id"], entry["label_before"]
    chosen = blind_label(sample_id)
    question = card_id(correction_id, sample_id, known=str(entry["known"]), position=int(entry["position"]))
    other = chosen_label(f"review_other_{question}")
    proposed = None
    if chosen is None:
        names = [one.name for one in offered]
        st.markdown(
            f"The label now is **{escaped(names[0])}**. **Which label would you give?**",
            help="Somebody proposed another one. Who, and which, is shown when you have chosen. The labels to choose "
            "from are made from the pictures alone, and stand in alphabetical order.",
        )
        choices = blind_choices(names, other, colours=colours)
    else:
        proposal = revealed(ledger, correction_id)
        proposed = proposal.label_proposed
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
        "Another label",
        colours.names,
        key=f"review_other_{question}",
        placeholder="Choose one; then press o",
        not_here=(offered[0].name,) if proposed is None else (before, proposed),
    )
    if chosen is not None:
        st.text_input("Reason (optional)", key=reason_key(correction_id), max_chars=2000)
    return proposed


def _reveal(proposal: Revealed, before: str, chosen: str) -> None:
    message = f"You said **{escaped(chosen)}**" if chosen else "You could not tell"
    st.markdown(
        f"Now the proposal. **{escaped(proposal.author)}** proposes **{escaped(proposal.label_proposed)}** instead of "
        f"**{escaped(before)}**. "
        f"{message}."
    )
    if proposal.reason:
        st.caption(f"The reason given: {escaped(proposal.reason)}")


def _offered(shown: SampleShown, row: int) -> tuple[BlindLabel, ...]:
    samples = shown.samples
    labels = samples.names
    return blind_labels(
        row,
        neighbours=shown.neighbours.indices[row],
        labels=labels,
        glitches=samples.glitch_ids,
        matrix=shown.vectors.matrix,
        weights=shown.vectors.weights,
        look_alikes=samples.colours[labels[row]].look_alikes,
    )

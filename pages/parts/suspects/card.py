"""The card of one suspect: what speaks against its label, the verdicts, and what was said of it before."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.audit.queue import chance_in_words
from core.dataset import Taxonomy, TaxonomyEntry
from core.ledger import Ledger
from core.ledger.views.proposals import who_proposed
from core.statistics.percent import chance_percent
from pages.parts.desk.blind_samples import blind_samples
from pages.parts.desk.channels import channels_said
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import panel
from pages.parts.desk.volunteers import volunteers_said
from pages.parts.desk.who import AtDesk
from pages.parts.suspects.filters import asks_at_random
from pages.parts.suspects.session import QueueState, card_id, keep_event, other_label_key, reason_key
from pages.parts.suspects.source import FoundBy
from pages.parts.suspects.total import BY_JUDGED
from pages.parts.widgets.label_box import chosen_label, label_box
from pages.parts.widgets.suspect_queue import CardEvent, Claim, SuspectCard, suspect_card
from pages.parts.widgets.text import escaped

DONE = {"accept": "accepted", "keep": "kept", "unsure": "unsure", "skip": "skipped"}
"""The verdicts, as what was done."""

_HIDDEN = "Somebody said something about this sample; it waits for your own review, so it is not shown."


def judge_card(
    here: AtDesk,
    samples: Samples,
    entry: pd.Series,
    judged: pd.DataFrame,
    found_by: FoundBy,
    *,
    place: int,
    count: int,
    hindered: str,
) -> None:
    """Draw the card of a suspect, with a box for another label and one for a reason.

    Args:
        here: who is at the desk, and with which data set.
        samples: those of the data set.
        entry: the suspect's row of the queue.
        judged: all judgements that stand.
        found_by: who found it.
        place: of the suspect in the queue.
        count: how long the queue is.
        hindered: why nothing can be decided now; empty where it can.
    """
    sample_id, colours = str(entry.name), samples.colours
    state = panel(QueueState)
    label, suggested, chance = entry["label"], entry["suggested"], float(entry["chance_wrong"])
    judgement_id = card_id(sample_id)
    other = chosen_label(other_label_key(judgement_id))
    former = judged[judged.index == entry["glitch"]]
    mine = former.loc[former["author_key"].isin(here.person.keys), "verdict"]
    card = SuspectCard(
        sample_id=sample_id,
        judgement_id=judgement_id,
        glitch=str(entry["glitch"]),
        now=_claim(colours[label], entry["label_probability"]),
        suggested=_claim(colours[suggested], entry["suggested_probability"]) if suggested else None,
        chosen=other or suggested,
        verdict=mine.iloc[0] if len(mine) else "",
        why_not=hindered,
        previous=place > 0,
        next=place < count - 1,
        undo=bool(state.done) and not hindered,
        serial=state.serial,
    )
    if asks_at_random():
        st.caption("How sure the embedding is stays hidden here: judge by the pictures.")
    else:
        st.markdown(_claim_in_words(chance, float(entry.get(BY_JUDGED, math.nan))), help=found_by.meaning)
        if said := channels_said(here.workspace, samples, sample_id, label, suggested):
            st.caption(said)
    if said := volunteers_said(here.workspace, str(entry["glitch"]), label):
        st.caption(said)
    if not here.allowed("judge"):
        _only_looking(card)
        return
    suspect_card(card, key="suspect_card", on_event=keep_event)
    # Of a known sample that is mixed in, what others proposed is not told.
    if not entry.get("known") and (message := _said_before(here.ledger, entry["glitch"], former, mine=len(mine) > 0)):
        # Asking who waits for what costs as much as the rest of the card, so only where there is something to hide.
        hidden = entry["glitch"] in blind_samples(here)
        st.caption(_HIDDEN if hidden else message)
    _boxes(judgement_id, colours, label=label, suggested=suggested, reason=found_by.reason_of("accept", entry))


def _boxes(judgement_id: str, colours: Taxonomy, *, label: str, suggested: str, reason: str) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        _other_label_box(judgement_id, colours, label=label, suggested=suggested)
    right.text_input(
        "Reason (optional)",
        key=reason_key(judgement_id),
        max_chars=2000,
        placeholder=reason,
    )


def _other_label_box(judgement_id: str, colours: Taxonomy, *, label: str, suggested: str) -> None:
    label_box(
        "Another label",
        colours.names,
        key=other_label_key(judgement_id),
        placeholder=f"instead of {suggested}; then accept" if suggested else "then accept",
        not_here=(label,),
    )


def _only_looking(card: SuspectCard) -> None:
    """What the card says, for somebody who may not decide: without its verdicts."""
    for what, claim in (("Label now", card.now), ("Suggested", card.suggested)):
        if claim is not None:
            st.markdown(f"{what}: **{escaped(claim.name)}** ({chance_percent(claim.share)})")
    with st.container(horizontal=True):
        for kind, possible in (("previous", card.previous), ("next", card.next)):
            event = CardEvent(kind, card.sample_id, card.judgement_id)
            st.button(
                kind.capitalize(), on_click=keep_event, args=(event,), disabled=not possible, key=f"suspect_{kind}"
            )


def _said_before(ledger: Ledger, glitch: str, former: pd.DataFrame, *, mine: bool) -> str:
    if len(former):
        message = "; ".join(f"{DONE[row.verdict]} by {escaped(row.author)}" for row in former.itertuples())
        return f"Looked at before: {message}." + (" Deciding again replaces yours." if mine else "")
    message = [f"{escaped(label)} by {escaped(author)}" for label, author in who_proposed(ledger, glitch)]
    return f"Proposed already: {', '.join(message)}." if message else ""


def _claim(label: TaxonomyEntry, share: float) -> Claim:
    return Claim(label.name, label.colour, label.description, float(share))


def _claim_in_words(chance: float, by_judged: float) -> str:
    if math.isfinite(by_judged):
        said = f"chance {chance_percent(by_judged)} by what was judged, {chance_percent(chance)} before"
        return f"**{chance_in_words(by_judged).capitalize()}** ({said})"
    words = chance_in_words(chance).capitalize()
    return (
        f"**{words}** (chance {chance_percent(chance)})"
        if math.isfinite(chance)
        else f"**{words}** whether it is wrong"
    )

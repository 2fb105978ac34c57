"""The queue of suspects, one at a time: its pictures, its card, and the neighbours that speak for and against."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.queue import (
    RANDOM_SAMPLE,
    QueueFilters,
    asked_about,
    decided_samples,
    ordered_suspects,
    place_in_queue,
    suspect_entries,
    without_decided,
)
from core.audit.recalibration import LEAST, Recalibration, flags_right
from core.audit.total_wrong import DRAWN
from core.audit.volunteers import CONTRADICTED
from core.evidence.colours import cluster_name
from core.ledger import SuspectCase
from core.ledger.views.known_asked import NOTHING, Mixed
from core.pipeline.channel_evidence import evidence_stamp
from core.pipeline.claims import SUSPECTS
from core.pipeline.rest import pairs_accepted
from core.pipeline.votes import votes_stamp
from pages.parts.desk.blind_samples import note_known
from pages.parts.desk.claiming import Reserved, claim_button, free_when_done, others_in_words, own_in_words, reserved
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.more_like import more_like_link
from pages.parts.desk.rest_link import rest_link
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import next_pictures, suspect_pictures, suspect_witnesses
from pages.parts.suspects.asking import channels_asked, prioritised, volunteers_asked
from pages.parts.suspects.card import judge_card
from pages.parts.suspects.emptied import nothing_left, so_far
from pages.parts.suspects.filters import filter_controls
from pages.parts.suspects.queue_list import suspect_list
from pages.parts.suspects.ranking import as_ranked, rank_button, ranking_said
from pages.parts.suspects.session import QueueState, judged_and_known, standing_judgements, take_event
from pages.parts.suspects.slices import slice_row, slice_table, within_slice
from pages.parts.suspects.source import FoundBy
from pages.parts.suspects.total import bent_by_judged, drawn_asked, total_said, with_bent
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

MadeFrom = tuple[str, tuple[int, ...], str]
WithEvidence = tuple[str, tuple[int, ...], str, str]
_KINDS_SHOWN = 3


@st.fragment
def suspect_panel(here: AtDesk, shown: SampleShown, suspects: Suspects, found_by: FoundBy) -> None:
    """Draw the queue of what ``found_by`` found; a decision reruns this and nothing else of the page."""
    open_if_asked(here, shown)
    samples = shown.samples
    first, suspects = suspects, as_ranked(suspects, found_by)
    at_first = entries_of(first, samples, found_by)
    of = made_from(suspects, samples, found_by)
    first_of = made_from(first, samples, found_by)
    entries = prioritised(entries_of(suspects, samples, found_by), shown, suspects, found_by)
    entries = drawn_asked(entries, at_first, found_by, of=of, first_of=first_of)
    entries = volunteers_asked(entries, here.workspace, samples, of=of)
    entries = channels_asked(entries, here.workspace, samples, found_by, of=of)
    if _nothing_to_ask(entries, found_by):
        return
    hindered, beside = hindrance(here), votes_stamp(here.workspace) + evidence_stamp(here.workspace)
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        filters, order = filter_controls(entries, of=(*of, beside))
    asked = entries[asked_about(entries, filters)]

    rank = partial(rank_button, here, first, found_by, hindered=hindered)
    in_order = _in_order((*of, beside), filters, order, entries)
    claims = reserved(here, SUSPECTS)

    def narrowed(_: pd.DataFrame, decided: frozenset[str], mixed: Mixed) -> pd.DataFrame:
        note_known(here, mixed.labels)
        queue = within_slice(without_decided(in_order, decided, hide=filters.hide_decided), samples)
        queue = with_known(queue, mixed, spread=filters.hide_decided)
        at = panel(QueueState).at
        looked_at = str(entries.at[at, "glitch"]) if at in entries.index else ""
        return claims.narrowed(queue, "glitch", done=not_waiting(claims.own, asked, decided), at=looked_at)

    judged, decided, queue = judged_queue(
        here, samples, suspects, entries, found_by, narrowed=narrowed, hindered=hindered, mixing=found_by.mixes
    )
    if free_when_done(here, SUSPECTS, claims, done=decided):
        claims = reserved(here, SUSPECTS)
    with right:
        progress_row(here, asked, judged, decided, claims, queue, hindered=hindered)
    ranking_said(first, found_by)
    slice_row(here, samples, at_first)
    bent = bent_by_judged(here.ledger, at_first, first, found_by, of=first_of)
    said = partial(expectation, entries, samples, suspects, found_by, judged=judged, bent=bent)

    if queue.empty:
        _said_empty(asked, judged, decided, entries, claims.others, undo=not hindered, drawn=filters.drawn_only)
        rank()
        said()
        total_said(here.ledger, at_first, found_by, of=first_of)
        return
    queue = with_bent(queue, bent)
    place = draw_suspect(here, shown, queue, judged, found_by, hindered=hindered, beside=rank)
    # Below the evidence: what is needed to decide stands on the first screen.
    rest_links(here)
    said()
    total_said(here.ledger, at_first, found_by, of=first_of)
    suspect_list(queue, place)
    slice_table(samples, at_first, of=first_of)
    so_far(judged)


def _said_empty(
    asked: pd.DataFrame,
    judged: pd.DataFrame,
    decided: frozenset[str],
    entries: pd.DataFrame,
    others: frozenset[str],
    *,
    undo: bool,
    drawn: bool,
) -> None:
    """Say why the queue is empty; ``others`` are samples that somebody else reserved."""
    open_ones = frozenset(asked["glitch"]) - decided
    with_others = bool(open_ones) and open_ones <= others
    volunteers = CONTRADICTED in entries and bool(entries[CONTRADICTED].any())
    nothing_left(asked, judged, decided, undo=undo, with_others=with_others, volunteers=volunteers, drawn=drawn)


def _nothing_to_ask(entries: pd.DataFrame, found_by: FoundBy) -> bool:
    """Whether nothing is flagged, which is said, and neither volunteers nor a random sample ask about anything."""
    if entries["flagged"].any():
        return False
    st.success(found_by.nothing)
    told = DRAWN in entries and entries["chance_wrong"].notna().any()
    return not (told or (CONTRADICTED in entries and entries[CONTRADICTED].any()))


def judged_queue(
    here: AtDesk,
    samples: Samples,
    suspects: Suspects,
    entries: pd.DataFrame,
    found_by: FoundBy,
    *,
    narrowed: Callable[[pd.DataFrame, frozenset[str], Mixed], pd.DataFrame],
    hindered: str,
    mixing: bool = False,
) -> tuple[pd.DataFrame, frozenset[str], pd.DataFrame]:
    """Do what the card asked for; returns what is judged, the glitches that are decided, and the queue since.

    Args:
        here: who is at the desk, and with which data set.
        samples: those of the data set.
        suspects: what was found.
        entries: what can be in the queue.
        found_by: who found it.
        narrowed: the queue, by what is judged, what is decided, and the known samples to mix in.
        hindered: why nothing can be decided now; empty where it can.
        mixing: whether known samples are mixed in.
    """
    ledger, rule = here.ledger, decision_rule(here) if mixing else None
    found: tuple[pd.DataFrame, frozenset[str], pd.DataFrame] | None = None

    def queue_now() -> pd.DataFrame:
        nonlocal found
        if rule is None:
            judged, mixed = standing_judgements(ledger, entries), NOTHING
        else:
            judged, mixed = judged_and_known(ledger, here.person, entries, rule=rule)
        decided = decided_samples(judged, author_keys=here.person.keys)
        found = judged, decided, narrowed(judged, decided, mixed)
        return found[-1]

    take_event(
        ledger,
        queue_now,
        case_of=lambda sample_id: suspect_case(samples, suspects, entries.loc[sample_id]),
        deciding=not hindered,
        reason_of=lambda verdict, sample_id: found_by.reason_of(verdict, entries.loc[sample_id]),
    )
    if found is None:
        queue_now()
    return found


def with_known(queue: pd.DataFrame, mixed: Mixed, *, spread: bool) -> pd.DataFrame:
    """The queue with ``known`` (the decided label of a known sample, else "") and ``position``.

    Where ``spread``, the known samples stand where they are to be asked about, else where they stand by themselves.
    """
    glitches = queue["glitch"].astype(str)
    queue = queue.assign(
        known=[mixed.labels.get(name, "") for name in glitches],
        position=[mixed.positions.get(name, -1) for name in glitches],
    )
    if not spread or not mixed.labels:
        return queue
    others = list(glitches[~glitches.isin(mixed.labels)])
    order = mixed.spread(others, only=frozenset(glitches))
    return queue.iloc[pd.Index(glitches).get_indexer(order)]


def hindrance(here: AtDesk) -> str:
    """Why nothing can be decided now, which is said; empty where it can."""
    if trouble := here.ledger.problem():
        st.warning(f"The queue can be looked at, but deciding is not possible now: {escaped(trouble)}")
        return "Deciding is not possible now"
    if message := here.why_not("judge"):
        st.info(
            escaped(message)
            if not here.allowed("judge")
            else f"{escaped(message)}: every judgement carries its author.",
            icon=icons.ROLE,
        )
    return message


def draw_suspect(
    here: AtDesk,
    shown: SampleShown,
    queue: pd.DataFrame,
    judged: pd.DataFrame,
    found_by: FoundBy,
    *,
    hindered: str,
    pictures: Callable[[pd.Series], None] | None = None,
    beside: Callable[[], None] | None = None,
) -> int:
    """Draw the suspect that is looked at: its pictures, its card, and its neighbours; returns its place.

    Args:
        here, shown, queue, judged, found_by, hindered: as for :func:`judged_queue`.
        pictures: draws other pictures than all views of the suspect.
        beside: draws what stands at the end of its heading.
    """
    place = place_in_queue(queue, panel(QueueState).at)
    entry, sample_id, colours = queue.iloc[place], str(queue.index[place]), shown.samples.colours
    known = (str(entry.get("known", "")), int(entry.get("position", -1)))
    change_panel(QueueState, at=sample_id, shown=tuple(map(str, queue.index)), known=known)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _heading(entry, sample_id, place, len(queue))
        if beside is not None:
            beside()
    left, right = st.columns([4, 5], gap="medium")
    with left:
        if pictures is not None:
            pictures(entry)
        else:
            suspect_pictures(shown, sample_id, entry["glitch"], colour=colours[entry["label"]].colour)
    with right:
        judge_card(here, shown.samples, entry, judged, found_by, place=place, count=len(queue), hindered=hindered)
    suspect_witnesses(shown, sample_id, label=entry["label"], suggested=entry["suggested"])
    if place + 1 < len(queue):
        following = queue.iloc[place + 1]
        next_pictures(shown, str(following.name), following["glitch"], suggested=following["suggested"])
    return place


def expectation(
    entries: pd.DataFrame,
    samples: Samples,
    suspects: Suspects,
    found_by: FoundBy,
    *,
    judged: pd.DataFrame,
    bent: Recalibration | None = None,
) -> None:
    """Say how many are flagged, and how many labels are expected to be wrong, by what was ``judged`` where that counts.

    ``bent`` is how the judged labels bend the chances; None where they do not.
    """
    flagged, (expected, low, high) = _expected(made_from(suspects, samples, found_by), entries, suspects)
    by, closer = "", "" if found_by.run is not None else _closer()
    if bent is not None:
        expected, low, high = flags_right(entries[entries["flagged"].astype(bool)], judged, bent)
        by, closer = f", by the {bent.judged:,} judged ones that count and the chances of the others", ""
    st.markdown(
        f"{found_by.counted(flagged, len(entries))}; of these about **{expected:,.0f}** "
        f"({low:,.0f} to {high:,.0f}) labels are expected to be wrong{by}{found_by.reservation}{closer}."
    )


def _closer() -> str:
    return (
        ". Where many pictures are hard to tell apart, fewer or more of the flags are right than their chances say: "
        f"from {LEAST} answers on, best in the order “{RANDOM_SAMPLE}”, the chances follow what was judged"
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _expected(of: MadeFrom, _entries: pd.DataFrame, _suspects: Suspects) -> tuple[int, tuple[float, float, float]]:
    flagged = _entries.index[_entries["flagged"]]
    return len(flagged), _suspects.expected_right(list(flagged))


def not_waiting(own: frozenset[str], asked: pd.DataFrame, decided: frozenset[str]) -> frozenset[str]:
    """Those of one's own samples that this queue does not ask about: judged, or no suspects any more."""
    return own - (own.intersection(asked["glitch"]) - decided)


def progress_row(
    here: AtDesk,
    asked: pd.DataFrame,
    judged: pd.DataFrame,
    decided: frozenset[str],
    claims: Reserved,
    queue: pd.DataFrame,
    *,
    hindered: str,
) -> None:
    """Say how many of those ``asked`` about are judged, and offer to have the next ones of ``queue`` reserved."""
    glitches = asked["glitch"]
    done = int(glitches.isin(decided).sum())
    text = f"{done:,} of {len(glitches):,} judged"
    if here.person.key:
        mine = judged.loc[judged["author_key"].isin(here.person.keys), "created_at"]
        today = pd.Timestamp.now(tz=st.context.timezone or "UTC").normalize()
        text += f", {int((mine >= today).sum()):,} by you today"
    share = done / max(len(glitches), 1)
    if claims.own:
        text, share = own_in_words(claims, decided), len(claims.own & decided) / len(claims.own)
    elif others := others_in_words(claims, set(glitches) - decided):
        text += f"; {others}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(share, text=text)
        if not hindered:
            claim_button(here, SUSPECTS, claims, list(queue.loc[~queue["decided"].astype(bool), "glitch"]))


def rest_links(here: AtDesk) -> None:
    """Lead to the rest of what this person decided several times over; it is looked for there, not while one judges."""
    for label, other, count in pairs_accepted(here.ledger, author_keys=here.person.keys)[:_KINDS_SHOWN]:
        rest_link(label, other, count)


def _heading(entry: pd.Series, sample_id: str, place: int, count: int) -> None:
    st.markdown(f"**{place + 1:,} of {count:,}** in this queue · {code_span(sample_id)}", width="content")
    st.badge(cluster_name(int(entry["cluster"])), color="gray")
    if entry["detector"]:
        st.badge(escaped(entry["detector"]), color="gray")
    more_like_link(sample_id, label="More like this")


def suspect_case(samples: Samples, suspects: Suspects, entry: pd.Series) -> SuspectCase:
    """What the ledger is told of a suspect, from its row of the queue."""
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


def entries_of(suspects: Suspects, samples: Samples, found_by: FoundBy) -> pd.DataFrame:
    """One row a glitch: its most suspect sample."""
    return _entries(made_from(suspects, samples, found_by), samples, suspects)


def made_from(suspects: Suspects, samples: Samples, found_by: FoundBy) -> MadeFrom:
    """What the entries were made from, under which what follows from them is kept."""
    return suspects.fingerprint, found_by.stamp, samples.fingerprint


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(of: MadeFrom, _samples: Samples, _suspects: Suspects) -> pd.DataFrame:
    ids = _suspects.table.index
    table = _samples.table.loc[ids]
    return suspect_entries(
        _suspects.table,
        clusters=pd.Series(_samples.clusters, index=_samples.ids).loc[ids].to_numpy(),
        glitches=_samples.glitches.loc[ids],
        detectors=table.get("detector"),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _in_order(of: WithEvidence, filters: QueueFilters, order: str, _entries: pd.DataFrame) -> pd.DataFrame:
    return ordered_suspects(_entries, filters, order=order)

"""Look-alikes together: a page of suspects of one kind as one sheet, judged at once but for those taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.look_alikes import Page, examples_of_label, next_page
from core.audit.queue import QueueFilters, decided_samples, suspect_queue
from core.audit.recalibration import Recalibration
from core.fingerprint import fingerprint
from core.pipeline.claims import SUSPECTS
from core.statistics.percent import chance_percent
from pages.parts.desk.claiming import Reserved, free_when_done, reserved
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.state import panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import beforehand, open_sample, picture_tiles, view_to_show
from pages.parts.suspects.emptied import so_far, undo_alone, why_empty
from pages.parts.suspects.filters import filter_controls
from pages.parts.suspects.panel import (
    entries_of,
    expectation,
    hindrance,
    made_from,
    not_waiting,
    progress_row,
    rest_links,
    suspect_case,
)
from pages.parts.suspects.ranking import as_ranked, rank_button, ranking_said
from pages.parts.suspects.session import QueueState, standing_judgements
from pages.parts.suspects.slices import SliceState, slice_row, slice_table, within_slice
from pages.parts.suspects.source import FoundBy
from pages.parts.suspects.together_session import (
    MAX_TYPED,
    TogetherState,
    keep_event,
    keep_page,
    keep_toggle,
    look_at_set_aside,
    page_to_show,
    reason_key,
    recall_page,
    take_event,
)
from pages.parts.suspects.total import bent_by_judged
from pages.parts.widgets.contact_sheet import SheetEvent, contact_sheet
from pages.parts.widgets.text import escaped
from pages.parts.widgets.together_card import TogetherCard, TogetherEvent, together_card

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

TILE, EXAMPLE_TILE = 88, 80
EXAMPLES = 3
_STAY = (
    "One answer for many of one kind: click out what does not belong (it waits under “One by one”), then accept or "
    "keep the rest."
)


@st.fragment
def together_panel(here: AtDesk, shown: SampleShown, suspects: Suspects, found_by: FoundBy) -> None:
    """Draw a page of look-alikes; arguments as for :func:`pages.parts.suspects.panel.suspect_panel`."""
    open_if_asked(here, shown)
    samples = shown.samples
    first, suspects = suspects, as_ranked(suspects, found_by)
    at_first, entries = entries_of(first, samples, found_by), entries_of(suspects, samples, found_by)
    if not entries["flagged"].any():
        st.success(found_by.nothing)
        return
    hindered = hindrance(here)
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        filters, _ = filter_controls(entries, of=made_from(suspects, samples, found_by), together=True)
        rank_button(here, first, found_by, hindered=hindered)
    recall_page(entries)
    claims = reserved(here, SUSPECTS)
    judged, decided = _judged(here, entries)
    if take_event(
        here.ledger,
        entries,
        decided=decided,
        case_of=lambda sample_id: suspect_case(samples, suspects, entries.loc[sample_id]),
        deciding=not hindered,
        reason_of=found_by.reason,
    ):
        judged, decided = _judged(here, entries)
    if free_when_done(here, SUSPECTS, claims, done=decided):
        claims = reserved(here, SUSPECTS)
    queue = within_slice(_queue(entries, filters, claims, decided), samples)
    narrowed = repr((filters, panel(SliceState).chosen))
    of = fingerprint(suspects.fingerprint, list(found_by.stamp), narrowed, sorted(claims.own))
    page = page_to_show(queue, entries, of=of, decided=decided)
    keep_page()
    with right:
        progress_row(here, _asked(entries), judged, decided, claims, _page_first(queue, page), hindered=hindered)
    ranking_said(first, found_by)
    slice_row(here, samples, at_first)
    bent = bent_by_judged(here.ledger, at_first, first, found_by, of=made_from(first, samples, found_by))
    if page is None:
        _no_page(entries, decided, claims, queue, hindered=hindered)
    else:
        _page(here, shown, entries, page, found_by, bent, hindered=hindered)
        _prepare_next(shown, queue, page)
    rest_links(here)
    expectation(entries, samples, suspects, found_by, judged=judged, bent=bent)
    slice_table(samples, at_first, of=made_from(first, samples, found_by))
    so_far(judged)


def _judged(here: AtDesk, entries: pd.DataFrame) -> tuple[pd.DataFrame, frozenset[str]]:
    judged = standing_judgements(here.ledger, entries)
    return judged, decided_samples(judged, author_keys=here.person.keys)


def _asked(entries: pd.DataFrame) -> pd.DataFrame:
    return entries[entries["flagged"].to_numpy(dtype=bool)]


def _queue(entries: pd.DataFrame, filters: QueueFilters, claims: Reserved, decided: frozenset[str]) -> pd.DataFrame:
    queue = suspect_queue(entries, filters, decided=decided)
    return claims.narrowed(queue, "glitch", done=not_waiting(claims.own, _asked(entries), decided), at="")


def _page_first(queue: pd.DataFrame, page: Page | None) -> pd.DataFrame:
    """The queue with what is on the page first: that is what “Give me 20” then reserves."""
    if page is None:
        return queue
    on_page = queue.index.isin(page.sample_ids)
    return pd.concat([queue[on_page], queue[~on_page]])


def _no_page(
    entries: pd.DataFrame,
    decided: frozenset[str],
    claims: Reserved,
    queue: pd.DataFrame,
    *,
    hindered: str,
) -> None:
    """Say why there is no page: all are judged, with others, set aside, or hidden by the filters."""
    aside = len(queue.index.intersection(list(panel(TogetherState).set_aside)))
    if queue.empty:
        asked = _asked(entries)
        open_ones = frozenset(asked["glitch"]) - decided
        with_others = bool(open_ones) and open_ones <= claims.others
        why_empty(asked, decided, with_others=with_others, again="“One by one” shows them again.")
    elif aside:
        st.info(f"Of {len(queue):,} that are left, you took out or skipped {aside:,}. They wait under “One by one”.")
        st.button("Look at them again here", on_click=look_at_set_aside, icon=":material/replay:")
    else:
        st.info("None of those that are left has another label that fits better. They wait under “One by one”.")
    undo_alone(hindered=hindered, on_undo=lambda: keep_event(TogetherEvent("undo", "")))


def _page(
    here: AtDesk,
    shown: SampleShown,
    entries: pd.DataFrame,
    page: Page,
    found_by: FoundBy,
    bent: Recalibration | None,
    *,
    hindered: str,
) -> None:
    state = panel(TogetherState)
    chances = entries.loc[list(page.sample_ids), "chance_wrong"].to_numpy(dtype=float)
    chances = chances if bent is None else bent.chances(chances)
    allowed = here.allowed("judge")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        heading = _heading(page, chances)
        st.markdown(heading, help=found_by.meaning, width="content")
        view = view_to_show(shown)
    st.caption(_STAY if allowed else "Click a picture to see the sample with all its views and neighbours.")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        captions = [chance_percent(chance) for chance in chances]
        tiles = picture_tiles(shown, page.sample_ids, captions, view=view)
        tiles = [
            # All are called the same: the chance and the id tell them apart.
            replace(tile, label=tile.caption, caption=tile.sample_id, chosen=tile.sample_id not in state.out)
            for tile in tiles
        ]

        def on_event(event: SheetEvent) -> None:
            if event.kind == "open":
                open_sample(event, page.sample_ids)
            else:
                keep_toggle(event)

        contact_sheet(
            tiles,
            key="suspect_page",
            on_event=on_event,
            tile_width=TILE,
            selectable=allowed,
            sheet=state.page_id,
        )
    with right:
        if allowed:
            card = TogetherCard(
                page_id=state.page_id,
                count=len(page.sample_ids),
                out=tuple(sorted(state.out)),
                label=page.label,
                suggested=page.suggested,
                why_not=hindered,
                undo=bool(panel(QueueState).done) and not hindered,
                serial=state.serial,
            )
            together_card(card, key="suspect_page_card", on_event=keep_event)
            _reason(state.page_id)
        _examples(shown, entries, page, view=view)


def _reason(page_id: str) -> None:
    st.text_input(
        "Reason (optional)",
        key=reason_key(page_id),
        max_chars=MAX_TYPED,
        placeholder="Reason (optional)",
        label_visibility="collapsed",
    )


def _heading(page: Page, chances: np.ndarray) -> str:
    count = len(page.sample_ids)
    what = f"{count:,} samples" if count > 1 else "1 sample"
    looks = "look" if count > 1 else "looks"
    total = f" of {page.waiting:,}" if page.waiting > count else ""
    text = f"**{what}**{total} called **{escaped(page.label)}** that {looks} like **{escaped(page.suggested)}**"
    known = chances[np.isfinite(chances)]
    if not len(known):
        return text
    low, high = chance_percent(float(known.min())), chance_percent(float(known.max()))
    return f"{text}, wrong with a chance of {low if low == high else f'{low} to {high}'}"


def _examples(shown: SampleShown, entries: pd.DataFrame, page: Page, *, view: str) -> None:
    """Of both labels the samples that are most like the page, and are no suspects themselves."""
    for side, label in (("suggested", page.suggested), ("now", page.label)):
        rows = _example_rows(shown, entries, page, label)
        with st.container(gap="xxsmall"):
            if not len(rows):
                st.caption(f"Nothing else is called {escaped(label)} that is no suspect itself.")
                continue
            st.markdown(
                f"**{escaped(label)}** most like these",
                help="No suspects themselves. That they are shown does not say that their label is right.",
            )
            ids = [str(sample_id) for sample_id in shown.samples.ids[rows]]
            contact_sheet(
                picture_tiles(shown, ids, ids, view=view),
                key=f"suspect_page_{side}",
                on_event=open_sample,
                tile_width=EXAMPLE_TILE,
                selectable=False,
            )


def _example_rows(shown: SampleShown, entries: pd.DataFrame, page: Page, label: str) -> np.ndarray:
    samples = shown.samples
    # pandas looks texts up; numpy would sort them, which takes seconds for 34,332 samples.
    doubtful = samples.glitches.isin(set(entries.loc[entries["flagged"], "glitch"]))
    return examples_of_label(
        label,
        np.array([samples.row_of[sample_id] for sample_id in page.sample_ids]),
        matrix=shown.vectors.matrix,
        weights=shown.vectors.weights,
        labels=samples.names,
        glitches=samples.glitch_ids,
        doubtful=doubtful.to_numpy(dtype=bool),
        count=EXAMPLES,
    )


def _prepare_next(shown: SampleShown, queue: pd.DataFrame, page: Page) -> None:
    """Make the tiles of the next page while this one is looked at."""
    aside = panel(TogetherState).set_aside | frozenset(page.sample_ids)

    def ids() -> tuple[str, ...]:
        following = next_page(queue, first=page.pair, set_aside=aside)
        return following.sample_ids if following else ()

    beforehand(shown, ids)

"""Duplicates and outliers: what else the audit found among the samples, judged with the same keys as wrong labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.advice import leak_advice, outlier_advice, twin_advice
from core.audit.queue import in_this_order, twin_entries, without_decided
from core.ledger.views.known_asked import Mixed
from pages.parts.desk.advice_card import advice_card
from pages.parts.desk.kept_choices import KEPT
from pages.parts.desk.shown import SampleShown, first_view
from pages.parts.desk.state import change_panel, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.suspects.emptied import undo_alone
from pages.parts.suspects.panel import draw_suspect, entries_of, hindrance, judged_queue
from pages.parts.suspects.session import QueueState
from pages.parts.suspects.source import FoundBy
from pages.parts.widgets.contact_sheet import contact_sheet
from pages.parts.widgets.text import escaped, view_name

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

ALL, CONFLICTS, LEAKS = "All", "Conflicting labels", "Across the split"
PAIRS_SHOWN, OUTLIERS_LISTED, OUTLIERS_SHOWN = 500, 192, 48
_PAIR_TILE, _OUTLIER_TILE = 230, 150
_PAGE = "suspect_outlier_page"
_FEWEST_OUTLIERS = 6
_TWIN = FoundBy(why="Queue of duplicates: compared with a sample that shows the same, or nearly the same")
_OUTLIER = FoundBy(why="Queue of outliers: looked at because it lies far from all other samples")


@st.fragment
def duplicates_panel(here: AtDesk, shown: SampleShown, suspects: Suspects, twins: pd.DataFrame) -> None:
    """Pairs of samples that show the same thing: a table, and one pair at a time with the card of one of the two."""
    open_if_asked(here, shown)
    if twins.empty:
        st.success("No two samples show the same picture, or nearly the same.")
        return
    conflicts, leaks = twins["conflict"].to_numpy(dtype=bool), twins["leak"].to_numpy(dtype=bool)
    advice_card(twin_advice(twins), shown.samples, key="twins", look=None)
    if leaks.any():
        advice_card(leak_advice(twins), shown.samples, key="leaks", look=None)
    masks = {ALL: slice(None), CONFLICTS: conflicts, LEAKS: leaks}
    kind = st.segmented_control("Which pairs", list(masks), default=ALL, required=True, key="suspect_twins")
    chosen = twins[masks[kind]]
    if chosen.empty:
        st.info("There is no such pair.")
        return
    entries = twin_entries(entries_of(suspects, shown.samples, _TWIN), chosen, shown.samples.glitches)
    _pairs_listed(chosen, kind, entries)
    _queue(here, shown, suspects, entries, _TWIN)


def _pairs_listed(chosen: pd.DataFrame, kind: str, entries: pd.DataFrame) -> None:
    """The table of the pairs; a click on one goes there."""
    listed = chosen.head(PAIRS_SHOWN).reset_index(drop=True)
    columns = ["kind", "distance", "label_first", "label_second"]
    columns += [name for name in ("conflict", "leak") if chosen[name].any()]
    if chosen[["split_first", "split_second"]].astype("string").fillna("").ne("").any(axis=None):
        columns += ["split_first", "split_second"]
    key = f"suspect_twins_{kind}"

    def jump() -> None:
        if rows := widget_value(key).selection.rows:
            pair = set(listed.loc[rows[0], ["first", "second"]])
            at = entries.index[entries["own"].isin(pair)]
            change_panel(QueueState, at=str(at[0]) if len(at) else "")

    st.dataframe(
        listed,
        hide_index=True,
        key=key,
        on_select=jump,
        selection_mode="single-row",
        column_order=[*columns, "first", "second"],
        height=min(300, 38 * (len(listed) + 1)),
        column_config={
            "label_first": "label of the first",
            "label_second": "label of the second",
            "distance": st.column_config.NumberColumn("distance", format="%.4f", help="cosine, in the embedding"),
            "conflict": "labels differ",
            "leak": "across the split",
            "split_first": "split of the first",
            "split_second": "split of the second",
        },
    )
    if len(chosen) > PAIRS_SHOWN:
        st.caption(f"The first {PAIRS_SHOWN} of {len(chosen):,} pairs.")


def _pair(shown: SampleShown, entry: pd.Series) -> None:
    """The two samples side by side, that which is judged first."""
    labels = shown.samples.table["label"]
    ids = [sample_id for sample_id in (entry["own"], entry["twin"]) if sample_id in shown.samples.row_of]
    one, other = (labels.get(sample_id, "") for sample_id in (entry["own"], entry["twin"]))
    st.markdown(
        f"The first is called **{escaped(one)}**, and judged here; the second **{escaped(other)}**:"
        if one != other
        else f"These two are both called **{escaped(one)}**; the first is judged here:"
    )
    _sheet(shown, ids, ids, key="suspect_pair", tile_width=_PAIR_TILE)


def _queue(here: AtDesk, shown: SampleShown, suspects: Suspects, entries: pd.DataFrame, found_by: FoundBy) -> None:
    """The finds one at a time, with the card and the keys of the wrong labels."""
    hindered = hindrance(here)
    hide = st.toggle("Hide judged", value=True, key="suspect_hide", **KEPT)

    def narrowed(judged: pd.DataFrame, decided: frozenset[str], _: Mixed) -> pd.DataFrame:
        if "twin" in entries:
            # Of two that differ, the one whose twin got its label needs no answer any more.
            glitches = shown.samples.glitches
            given = judged.index[judged["verdict"] == "accept"]
            decided = decided | frozenset(entries.loc[entries["twin"].map(glitches).isin(given), "glitch"])
        return without_decided(entries, decided, hide=hide)

    judged, _, queue = judged_queue(
        here, shown.samples, suspects, entries, found_by, narrowed=narrowed, hindered=hindered
    )
    if queue.empty:
        st.success("All of these are judged. Switch “Hide judged” off to look at them again.")
        undo_alone(hindered=hindered)
        return
    pictures = (lambda entry: _pair(shown, entry)) if "twin" in entries else None
    draw_suspect(here, shown, queue, judged, found_by, hindered=hindered, pictures=pictures)


@st.fragment
def outliers_panel(here: AtDesk, shown: SampleShown, suspects: Suspects, outliers: pd.DataFrame) -> None:
    """The samples that are least like any other, most outlying first: one at a time, and all on a sheet."""
    open_if_asked(here, shown)
    known = outliers[outliers["distance"].notna()]
    if known.empty:
        st.info("There is nothing to rank: no sample has neighbours.")
        return
    listed = known.head(min(OUTLIERS_LISTED, max(_FEWEST_OUTLIERS, len(known) // 10)))
    advice_card(outlier_advice(outliers), shown.samples, key="outliers", look=None)
    st.caption(
        f"Below are the {len(listed):,} samples that look least like any other: rare kinds, pictures that went wrong, "
        "or a kind that has no name yet."
    )
    entries = entries_of(suspects, shown.samples, _OUTLIER)
    _queue(here, shown, suspects, in_this_order(entries, shown.samples.glitches.loc[listed.index]), _OUTLIER)
    st.subheader("All of them")
    _outlier_sheet(shown, listed)


def _outlier_sheet(shown: SampleShown, listed: pd.DataFrame) -> None:
    pages = -(-len(listed) // OUTLIERS_SHOWN)
    page = min(widget_value(_PAGE, 1), pages)
    on_page = listed.iloc[(page - 1) * OUTLIERS_SHOWN : page * OUTLIERS_SHOWN]
    captions = [f"distance {distance:.3f}" for distance in on_page["distance"]]
    _sheet(shown, list(on_page.index), captions, key="suspect_outliers", tile_width=_OUTLIER_TILE)
    if pages > 1:
        st.pagination(pages, key=_PAGE)
    with st.expander("As a table"):
        st.dataframe(
            listed.assign(label=shown.samples.table["label"].reindex(listed.index)),
            column_order=("label", "distance", "outlier_score", "chance"),
            column_config={
                "distance": st.column_config.NumberColumn("distance", format="%.3f", help="mean, to its neighbours"),
                "outlier_score": st.column_config.NumberColumn(
                    "score", format="%.2f", help="standard deviations above the usual distance"
                ),
                "chance": st.column_config.NumberColumn(
                    "chance", format="%.4f", help="how often an ordinary sample would lie as far out"
                ),
            },
        )


def _sheet(shown: SampleShown, ids: list[str], captions: list[str], *, key: str, tile_width: int) -> None:
    views = shown.dataset.views
    view = views[0]
    if len(views) > 1:
        view = st.segmented_control(
            "View",
            views,
            default=first_view(views),
            required=True,
            format_func=view_name,
            key=f"{key}_view",
            label_visibility="collapsed",
        )
    tiles = picture_tiles(shown, ids, captions, view=view)
    contact_sheet(tiles, key=key, on_event=open_sample, tile_width=tile_width, selectable=False)
    st.caption("Click a picture to see the sample with all its views and neighbours.")

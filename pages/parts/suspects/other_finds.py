"""Duplicates and outliers: what else the audit found among the samples."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.desk.shown import SampleShown, first_view
from pages.parts.desk.state import widget_value
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.widgets.contact_sheet import contact_sheet
from pages.parts.widgets.text import escaped, view_name

ALL, CONFLICTS, LEAKS = "All", "Conflicting labels", "Across the split"
PAIRS_SHOWN, OUTLIERS_LISTED, OUTLIERS_SHOWN = 500, 192, 48
_PAIR_TILE, _OUTLIER_TILE = 320, 150
_RARE = 0.01
_PAGE = "suspect_outlier_page"
_FEWEST_OUTLIERS = 6


@st.fragment
def duplicates_panel(shown: SampleShown, twins: pd.DataFrame) -> None:
    """Pairs of samples that show the same thing: a table, and the pictures of the chosen pair side by side."""
    open_if_asked(shown)
    if twins.empty:
        st.success("No two samples show the same picture, or nearly the same.")
        return
    conflicts, leaks = twins["conflict"].to_numpy(dtype=bool), twins["leak"].to_numpy(dtype=bool)
    st.markdown(_twins_in_words(twins))
    masks = {ALL: slice(None), CONFLICTS: conflicts, LEAKS: leaks}
    kind = st.segmented_control("Which pairs", list(masks), default=ALL, required=True, key="suspect_twins")
    listed = twins[masks[kind]].head(PAIRS_SHOWN).reset_index(drop=True)
    if listed.empty:
        st.info("There is no such pair.")
        return
    columns = ["kind", "distance", "label_first", "label_second"]
    columns += [name for name in ("conflict", "leak") if twins[name].any()]
    if twins[["split_first", "split_second"]].astype("string").fillna("").ne("").any(axis=None):
        columns += ["split_first", "split_second"]
    event = st.dataframe(
        listed,
        hide_index=True,
        key=f"suspect_twins_{kind}",
        on_select="rerun",
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
    if len(twins[masks[kind]]) > PAIRS_SHOWN:
        st.caption(f"The first {PAIRS_SHOWN} of {len(twins[masks[kind]]):,} pairs.")
    _pair(shown, listed.iloc[event.selection.rows[0] if event.selection.rows else 0])


def _twins_in_words(twins: pd.DataFrame) -> str:
    exact, conflicts, leaks = (int(mask.sum()) for mask in (twins["kind"] == "exact", twins["conflict"], twins["leak"]))
    parts = [f"{_pairs(len(twins))} of samples show the same thing: {exact:,} exactly, {len(twins) - exact:,} nearly."]
    if conflicts:
        parts.append(f"**{_pairs(conflicts)} with two different labels**, of which at most one can be right.")
    if leaks:
        parts.append(
            f"**{_pairs(leaks)} across the data set's split**: what is learnt on one side is asked on the other."
        )
    return " ".join(parts)


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'}"


def _pair(shown: SampleShown, pair: pd.Series) -> None:
    verdict = "carry different labels" if pair["conflict"] else f"are both called {escaped(pair['label_first'])}"
    st.markdown(f"These two are {'the same' if pair['kind'] == 'exact' else 'nearly the same'} and {verdict}:")
    ids = [sample_id for sample_id in (pair["first"], pair["second"]) if sample_id in shown.samples.row_of]
    _sheet(shown, ids, ids, key="suspect_pair", tile_width=_PAIR_TILE)


@st.fragment
def outliers_panel(shown: SampleShown, outliers: pd.DataFrame) -> None:
    """The samples that are least like any other, most outlying first."""
    open_if_asked(shown)
    known = outliers[outliers["distance"].notna()]
    if known.empty:
        st.info("There is nothing to rank: no sample has neighbours.")
        return
    listed = known.head(min(OUTLIERS_LISTED, max(_FEWEST_OUTLIERS, len(known) // 10)))
    st.markdown(_outliers_in_words(known, listed))
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


def _outliers_in_words(known: pd.DataFrame, listed: pd.DataFrame) -> str:
    far, by_luck = int((known["chance"] < _RARE).sum()), _RARE * len(known)
    return (
        f"Rare shapes, pictures that went wrong, or a label that has no name yet: the {len(listed):,} samples that lie "
        f"farthest from their neighbours in the embedding. {far:,} of all {len(known):,} lie farther out than "
        f"{100 * (1 - _RARE):.0f} % of ordinary samples would; luck alone gives about {by_luck:,.1f}."
        + (" So nothing here is proved to be an outlier: they are only the farthest." if far <= by_luck else "")
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

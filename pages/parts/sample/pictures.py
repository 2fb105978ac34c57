"""The pictures of a suspect, and of the neighbours that speak for and against its label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.audit.queue import find_witnesses, label_counts
from core.dataset import VIEWS, Taxonomy
from core.dataset.pictures_as_samples import VIEW_COLUMN, glitch_of
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import sample_views, tile_pictures
from core.pipeline.stages import Prepared
from pages.parts.desk.source_notice import tell_of_changed_source
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import inert, view_name, view_title

LARGE_TILE, SINGLE_TILE, WITNESS_TILE = 230, 460, 112
WITNESSES_SHOWN = 6
_JPEG_QUALITY = 90


def open_sample(event: SheetEvent) -> None:
    """Open the clicked sample in its window, in the run that is about to begin."""
    st.session_state["suspect_open"] = event.sample_ids[0]


def suspect_pictures(prepared: Prepared, sample_id: str, glitch: str, *, colour: str) -> None:
    """Every view of the glitch, large; a click opens the sample."""
    tiles = [
        Tile(
            sample_id=shown_id,
            label=title,
            caption="",
            colour=colour,
            chosen=True,
            jpeg=encode_jpeg(picture, quality=_JPEG_QUALITY),
        )
        for shown_id, title, picture in glitch_views(prepared, sample_id, glitch)
    ]
    tell_of_changed_source()
    if not tiles:
        no_picture(prepared)
        return
    width = LARGE_TILE if len(tiles) > 1 else SINGLE_TILE
    contact_sheet(tiles, key="suspect_views", on_event=open_sample, tile_width=width, selectable=False)
    if set(prepared.dataset.views) & set(VIEWS):
        st.caption("Time runs to the right, frequency upwards from 10 to 2048 Hz on a logarithmic axis.")


def no_picture(prepared: Prepared) -> None:
    """Say why no picture of a sample is shown."""
    if prepared.dataset.pictures.empty:
        st.info(
            "This data set has no pictures: it is a table of coordinates or vectors.", icon=":material/table_chart:"
        )
    else:
        st.warning("None of this sample's pictures can be read.")


def glitch_views(prepared: Prepared, sample_id: str, glitch: str) -> list[tuple[str, str, np.ndarray]]:
    """Sample id, title and picture of each view of the glitch, in whichever unit the data set is."""
    if VIEW_COLUMN not in prepared.samples:
        views = sample_views(prepared.dataset, sample_id)
        return [(sample_id, view_title(view), picture) for view, picture in views.items()]
    samples = prepared.samples[glitch_of(prepared.samples) == glitch]
    return [
        (str(shown_id), view_title(view), picture)
        for shown_id, view in samples[VIEW_COLUMN].sort_values().items()
        for picture in sample_views(prepared.dataset, str(shown_id)).values()
    ]


def suspect_witnesses(prepared: Prepared, sample_id: str, *, label: str, suggested: str, colours: Taxonomy) -> None:
    """The nearest samples with the suggested label and with the label now, as two rows of tiles."""
    row = prepared.row_of[sample_id]
    labels = prepared.samples["label"].to_numpy()
    glitches = glitch_of(prepared.samples).to_numpy()
    found = find_witnesses(
        row,
        matrix=prepared.vectors.matrix,
        weights=prepared.vectors.weights,
        labels=labels,
        glitches=glitches,
        suggested=suggested,
        count=WITNESSES_SHOWN,
    )
    near = label_counts(prepared.neighbours.indices[row], labels=labels, glitches=glitches, row=row)
    st.subheader("What speaks for and against the label")
    st.markdown(_near_in_words(near, label=label, suggested=suggested))
    view = _view_to_show(prepared)
    for side, name, rows, distances in (
        ("against", suggested, found.against, found.against_distances),
        ("for", label, found.supporting, found.supporting_distances),
    ):
        if not name:
            continue
        st.markdown(f"Speaks **{side}** the label: the nearest samples called **{inert(name)}**")
        if not len(rows):
            st.caption(f"No other sample is called {inert(name)}.")
            continue
        tiles = picture_tiles(
            prepared,
            list(prepared.samples.index[rows]),
            [f"distance {distance:.3f}" for distance in distances],
            view=view,
            colours=colours,
        )
        contact_sheet(
            tiles, key=f"suspect_witnesses_{side}", on_event=open_sample, tile_width=WITNESS_TILE, selectable=False
        )


def picture_tiles(
    prepared: Prepared, ids: Sequence[str], captions: Sequence[str], *, view: str, colours: Taxonomy
) -> list[Tile]:
    """Tiles of samples in one view, with their labels."""
    pictures = tile_pictures(prepared.dataset, ids, view=view)
    labels = prepared.samples["label"]
    return [
        Tile(
            sample_id=sample_id,
            label=labels[sample_id],
            caption=caption,
            colour=colours[labels[sample_id]].colour,
            chosen=True,
            jpeg=encode_jpeg(pictures[sample_id], quality=_JPEG_QUALITY) if sample_id in pictures else b"",
        )
        for sample_id, caption in zip(ids, captions, strict=True)
    ]


def _near_in_words(counts, *, label: str, suggested: str) -> str:
    total = int(counts.sum())
    if total == 0:
        return "It has no neighbours."
    named = {name: int(counts.get(name, 0)) for name in (suggested, label) if name}
    parts = [f"{count:,} are called {inert(name)}" for name, count in named.items()]
    return f"Of its {total} nearest neighbours {', '.join(parts)}, {total - sum(named.values())} something else."


def _view_to_show(prepared: Prepared) -> str:
    views = prepared.dataset.views
    if len(views) == 1:
        return views[0]
    return st.segmented_control(
        "View of the neighbours",
        views,
        default="1.0" if "1.0" in views else views[0],
        required=True,
        format_func=view_name,
        key="suspect_view",
        label_visibility="collapsed",
    )

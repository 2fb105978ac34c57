"""The pictures of a suspect, and of the neighbours that speak for and against its label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.audit.queue import Witnesses, find_witnesses, label_counts
from core.dataset import VIEWS
from core.dataset.model import VIEW_COLUMN
from core.evidence.tiles import sample_views
from core.evidence.view_cache import ViewCache
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.source_notice import tell_of_changed_source
from pages.parts.desk.state import change_panel, widget_value
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import escaped, view_name, view_title

LARGE_TILE, SINGLE_TILE, WITNESS_TILE, NARROW_TILE = 180, 400, 78, 60
WITNESSES_SHOWN = 5
_JPEG_QUALITY = 90


@dataclass(frozen=True)
class WindowState:
    """What the session remembers of the sample's window.

    Attributes:
        asked: the sample whose window is to open.
        opened: the sample that the window was opened with.
        now: the one that is in it: a neighbour, or one further on the sheet, may have taken its place.
        order: the samples to step through, in the sheet's order; none where it was not opened from a sheet.
    """

    asked: str = ""
    opened: str = ""
    now: str = ""
    order: tuple[str, ...] = ()


def open_sample(event: SheetEvent, order: Sequence[str] = ()) -> None:
    """Open the clicked sample in its window, in the run that is about to begin; ``order`` is what to step through."""
    change_panel(WindowState, asked=event.sample_ids[0], order=tuple(order))


def suspect_pictures(
    shown: SampleShown,
    sample_id: str,
    glitch: str,
    *,
    colour: str,
    on_event: Callable[[SheetEvent], None] = open_sample,
) -> None:
    """Every view of the glitch, large; a click opens the sample, or does what ``on_event`` says."""
    tiles = [
        Tile(
            sample_id=shown_id,
            label=title,
            caption="",
            colour=colour,
            chosen=True,
            jpeg=jpeg,
        )
        for shown_id, title, jpeg in _glitch_jpegs(shown, sample_id, glitch)
    ]
    tell_of_changed_source()
    if not tiles:
        no_picture(shown)
        return
    width = LARGE_TILE if len(tiles) > 1 else SINGLE_TILE
    contact_sheet(tiles, key="suspect_views", on_event=on_event, tile_width=width, selectable=False, sheet=glitch)
    if set(shown.dataset.views) & set(VIEWS):
        st.caption("To the right: time. Upwards: 10 to 2048 Hz, logarithmic.")


def no_picture(shown: SampleShown) -> None:
    """Say why no picture of a sample is shown."""
    if shown.dataset.pictures.empty:
        st.info("This data set has no pictures: it is a table of coordinates or vectors.", icon=":material/table:")
    else:
        st.warning("None of this sample's pictures can be read.")


def glitch_views(shown: SampleShown, sample_id: str, glitch: str) -> list[tuple[str, str, np.ndarray]]:
    """Sample id, title and picture of each view of the glitch, in whichever unit the data set is."""
    table = shown.samples.table
    if VIEW_COLUMN not in table:
        views = sample_views(shown.dataset, sample_id)
        return [(sample_id, view_title(view), picture) for view, picture in views.items()]
    pictures = table[shown.samples.glitches == glitch]
    return [
        (str(shown_id), view_title(view), picture)
        for shown_id, view in pictures[VIEW_COLUMN].sort_values().items()
        for picture in sample_views(shown.dataset, str(shown_id)).values()
    ]


def _glitch_jpegs(shown: SampleShown, sample_id: str, glitch: str) -> list[tuple[str, str, bytes]]:
    """As :func:`glitch_views`, the pictures as JPEGs, which are kept."""
    kept = _view_cache(shown.dataset.fingerprint)
    table = shown.samples.table
    if VIEW_COLUMN not in table:
        return [(sample_id, view_title(view), jpeg) for view, jpeg in kept.views(shown.dataset, sample_id).items()]
    pictures = table[shown.samples.glitches == glitch]
    return [
        (str(shown_id), view_title(view), jpeg)
        for shown_id, view in pictures[VIEW_COLUMN].sort_values().items()
        for jpeg in kept.views(shown.dataset, str(shown_id)).values()
    ]


def next_pictures(shown: SampleShown, sample_id: str, glitch: str, *, suggested: str = "") -> None:
    """Make the pictures of the sample that comes next while this one is looked at.

    Args:
        shown, sample_id, glitch: as for :func:`suspect_pictures`.
        suggested: as for :func:`suspect_witnesses`; where it is not known yet, the neighbours are not made.
    """
    view = widget_value("suspect_view") or shown.view
    kept = _view_cache(shown.dataset.fingerprint)

    def make() -> None:
        _glitch_jpegs(shown, sample_id, glitch)
        if suggested:
            found = _find_witnesses(shown, sample_id, suggested=suggested)
            kept.tiles(shown.dataset, list(shown.samples.ids[[*found.against, *found.supporting]]), view=view)

    kept.beforehand(make)


def _find_witnesses(shown: SampleShown, sample_id: str, *, suggested: str) -> Witnesses:
    samples = shown.samples
    return find_witnesses(
        samples.row_of[sample_id],
        matrix=shown.vectors.matrix,
        weights=shown.vectors.weights,
        labels=samples.names,
        glitches=samples.glitch_ids,
        suggested=suggested,
        count=WITNESSES_SHOWN,
    )


def beforehand(shown: SampleShown, ids: Callable[[], Sequence[str]]) -> None:
    """Make the tiles of what comes next while something else is looked at; ``ids`` is asked in that other thread."""
    view = widget_value("suspect_view") or shown.view
    kept = _view_cache(shown.dataset.fingerprint)
    kept.beforehand(lambda: kept.tiles(shown.dataset, list(ids()), view=view))


@st.cache_resource(max_entries=2, show_spinner=False)
def _view_cache(fingerprint: str) -> ViewCache:
    return ViewCache(samples=64, tiles=1024, quality=_JPEG_QUALITY)


def suspect_witnesses(shown: SampleShown, sample_id: str, *, label: str, suggested: str) -> None:
    """The nearest samples with the suggested label and with the label now, as two rows of tiles."""
    samples = shown.samples
    row = samples.row_of[sample_id]
    labels = samples.names
    glitches = samples.glitch_ids
    found = _find_witnesses(shown, sample_id, suggested=suggested)
    near = label_counts(shown.neighbours.indices[row], labels=labels, glitches=glitches, row=row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_near_in_words(near, (suggested, label)), width="content")
        view = view_to_show(shown)
    sides = (
        ("against", suggested, found.against, found.against_distances),
        ("for", label, found.supporting, found.supporting_distances),
    )
    for column, (side, name, rows, distances) in zip(st.columns(2, gap="medium"), sides, strict=True):
        if name:
            with column, st.container(gap="xxsmall"):
                st.markdown(
                    f"Speaks {escaped(side)} **{escaped(label)}**: the nearest samples called **{escaped(name)}**"
                )
                _witnesses(shown, name, rows, distances, view=view, key=f"suspect_witnesses_{side}")


def label_witnesses(shown: SampleShown, sample_id: str, *, labels: Sequence[str]) -> None:
    """The nearest samples with each of these labels, a row of tiles a label."""
    samples = shown.samples
    row = samples.row_of[sample_id]
    names, glitches = samples.names, samples.glitch_ids
    near = label_counts(shown.neighbours.indices[row], labels=names, glitches=glitches, row=row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Nearest**", width="content", help=f"What each side can point to. {_near_in_words(near, labels)}")
        view = view_to_show(shown)
    for place, label in enumerate(labels):
        found = _find_witnesses(shown, sample_id, suggested=label)
        own = label == names[row]
        rows = found.supporting if own else found.against
        distances = found.supporting_distances if own else found.against_distances
        with st.container(gap="xxsmall"):
            st.markdown(f"Called **{escaped(label)}**, with the distance")
            key = f"conflict_witnesses_{place}"
            _witnesses(shown, label, rows, distances, view=view, key=key, width=NARROW_TILE)


def label_examples(shown: SampleShown, examples: dict[str, tuple[int, str]]) -> None:
    """For each label the sample called so that is most like the one in question (its row), with a word under it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            "**Examples**",
            width="content",
            help="Of each label the sample that is most like this one. That it is shown does not say that it is right.",
        )
        view = view_to_show(shown)
    ids = [str(shown.samples.ids[row]) for row, _ in examples.values()]
    tiles = picture_tiles(shown, ids, [caption for _, caption in examples.values()], view=view)
    contact_sheet(tiles, key="label_examples", on_event=open_sample, tile_width=NARROW_TILE, selectable=False)


def _witnesses(
    shown: SampleShown,
    name: str,
    rows: np.ndarray,
    distances: np.ndarray,
    *,
    view: str,
    key: str,
    width: int = WITNESS_TILE,
) -> None:
    if not len(rows):
        st.caption(f"No other sample is called {escaped(name)}.")
        return
    narrow = width < WITNESS_TILE
    captions = [f"{distance:.2f}" if narrow else f"{distance:.2f} away" for distance in distances]
    tiles = picture_tiles(shown, list(shown.samples.ids[rows]), captions, view=view)
    if narrow:
        # The line above says the label; beneath it there is room for one thing.
        tiles = [replace(tile, label=tile.caption, caption="") for tile in tiles]
    contact_sheet(tiles, key=key, on_event=open_sample, tile_width=width, selectable=False)


def picture_tiles(shown: SampleShown, ids: Sequence[str], captions: Sequence[str], *, view: str) -> list[Tile]:
    """Tiles of samples in one view, with their labels."""
    pictures = _view_cache(shown.dataset.fingerprint).tiles(shown.dataset, ids, view=view)
    samples = shown.samples
    labels = [str(samples.names[samples.row_of[sample_id]]) for sample_id in ids]
    return [
        Tile(
            sample_id=sample_id,
            label=label,
            caption=caption,
            colour=samples.colours[label].colour,
            sign=samples.colours[label].sign,
            chosen=True,
            jpeg=pictures.get(sample_id, b""),
        )
        for sample_id, caption, label in zip(ids, captions, labels, strict=True)
    ]


def _near_in_words(counts, labels: Sequence[str]) -> str:
    total = int(counts.sum())
    if total == 0:
        return "It has no neighbours."
    named = {name: int(counts.get(name, 0)) for name in labels if name}
    parts = [f"{count:,} {'is' if count == 1 else 'are'} called {escaped(name)}" for name, count in named.items()]
    rest = total - sum(named.values())
    others = f", {rest:,} something else" if rest else ""
    return f"Of its {total} nearest neighbours {', '.join(parts)}{others}."


def view_to_show(shown: SampleShown) -> str:
    """Ask in which view samples and neighbours are shown, where there are several; returns it."""
    views = shown.dataset.views
    if len(views) == 1:
        return views[0]
    return st.segmented_control(
        "View of the neighbours",
        views,
        default=shown.view,
        required=True,
        format_func=view_name,
        key="suspect_view",
        label_visibility="collapsed",
    )

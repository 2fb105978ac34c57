"""The samples of one cell of the confusion matrix: their contact sheet, and a better label for them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.classify.evaluation.evaluate import Evaluation, sample_table
from core.classify.evaluation.run_suspects import cell_reason
from core.classify.evaluation.views import Presence, presence
from core.classify.training.runs import Run
from core.dataset import Dataset, Taxonomy
from core.dataset.pictures_as_samples import glitch_of
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures
from pages.parts.desk.filled_in import fill_in
from pages.parts.desk.shown import SheetShown, first_view
from pages.parts.desk.state import widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.selection.chosen import begin_sheet, excluded
from pages.parts.selection.propose import LABEL, REASON, propose_form
from pages.parts.selection.sheet import PAGE_SIZE, sheet_panel
from pages.parts.widgets import icons
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import escaped

_JPEG_QUALITY = 88


def nothing_taken_out() -> None:
    """Another cell is another selection: it begins whole, on its first page."""
    begin_sheet()


def cell_sheet(
    here: AtDesk,
    run: Run,
    evaluation: Evaluation,
    ids: tuple[str, ...],
    cell: tuple[str, str],
    shown: SheetShown | None,
    dataset: Dataset | None,
    colours: Taxonomy,
) -> None:
    """Draw the contact sheet of exactly these samples, and the form to relabel them where the map is made.

    Args:
        here: who is at the desk.
        run: whose evaluation it is; a proposal of the label that it gave says so in its reason.
        evaluation: whose cell it is.
        ids: the cell's samples.
        cell: label and given name.
        shown: what the map's contact sheet shows; None where there is no map.
        dataset: the data set as it is now.
        colours: of the labels.
    """
    samples = shown.samples.table if shown is not None else dataset.samples if dataset is not None else None
    if samples is None:
        st.warning("The data set cannot be read, so there are no pictures.")
        return
    labels = sample_table(evaluation)["label"]
    there = presence(ids, samples, glitches=glitch_of(samples), labels=labels)
    _say_missing(there, len(ids))
    if not there.ids:
        return
    if shown is None:
        _plain_sheet(there.ids, dataset, colours)
        return
    selection = shown.samples.listed(there.ids)
    sheet_panel(here, shown, selection)
    _, named = cell
    if cell[0] != named and widget_value(LABEL) != named:
        st.button(
            f"Take “{escaped(named)}” into the form",
            key="evaluation_take",
            icon=icons.TAKE_LABEL,
            on_click=_take,
            args=(run, named),
        )
    still_in = tuple(name for name in selection.sample_ids if name not in excluded())
    propose_form(here, shown.samples, replace(selection, sample_ids=still_in))


def _take(run: Run, named: str) -> None:
    fill_in(LABEL, named)
    if not (widget_value(REASON) or "").strip():
        fill_in(REASON, cell_reason(run, named))


def _say_missing(there: Presence, count: int) -> None:
    if there.gone:
        st.warning(f"{there.gone:,} of these {count:,} samples are not on the map of this data set any more.")
    if there.relabelled:
        st.caption(f"{there.relabelled:,} of them carry another label today than when the classifier was trained.")


def _plain_sheet(ids: tuple[str, ...], dataset: Dataset, colours: Taxonomy) -> None:
    """The pictures alone, where the data set has no map yet."""
    view = first_view(dataset.views)
    shown = ids[:PAGE_SIZE]
    pictures = tile_pictures(dataset, shown, view=view)
    labels: pd.Series = dataset.samples["label"]
    tiles = [
        Tile(
            sample_id=sample_id,
            label=labels[sample_id],
            caption=sample_id,
            colour=colours[labels[sample_id]].colour,
            sign=colours[labels[sample_id]].sign,
            chosen=True,
            jpeg=encode_jpeg(pictures[sample_id], quality=_JPEG_QUALITY) if sample_id in pictures else b"",
        )
        for sample_id in shown
    ]
    contact_sheet(tiles, key="evaluation_tiles", on_event=_ignore, selectable=False)
    rest = f" The first {len(shown)} of {len(ids):,}." if len(ids) > len(shown) else ""
    st.caption(
        f"This data set has no map yet: prepare it on the page “Data and settings” to open and relabel samples.{rest}"
    )


def _ignore(event: SheetEvent) -> None:
    """There is no map, so there are no neighbours to show a sample with."""

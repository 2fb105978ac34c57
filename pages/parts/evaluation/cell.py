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
from core.pipeline.stages import Prepared
from core.space.filters import make_selection
from pages.parts.desk.shown import samples_of, sheet_of
from pages.parts.desk.who import at_desk
from pages.parts.selection.propose import propose_form
from pages.parts.selection.sheet import PAGE_SIZE, begin_sheet, excluded, sheet_panel
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import inert

_JPEG_QUALITY = 88


def nothing_taken_out() -> None:
    """Another cell is another selection: it begins whole, on its first page."""
    begin_sheet()


def cell_sheet(
    run: Run,
    evaluation: Evaluation,
    ids: tuple[str, ...],
    cell: tuple[str, str],
    prepared: Prepared | None,
    dataset: Dataset | None,
    colours: Taxonomy,
) -> None:
    """Draw the contact sheet of exactly these samples, and the form to relabel them where the map is made.

    Args:
        run: whose evaluation it is; a proposal of the label that it gave says so in its reason.
        evaluation: whose cell it is.
        ids: the cell's samples.
        cell: label and given name.
        prepared: the workspace's results, which the map's contact sheet needs.
        dataset: the data set as it is now.
        colours: of the labels.
    """
    samples = prepared.samples if prepared is not None else dataset.samples if dataset is not None else None
    if samples is None:
        st.warning("The data set cannot be read, so there are no pictures.")
        return
    labels = sample_table(evaluation)["label"]
    here = presence(ids, samples, glitches=glitch_of(samples), labels=labels)
    _say_missing(here, len(ids))
    if not here.ids:
        return
    if prepared is None:
        _plain_sheet(here.ids, dataset, colours)
        return
    selection = make_selection(
        prepared.samples,
        prepared.samples.index.isin(here.ids),
        how="query",
        clusters=prepared.clustering.labels,
        dataset_fingerprint=prepared.dataset.fingerprint,
        layout_fingerprint=prepared.layout.fingerprint,
    )
    sheet_panel(sheet_of(prepared), selection)
    _, named = cell
    if cell[0] != named and st.session_state.get("propose_label") != named:
        st.button(
            f"Take “{inert(named)}” into the form",
            key="evaluation_take",
            icon=":material/label:",
            on_click=_take,
            args=(run, named),
        )
    still_in = tuple(name for name in selection.sample_ids if name not in excluded())
    propose_form(at_desk(), samples_of(prepared), replace(selection, sample_ids=still_in))


def _take(run: Run, named: str) -> None:
    st.session_state["propose_label"] = named
    if not (st.session_state.get("propose_reason") or "").strip():
        st.session_state["propose_reason"] = cell_reason(run, named)


def _say_missing(here: Presence, count: int) -> None:
    if here.gone:
        st.warning(f"{here.gone:,} of these {count:,} samples are not on the map of this data set any more.")
    if here.relabelled:
        st.caption(f"{here.relabelled:,} of them carry another label today than when the classifier was trained.")


def _plain_sheet(ids: tuple[str, ...], dataset: Dataset, colours: Taxonomy) -> None:
    """The pictures alone, where the data set has no map yet."""
    view = "1.0" if "1.0" in dataset.views else dataset.views[0]
    shown = ids[:PAGE_SIZE]
    pictures = tile_pictures(dataset, shown, view=view)
    labels: pd.Series = dataset.samples["label"]
    tiles = [
        Tile(
            sample_id=sample_id,
            label=labels[sample_id],
            caption=sample_id,
            colour=colours[labels[sample_id]].colour,
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

"""One cluster in depth: where it lies, what its labels are, how sure that is, and what its pictures show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.ordering import examples_by_label
from core.dataset.wording import Wording
from core.evidence.colours import cluster_colour
from core.evidence.figures.model import count_of
from core.evidence.map_thumbnail import map_thumbnail_png
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures
from core.ledger.views.comments import CLUSTER as A_CLUSTER
from core.ledger.views.comments import Subject, cluster_key
from core.space.gestures import Gesture
from core.statistics_words import terms_help
from pages.parts.clusters.by_channels import Lines
from pages.parts.clusters.verdicts import verdict_list
from pages.parts.desk.addresses import CLUSTER, copy_link
from pages.parts.desk.comments import comments
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import MapShown, Samples, SheetShown
from pages.parts.desk.who import AtDesk
from pages.parts.map.arrangement import arranged
from pages.parts.map.choosing import choose
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import open_sample
from pages.parts.widgets import icons
from pages.parts.widgets.contact_sheet import Tile, contact_sheet
from pages.parts.widgets.text import escaped

_JPEG_QUALITY = 88


def cluster_depth(
    here: AtDesk,
    shown: MapShown,
    sheet: SheetShown,
    facts: pd.Series,
    verdicts: pd.DataFrame,
    *,
    lines: Lines | None = None,
) -> None:
    """Draw everything about one cluster.

    Args:
        here: who is at the desk, and with which data set.
        shown: the map, to show where it lies.
        sheet: its pictures.
        facts: the cluster's row of the audit's table.
        verdicts: the audit's verdicts, those about other clusters too.
        lines: what the detector's channels say of them.
    """
    open_if_asked(here, sheet.sample)
    shown = arranged(shown)
    number = int(facts.name)
    lit = shown.samples.clusters == number
    st.subheader(f"Cluster {number}")
    left, right = st.columns([2, 3])
    left.image(
        map_thumbnail_png(shown.coordinates, lit, colour=cluster_colour(number)),
        caption=f"Where cluster {number} lies on the map",
        width="stretch",
    )
    with right:
        _figures(facts, shown.samples.words)
        with st.container(horizontal=True):
            if st.button(
                f"Open cluster {number} on the map",
                type="primary",
                icon=icons.OPEN_MAP,
                key="clusters_to_map",
            ):
                choose(shown, Gesture(how="cluster", cluster=number))
                st.switch_page(PAGES / "map.py")
            copy_link(here, CLUSTER, number, what="this cluster")
        subject = _subject(shown.samples, number)
        comments(here, subject, place="cluster", dataset=shown.samples.dataset)
        verdict_list(
            about_cluster(verdicts, number),
            shown,
            sheet.sample,
            empty="Nothing speaks for one kind under several names (over-splitting) in this cluster.",
            lines=lines,
        )
    _sheet(sheet, np.flatnonzero(lit))


def about_cluster(verdicts: pd.DataFrame, number: int) -> pd.DataFrame:
    """The verdicts whose subject is this cluster."""
    return verdicts[(verdicts["cluster"] == number).fillna(False)]


def _subject(samples: Samples, number: int) -> Subject:
    """The cluster as what a comment is about."""
    inside = tuple(samples.glitches[samples.clusters == number].astype(str).unique())
    name = f"cluster {number} ({count_of(len(inside), 'sample')})"
    return Subject(A_CLUSTER, cluster_key(samples.clustering, number), name, inside)


def _figures(facts: pd.Series, words: Wording) -> None:
    rows = [
        ("samples", f"{int(facts['n']):,}"),
        ("commonest label", f"{escaped(facts['top_label'])} ({int(facts['top_count']):,})"),
        ("purity: share of the commonest label", _with_interval(facts, "purity", "purity_low", "purity_high", ".0%")),
        ("label entropy", _with_interval(facts, "entropy_corrected", "entropy_low", "entropy_high", ".2f") + " bits"),
        ("effective labels", _with_interval(facts, "effective_labels", "effective_low", "effective_high", ".1f")),
        ("entropy by chance", f"{facts['null_entropy']:.2f} bits; q = {_chance(facts['q_value'])}"),
        ("stability", _with_interval(facts, "stability", "stability_low", "stability_high", ".2f")),
    ]
    if facts["top_view"]:
        rows.append(("commonest view", f"{escaped(facts['top_view'])} ({facts['view_purity']:.0%})"))
    if facts["top_detector"]:
        rows.append(("commonest detector", f"{escaped(facts['top_detector'])} ({facts['detector_purity']:.0%})"))
    st.markdown("\n".join(["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]))
    st.caption(
        "Intervals are 95 %. “By chance” is the entropy that a group of this size would have if the labels were "
        f"shuffled{words.shuffled}; q is the share of clusters as clear as this one to be expected by chance. "
        "Stability below 0.6 means: another seed or subsample would draw this cluster elsewhere.",
        help=terms_help("purity, entropy, effective labels, stability, interval, false discovery"),
    )


def _with_interval(facts: pd.Series, value: str, low: str, high: str, form: str) -> str:
    if pd.isna(facts[value]):
        return "not known"
    text = format(float(facts[value]), form)
    return (
        text
        if pd.isna(facts[low])
        else f"{text} ({format(float(facts[low]), form)} to {format(float(facts[high]), form)})"
    )


def _chance(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _sheet(sheet: SheetShown, rows: np.ndarray) -> None:
    samples = sheet.samples
    labels = samples.table["label"].to_numpy(dtype=str)
    examples = examples_by_label(rows, labels=labels, intensity=sheet.intensity)
    st.markdown("**Its commonest labels**, each from the faintest to the brightest picture")
    ids = samples.ids
    chosen = [ids[row] for own in examples.values() for row in own]
    pictures = tile_pictures(sheet.dataset, chosen, view=sheet.sample.view)
    for number, (label, own) in enumerate(examples.items()):
        count = int((labels[rows] == label).sum())
        st.caption(f"{escaped(label)}: {count:,} of {len(rows):,} samples ({count / len(rows):.0%})")
        tiles = [
            Tile(
                sample_id=ids[row],
                label=label,
                caption=ids[row],
                colour=samples.colours[label].colour,
                sign=samples.colours[label].sign,
                chosen=True,
                jpeg=encode_jpeg(pictures[ids[row]], quality=_JPEG_QUALITY) if ids[row] in pictures else b"",
            )
            for row in own
        ]
        contact_sheet(tiles, key=f"clusters_sheet_{number}", on_event=open_sample, tile_width=150, selectable=False)

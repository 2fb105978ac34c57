"""Sheets of pictures: a cluster by label, a cluster by intensity, the most suspect samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.audit.ordering import examples_by_label
from core.evidence.figures.model import (
    CLUSTER_STEPS,
    SUSPECT_STEPS,
    ReportFigure,
    count_of,
    of_all,
    percent,
    provenance,
)
from core.evidence.figures.paper import MARGIN, SMALL_SIZE, SOFT, Paper
from core.evidence.figures.pictures import by_intensity, evenly_spaced, sample_pictures
from core.evidence.previews import PREFERRED_VIEW
from core.evidence.report_input import ReportInput, is_filled

SHEET_LABELS, SHEET_SAMPLES = 6, 5
STRIP_SAMPLES, _STRIP_COLUMNS = 27, 9
SUSPECTS_SHOWN, _SUSPECT_COLUMNS = 24, 6
_TILE = (170, 140)
_STRIP_TILE = (118, 97)
_GAP = 9
_LINE_CHARACTERS = 13


def cluster_contact_sheet(subject: ReportInput, cluster: int) -> ReportFigure:
    """A cluster's six commonest labels, five samples each, as in the reference audit's contact sheets."""
    rows = subject.rows_of_cluster(cluster)
    counts = pd.Series(subject.labels[rows]).value_counts()
    examples = examples_by_label(
        by_intensity(subject, rows),
        labels=subject.labels,
        intensity=np.asarray(subject.intensity),
        most_labels=SHEET_LABELS,
        most_samples=SHEET_SAMPLES,
    )
    title = f"Cluster {cluster} by label: {_label_words(counts)}"
    counted = f"{of_all(subject, len(rows))} in cluster {cluster}"
    caption = provenance(
        subject, f"{counted}, up to {SHEET_SAMPLES} a label, faint to bright{_view_words(subject)}", steps=CLUSTER_STEPS
    )
    width, height = _TILE
    paper = Paper(title, caption, body=max(1, len(examples)) * (height + _GAP))
    for line, (label, chosen) in enumerate(examples.items()):
        top = line * (height + _GAP)
        paper.swatch(MARGIN, top + 4, subject.taxonomy[label].colour)
        paper.text(MARGIN + 22, top + 2, paper.fit(label, 190))
        paper.text(MARGIN + 22, top + 26, f"{counts[label]:,} of {len(rows):,}", colour=SOFT)
        paper.text(MARGIN + 22, top + 48, percent(counts[label] / len(rows)), colour=SOFT)
        for column, picture in enumerate(sample_pictures(subject, chosen, size=_TILE)):
            paper.picture(MARGIN + 230 + column * (width + _GAP), top, picture, size=_TILE)
    reading = (
        "Each row is one label's samples in this cluster, evenly spaced from the faintest to the brightest. Rows that "
        "cannot be told apart by eye are one shape under several labels; rows that can are a mixed cluster."
    )
    return ReportFigure(f"cluster_{cluster}_by_label", title, reading, caption, paper.png())


def intensity_strip(subject: ReportInput, cluster: int) -> ReportFigure:
    """A cluster's samples from the faintest to the brightest picture, evenly spaced in that order."""
    rows = by_intensity(subject, subject.rows_of_cluster(cluster))
    chosen = evenly_spaced(rows, STRIP_SAMPLES)
    title = f"Cluster {cluster} ordered by intensity, faint to bright"
    counted = f"{len(chosen)} of {count_of(len(rows), 'sample')} with a picture in cluster {cluster}, evenly spaced"
    caption = provenance(subject, counted, steps=CLUSTER_STEPS)
    width, height = _STRIP_TILE
    line_height = height + 56
    paper = Paper(title, caption, body=max(1, -(-len(chosen) // _STRIP_COLUMNS)) * line_height)
    pictures = sample_pictures(subject, chosen, size=_STRIP_TILE)
    for number, (row, picture) in enumerate(zip(chosen, pictures, strict=True)):
        left = MARGIN + (number % _STRIP_COLUMNS) * (width + _GAP)
        top = (number // _STRIP_COLUMNS) * line_height
        label = subject.labels[row]
        paper.picture(left, top, picture, size=_STRIP_TILE)
        paper.rectangle(left, top + height, width, 4, colour=subject.taxonomy[label].colour)
        for line, part in enumerate(_two_lines(label)):
            words = paper.fit(part, width, size=SMALL_SIZE)
            paper.text(left, top + height + 8 + 17 * line, words, size=SMALL_SIZE)
    reading = (
        "Read left to right, row by row; intensity is the sum of the pixel values. The bar below a picture has its "
        "label's colour: labels that change along the strip follow loudness rather than shape."
    )
    return ReportFigure(f"cluster_{cluster}_by_intensity", title, reading, caption, paper.png())


def suspects_sheet(subject: ReportInput) -> ReportFigure | None:
    """The most suspect of the flagged samples with current and suggested label; None where none is flagged."""
    if not is_filled(subject.suspects):
        return None
    known = subject.suspects[subject.suspects.index.isin(subject.samples.index)]
    flags = known[known["flagged"].astype(bool)] if "flagged" in known else known
    worst = flags.sort_values("score", ascending=False, kind="stable").head(SUSPECTS_SHOWN)
    if worst.empty:
        return None
    title = f"The {len(worst)} most suspect labels"
    counted = f"{count_of(len(known), 'sample')} ranked, {len(flags):,} flagged, {len(worst)} shown"
    caption = provenance(subject, counted, steps=SUSPECT_STEPS)
    width, height = _TILE
    line_height = height + 98
    paper = Paper(title, caption, body=-(-len(worst) // _SUSPECT_COLUMNS) * line_height)
    rows = [subject.row_of[sample_id] for sample_id in worst.index]
    pictures = sample_pictures(subject, rows, size=_TILE)
    for number, (suspect, picture) in enumerate(zip(worst.itertuples(), pictures, strict=True)):
        left = MARGIN + (number % _SUSPECT_COLUMNS) * (width + 25)
        top = (number // _SUSPECT_COLUMNS) * line_height
        paper.picture(left, top, picture, size=_TILE)
        _suspect_words(paper, subject, suspect, left=left, top=top + height + 6, width=width)
    reading = (
        "Above, the label that people gave; below it, the label that the embedding suggests and the estimated chance "
        "that the given one is wrong. The pictures decide, not the number."
    )
    return ReportFigure("suspects", title, reading, caption, paper.png())


def _suspect_words(paper: Paper, subject: ReportInput, suspect: Any, *, left: int, top: int, width: int) -> None:
    lines = ((suspect.label, ""), (suspect.suggested, "→ "))
    for line, (label, sign) in enumerate(lines):
        paper.swatch(left, top + 3 + 23 * line, subject.taxonomy[str(label)].colour)
        words = paper.fit(sign + str(label), width, size=SMALL_SIZE)
        paper.text(left + 19, top + 23 * line + 1, words, size=SMALL_SIZE)
    chance = f"wrong: {percent(getattr(suspect, 'chance_wrong', float('nan')))}"
    for line, words in enumerate((chance, suspect.Index)):
        paper.text(left, top + 48 + 18 * line, paper.fit(words, width, size=SMALL_SIZE), size=SMALL_SIZE, colour=SOFT)


def _view_words(subject: ReportInput) -> str:
    return f", {PREFERRED_VIEW} s view where there is one" if PREFERRED_VIEW in subject.dataset.views else ""


def _two_lines(label: str) -> list[str]:
    """A long label broken after an underscore near its middle."""
    breaks = [place + 1 for place, character in enumerate(label) if character == "_"]
    if len(label) <= _LINE_CHARACTERS or not breaks:
        return [label]
    middle = min(breaks, key=lambda place: abs(place - len(label) / 2))
    return [label[:middle], label[middle:]]


def _label_words(counts: pd.Series) -> str:
    if counts.empty:
        return "no samples"
    if len(counts) <= SHEET_LABELS:
        return count_of(len(counts), "label")
    return f"the {SHEET_LABELS} commonest of {len(counts)} labels"

"""The case study of one drift: what changes along it, and what it looks like from start to end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.audit.drift import THIRDS, AlongCurve, Drift, Segment, along_the_curve, segments
from core.audit.physical import PHYSICAL_UNITS, physical_columns
from core.evidence.drift_atlas import ROWS, atlas_places
from core.evidence.figures.model import DRIFT_STEPS, ReportFigure, count_of, decimal, percent, provenance
from core.evidence.figures.paper import BLUE, LINE, MARGIN, SMALL_SIZE, SOFT, TEXT_SIZE, WIDTH, Paper
from core.evidence.figures.pictures import sample_pictures
from core.evidence.report_input import ReportInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TILE = (146, 120)
_GAP = 8
_PICTURES = 6
_MOST_BINS, _FEWEST_IN_BIN = 10, 8
_CHART_TOP, _CHART_HEIGHT = 30, 300
_LABELS_NAMED = 7
_NAME_CHARACTERS = 60
_ATLAS_LEFT = MARGIN + 224
_BAR = 5
_ATLAS_ROW = _TILE[1] + _BAR + _GAP


def drift_case_study(subject: ReportInput, drift: Drift) -> ReportFigure:
    """Draw place along the drift against the physical column that follows it best, its label mix, and three rows of it.

    With ``subject.case``, means and error rates have intervals. Samples that are not in ``subject`` are left out.
    """
    known = np.array([sample_id in subject.row_of for sample_id in drift.sample_ids], dtype=bool)
    rows = np.array([subject.row_of[s] for s in drift.sample_ids if s in subject.row_of], dtype=int)
    position = np.asarray(drift.position, dtype=float)[known]
    name = drift.name if drift.name.lower().startswith("drift") else f"drift {drift.name}"
    title = f"{name[0].upper()}{name[1:]}, {count_of(len(rows), 'sample')} in order along a curve"
    caption = provenance(subject, _counted(drift, len(rows)), steps=DRIFT_STEPS)
    atlas_top = _CHART_TOP + _CHART_HEIGHT + 108
    paper = Paper(title, caption, body=atlas_top + len(ROWS) * _ATLAS_ROW)
    half = (WIDTH - 2 * MARGIN - 110) / 2
    if len(rows):
        _column_chart(paper, subject, drift, rows, position, left=MARGIN + 62, width=half)
        _mix_chart(paper, subject, rows, position, left=MARGIN + 62 + half + 48, width=half)
        _atlas(paper, subject, drift, rows, top=atlas_top)
    return ReportFigure(_file_name(name), title, _reading(subject), caption, paper.png())


def _reading(subject: ReportInput) -> str:
    with_intervals = subject.case is not None
    mean = (
        f", the line is the mean of equally many {subject.words.many} with its 95 % interval" if with_intervals else ""
    )
    wrong = ", and the share of labels seen to be wrong with its interval" if with_intervals else ""
    return (
        f"Left, a physical column along the drift: dots are samples in their labels' colours{mean}. Right, the labels' "
        "shares along it. Below, a row of pictures from each third, evenly spaced, underlined in their labels' "
        f"colours{wrong}."
    )


def along(subject: ReportInput, drift: Drift) -> AlongCurve | None:
    """What changes along the drift; None without ``subject.case``."""
    if subject.case is None:
        return None
    return along_the_curve(subject.case, drift, suspicion=_suspicion(subject))


def thirds(subject: ReportInput, drift: Drift) -> tuple[Segment, ...]:
    """The drift's three parts; none without ``subject.case``."""
    if subject.case is None:
        return ()
    return segments(subject.case, drift, how=THIRDS, suspicion=_suspicion(subject))


def best_column(subject: ReportInput, rows: np.ndarray, position: np.ndarray) -> tuple[str, np.ndarray, float] | None:
    """The physical column whose ranks follow the position most closely: name, log10 values, rank correlation."""
    found = None
    for name, values in physical_columns(subject.samples).items():
        chosen = pd.Series(values[rows])
        correlation = chosen.rank().corr(pd.Series(position).where(chosen.notna()).rank())
        if np.isfinite(correlation) and (found is None or abs(correlation) > abs(found[2])):
            found = (name, chosen.to_numpy(), float(correlation))
    return found


def _suspicion(subject: ReportInput) -> np.ndarray | None:
    table = subject.suspects
    if table is None or "chance_wrong" not in table:
        return None
    return table["chance_wrong"].reindex(subject.samples.index).to_numpy(dtype=float)


def _counted(drift: Drift, count: int) -> str:
    words = count_of(count, "sample")
    if drift.agreement == drift.agreement:
        low, high = decimal(drift.agreement_low), decimal(drift.agreement_high)
        words += f", order agrees over subsamples {decimal(drift.agreement)} ({low} to {high})"
    return f"{words}, drift {drift.fingerprint}"


def _column_chart(
    paper: Paper,
    subject: ReportInput,
    drift: Drift,
    rows: np.ndarray,
    position: np.ndarray,
    *,
    left: float,
    width: float,
) -> None:
    found = best_column(subject, rows, position)
    if found is None:
        paper.text(left, 4, "This data set has no physical column that varies.", colour=SOFT)
        return
    name, values, correlation = found
    unit = f", {PHYSICAL_UNITS[name]}" if PHYSICAL_UNITS[name] else ""
    paper.text(left, 2, f"{name.replace('_', ' ')}{unit} (rank correlation {correlation:+.2f})")
    axes = paper.axes(left, _CHART_TOP, width, _CHART_HEIGHT)
    colours = [subject.taxonomy[label].colour for label in subject.labels[rows]]
    axes.scatter(position, 10**values, c=colours, s=7, linewidths=0, alpha=0.75)
    curve = along(subject, drift)
    if curve is not None:
        means = curve.columns[curve.columns["column"] == name]
        axes.fill_between(means["centre"], means["low"], means["high"], color=BLUE, alpha=0.2, linewidth=0)
        axes.plot(means["centre"], means["value"], color=BLUE, linewidth=1.6)
    _log_scale(axes)
    axes.set_xlim(-0.01, 1.01)
    axes.set_xlabel("position along the drift", fontsize=TEXT_SIZE, color=SOFT)
    axes.grid(color=LINE, linewidth=0.5)


def _log_scale(axes: Axes) -> None:
    """A logarithmic axis whose ticks are plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def _groups(count: int) -> list[np.ndarray]:
    """Places in order, in groups of equally many."""
    return np.array_split(np.arange(count), int(np.clip(count // _FEWEST_IN_BIN, 1, _MOST_BINS)))


def _mix_chart(
    paper: Paper, subject: ReportInput, rows: np.ndarray, position: np.ndarray, *, left: float, width: float
) -> None:
    labels = pd.Series(subject.labels[rows])
    counts = labels.value_counts()
    axes = paper.axes(left, _CHART_TOP, width, _CHART_HEIGHT)
    paper.text(left, 2, "labels along the drift, share of samples")
    groups = _groups(len(rows))
    edges = [0.0, *(float(position[group[0]]) for group in groups[1:]), 1.0]
    widths = np.diff(edges)
    below = np.zeros(len(groups))
    for label in counts.index:
        shares = np.array([(labels.iloc[group] == label).mean() for group in groups])
        colour = subject.taxonomy[label].colour
        axes.bar(edges[:-1], shares, widths, bottom=below, align="edge", color=colour, linewidth=0.4, edgecolor="white")
        below += shares
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_xlabel("position along the drift", fontsize=TEXT_SIZE, color=SOFT)
    top = _CHART_TOP + _CHART_HEIGHT + 62
    place: float = MARGIN
    for number, (label, count) in enumerate(counts.items()):
        words = f"{label} {count:,}" if number < _LABELS_NAMED else f"and {len(counts) - _LABELS_NAMED} more"
        if number < _LABELS_NAMED:
            paper.swatch(place, top + 1, subject.taxonomy[label].colour)
        words = paper.fit(words, 190, size=SMALL_SIZE)
        paper.text(place + 19, top, words, size=SMALL_SIZE)
        place += 19 + paper.measure(words, size=SMALL_SIZE) + 26
        if number == _LABELS_NAMED or place > WIDTH - 180:
            break


def _atlas(paper: Paper, subject: ReportInput, drift: Drift, rows: np.ndarray, *, top: int) -> None:
    width, height = _TILE
    parts = thirds(subject, drift)
    split = np.array_split(rows, len(ROWS))
    for line, places in enumerate(atlas_places(len(rows), columns=_PICTURES)):
        upper = top + line * _ATLAS_ROW
        paper.text(MARGIN, upper + 2, ROWS[line])
        for place, words in enumerate(_segment_words(split[line], parts[line] if line < len(parts) else None)):
            words = paper.fit(words, _ATLAS_LEFT - MARGIN - 12, size=SMALL_SIZE)
            paper.text(MARGIN, upper + 27 + 20 * place, words, size=SMALL_SIZE, colour=SOFT)
        chosen = rows[places]
        for number, picture in enumerate(sample_pictures(subject, chosen, size=_TILE)):
            left = _ATLAS_LEFT + number * (width + _GAP)
            paper.picture(left, upper, picture, size=_TILE)
            colour = subject.taxonomy[subject.labels[chosen[number]]].colour
            paper.rectangle(left, upper + height, width, _BAR, colour=colour)


def _segment_words(third: np.ndarray, segment: Segment | None) -> list[str]:
    words = [count_of(len(third), "sample")]
    if segment is None:
        return words
    low, high = segment.error_interval
    what = "other labels" if np.isnan(segment.expected_wrong) else "wrong"
    return [
        *words,
        segment.top_label,
        f"{what} {percent(segment.error_rate)} ({percent(low)} to {percent(high)})",
        *(
            (segment.suggestion.removesuffix(f" {segment.relabel_to}"), segment.relabel_to)
            if segment.relabel_to
            else (segment.suggestion,)
        ),
    ]


def _file_name(name: str) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", name.lower()))[:_NAME_CHARACTERS]

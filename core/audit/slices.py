"""Where suspects come from: slices of the data set, such as one week, that hold more of them than chance alone.

A slice is one kind of suspect (called A, looks like B) in one week, detector, observing run, quarter of the SNR, or of
one annotator. Two things have to be true of it. Among the samples called A, those that look like B lie there more often
than the others do: a label that is suspect everywhere does not count. And among the samples that look like B, those
called A lie there more often than those called B: a week with many of B does not count. Each is a hypergeometric test
(Fisher 1935); the larger chance of the two is that of the slice (intersection-union, Berger 1982). Over all slices
Benjamini and Hochberg's procedure holds the false-discovery rate, without the slices that could not have been told
apart from chance whatever they held (Gilbert 2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from core.audit.observing_runs import observing_run
from core.dataset.wording import GLITCH_WORDS, Wording
from core.statistics.testing import false_discovery

DETECTOR, ANNOTATOR, WEEK, RUN, SNR = "detector", "annotator", "week", "observing run", "SNR"
ANNOTATOR_COLUMNS = ("annotator", "volunteer", "labeller", "labelled_by", "labeled_by", "user_name")
"""Columns that may say who gave a label; the first that is there counts."""

GPS_EPOCH = pd.Timestamp("1980-01-06")
LEAP_SECONDS = 18
"""GPS minus UTC since 2017, one less since 2015: no more than a second from the edge of a week."""

WEEK_SECONDS = 7 * 86400
FALSE_DISCOVERY_RATE = 0.05
FEWEST = 3
"""Suspects in a slice: fewer are no pattern, whatever chance says."""

SLICE_COLUMNS = ("label", "suggested", "kind", "value", "suspects", "of", "samples", "expected", "p_value", "q_value")


@dataclass(frozen=True)
class Slice:
    """One slice: suspects called ``label`` that look like ``suggested``, where ``kind`` is ``value``."""

    label: str
    suggested: str
    kind: str
    value: str


def slice_values(samples: pd.DataFrame, *, words: Wording = GLITCH_WORDS) -> dict[str, pd.Series]:
    """Return in which week, detector, observing run, quarter of the SNR each sample lies, and who called it.

    ``samples`` has any of the columns ``event_time`` (GPS seconds, where ``words`` are of detectors), ``detector``,
    ``snr`` and one of :data:`ANNOTATOR_COLUMNS`. The series are str with the samples' index, missing where unknown;
    what does not vary is left out.
    """
    found: dict[str, pd.Series] = {}
    annotator = next((name for name in ANNOTATOR_COLUMNS if name in samples), None)
    if annotator:
        found[ANNOTATOR] = _texts(samples[annotator])
    if "detector" in samples:
        found[DETECTOR] = _texts(samples["detector"])
    if "event_time" in samples and words.of_detectors:
        times = _numbers(samples["event_time"])
        found[WEEK] = _weeks(times)
        found[RUN] = _texts(pd.Series(observing_run(times.to_numpy()), index=samples.index))
    if "snr" in samples:
        found[SNR] = _quarters(_numbers(samples["snr"]))
    return {kind: values for kind, values in found.items() if values.nunique() > 1}


def find_slices(
    entries: pd.DataFrame, values: dict[str, pd.Series], *, rate: float = FALSE_DISCOVERY_RATE
) -> pd.DataFrame:
    """Return the slices that hold more suspects than chance would put there, the least likely first.

    ``entries`` is one row a glitch, with ``label``, ``suggested`` and ``flagged``, as
    :func:`core.audit.queue.suspect_entries` gives it; ``values`` is from :func:`slice_values`, of the same rows or
    more. Columns :data:`SLICE_COLUMNS`: ``suspects`` of all the ``of`` of this pair of labels lie in the slice, with
    ``samples`` called ``label``; ``expected`` would by chance (the larger of the two expectations). ``q_value`` is at
    most ``rate``.
    """
    flagged = entries["flagged"].to_numpy(dtype=bool) & (entries["suggested"] != "").to_numpy()
    tables = [
        _counted(entries, flagged, series.reindex(entries.index), kind)
        for kind, series in values.items()
        if flagged.any()
    ]
    tested = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    if tested.empty:
        return pd.DataFrame(columns=list(SLICE_COLUMNS))
    tested = tested[_tellable(tested["least"].to_numpy(), rate)]
    tested = tested.assign(q_value=false_discovery(tested["p_value"].to_numpy()))
    found = tested[(tested["q_value"] <= rate) & (tested["suspects"] >= FEWEST)]
    order = ["p_value", "suspects", "label", "suggested", "kind", "value"]
    found = found.sort_values(order, ascending=[True, False, True, True, True, True], kind="stable")
    return found[list(SLICE_COLUMNS)].reset_index(drop=True)


def in_slice(entries: pd.DataFrame, values: dict[str, pd.Series], chosen: Slice) -> np.ndarray:
    """Return which entries are the suspects of this slice, bool (n,); arguments as for :func:`find_slices`."""
    pair = (entries["label"] == chosen.label) & (entries["suggested"] == chosen.suggested) & entries["flagged"]
    if chosen.kind not in values:
        return np.zeros(len(entries), dtype=bool)
    there = values[chosen.kind].reindex(entries.index) == chosen.value
    return (pair & there.fillna(False)).to_numpy(dtype=bool)


def slice_sentence(row: pd.Series) -> str:
    """Say what one row of :func:`find_slices` found: “34 of the 41 suspects called Blip that look like Tomte ...”."""
    expected = float(row["expected"])
    chance = f"{expected:.0f}" if expected >= 1 else "fewer than 1"
    return (
        f"{row['suspects']:,} of the {row['of']:,} suspects called {row['label']} that look like {row['suggested']} "
        f"{place_in_words(row['kind'], row['value'])}, where {chance} would be expected"
    )


def place_in_words(kind: str, value: str) -> str:
    """Say where a slice lies, as the end of a sentence about its samples."""
    return {
        WEEK: f"lie in one week ({value})",
        DETECTOR: f"come from one detector ({value})",
        RUN: f"lie in one observing run ({value})",
        ANNOTATOR: f"were called so by one annotator ({value})",
        SNR: f"lie in one quarter of the SNR ({value})",
    }[kind]


def _counted(entries: pd.DataFrame, flagged: np.ndarray, value: pd.Series, kind: str) -> pd.DataFrame:
    """One row a pair of labels and value, empty ones too: the counts, the chance of as many, and the least possible.

    A slice without suspects is a test as well: it could have held some.
    """
    from scipy.stats import hypergeom

    known = value.notna().to_numpy()
    label, suggested = (entries[name].to_numpy(dtype=str)[known] for name in ("label", "suggested"))
    places, place = np.unique(value.to_numpy(dtype=object)[known].astype(str), return_inverse=True)
    names, codes = np.unique(np.concatenate([label, suggested]), return_inverse=True)
    own, other = codes[: len(label)], codes[len(label) :]
    suspect = flagged[known]
    pairs, pair = np.unique(np.stack([own[suspect], other[suspect]]), axis=1, return_inverse=True)
    called = _table(own, place, (len(names), len(places)))
    suspects = _table(pair.ravel(), place[suspect], (pairs.shape[1], len(places)))
    of = np.broadcast_to(suspects.sum(axis=1, keepdims=True), suspects.shape)
    chances, expected, least = [], [], []
    for here in (called[pairs[0]], called[pairs[1]] + suspects):
        total = here.sum(axis=1, keepdims=True)
        chances.append(np.where(suspects > 0, hypergeom.sf(suspects - 1, total, here, of), 1.0))
        least.append(hypergeom.sf(np.minimum(here, of) - 1, total, here, of))
        expected.append(of * here / total)
    size = len(places)
    return pd.DataFrame(
        {
            "label": np.repeat(names[pairs[0]], size),
            "suggested": np.repeat(names[pairs[1]], size),
            "kind": kind,
            "value": np.tile(places, pairs.shape[1]),
            "suspects": suspects.ravel(),
            "of": of.ravel(),
            "samples": called[pairs[0]].ravel(),
            "expected": np.maximum(*expected).ravel(),
            "p_value": np.maximum(*chances).ravel(),
            # The second test's margin hangs on what was found: only the first says what could have been.
            "least": least[0].ravel(),
        }
    )


def _table(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)


def _tellable(least: np.ndarray, rate: float) -> np.ndarray:
    """Which tests can reject at all, by Tarone's (1990) count of those whose least chance is below ``rate`` / count."""
    ordered = np.sort(least)
    counts = np.arange(1, len(ordered) + 1)
    below = np.searchsorted(ordered, rate / counts, side="right")
    enough = np.flatnonzero(below <= counts)
    return least <= rate / counts[enough[0]] if len(enough) else np.ones(len(least), dtype=bool)


def _weeks(times: pd.Series) -> pd.Series:
    number = np.floor((times - LEAP_SECONDS) / WEEK_SECONDS)
    names = {week: _days(int(week)) for week in number.dropna().unique()}
    return number.map(names).astype("string")


def _days(week: int) -> str:
    first = GPS_EPOCH + pd.Timedelta(days=7 * week)
    last = first + pd.Timedelta(days=6)
    start = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start} to {last.day} {last:%B} {last.year}"


def _quarters(numbers: pd.Series) -> pd.Series:
    if numbers.nunique() < 4:
        return pd.Series(pd.NA, index=numbers.index, dtype="string")
    edges = np.unique(np.nanquantile(numbers, [0.25, 0.5, 0.75]))
    shown = [f"{edge:.3g}" for edge in edges]
    names = [f"below {shown[0]}", *(f"{low} to {high}" for low, high in pairwise(shown))]
    names.append(f"from {shown[-1]} on")
    place = np.searchsorted(edges, numbers.to_numpy(), side="right")
    found = pd.Series(np.array(names, dtype=object)[place], index=numbers.index, dtype="string")
    return found.where(numbers.notna())


def _texts(values: pd.Series) -> pd.Series:
    texts = values.astype("string").str.strip()
    return texts.where(texts != "")


def _numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").astype(float)

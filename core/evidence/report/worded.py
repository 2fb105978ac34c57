"""The report's tables in the words of the data set: columns that only glitches have are left out of others."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from core.dataset.wording import GLITCH_WORDS, Wording
from core.evidence.report.section import Section
from core.evidence.report.tables import ReportTable

_ONLY_WHERE_KNOWN = ("top_detector", "detector_purity", "top_view", "view_purity")
"""Columns of the audit's tables that are empty where the data set does not say such a thing."""

_SAMPLE, _COUNTED_ONCE = "glitch", "glitches"
"""The audit's own names for the sample that several rows may show, and for how many samples were counted once each."""

_CALLED = {_SAMPLE: "counts_as", _COUNTED_ONCE: "counted_once"}
_NUMBERS = "numbers"
"""The column of a verdict's numbers, as JSON."""


def worded(section: Section, words: Wording) -> Section:
    """Return the section with headings, and columns of its CSV files, that suit the data set; of glitches as it is."""
    if words == GLITCH_WORDS or not section.tables:
        return section
    return replace(section, tables=tuple(_worded(table, words) for table in section.tables))


def _worded(table: ReportTable, words: Wording) -> ReportTable:
    frame = without_glitch_columns(table.frame)
    columns = tuple(
        replace(column, name=_called(column.name), heading=column.heading.replace("glitches", words.many))
        for column in table.columns
    )
    return replace(table, frame=frame, columns=columns)


def without_glitch_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of the audit without what no sample of it has, and without counts that say nothing further."""
    empty = [name for name in _ONLY_WHERE_KNOWN if name in frame and _says_nothing(frame[name])]
    same = [_COUNTED_ONCE] if {_COUNTED_ONCE, "n"} <= set(frame) and (frame[_COUNTED_ONCE] == frame["n"]).all() else []
    itself = [_SAMPLE] if _SAMPLE in frame and (frame[_SAMPLE].astype("str") == frame.index.astype("str")).all() else []
    found = frame.drop(columns=[*empty, *same, *itself])
    if _NUMBERS in found:
        for name, called in _CALLED.items():
            found = found.assign(**{_NUMBERS: found[_NUMBERS].str.replace(f'"{name}":', f'"{called}":', regex=False)})
    return found.rename(columns=_CALLED)


def _called(name: str) -> str:
    return _CALLED.get(name, name)


def _says_nothing(values: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(values):
        return bool(values.isna().all())
    return bool((values.isna() | (values.astype("string") == "")).all())

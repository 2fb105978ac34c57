"""Texts in CSV cells: kept from running as a formula in a spreadsheet, and read back as they were."""

from __future__ import annotations

import re

import pandas as pd

# A spreadsheet takes a cell that begins with one of these for a formula and runs it (OWASP, "CSV Injection"); the wide
# forms count as the same signs where the spreadsheet runs in Japanese or Chinese.
_STARTS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_NEEDS_APOSTROPHE = re.compile(f"'*[{_STARTS}]")
_HAS_APOSTROPHE = re.compile(f"'+[{_STARTS}]")


def defused(text: str) -> str:
    """Return the text, after an apostrophe where a spreadsheet would run it; spreadsheets hide the apostrophe."""
    return "'" + text if _NEEDS_APOSTROPHE.match(text) else text


def read_cell(text: str) -> str:
    """Return the text that :func:`defused` was given."""
    return text[1:] if _HAS_APOSTROPHE.match(text) else text


def defused_column(texts: pd.Series) -> pd.Series:
    """Return a column of texts, each :func:`defused`; missing ones stay missing."""
    texts = texts.astype("str")
    return texts.mask(texts.str.match(_NEEDS_APOSTROPHE, na=False), "'" + texts)

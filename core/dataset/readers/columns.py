"""Column names that sources use, and ours."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

ID_COLUMNS = ("sample_id", "gravityspy_id")
LABEL_COLUMNS = ("label", "ml_label")
MISSING = ("", "nan", "NaN", "NAN", "NA", "N/A", "null", "NULL", "None", "none")
"""Texts that stand for a number that is not known."""

_RENAMED = {"ifo": "detector", "sample_type": "split"}


def first_present(columns: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The first of ``wanted`` among ``columns``, letter case ignored, as ``columns`` spells it; None if none."""
    spelled = {str(column).strip().lower(): column for column in reversed(list(columns))}
    return next((spelled[name] for name in wanted if name in spelled), None)


def sample_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Metadata under our names: ``ifo`` becomes ``detector``, ``sample_type`` ``split``; addresses of pictures go."""
    renamed = {
        column: _RENAMED[str(column).lower()]
        for column in rows.columns
        if str(column).lower() in _RENAMED and _RENAMED[str(column).lower()] not in rows.columns
    }
    dropped = [column for column in rows.columns if str(column).lower().startswith(("url", "gravityspy_id", "unnamed"))]
    return rows.drop(columns=dropped).rename(columns=renamed)

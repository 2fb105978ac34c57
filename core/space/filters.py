"""Filters: which samples the moderator still wants to see; and the selection that they bound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.dataset.selection import Asked, Filters, Part, Selection
from core.errors import GlitchAuditError

HOW = ("lasso", "box", "click", "cluster", "query", "search")


def filter_mask(samples: pd.DataFrame, clusters: np.ndarray | None, filters: Filters) -> np.ndarray:
    """Return the samples that pass all filters, bool (n,); empty filters pass everything.

    A sample without a value (NaN) in a filtered column does not pass. ``clusters`` is int (n,), -1 is noise; may be
    None while no cluster filter is set. Raises GlitchAuditError where a filter names a column that the data set lacks,
    or a range is set on text.
    """
    mask = np.ones(len(samples), dtype=bool)
    for column, wanted in (("label", filters.labels), ("detector", filters.detectors), ("split", filters.splits)):
        if wanted:
            mask &= _column(samples, column).isin(wanted).to_numpy(dtype=bool)
    if filters.clusters:
        if clusters is None:
            raise GlitchAuditError("Samples cannot be filtered by cluster before they are clustered.")
        mask &= np.isin(clusters, filters.clusters)
    for column, low, high in filters.ranges:
        values = _column(samples, column)
        if not pd.api.types.is_numeric_dtype(values):
            raise GlitchAuditError(f"The column '{column}' holds text, so it cannot be filtered by a range of numbers.")
        mask &= values.between(low, high).to_numpy(dtype=bool, na_value=False)
    for column in dict.fromkeys(column for column, _ in filters.values):
        named = [value for name, value in filters.values if name == column]
        mask &= _column(samples, column).astype("string").isin(named).to_numpy(dtype=bool, na_value=False)
    if filters.text.strip():
        ids = samples.index.astype("str").str.lower()
        mask &= ids.str.contains(filters.text.strip().lower(), regex=False).astype(bool)
    return mask


def make_selection(
    samples: pd.DataFrame,
    mask: np.ndarray,
    *,
    how: str,
    filters: Filters | None = None,
    clusters: np.ndarray | None = None,
    polygon: Sequence[tuple[float, float]] = (),
    cluster: int | None = None,
    dataset_fingerprint: str = "",
    layout_fingerprint: str = "",
    parts: Sequence[Part] = (),
    asked: Asked | None = None,
) -> Selection:
    """Return the samples in ``mask``, bool (n,), that also pass the filters, with the record of how they were chosen.

    ``how`` is one of :data:`HOW`; ``polygon`` the outline in layout units; ``parts`` the shapes that were added and
    taken away after the first; ``asked`` what was searched for; the fingerprints are of what it was made on.
    Raises ValueError where ``how`` is unknown, or the mask has another length than ``samples``.
    """
    if how not in HOW:
        raise ValueError(f"a selection is made by one of {', '.join(HOW)}, not '{how}'")
    if len(mask) != len(samples):
        raise ValueError(f"a mask of {len(mask)} samples for a data set of {len(samples)}")
    filters = filters or Filters()
    chosen = np.asarray(mask, dtype=bool) & filter_mask(samples, clusters, filters)
    return Selection(
        sample_ids=tuple(samples.index[chosen].astype(str).to_numpy().tolist()),
        how=how,
        polygon=tuple((float(x), float(y)) for x, y in polygon),
        cluster=None if cluster is None else int(cluster),
        filters=filters,
        dataset_fingerprint=dataset_fingerprint,
        layout_fingerprint=layout_fingerprint,
        parts=tuple(parts),
        asked=asked,
    )


def _column(samples: pd.DataFrame, name: str) -> pd.Series:
    if name not in samples:
        raise GlitchAuditError(f"This data set has no column '{name}' to filter by.")
    return samples[name]

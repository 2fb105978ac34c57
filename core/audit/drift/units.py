"""The glitches of a drift in order: what is counted where several rows show one glitch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.drift.model import Drift
from core.audit.model import AuditInput
from core.errors import GlitchAuditError


def rows_of(case: AuditInput, drift: Drift) -> np.ndarray:
    """Return the rows of ``case.samples`` of the drift's samples, in order along the curve.

    Raises GlitchAuditError where the drift was found on other data.
    """
    rows = case.samples.index.get_indexer(list(drift.sample_ids))
    if (rows < 0).any():
        missing = drift.sample_ids[int(np.argmax(rows < 0))]
        raise GlitchAuditError(
            f"The sample {missing} of “{drift.name}” is not in this data set: find the drifts of this data set again."
        )
    return rows


def units(case: AuditInput, drift: Drift, values: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return one row a glitch, in order along the curve, at the mean place of its samples.

    ``values`` are float (n,) by name, in the order of ``case.samples``. Columns: ``position``, ``label`` (that of the
    glitch's first sample on the curve) and the mean of each value.
    """
    rows = rows_of(case, drift)
    frame = pd.DataFrame({name: np.asarray(column, dtype=float)[rows] for name, column in values.items()})
    frame["position"] = drift.position
    labels = pd.Series(case.labels[rows])
    glitch = case.glitches[rows]
    table = frame.groupby(glitch, sort=False).mean()
    table["label"] = labels.groupby(glitch, sort=False).first()
    return table.sort_values("position", kind="stable").reset_index(drop=True)

"""What is known of each cluster, and how well: purity, entropy, chance, stability, detectors and views."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.audit.entropy_null import entropy_null
from core.audit.metrics import cluster_table
from core.audit.model import AuditInput
from core.progress import OnProgress, ignore_progress
from core.space.stability import Stability
from core.statistics.entropy import corrected_entropy_bits, entropy_interval, scaled_counts
from core.statistics.intervals import share_interval

COLUMNS = (
    "n",
    "glitches",
    "top_label",
    "top_count",
    "purity",
    "purity_low",
    "purity_high",
    "ambiguity",
    "entropy",
    "entropy_corrected",
    "entropy_low",
    "entropy_high",
    "effective_labels",
    "effective_low",
    "effective_high",
    "label_count",
    "null_entropy",
    "p_value",
    "q_value",
    "stability",
    "stability_low",
    "stability_high",
    "top_view",
    "view_purity",
    "top_detector",
    "detector_purity",
)

_MIX = (
    "glitches",
    "purity_low",
    "purity_high",
    "entropy_corrected",
    "entropy_low",
    "entropy_high",
    "effective_labels",
    "effective_low",
    "effective_high",
)
_CHANCE = ("null_entropy", "p_value", "q_value")
_STABILITY = ("stability", "stability_low", "stability_high")


def cluster_evidence(
    case: AuditInput,
    *,
    stability: Stability | None = None,
    shuffles: int = 1000,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> pd.DataFrame:
    """Return how pure, how mixed and how stable each cluster is, the most ambiguous first; noise is left out.

    Counts, purity, ambiguity and entropy are over samples, as in the reference audit. Their intervals and the
    correction of the entropy go by the number of glitches, because views of one glitch are not independent. The columns
    ``view`` and ``detector`` are used where there are such; labels are shuffled within each detector. Raises ValueError
    where ``stability`` is of other clusters.

    Returns:
        Index ``cluster``. ``purity_low``, ``purity_high``: 95 % Wilson interval. ``entropy``: plug-in, bits;
            ``entropy_corrected``: by Miller and Madow; ``entropy_low``, ``entropy_high``: 95 % posterior interval
            (:func:`core.statistics.entropy.entropy_interval`). ``effective_labels``: 2 to the power of the corrected
            entropy. ``null_entropy``: mean entropy under shuffling; ``p_value``: chance of an entropy as low;
            ``q_value``: the same with the false-discovery rate controlled. ``stability``: mean best Jaccard, with the
            range of 95 % of the runs; NaN if not measured. ``view_purity``, ``detector_purity``: share of the commonest
            one among known ones; NaN and "" for none.
    """
    labels = case.labels
    table = cluster_table(labels, case.clusters)
    categories = len(np.unique(labels))
    rows_of = {number: np.flatnonzero(case.clusters == number) for number in table.index}
    mixes = {
        number: _mix(labels[rows], case.glitches[rows], table.loc[number], categories=categories, seed=seed)
        for number, rows in rows_of.items()
    }
    detector, view = _column(case.samples, "detector"), _column(case.samples, "view")
    null = entropy_null(
        labels, case.clusters, case.glitches, within=detector, shuffles=shuffles, seed=seed, on_progress=on_progress
    )
    chance = pd.DataFrame({name: getattr(null, name) for name in _CHANCE}, index=null.clusters)
    parts = (
        table.drop(columns=["purity_low", "purity_high", "entropy_corrected"]),
        _frame(mixes, _MIX),
        chance,
        _stability_columns(stability, case.cluster_numbers),
        _commonest_of_each(view, rows_of, ("top_view", "view_purity")),
        _commonest_of_each(detector, rows_of, ("top_detector", "detector_purity")),
    )
    joined = pd.concat([part.reindex(table.index) for part in parts], axis=1)
    return joined[list(COLUMNS)].rename_axis("cluster")


def _mix(labels: np.ndarray, glitches: np.ndarray, row: pd.Series, *, categories: int, seed: int) -> tuple[float, ...]:
    witnesses = len(np.unique(glitches))
    counts = scaled_counts(np.unique(labels, return_counts=True)[1], witnesses)
    corrected = corrected_entropy_bits(counts, categories=categories)
    low, high = entropy_interval(counts, categories=categories, seed=seed)
    return (
        witnesses,
        *share_interval(row["purity"], witnesses),
        corrected,
        low,
        high,
        *np.exp2([corrected, low, high]).tolist(),
    )


def _stability_columns(stability: Stability | None, numbers: np.ndarray) -> pd.DataFrame:
    if stability is None:
        return pd.DataFrame(np.nan, index=numbers, columns=list(_STABILITY))
    if not np.array_equal(stability.clusters, numbers):
        raise ValueError("the stability was measured of other clusters than these")
    return pd.DataFrame(
        dict(zip(_STABILITY, (stability.mean, stability.low, stability.high), strict=True)), index=numbers
    )


def _column(samples: pd.DataFrame, name: str) -> np.ndarray | None:
    """Return the column as text, "" where unknown; None where nothing is known."""
    if name not in samples or samples[name].isna().all():
        return None
    return samples[name].astype(object).where(samples[name].notna(), "").to_numpy(dtype=str)


def _commonest_of_each(
    values: np.ndarray | None, rows_of: dict[int, np.ndarray], columns: tuple[str, str]
) -> pd.DataFrame:
    return _frame({number: _commonest(values, rows) for number, rows in rows_of.items()}, columns)


def _commonest(values: np.ndarray | None, rows: np.ndarray) -> tuple[str, float]:
    known = values[rows][values[rows] != ""] if values is not None else np.zeros(0, str)
    if not len(known):
        return "", float("nan")
    found, counts = np.unique(known, return_counts=True)
    return str(found[counts.argmax()]), float(counts.max() / len(known))


def _frame(rows: Mapping[int, tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(columns))

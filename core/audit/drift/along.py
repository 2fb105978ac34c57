"""What changes along the curve: labels, suspicion and physical columns, each against chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.drift.model import Drift
from core.audit.drift.units import units
from core.audit.model import AuditInput
from core.audit.physical import PHYSICAL_UNITS, physical_columns
from core.statistics.entropy import entropy_bits
from core.statistics.intervals import UNKNOWN, mean_interval, standard_errors, wilson_interval
from core.statistics.permutation import chance_of_as_much
from core.statistics.ranks import rank_correlation
from core.statistics.testing import false_discovery

LABEL, SUSPICION, INTENSITY = "label", "suspicion", "intensity"
_PER_BIN, _MOST_BINS = 8, 10
_FEWEST = 5
_ROUNDING = 1e-12


@dataclass(frozen=True)
class AlongCurve:
    """What changes along a curve; everything counts glitches, not views. NaN where there are too few values to tell.

    Attributes:
        bins: index ``bin`` from 0 at the start; ``start``, ``stop``, ``centre`` (mean place of its glitches), ``n``.
        labels: one row a bin and label: ``n``, ``share`` with its Wilson interval ``low``, ``high``.
        columns: one row a column and bin: ``centre``, ``n``, ``value`` with its 95 % interval: the geometric mean of a
            physical column in its unit, the mean chance that a label is wrong (0 to 1).
        tests: index ``column``, with "label" and "suspicion": ``unit``, ``n``, ``correlation`` (rank correlation with
            the place) with ``low`` and ``high``, ``explained`` (share of the rank variance, or of the label entropy,
            that the bins explain), ``chance_explained`` (its mean under shuffling), ``p_value``, ``q_value`` (false
            discovery).
    """

    bins: pd.DataFrame
    labels: pd.DataFrame
    columns: pd.DataFrame
    tests: pd.DataFrame


def along_the_curve(
    case: AuditInput,
    drift: Drift,
    *,
    suspicion: np.ndarray | None = None,
    intensity: np.ndarray | None = None,
    bins: int | None = None,
    shuffles: int = 999,
    seed: int = 0,
) -> AlongCurve:
    """Return the label mix, mean suspicion and each physical column along a curve, each against a shuffled null.

    ``suspicion`` and ``intensity`` are float (n,) in the order of ``case.samples``: the chance that a label is wrong,
    and the sum of the pixel values. ``bins`` have equally many glitches; by default one for every 8 glitches, at most
    10. Raises GlitchAuditError where the drift was found on other data.
    """
    values = compared_columns(case, suspicion=suspicion, intensity=intensity)
    table = units(case, drift, values)
    count = int(np.clip(bins or len(table) // _PER_BIN, 1, min(len(table), _MOST_BINS if bins is None else len(table))))
    parts = np.array_split(np.arange(len(table)), count)
    bin_of = np.repeat(np.arange(count), [len(part) for part in parts])
    rng = np.random.default_rng(seed)
    tests = {LABEL: _label_test(table["label"], bin_of, shuffles, rng)}
    for name in values:
        tests[name] = _column_test(name, table, bin_of, shuffles, rng)
    return AlongCurve(
        bins=_bins(table, bin_of),
        labels=_label_shares(table["label"], bin_of),
        columns=_column_means(table, bin_of, list(values)),
        tests=_with_false_discovery(tests),
    )


def compared_columns(
    case: AuditInput, *, suspicion: np.ndarray | None = None, intensity: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return what can be followed along a curve, float64 (n,) by name: the suspicion as it is, the others as log10."""
    values = dict(physical_columns(case.samples))
    if intensity is not None and np.isfinite(intensity).any():
        light = np.asarray(intensity, dtype=float)
        values[INTENSITY] = np.log10(np.where(np.isfinite(light) & (light > 0), light, np.nan))
    if suspicion is not None:
        values = {SUSPICION: np.asarray(suspicion, dtype=float), **values}
    return values


def _bins(table: pd.DataFrame, bin_of: np.ndarray) -> pd.DataFrame:
    places = table["position"].groupby(bin_of)
    return places.agg(start="min", stop="max", centre="mean", n="size").rename_axis("bin")


def _label_shares(labels: pd.Series, bin_of: np.ndarray) -> pd.DataFrame:
    counts = pd.crosstab(bin_of, labels.to_numpy())
    rows = []
    for number, row in counts.iterrows():
        for label, n in row.items():
            low, high = wilson_interval(int(n), int(row.sum()))
            rows.append((int(number), str(label), int(n), n / row.sum(), low, high))
    return pd.DataFrame(rows, columns=["bin", "label", "n", "share", "low", "high"])


def _column_means(table: pd.DataFrame, bin_of: np.ndarray, names: list[str]) -> pd.DataFrame:
    rows = []
    for name in names:
        for number in np.unique(bin_of):
            inside = table[bin_of == number]
            found = inside[name].dropna().to_numpy()
            value, low, high = mean_chance(found, len(found)) if name == SUSPICION else _geometric_mean(found)
            rows.append((name, int(number), inside["position"].mean(), len(found), value, low, high))
    return pd.DataFrame(rows, columns=["column", "bin", "centre", "n", "value", "low", "high"])


def mean_chance(chances: np.ndarray, glitches: int) -> tuple[float, float, float]:
    """Return the mean of chances of being wrong, and the Wilson interval of such a share among ``glitches``.

    Drawing glitches anew and then the fate of each gives a binomial count with the mean chance, so the interval covers
    both the doubt about every label and the size of the sample. NaN where there are none.
    """
    if not len(chances) or not glitches:
        return float("nan"), float("nan"), float("nan")
    mean = float(np.mean(chances))
    return mean, *wilson_interval(mean * glitches, glitches)


def _geometric_mean(logarithms: np.ndarray) -> tuple[float, float, float]:
    if not len(logarithms):
        return float("nan"), float("nan"), float("nan")
    mean = float(logarithms.mean())
    if len(logarithms) < 2:
        return 10**mean, float("nan"), float("nan")
    low, high = mean_interval(logarithms)
    return 10**mean, float(10**low), float(10**high)


def _label_test(labels: pd.Series, bin_of: np.ndarray, shuffles: int, rng: np.random.Generator) -> dict[str, object]:
    code = labels.astype("category").cat.codes.to_numpy(dtype=int)
    width = int(code.max()) + 1
    entropy = entropy_bits(np.bincount(code))
    nothing = {"unit": "", "n": len(code), **_no_correlation()}
    if len(code) < _FEWEST or width < 2 or bin_of[-1] < 1:
        return {**nothing, "explained": np.nan, "chance_explained": np.nan, "p_value": np.nan}

    def explained(order: np.ndarray) -> float:
        joint = np.bincount(bin_of * width + order, minlength=(int(bin_of[-1]) + 1) * width)
        together = entropy_bits(np.bincount(bin_of)) + entropy - entropy_bits(joint)
        return together / entropy

    return {**nothing, **_against_chance(explained(code), [explained(rng.permutation(code)) for _ in range(shuffles)])}


def _column_test(
    name: str, table: pd.DataFrame, bin_of: np.ndarray, shuffles: int, rng: np.random.Generator
) -> dict[str, object]:
    from scipy.stats import rankdata

    known = table[name].notna().to_numpy()
    values, places, parts = table[name].to_numpy()[known], table["position"].to_numpy()[known], bin_of[known]
    result = {"unit": PHYSICAL_UNITS.get(name, ""), "n": len(values)}
    if len(values) < _FEWEST or not np.ptp(values) > 0 or not np.ptp(places) > 0 or not np.ptp(parts) > 0:
        nothing = {"explained": np.nan, "chance_explained": np.nan, "p_value": np.nan}
        return {**result, **_no_correlation(), **nothing}
    ranks = rankdata(values) - (len(values) + 1) / 2
    sizes = np.maximum(np.bincount(parts), 1)

    # The share of the rank variance between bins: Kruskal and Wallis' H over n - 1.
    def explained(order: np.ndarray) -> float:
        return float((np.bincount(parts, weights=order) ** 2 / sizes).sum() / (order**2).sum())

    correlation = rank_correlation(places, values)
    low, high = _correlation_interval(correlation, len(values))
    shuffled = [explained(rng.permutation(ranks)) for _ in range(shuffles)]
    return {
        **result,
        "correlation": correlation,
        "low": low,
        "high": high,
        **_against_chance(explained(ranks), shuffled),
    }


def _no_correlation() -> dict[str, float]:
    return {"correlation": np.nan, "low": np.nan, "high": np.nan}


def _correlation_interval(correlation: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a rank correlation: Fisher's z, standard error of Bonett and Wright (2000)."""
    if n < 4:
        return UNKNOWN
    if abs(correlation) >= 1:
        return correlation, correlation
    half = standard_errors() * np.sqrt((1 + correlation**2 / 2) / (n - 3))
    return float(np.tanh(np.arctanh(correlation) - half)), float(np.tanh(np.arctanh(correlation) + half))


def _against_chance(found: float, shuffled: list[float]) -> dict[str, float]:
    return {
        "explained": found,
        "chance_explained": float(np.mean(shuffled)) if shuffled else float("nan"),
        "p_value": chance_of_as_much(found, shuffled, rounding=_ROUNDING),
    }


def _with_false_discovery(tests: dict[str, dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame.from_dict(tests, orient="index").rename_axis("column")
    table["q_value"] = false_discovery(table["p_value"])
    return table

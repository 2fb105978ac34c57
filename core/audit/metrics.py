"""How well labels and clusters agree: purity, entropy, ambiguity, each with its uncertainty.

The formulas are the reference audit's, which leave noise out. Its ambiguity ranks mostly by size and its entropy is too
low in small clusters, so an interval and a corrected entropy are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from core.statistics import NOISE
from core.statistics.entropy import entropy_bits, miller_madow_entropy_bits
from core.statistics.intervals import wilson_interval


@dataclass(frozen=True)
class LabelMix:
    """How mixed the labels of a group of ``n`` samples are. For an empty group the shares and entropies are NaN.

    ``top_label`` is the commonest label, of equally common ones the first in the alphabet, "" for an empty group;
    ``purity`` is ``top_count / n``, with its 95 % Wilson interval; ``ambiguity`` ``(1 - purity) * n``, the samples with
    another label; ``entropy`` ``-sum p log2 p`` over the label shares, in bits, also with Miller and Madow's
    correction.
    """

    n: int
    top_label: str
    top_count: int
    purity: float
    purity_low: float
    purity_high: float
    ambiguity: float
    entropy: float
    entropy_corrected: float
    label_count: int


@dataclass(frozen=True)
class SelectionSummary:
    """What a selection holds: its label mix, noise included, and samples a label and a cluster, commonest first.

    ``labels`` has the index ``label``, ``clusters`` the index ``cluster``, -1 is noise; empty without clusters.
    """

    mix: LabelMix
    labels: pd.Series
    clusters: pd.Series


def label_mix(labels: Sequence[str] | pd.Series | np.ndarray) -> LabelMix:
    """Return the mix of a group's labels, one label a sample."""
    return _mix(_counts(labels, "label"))


def cluster_table(labels: Sequence[str] | pd.Series | np.ndarray, clusters: np.ndarray) -> pd.DataFrame:
    """Return the :class:`LabelMix` of each cluster, int (n,), as a table by ``cluster``, the most ambiguous first.

    Noise (-1) is left out; the table is empty where all is noise. Raises ValueError where the lengths differ.
    """
    frame = _paired(labels, clusters)
    frame = frame[frame["cluster"] != NOISE]
    columns = list(LabelMix.__dataclass_fields__)
    rows = {number: asdict(label_mix(group)) for number, group in frame.groupby("cluster")["label"]}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("cluster")
    return table.sort_values(["ambiguity"], ascending=False, kind="stable")


def selection_summary(
    labels: Sequence[str] | pd.Series | np.ndarray, clusters: np.ndarray | None, mask: np.ndarray
) -> SelectionSummary:
    """Return the label and cluster mix of the samples in ``mask``, bool (n,).

    ``clusters`` is int (n,), -1 is noise; None where nothing is clustered yet.
    """
    mask = np.asarray(mask, dtype=bool)
    names = labels.array if isinstance(labels, pd.Series) else np.asarray(labels, dtype=object)
    counts = _counts(np.asarray(names[mask], dtype=object), "label")
    in_clusters = np.zeros(0, int) if clusters is None else np.asarray(clusters)[mask]
    return SelectionSummary(_mix(counts), counts, _counts(in_clusters, "cluster"))


def _counts(values: Sequence[str] | pd.Series | np.ndarray, name: str) -> pd.Series:
    # The names are sorted, and a stable sort keeps that order among equals.
    codes, found = pd.factorize(np.asarray(values), sort=True)
    counts = np.bincount(codes, minlength=len(found))
    return pd.Series(counts, index=pd.Index(found, name=name), name="n").sort_values(ascending=False, kind="stable")


def _mix(counts: pd.Series) -> LabelMix:
    n = int(counts.sum())
    top = int(counts.iloc[0]) if n else 0
    purity = top / n if n else float("nan")
    low, high = wilson_interval(top, n)
    return LabelMix(
        n=n,
        top_label=str(counts.index[0]) if n else "",
        top_count=top,
        purity=purity,
        purity_low=low,
        purity_high=high,
        # Not (1 - purity) * n, which is the same but for rounding.
        ambiguity=float(n - top),
        entropy=entropy_bits(counts.to_numpy()),
        entropy_corrected=miller_madow_entropy_bits(counts.to_numpy()),
        label_count=len(counts),
    )


def _paired(labels: Sequence[str] | pd.Series | np.ndarray, clusters: np.ndarray) -> pd.DataFrame:
    if len(labels) != len(clusters):
        raise ValueError(f"{len(labels)} labels for {len(clusters)} cluster numbers")
    return pd.DataFrame({"label": np.asarray(labels, dtype=object), "cluster": np.asarray(clusters, dtype=int)})

"""How many samples of each label are wrongly labelled, by the confident joint of Northcutt, Jiang and Chuang (2021)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.suspects.confident import confident_label
from core.audit.suspects.model import Suspects
from core.statistics.intervals import drawn_interval, wilson_interval

LEAST = 20
"""Groups of a label below which no share of wrong labels is given."""

_COLUMNS = ("n", "glitches", "wrong", "wrong_share", "wrong_low", "wrong_high", "withheld")


def label_noise(
    evidence: Suspects | np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    least: int = LEAST,
    draws: int = 500,
) -> pd.DataFrame:
    """Estimate how many samples of each label are wrong, with a bootstrap interval over groups.

    ``evidence`` are the suspects, or out-of-sample probabilities float (n, k), columns in the sorted labels' order;
    ``groups`` int (n,), samples that are drawn together (views of one glitch, near duplicates).

    Returns:
        Index ``label``: ``n``, ``glitches`` (groups), ``wrong`` (estimated number), ``wrong_share``, ``wrong_low``,
            ``wrong_high``, ``withheld``: fewer than ``least`` groups, or only one label at all; then the estimates are
            NaN.
    """
    labels = np.asarray(labels, dtype=str)
    names, codes = np.unique(labels, return_inverse=True)
    if not len(labels):
        return pd.DataFrame({name: [] for name in _COLUMNS}).rename_axis("label")
    if isinstance(evidence, Suspects):
        confident = _codes(evidence.table["confident_label"].to_numpy(dtype=str), names)
    else:
        confident = confident_label(evidence, codes)
    group = np.unique(groups, return_inverse=True)[1]
    counts = np.bincount(codes, minlength=len(names))
    apart = np.unique(np.stack([codes, group]), axis=1)
    group_counts = np.bincount(apart[0], minlength=len(names))
    sure, wrong = confident >= 0, (confident >= 0) & (confident != codes)
    share = _share(np.bincount(codes, weights=wrong), np.bincount(codes, weights=sure), len(names))
    low, high = _bootstrap(codes, sure, wrong, group, len(names), draws=draws)
    for label in np.flatnonzero(group_counts):
        # Resampling a label none of whose samples is suspect would claim to be certain; Wilson's interval does not.
        narrowest = wilson_interval(round(share[label] * group_counts[label]), int(group_counts[label]))
        low[label], high[label] = min(low[label], narrowest[0]), max(high[label], narrowest[1])
    withheld = (group_counts < least) | (np.count_nonzero(counts) < 2)
    for values in (share, low, high):
        values[withheld] = np.nan
    table = {
        "n": counts,
        "glitches": group_counts,
        "wrong": share * counts,
        "wrong_share": share,
        "wrong_low": low,
        "wrong_high": high,
        "withheld": withheld,
    }
    return pd.DataFrame(table, index=pd.Index(names, name="label"))


def _share(part: np.ndarray, whole: np.ndarray, classes: int) -> np.ndarray:
    part, whole = (np.pad(values, (0, classes - len(values))) for values in (part, whole))
    return np.divide(part, whole, out=np.zeros(classes), where=whole > 0)


def _codes(values: np.ndarray, names: np.ndarray) -> np.ndarray:
    place = np.minimum(np.searchsorted(names, values), len(names) - 1)
    return np.where(names[place] == values, place, -1)


def _bootstrap(
    codes: np.ndarray, sure: np.ndarray, wrong: np.ndarray, group: np.ndarray, classes: int, *, draws: int
) -> tuple[np.ndarray, np.ndarray]:
    size = int(group.max()) + 1
    # Counted once for each label and group; a draw then only weighs the groups.
    keys, place = np.unique(codes * size + group, return_inverse=True)
    label, member = keys // size, keys % size
    sure_count, wrong_count = np.bincount(place, weights=sure), np.bincount(place, weights=wrong)
    random = np.random.default_rng(0)
    shares = np.empty((draws, classes))
    for draw in range(draws):
        weight = np.bincount(random.integers(size, size=size), minlength=size)[member]
        bad, all_sure = (np.bincount(label, weights=weight * values) for values in (wrong_count, sure_count))
        shares[draw] = _share(bad, all_sure, classes)
    return drawn_interval(shares)

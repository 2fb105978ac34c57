"""How like the real glitches the simulated ones are, in numbers a scientist can argue with.

Each view of a glitch is described by a few statistics in physical words (``STATISTICS``). Real and simulated glitches
of one class are then compared view by view: does the simulator reach where the real ones lie (``place_in_simulated``),
how far apart are the distributions (``distances``), and can the two be told apart (``tell_apart``)?

The first question alone is met by a simulator that is merely too wide, so it is never to be read without the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.dataset.model import VIEWS
from core.dataset.pictures import resize_energy
from core.simulate.views import COLUMNS, HIGHEST, LOWEST, ROWS, SECONDS, row_frequencies
from core.statistics.intervals import drawn_interval, wilson_interval

STATISTICS = {
    "saturated": "share of pixels at the top of the energy scale",
    "energy_50": "median energy: the level of the background",
    "energy_90": "energy that one pixel of ten exceeds",
    "energy_99": "energy that one pixel of a hundred exceeds: brightness",
    "texture_seconds": "correlation length of the darker half along time, s",
    "texture_octaves": "correlation length of the darker half along frequency, octaves",
    "line_content": "share of the variance that lies between rows: 1 for a lasting line, 0 for a click",
    "duration": "s that hold 90 % of what stands out of the noise",
    "bandwidth": "octaves that hold 90 % of what stands out of the noise",
    "peak_hertz": "frequency of the row with the most energy, Hz",
}
"""What is measured of each view, in words."""

CENTRAL = 0.9
"""Share of the simulated glitches between whose ends a real one is said to lie inside."""

LOUD = 7.5
"""Energy that stands out: of exponentially distributed noise with median 1, one pixel in 2**7.5 = 181 exceeds it."""

_SATURATED = 250
"""Tenths. Gravity Spy's figures reach 25.5; their colours and their resizing blur that by a few tenths."""

_OCTAVES = float(np.log2(HIGHEST / LOWEST))
_HELD = 0.9
_FEWEST = 5
_SHUFFLES = 20


def picture_statistics(energy: np.ndarray, *, seconds: float) -> dict[str, float]:
    """The statistics of one view, by the names of ``STATISTICS``.

    Args:
        energy: uint8 tenths of any size (height, width), row 0 the highest frequency; brought to (ROWS, COLUMNS).
        seconds: that the view spans.

    Returns:
        Not a number: the textures and the line content of a picture without any contrast. Duration and bandwidth are
        0 where nothing exceeds ``LOUD``.
    """
    tenths = resize_energy(energy, ROWS, COLUMNS)
    picture = tenths / 10.0
    level, bright, brightest = np.quantile(picture, [0.5, 0.9, 0.99])
    darker = np.minimum(picture, level)
    standing_out = np.maximum(picture - LOUD, 0)
    variance = picture.var()
    return {
        "saturated": float((tenths >= _SATURATED).mean()),
        "energy_50": float(level),
        "energy_90": float(bright),
        "energy_99": float(brightest),
        "texture_seconds": _correlation_length(darker) * seconds / COLUMNS,
        "texture_octaves": _correlation_length(darker.T) * _OCTAVES / ROWS,
        "line_content": float(picture.mean(axis=1).var() / variance) if variance > 0 else float("nan"),
        "duration": _extent(standing_out.sum(axis=0)) * seconds / COLUMNS,
        "bandwidth": _extent(standing_out.sum(axis=1)) * _OCTAVES / ROWS,
        "peak_hertz": float(row_frequencies()[picture.mean(axis=1).argmax()]),
    }


def statistics_table(glitches: Iterable[Sequence[np.ndarray]], labels: Sequence[str] | np.ndarray) -> pd.DataFrame:
    """The statistics of many glitches, one row a view.

    Args:
        glitches: four pictures each, in the order of ``core.dataset.model.VIEWS``; see :func:`picture_statistics`.
        labels: one a glitch.

    Returns:
        Indexed by ``glitch`` (its number) and ``view``; columns ``label`` and those of ``STATISTICS``.
    """
    rows, index = [], []
    for number, (views, label) in enumerate(zip(glitches, labels, strict=True)):
        for view, seconds, picture in zip(VIEWS, SECONDS, views, strict=True):
            rows.append({"label": str(label), **picture_statistics(np.asarray(picture), seconds=seconds)})
            index.append((number, view))
    names = pd.MultiIndex.from_tuples(index, names=["glitch", "view"])
    return pd.DataFrame(rows, index=names, columns=["label", *STATISTICS])


def place_in_simulated(real: pd.DataFrame, simulated: pd.DataFrame) -> pd.DataFrame:
    """Where each real value lies among the simulated values of its class and view.

    Args:
        real: from :func:`statistics_table`.
        simulated: likewise; at least 20 glitches a class, or the central 90 % are all of them.

    Returns:
        One row for each real glitch, view and statistic: ``glitch``, ``label``, ``view``, ``statistic``, ``value``,
        ``percentile`` (0 to 1, ties count half; not a number where the class is not simulated) and ``inside`` (1 within
        the central 90 % of the simulated values, else 0). A further simulated glitch would be inside 90 times in 100:
        the ends are the quantiles at p (n + 1) of the ordered values, not those that pull towards the middle.
    """
    known = dict(list(simulated.groupby(["label", "view"])))
    rows = []
    for (glitch, view), values in real.iterrows():
        part = known.get((values["label"], view))
        for statistic in STATISTICS:
            value = float(values[statistic])
            percentile, inside = _place(value, None if part is None else part[statistic].to_numpy(float))
            rows.append((glitch, values["label"], view, statistic, value, percentile, inside))
    columns = ["glitch", "label", "view", "statistic", "value", "percentile", "inside"]
    return pd.DataFrame(rows, columns=columns)


def share_inside(
    places: pd.DataFrame, *, before: pd.DataFrame | None = None, draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Share of the real values inside the simulated central 90 %, with its 95 % interval by bootstrap over glitches.

    Args:
        places: from :func:`place_in_simulated`.
        before: places of the same real glitches in another simulator: then the gain since, paired by glitch.
        draws: of the bootstrap. The values of one glitch go together, as they are not independent.
        seed: of the bootstrap.

    Returns:
        (share or gain, low, high); not a number where nothing could be placed.
    """
    by_glitch = places.groupby("glitch")["inside"].mean().dropna()
    if before is not None:
        by_glitch = (by_glitch - before.groupby("glitch")["inside"].mean()).dropna()
    values = by_glitch.to_numpy(float)
    if not len(values):
        return (float("nan"),) * 3
    drawn = values[np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))].mean(axis=1)
    low, high = drawn_interval(drawn)
    return float(values.mean()), float(low), float(high)


def distances(real: pd.DataFrame, simulated: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """How far real and simulated distributions lie apart, for each class with at least five real glitches.

    Wasserstein's distance (frequency in octaves) in units of the real glitches' own standard deviation: a yardstick
    that no simulator can stretch, so that two simulators can be compared.

    Returns:
        Indexed by ``label``, ``view``, ``statistic``: ``distance``; ``chance``, its mean over shuffles of the two
        samples, which is what equal distributions would show at these sizes; and ``width``, the simulated quartiles'
        distance over the real one's (1 is as varied as real glitches). Not a number where the real values are all one.
    """
    from scipy.stats import wasserstein_distance

    rng = np.random.default_rng(seed)
    known = dict(list(simulated.groupby(["label", "view"])))
    rows = {}
    for key, part in real.groupby(["label", "view"]):
        if len(part) < _FEWEST or key not in known:
            continue
        for statistic in STATISTICS:
            ours, theirs = (_scaled(table, statistic) for table in (known[key], part))
            spread = theirs.std(ddof=1)
            if not spread > 0:
                rows[*key, statistic] = (float("nan"),) * 3
                continue
            both = np.concatenate([theirs, ours])
            shuffled = (rng.permutation(both) for _ in range(_SHUFFLES))
            chance = np.mean([wasserstein_distance(mixed[: len(theirs)], mixed[len(theirs) :]) for mixed in shuffled])
            quartiles = [np.subtract(*np.quantile(values, [0.75, 0.25])) for values in (ours, theirs)]
            width = quartiles[0] / quartiles[1] if quartiles[1] > 0 else float("nan")
            rows[*key, statistic] = (wasserstein_distance(theirs, ours) / spread, chance / spread, width)
    index = pd.MultiIndex.from_tuples(rows, names=["label", "view", "statistic"]) if rows else None
    return pd.DataFrame(list(rows.values()), index=index, columns=["distance", "chance", "width"])


@dataclass(frozen=True)
class Telling:
    """How well real and simulated glitches of one class can be told apart.

    Attributes:
        accuracy: mean of the share of real and of simulated glitches named rightly when left out; 0.5 is guessing.
        low, high: its 95 % interval.
        real, simulated: glitches of each.
    """

    accuracy: float
    low: float
    high: float
    real: int
    simulated: int


def tell_apart(real: pd.DataFrame, simulated: pd.DataFrame, *, label: str, kind: str = "linear") -> Telling:
    """Leave-one-glitch-out accuracy of a classifier "real or simulated" on the statistics of all views of a class.

    Both sides weigh the same however many there are. The interval joins Wilson's intervals of the two shares by
    Newcombe's square-and-add rule (Statistics in Medicine 17, 1998), so that it has a width even where all are right.

    Args:
        real: from :func:`statistics_table`.
        simulated: likewise.
        label: the class.
        kind: "linear" (logistic regression) or "curved" (support vectors with a Gaussian kernel); both on ranks.

    Returns:
        All not a number with fewer than five glitches on a side.
    """
    from sklearn.model_selection import LeaveOneOut, cross_val_predict

    sides = [_one_row_a_glitch(table[table["label"] == label]) for table in (simulated, real)]
    counts = [len(side) for side in sides]
    if min(counts) < _FEWEST:
        return Telling(*(float("nan"),) * 3, real=counts[1], simulated=counts[0])
    truth = np.repeat([0, 1], counts)
    predicted = cross_val_predict(_teller(kind, sum(counts)), np.concatenate(sides), truth, cv=LeaveOneOut())
    rights = [int((predicted[truth == side] == side).sum()) for side in (0, 1)]
    shares = np.array(rights) / counts
    lows, highs = np.transpose([wilson_interval(k, n) for k, n in zip(rights, counts, strict=True)])
    below, above = np.hypot(*(shares - lows)) / 2, np.hypot(*(highs - shares)) / 2
    accuracy = float(shares.mean())
    return Telling(accuracy, float(accuracy - below), float(accuracy + above), real=counts[1], simulated=counts[0])


def _correlation_length(picture: np.ndarray) -> float:
    """Pixels along a row until the mean autocorrelation of the rows has fallen to 1/e."""
    rows = picture - picture.mean(axis=1, keepdims=True)
    length = rows.shape[1]
    power = (np.abs(np.fft.rfft(rows, 2 * length, axis=1)) ** 2).sum(axis=0)
    # Fewer pixels overlap at longer lags; without this the length of a lasting texture would be too short.
    correlation = np.fft.irfft(power)[:length] / np.arange(length, 0, -1)
    if not correlation[0] > 1e-9 * max(picture.max(), 1) ** 2:
        return float("nan")
    correlation /= correlation[0]
    below = np.flatnonzero(correlation < 1 / np.e)
    if not len(below):
        return float(length)
    after = below[0]
    step = correlation[after - 1] - correlation[after]
    return float(after - 1 + (correlation[after - 1] - 1 / np.e) / step)


def _extent(profile: np.ndarray) -> float:
    """Pixels between which the middle 90 % of a profile lie, as T90 of gamma-ray bursts; 0 for an empty one."""
    total = profile.sum()
    if not total > 0:
        return 0.0
    reached = np.concatenate([[0.0], np.cumsum(profile) / total])
    first, last = np.interp([(1 - _HELD) / 2, (1 + _HELD) / 2], reached, np.arange(len(reached)))
    return float(last - first)


def _place(value: float, others: np.ndarray | None) -> tuple[float, float]:
    others = np.array([]) if others is None else others[np.isfinite(others)]
    if not len(others) or not np.isfinite(value):
        return float("nan"), float("nan")
    low, high = np.quantile(others, [(1 - CENTRAL) / 2, (1 + CENTRAL) / 2], method="weibull")
    percentile = ((others < value).mean() + (others <= value).mean()) / 2
    return float(percentile), float(low <= value <= high)


def _scaled(table: pd.DataFrame, statistic: str) -> np.ndarray:
    values = table[statistic].dropna().to_numpy(float)
    return np.log2(values) if statistic == "peak_hertz" else values


def _one_row_a_glitch(table: pd.DataFrame) -> np.ndarray:
    return np.nan_to_num(table[list(STATISTICS)].unstack("view").to_numpy(float))


def _teller(kind: str, count: int) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer
    from sklearn.svm import SVC

    ranks = QuantileTransformer(n_quantiles=count - 1, output_distribution="normal", random_state=0)
    if kind == "curved":
        return make_pipeline(ranks, SVC(class_weight="balanced"))
    return make_pipeline(ranks, LogisticRegression(C=0.1, class_weight="balanced", max_iter=2000))

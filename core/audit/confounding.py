"""Whether clusters sort something other than what glitches look like: views, missing views, detector, run, split.

In the reference audit the four views of a glitch counted as four samples, and its clusters sorted durations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.audit.observing_runs import observing_run
from core.dataset.wording import Wording
from core.statistics import NOISE
from core.statistics.entropy import entropy_bits
from core.statistics.intervals import share_interval
from core.statistics.percent import percent
from core.statistics.permutation import ROUNDING, chance_of_as_much, shuffles_among_groups, shuffles_within_groups

VIEW = "view"
MISSING = "missing views"
FACTORS = (VIEW, MISSING, "detector", "run", "split")

EXPLAINED = 0.4
"""From here on clusters "mostly sort" a factor: the share of its entropy that they explain beyond chance and labels."""
PURER = 0.3
"""And the share of the way from chance to pure that their purity by the factor must have gone."""
SIGNIFICANT = 0.01
DEPENDS = 0.05
"""From here on clusters "depend on" a factor, if significantly; less is of no consequence, however certain."""

COLUMNS = (
    "values",
    "bits",
    "entropy_bits",
    "share",
    "adjusted",
    "chance_share",
    "label_share",
    "p_value",
    "purity",
    "purity_low",
    "purity_high",
    "chance_purity",
    "shuffled_purity",
    "whole_share",
    "dominates",
    "sentence",
)

_WORDS = {
    VIEW: ("views", "which view a picture is", "pictures", "view"),
    MISSING: ("missing views", "which views a sample lacks", "samples", "set of missing views"),
    "detector": ("detectors", "which detector a sample is from", "samples", "detector"),
    "run": ("observing runs", "which observing run a sample is from", "samples", "run"),
    "split": ("the data set's splits", "which split a sample is from", "samples", "split"),
}
_WARNING = "What sets these clusters apart need not be {}."


def confounding(case: AuditInput, *, shuffles: int = 200, seed: int = 0) -> pd.DataFrame:
    """Measure how strongly the clusters depend on view, missing views, detector, observing run and split.

    Samples count that lie in a cluster and whose value is known. Chance is the mean of ``shuffles`` (at least 1): views
    are shuffled among the rows of each glitch, all else between whole glitches. ``case`` may have ``view``,
    ``detector``, ``run`` (or ``event_time``, GPS seconds), ``split`` and missing views. ``dominates`` says that
    clusters mostly sort the factor; all four must hold, so that luck, many small clusters, one common value or labels
    that go with it are not enough:

    - the clusters explain at least :data:`EXPLAINED` of the entropy that chance leaves unexplained: ``(share -
      chance_share) / (1 - chance_share)``. The reference audit's four Blip clusters, one a duration, reach 43 %;
    - the same with ``label_share`` for ``chance_share``;
    - ``(purity - chance) / (1 - chance)`` is at least :data:`PURER`, chance being the larger of ``chance_purity`` and
      ``shuffled_purity``. Clusters that sort four equally common views into two pairs reach 0.33, and are meant to
      count;
    - ``p_value`` is at most :data:`SIGNIFICANT`, or the least that so many shuffles can give.

    Returns:
        Index ``factor``, those with at least two values within clusters. ``bits``: plug-in mutual information with the
            cluster; ``share``: of ``entropy_bits``; ``chance_share``: its mean under shuffling; ``label_share``: the
            same with exchanges within a label only, equal to ``chance_share`` for views; ``adjusted``: as in Vinh, Epps
            and Bailey (2010, arithmetic mean), with these shuffles as chance; ``purity``: mean over samples of the
            share of their cluster's commonest value, with a 95 % Wilson interval for the number of glitches;
            ``chance_purity``: share of the commonest value overall; ``shuffled_purity``: mean purity under shuffling;
            ``whole_share``: of the glitches with several rows, not all noise, the share whose rows all lie in one
            cluster; ``sentence``: the same for moderators.
    """
    rows = {}
    whole = _whole_share(case)
    for factor, values in _factors(case).items():
        known = (case.clusters != NOISE) & ~pd.isna(values)
        found, code = np.unique(values[known].astype(str), return_inverse=True)
        if len(found) < 2:
            continue
        glitches = case.glitches[known]
        cluster = np.unique(case.clusters[known], return_inverse=True)[1]
        row = _row(factor, cluster, code, case.labels[known], glitches, shuffles=shuffles, seed=seed)
        rows[factor] = row | {"whole_share": whole, "sentence": _sentence(factor, row, case.words)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("factor")


def _factors(case: AuditInput) -> dict[str, np.ndarray]:
    samples = case.samples
    found = {name: samples[name].to_numpy(dtype=object) for name in FACTORS if name in samples}
    if "run" not in found and "event_time" in samples and case.words.of_detectors:
        times = pd.to_numeric(samples["event_time"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        found["run"] = observing_run(times)
    if case.missing_views is not None:
        found[MISSING] = case.missing_views.astype(object)
    return {name: found[name] for name in FACTORS if name in found}


def _row(
    factor: str,
    cluster: np.ndarray,
    code: np.ndarray,
    labels: np.ndarray,
    glitches: np.ndarray,
    *,
    shuffles: int,
    seed: int,
) -> dict[str, object]:
    columns = code.max() + 1
    cells = cluster * columns

    def counted(values: np.ndarray) -> np.ndarray:
        return np.bincount(cells + values, minlength=(cluster.max() + 1) * columns).reshape(-1, columns)

    table = counted(code)
    bits, factor_bits, cluster_bits = _information(table)
    share, purity = bits / factor_bits, _purity(table)
    drawn = [counted(code[rows]) for rows in _shuffles(factor, glitches, None, shuffles, seed)]
    alike = [counted(code[rows]) for rows in _shuffles(factor, glitches, labels, shuffles, seed)]
    drawn_bits = np.array([_information(part)[0] for part in drawn])
    chance_share = drawn_bits.mean() / factor_bits
    label_share = float(np.mean([_information(part)[0] for part in alike])) / factor_bits
    p_value = chance_of_as_much(bits, drawn_bits, rounding=ROUNDING)
    low, high = share_interval(purity, len(np.unique(glitches)))
    chance_purity = table.sum(axis=0).max() / table.sum()
    shuffled_purity = float(np.mean([_purity(part) for part in drawn]))
    return {
        "values": int(columns),
        "bits": bits,
        "entropy_bits": factor_bits,
        "share": share,
        "adjusted": _beyond(bits, drawn_bits.mean(), (factor_bits + cluster_bits) / 2),
        "chance_share": chance_share,
        "label_share": label_share,
        "p_value": p_value,
        "purity": purity,
        "purity_low": low,
        "purity_high": high,
        "chance_purity": chance_purity,
        "shuffled_purity": shuffled_purity,
        "dominates": bool(
            _beyond(share, chance_share, 1) >= EXPLAINED
            and _beyond(share, label_share, 1) >= EXPLAINED
            and _beyond(purity, max(chance_purity, shuffled_purity), 1) >= PURER
            and p_value <= max(SIGNIFICANT, 1 / (shuffles + 1))
        ),
    }


def _shuffles(
    factor: str, glitches: np.ndarray, labels: np.ndarray | None, count: int, seed: int
) -> Iterator[np.ndarray]:
    several = len(np.unique(glitches)) < len(glitches)
    if factor == VIEW and several:
        return shuffles_within_groups(glitches, count, seed=seed)
    return shuffles_among_groups(glitches, count, within=labels, seed=seed)


def _purity(table: np.ndarray) -> float:
    return float(table.max(axis=1).sum() / table.sum())


def _information(table: np.ndarray) -> tuple[float, float, float]:
    """Return the mutual information of rows and columns, entropy of the columns, entropy of the rows; all in bits."""
    columns, rows, both = (entropy_bits(part) for part in (table.sum(axis=0), table.sum(axis=1), table))
    return max(0.0, columns + rows - both), columns, rows


def _beyond(value: float, chance: float, most: float) -> float:
    return (value - chance) / (most - chance) if most - chance > ROUNDING else 0.0


def _whole_share(case: AuditInput) -> float:
    """Return the share of the glitches with several rows, not all of them noise, whose rows all lie in one cluster."""
    groups = pd.Series(np.asarray(case.clusters)).groupby(np.asarray(case.glitches))
    found = pd.DataFrame({"rows": groups.size(), "lowest": groups.min(), "highest": groups.max()})
    found = found[(found["rows"] > 1) & (found["highest"] != NOISE)]
    return float((found["lowest"] == found["highest"]).mean()) if len(found) else float("nan")


def _sentence(factor: str, row: dict[str, Any], words: Wording) -> str:
    plural, which, things, value = _WORDS[factor]
    told = (
        f"knowing the cluster tells {percent(row['share'])} of {which} ({percent(row['chance_share'])} by chance), "
        f"and {percent(row['purity'])} of the {things} are from the commonest {value} of their cluster "
        f"({percent(row['chance_purity'])} from the commonest overall)."
    )
    beyond_chance = _beyond(row["share"], row["chance_share"], 1)
    if row["dominates"]:
        return f"Clusters mostly sort {plural}: {told} {_WARNING.format(words.looked_like)}"
    if row["p_value"] > SIGNIFICANT or beyond_chance < DEPENDS:
        return f"Clusters do not sort {plural}: {told}"
    if _beyond(row["share"], row["label_share"], 1) < beyond_chance / 2:
        return f"Clusters go with {plural} mostly as the labels do ({percent(row['label_share'])} by labels): {told}"
    return f"Clusters depend on {plural}, but do not mostly sort them: {told}"

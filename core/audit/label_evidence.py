"""Where each label lives: in which clusters, how scattered, and how much of it is estimated to be wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.statistics import NOISE
from core.statistics.entropy import entropies_by_group
from core.statistics.intervals import share_interval

NOISE_COLUMNS = ("wrong", "wrong_share", "wrong_low", "wrong_high", "withheld")
COLUMNS = (
    "n",
    "glitches",
    "main_cluster",
    "main_share",
    "main_low",
    "main_high",
    "cluster_count",
    "effective_clusters",
    "noise_share",
    *NOISE_COLUMNS,
)


def label_evidence(case: AuditInput, *, noise: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return where each label lies and how much of it may be wrong, the commonest first.

    ``noise`` is the estimated label noise by label: ``wrong`` (number of samples), ``wrong_share``, ``wrong_low``,
    ``wrong_high``, ``withheld`` (too few to estimate). Labels that are not in it are withheld.

    Returns:
        Index ``label``. ``main_cluster``: the cluster with most of its samples (of equal ones the lowest number), <NA>
            where none; ``main_share``: the share of all its samples there, with a 95 % Wilson interval for the number
            of glitches; ``effective_clusters``: 2 to the power of the entropy over clusters without noise, NaN where
            all is noise; ``noise_share``: share in no cluster; the columns of ``noise``, NaN where withheld.
    """
    frame = pd.DataFrame({"label": case.labels, "cluster": case.clusters, "glitch": case.glitches})
    found = frame.groupby("label").agg(n=("glitch", "size"), glitches=("glitch", "nunique"))
    found = found.sort_values("n", ascending=False, kind="stable").join(_homes(frame))
    found["main_cluster"] = found["main_cluster"].astype("Int64")
    counted = found[["main_count", "cluster_count", "clustered"]].fillna(0).astype(int)
    found["cluster_count"] = counted["cluster_count"]
    found["main_share"] = counted["main_count"] / found["n"]
    found["noise_share"] = 1 - counted["clustered"] / found["n"]
    intervals = [share_interval(*pair) for pair in zip(found["main_share"], found["glitches"], strict=True)]
    found[["main_low", "main_high"]] = np.array(intervals, dtype=float).reshape(-1, 2)
    return found.join(_noise_columns(noise, found.index))[list(COLUMNS)]


def _homes(frame: pd.DataFrame) -> pd.DataFrame:
    pairs = frame[frame["cluster"] != NOISE].groupby(["label", "cluster"]).size().rename("count").reset_index()
    pairs = pairs.sort_values(["label", "count"], ascending=[True, False], kind="stable")
    by_label = pairs.groupby("label")
    entropies = entropies_by_group(pairs["count"].to_numpy(), by_label.ngroup().to_numpy())
    return pd.DataFrame(
        {
            "main_cluster": by_label["cluster"].first(),
            "main_count": by_label["count"].first(),
            "cluster_count": by_label.size(),
            "clustered": by_label["count"].sum(),
            "effective_clusters": np.exp2(entropies),
        }
    )


def _noise_columns(noise: pd.DataFrame | None, labels: pd.Index) -> pd.DataFrame:
    if noise is None:
        noise = pd.DataFrame(columns=list(NOISE_COLUMNS))
    found = noise.reindex(index=labels, columns=list(NOISE_COLUMNS))
    withheld = ~found["withheld"].eq(False)
    estimates = found.drop(columns="withheld").astype(float)
    return estimates.mask(withheld).assign(withheld=withheld.astype(bool))

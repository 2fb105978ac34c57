"""What another reading of the labels changes in the audit: the same samples, map and clusters, other labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput
from core.errors import GlitchAuditError
from core.pipeline.audit_input import audit_input, places_fingerprint
from core.pipeline.audit_results import Audit
from core.pipeline.moved_by import moved_by, vote_pushes
from core.pipeline.stages import Prepared
from core.statistics import NOISE
from core.statistics.entropy import entropy_bits
from core.statistics.entropy_change import entropy_change, moved_in_and_out
from core.statistics.paired import PairedChange, paired_change

SUSPECTS = "suspects"
WOULD_CALL_OTHERWISE = "labels that the computer would call otherwise"
PURITY = "samples that carry the commonest label of their cluster"
NEIGHBOURS = "neighbours that carry the sample's label"
NAMED = "labels that the computer names without having seen them"
FIGURE_COLUMNS = ("untouched", "before", "after", "difference", "low", "high", "samples", "moved")
CLUSTER_COLUMNS = (
    *("n", "relabelled", "purity_before", "purity_after", "purity_low", "purity_high"),
    *("entropy_before", "entropy_after", "entropy_low", "entropy_high"),
)
_COUNTED = ("n_before", "n_after", "suspects_before", "suspects_after", "wrong_before", "wrong_after")
_WHERE = (
    *("share_before", "share_after", "share_low", "share_high"),
    *("entropy_before", "entropy_after", "entropy_low", "entropy_high"),
)
LABEL_COLUMNS = (*_COUNTED, *_WHERE)
CAME, WENT, OTHERWISE = "came", "went", "says something else"


@dataclass(frozen=True)
class BeforeAfter:
    """What changed between two readings of the labels of one data set.

    Attributes:
        relabelled: index ``sample_id``: ``before``, ``after``; the samples whose label differs.
        figures: index the figure's name: shares ``before`` and ``after`` with the paired interval of their
            ``difference``; ``untouched`` says that only samples that were not relabelled count, ``moved`` in how many
            glitches something changed.
        clusters: those with relabelled samples, most first; purity and entropy (bits), each with the interval of the
            difference.
        labels: by label, the number of samples, of suspects and the estimated number of wrong labels; the share of its
            samples in its main cluster and the entropy of the clusters it lies in (bits, noise left out), with the
            interval of the difference where samples came or went, else NaN.
        verdicts: ``change`` ("came", "went" or "says something else"), ``mode``, ``subject``, ``before``, ``after``.
    """

    relabelled: pd.DataFrame
    figures: pd.DataFrame
    clusters: pd.DataFrame
    labels: pd.DataFrame
    verdicts: pd.DataFrame


def compare_readings(before: tuple[Prepared, Audit], after: tuple[Prepared, Audit]) -> BeforeAfter:
    """Return what changed from one reading of the labels to another.

    Raises GlitchAuditError where the two are not of the same samples, map and clusters.
    """
    (old, old_audit), (new, new_audit) = before, after
    if places_fingerprint(old) != places_fingerprint(new):
        raise GlitchAuditError("Only two readings of the same labels can be compared, on the same map and clusters.")
    case = audit_input(old, with_profiles=False)
    groups = near_duplicate_groups(case)
    labels = pd.DataFrame({"before": old.samples["label"].astype("str"), "after": new.samples["label"].astype("str")})
    changed = labels["before"] != labels["after"]
    tables = old_audit.suspects.table, new_audit.suspects.table
    return BeforeAfter(
        relabelled=labels[changed],
        figures=changed_figures(labels, tables, case=case, groups=groups),
        clusters=_clusters(labels, old.clustering.labels, groups),
        labels=_labels(labels, old_audit, new_audit).join(_where_labels_lie(labels, old.clustering.labels, groups)),
        verdicts=_verdicts(old_audit.verdicts, new_audit.verdicts),
    )


def changed_figures(
    labels: pd.DataFrame, tables: tuple[pd.DataFrame, pd.DataFrame], *, case: AuditInput, groups: np.ndarray
) -> pd.DataFrame:
    """Return how the five figures changed: ``BeforeAfter.figures``.

    ``labels`` has the columns ``before`` and ``after``, ``tables`` are ``Suspects.table`` under each; ``groups``, int
    (n,), says which samples are not independent. The intervals count decisions and not the samples that these moved
    (:mod:`core.pipeline.moved_by`), or few decisions would seem to be many observations: where nothing true had
    changed, the vote of the neighbours claimed it in 33 % of the corpora of benchmarks/what_changed.py.
    """
    untouched = (labels["before"] == labels["after"]).to_numpy()
    everybody, clusters = np.ones(len(labels), bool), case.clusters
    seen = [
        (SUSPECTS, everybody, _suspected(tables)),
        (WOULD_CALL_OTHERWISE, everybody, [_called_otherwise(table) for table in tables]),
        (PURITY, clusters != NOISE, [_carries_the_commonest(labels[name], clusters) for name in ("before", "after")]),
        (NEIGHBOURS, untouched, [1 - table["neighbour_disagreement"] for table in tables]),
        (NAMED, untouched, [table["label_probability"] > table["suggested_probability"] for table in tables]),
    ]
    causes = moved_by(case, ~untouched)
    rows = {}
    for name, only, values in seen:
        first, second = (np.asarray(each, float) for each in values)
        pushes = np.bincount(groups[causes], weights=np.where(only, second - first, 0)) if len(causes) else None
        if name == NEIGHBOURS:
            pushes = vote_pushes(case, labels, groups)
        change = paired_change(first[only], second[only], groups[only], pushes=pushes)
        rows[name] = (only is untouched, *_row(change))
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(FIGURE_COLUMNS)).rename_axis("figure")


def _suspected(tables: tuple[pd.DataFrame, pd.DataFrame]) -> list[np.ndarray]:
    """Whose score reaches that of the suspects before, in both readings.

    A flag would not do: what is decided is never flagged, so that it leaves the number whatever was decided; and how
    high a score is flagged is estimated anew with each reading, which moves many at once.
    """
    first, second = (table["score"].to_numpy(dtype=float) for table in tables)
    least = first[tables[0]["flagged"].to_numpy(dtype=bool)].min(initial=np.inf)
    return [first >= least, second >= least]


def _row(change: PairedChange) -> tuple[float, ...]:
    return change.before, change.after, change.difference, change.low, change.high, change.rows, change.moved


def _called_otherwise(table: pd.DataFrame) -> pd.Series:
    return (table["confident_label"] != "") & (table["confident_label"] != table["label"])


def _carries_the_commonest(labels: pd.Series, clusters: np.ndarray) -> np.ndarray:
    frame = pd.DataFrame({"label": labels.to_numpy(), "cluster": clusters})
    counts = frame.groupby(["cluster", "label"]).size().sort_values(ascending=False, kind="stable")
    commonest = counts.reset_index().drop_duplicates("cluster").set_index("cluster")["label"]
    return (frame["label"] == frame["cluster"].map(commonest)).to_numpy()


def _clusters(labels: pd.DataFrame, clusters: np.ndarray, groups: np.ndarray) -> pd.DataFrame:
    changed = (labels["before"] != labels["after"]).to_numpy()
    carries = {name: _carries_the_commonest(labels[name], clusters) for name in labels}
    rows = {}
    for cluster in np.unique(clusters[changed & (clusters != NOISE)]):
        inside = clusters == cluster
        purity = paired_change(carries["before"][inside], carries["after"][inside], groups[inside])
        first, second = (labels[name].to_numpy(dtype=str)[inside] for name in ("before", "after"))
        change, low, high = entropy_change(first, second, groups[inside])
        held = entropy_bits(np.unique(first, return_counts=True)[1])
        rows[int(cluster)] = (
            *(int(inside.sum()), int((changed & inside).sum())),
            *(purity.before, purity.after, purity.low, purity.high, held, held + change, low, high),
        )
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(CLUSTER_COLUMNS)).rename_axis("cluster")
    return table.sort_values("relabelled", ascending=False, kind="stable")


def _labels(labels: pd.DataFrame, old: Audit, new: Audit) -> pd.DataFrame:
    found = {}
    for name, audit in (("before", old), ("after", new)):
        found[f"n_{name}"] = labels[name].value_counts()
        found[f"suspects_{name}"] = audit.suspects.table.groupby("label")["flagged"].sum()
        found[f"wrong_{name}"] = audit.labels["wrong"]
    table = pd.DataFrame(found).rename_axis("label")[list(_COUNTED)]
    counts = [name for name in _COUNTED if not name.startswith("wrong")]
    table[counts] = table[counts].fillna(0).astype(int)
    return table.sort_values("n_before", ascending=False, kind="stable")


def _where_labels_lie(labels: pd.DataFrame, clusters: np.ndarray, groups: np.ndarray) -> pd.DataFrame:
    placed = clusters != NOISE
    then, now = (labels[name].to_numpy(dtype=str) for name in ("before", "after"))
    touched = set(then[then != now]) | set(now[then != now])
    rows = {}
    for label in sorted({*then, *now}):
        inside = (then == label) & placed, (now == label) & placed
        counted = [np.unique(clusters[each], return_counts=True)[1] for each in inside]
        shares = [each.max() / each.sum() if len(each) else np.nan for each in counted]
        entropy = [entropy_bits(each) for each in counted]
        mixed = share = (np.nan, np.nan, np.nan)
        if label in touched:
            mixed, share = moved_in_and_out(clusters, inside[0], inside[1], groups)
        rows[label] = (*shares, *share[1:], *entropy, *mixed[1:])
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_WHERE))


def _verdicts(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    keys = ["mode", "subject"]
    said = [frame.drop_duplicates(keys).set_index(keys)["verdict"] for frame in (old, new)]
    both = pd.concat(said, axis=1, keys=["before", "after"])
    both = both[both["before"].fillna("") != both["after"].fillna("")].fillna("")
    kind = np.select([both["before"] == "", both["after"] == ""], [CAME, WENT], OTHERWISE)
    return both.assign(change=kind).reset_index()[["change", *keys, "before", "after"]]

"""Samples that are there twice: the same pictures, or pictures of the same event.

Near duplicates are found without a fixed threshold. Where samples are spread evenly, in any number of dimensions, the
logarithms of the distances r1 < r2 < ... to the nearest ones have independent gaps ``j * log(r[j+1] / r[j])`` with one
exponential distribution (Renyi 1953; Facco et al. 2017). The ratio of the gap behind the first c neighbours to the mean
of m gaps further out then has the F(2, 2 m) distribution; where it is too large, those c are duplicates. A pair counts
where both samples say so, at a false-discovery rate of 5 % (Benjamini and Hochberg 1995), and where it is no farther
apart than the median sample and its nearest neighbour: two odd samples far from all others may still be two events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.dataset.model import PictureStore
from core.dataset.pictures import PictureError
from core.dataset.sources import SourceChangedError
from core.statistics.testing import false_discovery

SAME_PLACE = 5e-5
"""Cosine distance up to which two samples lie in one place: embeddings kept in half precision are good to this."""

SAME_EVENT_SECONDS = 0.1
"""Neighbours of one detector whose event times are nearer than this show one event, triggered on twice."""

FALSE_DISCOVERY_RATE = 0.05

_COLUMNS = {
    "first": "str",
    "second": "str",
    "kind": "str",
    "distance": float,
    "label_first": "str",
    "label_second": "str",
    "conflict": bool,
    "split_first": "str",
    "split_second": "str",
    "leak": bool,
}
_MOST_COPIES = 4
_FEWEST_GAPS = 6
_SMALLEST = 1e-6
_TRAIN = "train"


def near_duplicate_groups(case: AuditInput) -> np.ndarray:
    """Return the group of each sample, int64 (n,) from 0: samples of one group are not independent.

    Views of one glitch, duplicates and near duplicates are joined, also through a chain of others. Only ``matrix``,
    ``neighbours``, ``glitches`` and, where there, ``event_time`` of ``case`` count.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(case.matrix)
    pairs = _duplicate_pairs(case)
    _, glitch = np.unique(case.glitches, return_inverse=True)
    # Each sample is joined to a node that stands for its glitch, and so to its siblings.
    first = np.concatenate([pairs["row"].to_numpy(int), np.arange(count)])
    second = np.concatenate([pairs["other"].to_numpy(int), count + glitch])
    size = count + (int(glitch.max()) + 1 if count else 0)
    graph = coo_array((np.ones(len(first), bool), (first, second)), shape=(size, size))
    _, found = connected_components(graph, directed=False)
    return np.unique(found[:count], return_inverse=True)[1].astype(np.int64)


def find_twins(
    case: AuditInput,
    *,
    picture_hashes: Mapping[str, Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    """Return the pairs of duplicate samples: conflicting labels first, then leaks across the split, then by distance.

    Views of one glitch are no duplicates of each other. ``picture_hashes`` holds the hash of the picture bytes by
    sample id and view, at least of :func:`candidate_samples`. With it a pair is "exact" where all views that both have
    agree; without, where the distance is at most ``SAME_PLACE``. One row a pair: ``first``, ``second`` (sample ids),
    ``kind`` ("exact" or "near"), ``distance`` (cosine), ``label_first``, ``label_second``, ``conflict``,
    ``split_first``, ``split_second`` ("" where unknown) and ``leak`` (one in the training part, the other in another
    part).
    """
    pairs = _duplicate_pairs(case)
    if not len(pairs):
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
    ids = case.samples.index.to_numpy(dtype=str)
    row, other = pairs["row"].to_numpy(int), pairs["other"].to_numpy(int)
    table = pd.DataFrame({"first": ids[row], "second": ids[other], "distance": pairs["distance"].to_numpy(float)})
    exact = table["distance"].to_numpy() <= SAME_PLACE
    if picture_hashes is not None:
        known = [
            (picture_hashes.get(a, {}), picture_hashes.get(b, {})) for a, b in zip(ids[row], ids[other], strict=True)
        ]
        exact = np.array([_same_pictures(a, b) for a, b in known])
    table["kind"] = np.where(exact, "exact", "near")
    labels = case.labels
    table["label_first"], table["label_second"] = labels[row], labels[other]
    table["conflict"] = table["label_first"] != table["label_second"]
    split = _texts(case.samples, "split")
    table["split_first"], table["split_second"] = split[row], split[other]
    known = (split[row] != "") & (split[other] != "")
    table["leak"] = known & ((split[row] == _TRAIN) != (split[other] == _TRAIN))
    order = np.lexsort((table["second"], table["first"], table["distance"], ~table["leak"], ~table["conflict"]))
    return table.iloc[order][list(_COLUMNS)].reset_index(drop=True)


def candidate_samples(case: AuditInput) -> tuple[str, ...]:
    """Return the ids of the samples that may be duplicates: those whose pictures are worth hashing."""
    pairs = _duplicate_pairs(case)
    rows = np.unique(pairs[["row", "other"]].to_numpy(int))
    return tuple(case.samples.index[rows])


def hash_pictures(
    sample_ids: tuple[str, ...], pictures: pd.DataFrame, store: PictureStore
) -> dict[str, dict[str, str]]:
    """Return the SHA-256 (hexadecimal) of the bytes of each picture of these samples, by sample id and view.

    ``pictures`` is ``Dataset.pictures``, ``store`` is ``Dataset.store``. Empty and unreadable pictures are left out,
    and so are samples with no others. Raises SourceChangedError where the source has changed.
    """
    hashes: dict[str, dict[str, str]] = {}
    wanted = pictures[pictures["sample_id"].isin(sample_ids)]
    for sample_id, view, location in zip(wanted["sample_id"], wanted["view"], wanted["location"], strict=True):
        try:
            content = store.read(str(location))
        except SourceChangedError:
            raise
        except PictureError:
            content = b""
        if content:
            hashes.setdefault(str(sample_id), {})[str(view)] = hashlib.sha256(content).hexdigest()
    return hashes


def _same_pictures(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    common = one.keys() & other.keys()
    return bool(common) and all(one[view] == other[view] for view in common)


def _duplicate_pairs(case: AuditInput) -> pd.DataFrame:
    indices, distances = _strangers(case)
    rows = np.broadcast_to(np.arange(len(indices))[:, None], indices.shape)
    chance = _chances(distances)
    listed = np.isfinite(distances)
    pairs = pd.DataFrame(
        {
            "row": np.minimum(rows, indices)[listed],
            "other": np.maximum(rows, indices)[listed],
            "distance": distances[listed].astype(float),
            "chance": chance[listed],
        }
    )
    # A pair that only one of the two lists among its neighbours has no second witness.
    grouped = pairs.groupby(["row", "other"], sort=False)
    pairs = grouped.agg(distance=("distance", "min"), chance=("chance", "max"), seen=("chance", "size")).reset_index()
    apart = (pairs["seen"] == 2) & _discoveries(pairs["chance"].to_numpy(), pairs["seen"].to_numpy(), len(indices))
    nearest = distances[:, :1][np.isfinite(distances[:, :1])]
    near = pairs["distance"] <= (np.median(nearest) if len(nearest) else 0)
    same_place = pairs["distance"] <= SAME_PLACE
    return pairs[same_place | (near & apart) | _same_event(case, pairs)]


def _strangers(case: AuditInput) -> tuple[np.ndarray, np.ndarray]:
    # Neighbours that are views of another glitch, nearest first; what is left over has distance infinity. Samples
    # without a picture (rows of zeros) are nobody's neighbours: they look alike only because there is nothing to see.
    indices, distances = case.neighbours.indices, case.neighbours.distances.astype(float)
    glitches = np.asarray(case.glitches)
    empty = ~np.any(case.matrix, axis=1)
    left_out = (glitches[indices] == glitches[:, None]) | empty[indices] | empty[:, None]
    distances = np.where(left_out, np.inf, distances)
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(indices, order, axis=1), np.take_along_axis(distances, order, axis=1)


def _chances(distances: np.ndarray) -> np.ndarray:
    """Return the chance that each neighbour is as near by the local spread alone, float (n, k)."""
    count = distances.shape[1]
    chance = np.ones(distances.shape)
    if count < _MOST_COPIES + _FEWEST_GAPS + 1:
        return chance
    # Chords grow with the square root of the cosine distance; only ratios matter.
    logarithms = 0.5 * np.log(np.maximum(distances, _SMALLEST))
    with np.errstate(invalid="ignore"):
        gaps = np.diff(logarithms, axis=1) * np.arange(1, count)
    gaps = np.where(np.isfinite(gaps), gaps, np.nan)
    for copies in range(_MOST_COPIES, 0, -1):
        others = gaps[:, copies:]
        number = np.isfinite(others).sum(axis=1)
        total = np.nansum(others, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            # The survival function of F(2, 2 m) at gap / (total / m), written out.
            tail = (1 + gaps[:, copies - 1] / total) ** -number.astype(float)
        tail = np.where((number >= _FEWEST_GAPS) & (total > 0) & np.isfinite(tail), tail, 1.0)
        # Several numbers of copies are tried, so each must convince by so much more (Bonferroni).
        chance[:, :copies] = np.minimum(chance[:, :copies], np.minimum(1, tail * _MOST_COPIES)[:, None])
    return chance


def _discoveries(chance: np.ndarray, seen: np.ndarray, samples: int) -> np.ndarray:
    mutual = seen == 2
    discovered = np.zeros(len(chance), bool)
    if mutual.any():
        # Every sample may have a twin, so as many questions are asked as there are samples, found or not.
        padded = np.concatenate([chance[mutual], np.ones(max(0, samples - int(mutual.sum())))])
        discovered[mutual] = false_discovery(padded)[: int(mutual.sum())] <= FALSE_DISCOVERY_RATE
    return discovered


def _same_event(case: AuditInput, pairs: pd.DataFrame) -> np.ndarray:
    if "event_time" not in case.samples or not pd.api.types.is_numeric_dtype(case.samples["event_time"]):
        return np.zeros(len(pairs), bool)
    times = case.samples["event_time"].to_numpy(dtype=float, na_value=np.nan)
    row, other = pairs["row"].to_numpy(int), pairs["other"].to_numpy(int)
    # A time of 0 stands for "unknown" in some tables.
    near = (np.abs(times[row] - times[other]) < SAME_EVENT_SECONDS) & (times[row] > 0)
    # Where pictures are samples, two views of different length are not pictures of the same thing.
    for column in ("detector", "view"):
        values = _texts(case.samples, column)
        near &= values[row] == values[other]
    return near


def _texts(samples: pd.DataFrame, column: str) -> np.ndarray:
    if column not in samples:
        return np.full(len(samples), "")
    return samples[column].astype(object).fillna("").to_numpy(dtype=str)

"""Put ready-made vectors beside the samples of a data set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from core.dataset.model import Dataset
from core.dataset.names import parse_glitch_name
from core.dataset.readers.vectors import ReadyVectors
from core.errors import GlitchAuditError

_Target = tuple[str, str]
"""The sample that a key names, and the view; the view is empty where the key names the whole sample."""


@dataclass(frozen=True)
class MatchedVectors:
    """Vectors beside the samples of a data set.

    ``matrix`` is float32 (samples, columns), NaN where nothing was brought; ``missing`` are the samples without a
    vector, ``unused`` counts rows of no sample, ``report`` is a sentence for the screen, and ``views`` how many views
    stand side by side in a row, zeros where one is missing; 1 where nothing tells views.
    """

    matrix: NDArray[np.float32]
    missing: tuple[str, ...]
    unused: int
    report: str
    views: int = 1


def match_vectors(dataset: Dataset, ready: ReadyVectors) -> MatchedVectors:
    """Align vectors with the samples of a data set.

    A key fits a sample if it is its ``sample_id``, the name or path of one of its pictures (with or without suffix), or
    a Gravity Spy file name with its id; where every picture is a sample, with its id and view. Embeddings of several
    views are each scaled to length 1, put side by side and scaled again (docs/decisions/01; zeros for a missing view);
    other rows of one sample are averaged. Raises GlitchAuditError where no row fits, or rows without keys are not as
    many as the samples.
    """
    samples = dataset.samples.index
    if not ready.ids:
        if len(ready.matrix) != len(samples):
            raise GlitchAuditError(
                f"the vectors have {len(ready.matrix)} rows without keys and the data set {dataset.name} has "
                f"{len(samples)} samples; add a list of sample ids beside the file (.txt, one id a line)"
            )
        missing = tuple(samples[np.isnan(ready.matrix).any(axis=1)])
        report = f"{len(samples)} rows taken in the order of the data set, as the file has no keys"
        return MatchedVectors(ready.matrix, missing, 0, report)

    known = targets_by_name(dataset)
    targets = [target_of(key, known) for key in ready.ids]
    rows = np.flatnonzero([target is not None for target in targets])
    if not len(rows):
        raise GlitchAuditError(
            f"none of the {len(ready.ids)} keys, such as {ready.ids[0]}, is a sample or a picture of the data set "
            f"{dataset.name}; its samples are named like {samples[0]}"
        )
    fitting = [target for target in targets if target is not None]
    place = samples.get_indexer([sample_id for sample_id, _ in fitting])
    views = [view for _, view in fitting]
    joined, side_by_side = "", 1
    if ready.kind == "embedding" and len(set(views)) > 1 and "" not in views:
        sums = _side_by_side(ready.matrix[rows], place, views, samples=len(samples), order=dataset.views)
        joined, side_by_side = "; the views of a sample were put side by side", len(set(views))
    else:
        sums = _mean(ready.matrix[rows], place, samples=len(samples))
        if len(np.unique(place)) < len(place):
            joined = "; several rows of one sample were averaged"
    absent = np.bincount(place, minlength=len(samples)) == 0
    sums[absent] = np.nan
    missing = tuple(samples[absent])
    unused = len(ready.ids) - len(rows)
    report = (
        f"{len(samples) - len(missing)} of {len(samples)} samples have a vector, matched by {ready.matched_by}; "
        f"{unused} of {len(ready.ids)} rows belong to no sample{joined}"
    )
    return MatchedVectors(sums, missing, unused, report, side_by_side)


def _mean(values: NDArray[np.float32], place: NDArray[np.intp], *, samples: int) -> NDArray[np.float32]:
    sums = np.zeros((samples, values.shape[1]), dtype=np.float32)
    np.add.at(sums, place, values)
    counts = np.maximum(np.bincount(place, minlength=samples), 1)[:, None]
    return np.divide(sums, counts.astype(np.float32))


def _side_by_side(
    values: NDArray[np.float32], place: NDArray[np.intp], views: list[str], *, samples: int, order: tuple[str, ...]
) -> NDArray[np.float32]:
    width = values.shape[1]
    present = [view for view in order if view in set(views)]
    wide = np.zeros((samples, width * len(present)), dtype=np.float32)
    for number, view in enumerate(present):
        chosen = np.flatnonzero([other == view for other in views])
        part = _mean(values[chosen], place[chosen], samples=samples)
        wide[:, number * width : (number + 1) * width] = _unit_length(part)
    return _unit_length(wide)


def _unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, np.where(lengths > 0, lengths, 1))


def targets_by_name(dataset: Dataset) -> dict[str, _Target | None]:
    """Every way to name a sample or picture; None for a name that two samples share."""
    targets: dict[str, _Target | None] = {}
    pictures = dataset.pictures
    for sample_id, view, location in zip(pictures["sample_id"], pictures["view"], pictures["location"], strict=True):
        path = PurePosixPath(location)
        for key in {location, str(path.with_suffix("")), path.name, path.stem}:
            targets[key] = (sample_id, view) if targets.get(key, (sample_id, view)) == (sample_id, view) else None
    # An id beats a file that happens to be named like it.
    targets.update({sample_id: (sample_id, "") for sample_id in dataset.samples.index})
    return targets


def target_of(key: str, known: dict[str, _Target | None]) -> _Target | None:
    """Return the sample, and the view if any, that a key names by id, picture's name or path; None where there is none.

    The key is only compared with ``known`` (:func:`targets_by_name`), never opened.
    """
    path = key.strip().replace("\\", "/").removeprefix("./")
    name = path.rsplit("/", 1)[-1]
    glitch = parse_glitch_name(name)
    if glitch is not None:
        if owner := known.get(glitch.sample_id):
            return owner[0], glitch.view
        # Where every picture counts as a sample, it is named by its glitch and view.
        if picture := known.get(f"{glitch.sample_id}/{glitch.view}"):
            return picture
    return known.get(path) or known.get(name)

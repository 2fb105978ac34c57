"""The labelled samples that lie nearest to a glitch, from plain arrays: a run's features, or a data set's embedding."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.classify.naming.classifier import Classifier
from core.classify.naming.trained import read_reference
from core.classify.training.runs import Run
from core.embed.combine import unit_rows
from core.errors import GlitchAuditError

NEAREST_SHOWN = 6


@dataclass(frozen=True)
class NeighbourSource:
    """Labelled samples to look among.

    Attributes:
        sample_ids, labels: one a row.
        vectors: float32 (rows, blocks * d): the views side by side, each of any length, zeros where one is missing.
        views: the view of each block; ("",) where the vectors are not told apart by view.
        weights: float32 (rows, blocks), how much each view counts (:class:`core.embed.likeness.Vectors`); None for
            alike.
        about: where they come from, for the screen.
    """

    sample_ids: tuple[str, ...]
    labels: tuple[str, ...]
    vectors: np.ndarray
    views: tuple[str, ...] = ("",)
    about: str = ""
    weights: np.ndarray | None = None
    _lengths: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.sample_ids) != len(self.vectors) or len(self.labels) != len(self.vectors):
            raise GlitchAuditError("Neighbours need one id and one label for each vector.")
        blocks = self.vectors.reshape(len(self.vectors), len(self.views), -1) if len(self.vectors) else self.vectors
        # Lengths of every block, so that two glitches can be compared view by view.
        object.__setattr__(self, "_lengths", np.linalg.norm(blocks, axis=-1) if len(self.vectors) else blocks)

    def nearest(
        self, features: np.ndarray, views: Sequence[str], *, count: int = NEAREST_SHOWN, leave_out: Collection[str] = ()
    ) -> tuple[tuple[str, str, float], ...]:
        """Return sample id, label and likeness of the ``count`` nearest samples, nearest first, each once.

        Likeness is the mean cosine over the views asked for that the sample has, a filled-in one counting by its
        weight; samples without any are left out, as are those in ``leave_out``. ``features`` is float32 (len(views),
        d), unit rows in the order of ``views``; views that the source lacks are passed over.
        """
        if not len(self.vectors):
            return ()
        query = self._query(features, views)
        blocks = np.abs(query).sum(axis=1) > 0
        if not blocks.any() or query.size != self.vectors.shape[1]:
            return ()
        cosines = self._likeness(query, np.flatnonzero(blocks))
        found: dict[str, tuple[str, str, float]] = {}
        # More than are shown, as several rows may be pictures of one sample.
        for row in np.argsort(-cosines, kind="stable")[: 8 * count + len(leave_out)]:
            sample_id = self.sample_ids[row]
            if sample_id not in leave_out and sample_id not in found and np.isfinite(cosines[row]):
                found[sample_id] = (sample_id, self.labels[row], float(min(1.0, cosines[row])))
            if len(found) == count:
                break
        return tuple(found.values())

    def _likeness(self, query: np.ndarray, blocks: np.ndarray) -> np.ndarray:
        width = query.shape[1]
        total, weight = np.zeros((2, len(self.vectors)))
        for block in blocks:
            lengths = self._lengths[:, block]
            counts = (lengths > 0) * (1.0 if self.weights is None else self.weights[:, block])
            products = self.vectors[:, block * width : (block + 1) * width] @ query[block]
            total += counts * np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
            weight += counts
        return np.divide(total, weight, out=np.full(len(total), -np.inf), where=weight > 0)

    def _query(self, features: np.ndarray, views: Sequence[str]) -> np.ndarray:
        units = unit_rows(np.atleast_2d(features))
        query = np.zeros((len(self.views), units.shape[1]), np.float32)
        if self.views == ("",):
            query[0] = units[0]
            return query
        for view, row in zip(views, units, strict=True):
            if view in self.views:
                query[self.views.index(view)] = row
        if not query.any() and len(views) == 1 and not views[0]:
            # A picture of which nobody knows the view may be any of them.
            query[:] = units[0]
        return query


def neighbours_in_run(run: Run) -> NeighbourSource:
    """Return the samples a run learned from or was validated on; raises GlitchAuditError where it kept no features."""
    table, features = read_reference(run)
    return NeighbourSource(
        sample_ids=tuple(table["sample_id"]),
        labels=tuple(table["label"]),
        vectors=features,
        about=f"the samples that {run.name} learned from",
    )


def neighbours_in_embedding(
    sample_ids: Sequence[str],
    labels: Sequence[str] | pd.Series,
    matrix: np.ndarray,
    *,
    views: Sequence[str],
    about: str,
    weights: np.ndarray | None = None,
) -> NeighbourSource:
    """Return the samples of a data set that was embedded by the backbone of the shipped classifier.

    ``matrix`` is (rows, views * d), or (rows, d) with ``views`` () where every row is one picture. ``weights`` (rows,
    views) is how much each view counts; None where all samples have all views.
    """
    blocks = tuple(views) or ("",)
    if len(blocks) == 1:
        # One block is compared with whichever picture there is.
        blocks = ("",)
    vectors = np.asarray(matrix, np.float32)
    return NeighbourSource(tuple(sample_ids), tuple(labels), vectors, blocks, about, weights)


def query_of(classifier: Classifier, features: np.ndarray, present: np.ndarray) -> np.ndarray:
    """A glitch's features for :meth:`NeighbourSource.nearest`: float32 (views that are there, d)."""
    if classifier.blocks == 1:
        return features[None]
    return features.reshape(classifier.blocks, -1)[present]

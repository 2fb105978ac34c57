"""Ready-made embeddings and coordinates in place of our own backbone, so that existing work can be loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from core.dataset import Brought, Dataset, Problem, match_vectors, read_vectors
from core.dataset.model import GLITCH_COLUMN
from core.embed.combine import unit_rows
from core.embed.likeness import seen_views
from core.embed.model import Embedding
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.space.clustering import Clustering
from core.space.layout import Layout
from core.space.neighbours import Neighbours

VERSION = 2
"""Raised when the same file would be read as another embedding, so that cached ones are dropped."""


def vectors_fingerprint(dataset: Dataset, path: Path, *, content: str = "") -> str:
    """Return the cache key of ready-made vectors: a hash of the file's bytes and of the names it may use.

    ``content`` is the hash of the file's bytes; where it is known the file is not looked at. Raises GlitchAuditError
    where the file is missing.
    """
    names = "\0".join(dataset.pictures["location"]).encode()
    return fingerprint(
        "ready-made vectors", VERSION, dataset.pictures_fingerprint, content or vectors_content(path), names
    )


def vectors_content(path: Path) -> str:
    """Return a hash of the bytes of a file of ready-made vectors; GlitchAuditError where it is missing."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise GlitchAuditError(f"The vectors in {path} cannot be read ({error.strerror}): check the path.") from error


def load_vectors(dataset: Dataset, path: Path, *, key: str, unit: str = "glitch") -> Embedding:
    """Return ready-made vectors as the data set's embedding; samples without one are left out and listed.

    Rows are scaled to length 1; two columns are coordinates of a map and left as they are. ``dataset`` is in the unit
    ``unit`` ("glitch" or "picture"), ``key`` the result's fingerprint. Raises GlitchAuditError where the file cannot be
    read, or none of its rows belongs to the data set.
    """
    ready = read_vectors(path)
    matched = match_vectors(dataset, ready)
    matrix = matched.matrix.astype(np.float32)
    present = np.isfinite(matrix).all(axis=1)
    if not present.any():
        raise GlitchAuditError(
            f"No row of {path} belongs to this data set: rows are matched by sample id or file name."
        )
    absent = tuple(
        Problem(str(sample_id), f"it has no vector in {path.name}") for sample_id in dataset.samples.index[~present]
    )
    rows = matrix[present]
    return Embedding(
        ids=tuple(dataset.samples.index[present].astype(str)),
        matrix=rows if rows.shape[1] == 2 else unit_rows(rows),
        unit=unit,
        source=str(path),
        problems=(*ready.problems, *absent),
        fingerprint=key,
        seen=seen_views(rows, matched.views),
    )


def planar_neighbours(coordinates: np.ndarray, *, count: int, key: str) -> Neighbours:
    """Return the nearest samples on a map, float32 (n, 2), for data without an embedding; distances in map units.

    ``count`` leaves the sample itself out; ``key`` is the result's fingerprint.
    """
    from sklearn.neighbors import NearestNeighbors

    rows = len(coordinates)
    count = min(count, rows - 1)
    if count < 1:
        return Neighbours(np.zeros((rows, 0), np.int32), np.zeros((rows, 0), np.float32), key)
    search = NearestNeighbors(n_neighbors=count).fit(coordinates)
    # Called without points, scikit-learn leaves each sample out of its own neighbours.
    distances, indices = search.kneighbors()
    return Neighbours(indices.astype(np.int32), distances.astype(np.float32), key)


def coordinates_as_layout(coordinates: np.ndarray, *, key: str) -> Layout:
    """Return ready-made coordinates as the map."""
    return Layout(np.ascontiguousarray(coordinates, dtype=np.float32), key)


def clusters_as_clustering(clusters: np.ndarray, *, key: str) -> Clustering:
    """Return ready-made clusters, int (n,) with -1 for noise, as the clustering, with probability 1."""
    return Clustering(clusters.astype(np.int32), (clusters >= 0).astype(np.float32), key)


def own_embedding(dataset: Dataset, brought: Brought, *, key: str) -> Embedding:
    """Return what a table brings (``dataset.brought``) as its embedding: vectors, scaled to length 1, or coordinates.

    Raises ValueError where it brings neither.
    """
    matrix = brought.coordinates if brought.vectors is None else unit_rows(brought.vectors)
    if matrix is None:
        raise ValueError("a table brings vectors or coordinates or both")
    return Embedding(
        ids=tuple(dataset.samples.index.astype(str)),
        matrix=matrix,
        unit="picture" if GLITCH_COLUMN in dataset.samples else "glitch",
        source=str(dataset.source),
        fingerprint=key,
    )


def is_planar(embedding: Embedding) -> bool:
    """Return whether coordinates of a map stand in for an embedding."""
    return embedding.matrix.shape[1] == 2

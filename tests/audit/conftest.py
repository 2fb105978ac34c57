"""Small made-up audits: rows of an embedding, their labels, clusters and glitches."""

import numpy as np
import pandas as pd
import pytest

from core.audit.model import AuditInput
from core.space.filling import fill_in, find_filling
from core.space.neighbours import NeighbourParams, find_neighbours


@pytest.fixture
def make_input():
    """``make_input(matrix, labels, clusters=..., glitches=..., seen=..., **columns) -> AuditInput``; rows scaled to 1.

    ``seen`` is bool (n, views): which views the samples have; the others are filled in as the pipeline does.
    """

    def make(matrix, labels, *, clusters=None, glitches=None, profiles=None, ids=None, seen=None, **columns):
        matrix = np.asarray(matrix, dtype=np.float32)
        matrix = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
        count = len(matrix)
        filling = None if seen is None else find_filling(matrix, seen)
        vectors = fill_in(matrix, seen, filling)
        matrix, weights = vectors.matrix, vectors.weights
        index = pd.Index(ids or [f"s{number:05d}" for number in range(count)], name="sample_id", dtype="str")
        samples = pd.DataFrame({"label": list(labels), **columns}, index=index)
        return AuditInput(
            samples=samples,
            matrix=matrix,
            neighbours=find_neighbours(matrix, NeighbourParams(count=30), weights=weights),
            coordinates=matrix[:, :2].copy(),
            clusters=np.zeros(count, np.int32) if clusters is None else np.asarray(clusters, np.int32),
            glitches=np.arange(count) if glitches is None else np.asarray(glitches),
            fingerprint="test",
            profiles=profiles,
            weights=weights,
        )

    return make

"""What every question of the audit is asked about: the samples, what they look like, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.dataset.wording import GLITCH_WORDS, Wording
from core.space.neighbours import Neighbours
from core.statistics import NOISE


@dataclass(frozen=True, eq=False)
class KnownLabels:
    """Which labels of a reading somebody has said to be right, bool (n,), and the labels ``brought``, str (n,).

    ``renamed`` are these under the classes of the reading, str (n,); None where it has no other classes.
    """

    brought: np.ndarray
    known: np.ndarray
    renamed: np.ndarray | None = None

    @property
    def before(self) -> np.ndarray:
        """What the labels of the reading are compared with, str (n,): those brought, under its own classes."""
        return self.brought if self.renamed is None else self.renamed


@dataclass(frozen=True)
class AuditInput:
    """One workspace's samples as the audit sees them; all arrays are in the order of ``samples``.

    Attributes:
        samples: index ``sample_id``; column ``label``, and whatever metadata the data set has.
        matrix: float32 (n, d), the embedding, rows of length 1; views that a sample lacks are filled in.
        coordinates: float32 (n, 2), the map.
        clusters: int32 (n,), -1 is noise.
        glitches: int (n,), the glitch that a row shows: rows with one number are views of one glitch and never count,
            nor are split by cross-validation, as if independent. All different where a sample is a glitch.
        profiles: float32 (n, p), mean energy of the pictures by frequency row and time column; None for no pictures.
        weights: float32 (n, views), how much each view counts in a likeness (:mod:`core.embed.likeness`); None where
            every sample has all its views.
        known: of which labels somebody has said that they are right, and what they were before; None for none.
        words: how sentences name the samples.
    """

    samples: pd.DataFrame
    matrix: np.ndarray
    neighbours: Neighbours
    coordinates: np.ndarray
    clusters: np.ndarray
    glitches: np.ndarray
    fingerprint: str
    profiles: np.ndarray | None = field(default=None)
    weights: np.ndarray | None = field(default=None)
    known: KnownLabels | None = field(default=None)
    words: Wording = field(default=GLITCH_WORDS)

    @property
    def labels(self) -> np.ndarray:
        """The samples' labels, str (n,)."""
        return self.samples["label"].to_numpy(dtype=str)

    @property
    def missing_views(self) -> np.ndarray | None:
        """Which views each sample lacks, as text with a 1 for each view that it has, str (n,); None if all have all."""
        if self.weights is None:
            return None
        return np.array(["".join("1" if seen else "0" for seen in row) for row in self.weights == 1])

    @property
    def cluster_numbers(self) -> np.ndarray:
        """The clusters that occur, ascending, noise left out."""
        found = np.unique(self.clusters)
        return found[found != NOISE]

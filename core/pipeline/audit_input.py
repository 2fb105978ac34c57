"""A workspace's results as the audit wants them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.dataset.pictures_as_samples import glitch_of
from core.dataset.wording import wording
from core.embed.combine import unit_rows
from core.fingerprint import fingerprint
from core.pipeline.picture_profiles import picture_profiles
from core.pipeline.stages import Prepared

_SPHERE_RADIUS = 4.0
"""In standard deviations of the map: large enough for the sphere to be nearly flat where the map lies."""


def audit_input(prepared: Prepared, *, with_profiles: bool = True) -> AuditInput:
    """Return what the audit asks its questions about.

    ``with_profiles`` also reads the preview pictures, some milliseconds a sample; only the failure modes need them.
    """
    return AuditInput(
        samples=prepared.samples,
        matrix=_directions(prepared.vectors.matrix),
        weights=prepared.vectors.weights,
        neighbours=prepared.neighbours,
        coordinates=prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        glitches=pd.factorize(glitch_of(prepared.samples))[0],
        fingerprint=audit_fingerprint(prepared),
        profiles=_profiles(prepared) if with_profiles else None,
        known=prepared.known,
        words=wording(prepared.dataset.kind.kind),
    )


def _profiles(prepared: Prepared) -> np.ndarray | None:
    # Rows and columns of an ordinary picture are neither frequencies nor times, and its proportions leave bars.
    return None if prepared.dataset.kind.in_colour else picture_profiles(prepared.previews, prepared.positions)


def audit_fingerprint(prepared: Prepared) -> str:
    """Return the hash of everything that :func:`audit_input` hands over."""
    placed = places_fingerprint(prepared)
    return fingerprint(placed, prepared.labels_fingerprint) if prepared.labels_fingerprint else placed


def places_fingerprint(prepared: Prepared) -> str:
    """Return the hash of what :func:`audit_input` hands over, the same whatever reading the labels have."""
    return fingerprint(
        "audit input",
        prepared.dataset.fingerprint,
        prepared.embedding.fingerprint,
        prepared.neighbours.fingerprint,
        prepared.layout.fingerprint,
        prepared.clustering.fingerprint,
        # Profiles and words hang on the kind, which a person may change without anything else changing.
        *(["ordinary pictures"] if prepared.dataset.kind.in_colour else []),
    )


def _directions(matrix: np.ndarray) -> np.ndarray:
    """Return the embedding; 2-D coordinates are wrapped onto a sphere, so that cosines rank them as the plane does."""
    if matrix.shape[1] != 2:
        return matrix
    spread = matrix.std() or 1.0
    centred = (matrix - matrix.mean(axis=0)) / spread
    return unit_rows(np.column_stack([centred, np.full(len(matrix), _SPHERE_RADIUS)]))

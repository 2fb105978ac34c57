"""Loads a classifier: one that was trained here, or the one that came with the project. It imports torch."""

from __future__ import annotations

import numpy as np

from core.classify.naming.classifier import Classifier
from core.classify.naming.shipped import load_shipped
from core.classify.naming.trained import trained_classifier
from core.classify.training.runs import Run
from core.dataset.viridis import from_viridis


def load_classifier(run: Run | None) -> Classifier:
    """Return a classifier ready to name glitches: a run's best weights, or the shipped one where ``run`` is None.

    Raises GlitchAuditError where it has no weights yet, or they cannot be read.
    """
    return _warm(load_shipped() if run is None else trained_classifier(run))


def _warm(classifier: Classifier) -> Classifier:
    """The classifier after a first answer: the first takes seconds, which nobody should wait for with a picture."""
    from_viridis(np.zeros((1, 1, 3), np.uint8))
    classifier.score(
        np.zeros((1, classifier.slots, *classifier.size), np.uint8), np.ones((1, classifier.slots), dtype=bool)
    )
    return classifier

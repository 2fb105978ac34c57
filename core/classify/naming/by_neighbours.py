"""Names ordinary pictures by the labelled samples that look most like them, until somebody has trained a classifier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.classify.evaluation.calibration import fit_temperature, probabilities
from core.classify.naming.classifier import PICTURE, Classifier
from core.classify.naming.own_labels import Said, said
from core.dataset.model import PLAIN_VIEW
from core.embed.backbone import Backbone
from core.embed.combine import unit_rows
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

NEIGHBOURS = 10
_UNSEEN = 0.1
"""What a label without any vote among the nearest counts for: it is unlikely, not impossible."""
_SAME_PICTURE = 0.99995
"""Cosine from which on two pictures are one and the same, which says nothing about its name."""
_CALIBRATED_ON = 2_000


def neighbours_vote(cosines: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Return log votes (n, count) of the :data:`NEIGHBOURS` nearest samples, from cosines (n, samples).

    ``labels`` is int (samples,), below ``count``. A sample that is the very picture has no vote.
    """
    cosines = np.where(cosines >= _SAME_PICTURE, -np.inf, cosines)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]
    counted = np.isfinite(np.take_along_axis(cosines, nearest, axis=1))
    votes = np.full((len(cosines), count), _UNSEEN)
    for row, (places, counts) in enumerate(zip(nearest, counted, strict=True)):
        np.add.at(votes[row], labels[places[counts]], 1.0)
    return np.log(votes)


def neighbour_classifier(
    matrix: np.ndarray, labels: Sequence[str], *, backbone: Backbone, precision: str, ordinary: bool, seed: int = 0
) -> Classifier:
    """Return a classifier that names a picture by the votes of the nearest labelled samples.

    ``matrix`` is float32 (samples, d), one picture a row, by ``backbone``, which is resolved. Its probabilities are
    calibrated on up to 2,000 of the samples, each named by the others. It cannot tell what is unlike anything it knows.
    It imports torch. Raises GlitchAuditError where there are fewer than two labels, or the weights are missing.
    """
    names = tuple(sorted({label for label in labels if label}))
    if len(names) < 2:
        raise GlitchAuditError("The labelled samples have fewer than two labels, so they cannot name anything.")
    known = np.array([bool(label) for label in labels])
    vectors = unit_rows(np.asarray(matrix, np.float32)[known])
    codes = np.searchsorted(np.array(names), np.array([label for label in labels if label]))
    some = np.random.default_rng(seed).permutation(len(vectors))[:_CALIBRATED_ON]
    held_out = vectors[some] @ vectors.T
    held_out[np.arange(len(some)), some] = -np.inf
    scores = neighbours_vote(held_out, codes, len(names))
    right = float((scores.argmax(axis=1) == codes[some]).mean())

    from core.embed.torchvision_compat import import_torchvision

    import_torchvision()
    from core.embed.runner import make_runner

    colours = ordinary and backbone.channels > 1
    runner = make_runner(backbone, precision=precision, colours=colours)

    def score(pictures: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        features = unit_rows(runner(np.ascontiguousarray(pictures[present])))
        return neighbours_vote(features @ vectors.T, codes, len(names)), features

    return Classifier(
        name=f"nearest samples by {backbone.name}",
        labels=names,
        views=(PLAIN_VIEW,),
        unit=PICTURE,
        size=backbone.size,
        temperatures={1: fit_temperature(scores, codes[some])},
        rule=None,
        about=(
            f"Nothing was trained on these pictures yet, so the {NEIGHBOURS} labelled samples nearest to a picture, as "
            f"{backbone.name} sees it, vote on its name. Of {len(some):,} samples of this data set the others name "
            f"{100 * right:.0f} % as they are labelled."
        ),
        fingerprint=fingerprint("by neighbours", vectors.tobytes(), list(names), codes.astype("<i8").tobytes()),
        score=score,
        any_view=True,
        embedded_by=backbone.name,
        ordinary=ordinary,
        said=_said_unseen(scores, codes[some]),
    )


def _said_unseen(scores: np.ndarray, truth: np.ndarray) -> Said | None:
    """What is said of samples by the temperature that the other half of them gives; None for fewer than four."""
    if len(truth) < 4:
        return None
    halves = np.arange(len(truth)) % 2 == 0
    chances = np.empty_like(scores)
    for half in (halves, ~halves):
        chances[half] = probabilities(scores[half], temperature=fit_temperature(scores[~half], truth[~half]))
    return said(chances, truth)

"""Who names ordinary pictures of a data set where nothing was trained yet: the labelled samples nearest to them."""

from __future__ import annotations

from core.classify.naming.by_neighbours import neighbour_classifier
from core.classify.naming.classifier import Classifier
from core.embed.backbones import backbone_named, is_backbone
from core.embed.general import resolved
from core.errors import GlitchAuditError
from core.pipeline.stages import Prepared

WHY_NOT_SHIPPED = (
    "The classifier that comes with the project knows no ordinary pictures, and would give them names that mean "
    "something else."
)
"""For a data set of ordinary pictures."""


def prepared_classifier(prepared: Prepared | None) -> Classifier:
    """Return the classifier of ordinary pictures by their nearest labelled samples; it imports torch.

    Raises GlitchAuditError, with what to do instead, where there is no map yet, it was made of ready-made vectors or
    several pictures a sample, or the backbone's weights are missing.
    """
    instead = "train a classifier of your own on the page “Training”"
    if prepared is None:
        raise GlitchAuditError(
            f"{WHY_NOT_SHIPPED} Prepare the map, so that the nearest samples can answer, or {instead}."
        )
    embedding = prepared.embedding
    if not is_backbone(embedding.source):
        raise GlitchAuditError(
            f"{WHY_NOT_SHIPPED} The map was made of ready-made vectors, which no other picture has: {instead}."
        )
    backbone = resolved(backbone_named(embedding.source))
    if embedding.matrix.shape[1] != backbone.dimensions:
        raise GlitchAuditError(f"{WHY_NOT_SHIPPED} The samples here have several pictures each: {instead}.")
    return neighbour_classifier(
        embedding.matrix,
        [str(label) for label in prepared.samples["label"]],
        backbone=backbone,
        precision=prepared.settings.embed.precision,
        ordinary=prepared.dataset.kind.in_colour,
    )

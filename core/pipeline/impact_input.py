"""The case that costs are counted from, made of a prepared data set: for the command line and the report."""

from __future__ import annotations

from core.detector.glitches import time_column
from core.pipeline.detector import BY_LABEL, bringing_of, glitches_of, load_coupling, load_detector
from core.pipeline.impact import CostCase, SaidOfLabels, sample_case
from core.pipeline.reading import labels_brought
from core.pipeline.stages import Prepared


def prepared_case(prepared: Prepared, said: SaidOfLabels, *, by: str = BY_LABEL) -> CostCase | None:
    """Return the case, beside the detector that was brought where it was read; None where the samples have no times.

    Raises GlitchAuditError where the times are no GPS seconds.
    """
    samples = prepared.samples
    if time_column(samples) is None or "detector" not in samples:
        return None
    glitches = glitches_of(samples, prepared.clustering.labels, by=by)
    if not len(glitches.times):
        return None
    bringing = bringing_of(prepared.workspace)
    detector = load_detector(prepared.workspace, bringing, glitches) if bringing is not None else None
    if bringing is None or detector is None:
        return sample_case(samples, labels_brought(prepared), glitches, said, by_label=by == BY_LABEL)
    return sample_case(
        samples,
        labels_brought(prepared),
        glitches,
        said,
        by_label=by == BY_LABEL,
        detector=detector,
        coupling=load_coupling(prepared.workspace, detector, glitches, borders=bringing.borders),
        borders=bringing.borders,
    )

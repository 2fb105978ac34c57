"""A reading of the labels as a training takes it."""

from __future__ import annotations

from core.classify.training.labels import TrainingLabels
from core.dataset.model import Dataset
from core.pipeline.kept_readings import KeptReading


def labels_to_train(dataset: Dataset, kept: KeptReading | None) -> TrainingLabels | None:
    """Return the labels of the data set in this reading; None where no label differs from the one that was brought.

    Whether a label is known changes nothing in a training, so that a reading in which labels were only confirmed is
    that of the labels as they were brought.
    """
    if kept is None:
        return None
    brought = dataset.samples["label"].astype("str")
    read = kept.labels_of(dataset.samples)
    if (read.labels == brought).all():
        return None
    table = read.labels.to_frame("label").assign(known=read.known.to_numpy(dtype=bool))
    return TrainingLabels(kept.reading, kept.read_at.isoformat(timespec="seconds"), table)

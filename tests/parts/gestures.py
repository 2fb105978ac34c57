"""Choices on the map, as the pages keep them, for tests that have no browser to draw with."""

from core.pipeline.stages import Prepared
from core.space.gestures import Gesture, bind, gesture_mask


def chosen(prepared: Prepared, gesture: Gesture) -> Gesture:
    """The gesture bound to these results."""
    everything = prepared.clustering.labels == prepared.clustering.labels
    mask = gesture_mask(
        gesture,
        prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        allowed=everything,
        row_of=prepared.row_of,
    )
    return bind(
        gesture,
        mask,
        ids=prepared.samples.index,
        layout=prepared.layout.fingerprint,
        clustering=prepared.clustering.fingerprint,
    )


def last_cluster(prepared: Prepared) -> Gesture:
    """The cluster of the last sample, chosen."""
    return chosen(prepared, Gesture("cluster", cluster=int(prepared.clustering.labels[-1])))

"""A classifier that is ready to name glitches, wherever its weights come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.classify.evaluation.calibration import probabilities
from core.classify.naming.on_real import OnReal
from core.classify.naming.own_labels import OwnConfidence, Said
from core.classify.naming.unknown import UnlikeRule, distances
from core.dataset.model import VIEWS
from core.fingerprint import fingerprint

Scorer = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Maps uint8 tenths (n, views, height, width), or colours (n, views, height, width, 3), and bool (n, views), which of
them are there, to scores (n, labels) and unit features (n, d)."""

SAMPLE, PICTURE = "sample", "picture"


@dataclass(frozen=True)
class Classifier:
    """Names glitches.

    Attributes:
        labels: what it tells apart, in the order of its scores.
        views: the views it reads, in order; for ``unit`` "picture" those it learned from, one at a time.
        unit: "sample", the views of a glitch together, or "picture", each by itself and then averaged.
        size: (height, width) of its input.
        temperatures: what divides the scores, by how many pictures a glitch has.
        rule: when a glitch is unlike anything known; None where too little was held out to tell.
        about: one sentence for the screen.
        fingerprint: of the weights and all that was fitted.
        dataset_fingerprint: of the data set it learned from; "" for the shipped one.
        any_view: whether a single picture is named without knowing which view it is.
        blocks: features are so many views side by side; 1 where the network has merged them.
        fits_simulated: whether it was calibrated on simulated glitches rather than on a data set's own samples.
        embedded_by: the backbone whose features it gives, so that they can be looked for in a data set; "" for a
            network of its own.
        ordinary: whether the pictures are ordinary ones, which keep their colours.
        colours: whether a network of its own sees those colours.
        on_real: what was measured on real glitches, where it was fitted on simulated ones.
        own: what the open data set's labels say of its confidence; None where they say nothing.
        said: what it said of samples of its data set that had no part in calibrating it; None where that is told
            elsewhere, or is not known.
    """

    name: str
    labels: tuple[str, ...]
    views: tuple[str, ...]
    unit: str
    size: tuple[int, int]
    temperatures: Mapping[int, float]
    rule: UnlikeRule | None
    about: str
    fingerprint: str
    score: Scorer
    dataset_fingerprint: str = ""
    any_view: bool = False
    blocks: int = 1
    fits_simulated: bool = False
    embedded_by: str = ""
    ordinary: bool = False
    colours: bool = False
    on_real: OnReal = field(default_factory=OnReal)
    own: OwnConfidence | None = None
    said: Said | None = None

    @property
    def slots(self) -> int:
        """Views that one call of :attr:`score` takes side by side."""
        return 1 if self.unit == PICTURE else len(self.views)

    @property
    def temperature(self) -> float:
        """For a glitch with all its views."""
        return self.temperature_for(len(self.views))

    @property
    def threshold(self) -> float:
        """Of the unlike score, for a glitch with all its views; infinite where nothing is ever called unlike."""
        return self.rule.threshold(len(self.views)) if self.rule else float("inf")

    @property
    def false_alarm_rate(self) -> float:
        """Share of glitches of known labels that are called unlike anything known; 0 where none ever is."""
        return self.rule.false_alarm_rate if self.rule else 0.0

    @property
    def reads_spectrograms(self) -> bool:
        """Whether it learned from Gravity Spy's views, so that an ordinary picture is none of its business."""
        return not self.colours and bool(set(self.views) & set(VIEWS))

    def temperature_for(self, pictures: int) -> float:
        """By what the scores of a glitch with so many pictures are divided."""
        return self.temperatures[min(self.temperatures, key=lambda known: (abs(known - pictures), -known))]

    def unlike_scores(
        self, scores: np.ndarray, features: np.ndarray, present: np.ndarray, *, view_known: bool = True
    ) -> np.ndarray:
        """How strange each row of scores and features is, float (n,); NaN where this classifier cannot tell.

        All rows have equally many pictures.
        """
        if self.rule is None or self.rule.space is None:
            return np.full(len(features), np.nan)
        blocks = features.reshape(len(features), self.blocks, -1)
        there = present if self.blocks > 1 else np.logical_or.reduce(present, axis=1, keepdims=True)
        far = distances(blocks, there, self.rule.space, view_known=view_known or self.blocks == 1)
        pictures = int(present[0].sum()) if len(present) else 1
        return self.rule.strangeness(far, scores, pictures)


def calibrated(classifier: Classifier, scores: np.ndarray, *, pictures: int) -> np.ndarray:
    """Calibrated probabilities (n, labels) of glitches with so many pictures each."""
    return probabilities(scores, temperature=classifier.temperature_for(pictures))


def as_sure_as_labels(classifier: Classifier, own: OwnConfidence | None) -> Classifier:
    """Return the classifier with the temperatures that a data set's own labels give it; as it is where they give none.

    One that was calibrated on samples, as a trained run is, keeps its own calibration.
    """
    if own is None or not classifier.fits_simulated:
        return classifier
    mark = fingerprint(classifier.fingerprint, own.as_json())
    return replace(classifier, temperatures=own.temperatures, own=own, fingerprint=mark)

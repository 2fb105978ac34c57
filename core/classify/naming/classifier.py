"""A classifier that is ready to name glitches: a run's best weights, or the one that came with the project.

Making one imports torch, inside the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.classify.evaluation.calibration import probabilities
from core.classify.naming.unknown import MAHALANOBIS, UnlikeRule, distances, fit_space, make_rule
from core.classify.training.runs import REFERENCE_FILE, WEIGHTS_FILE, Run, read_predictions, read_split
from core.dataset.model import VIEWS
from core.dataset.viridis import from_viridis
from core.errors import GlitchAuditError

Scorer = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Maps uint8 tenths (n, views, height, width) and bool (n, views), which of them are there, to scores (n, labels) and
unit features (n, d)."""

SAMPLE, PICTURE = "sample", "picture"


@dataclass(frozen=True)
class Classifier:
    """Names glitches.

    Attributes:
        name: what users call it.
        labels: what it tells apart, in the order of its scores.
        views: the views it reads, in order; for ``unit`` "picture" those it learned from, one of them at a time.
        unit: "sample", the views of a glitch together, or "picture", each by itself and then averaged.
        size: (height, width) of its input.
        temperatures: by what scores are divided, for each number of pictures a glitch that it was fitted for.
        rule: when a glitch is unlike anything known; None where too little was held out to tell.
        about: one sentence for the screen.
        fingerprint: of the weights and all that was fitted.
        score: see :data:`Scorer`.
        dataset_fingerprint: of the data set it learned from; "" for the shipped one.
        any_view: whether a single picture is named without knowing which view it is.
        blocks: features are so many views side by side; 1 where the network has merged them.
        fits_simulated: whether it was calibrated on simulated glitches rather than on a data set's own samples.
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
        return bool(set(self.views) & set(VIEWS))

    def temperature_for(self, pictures: int) -> float:
        """By what the scores of a glitch with so many pictures are divided."""
        return self.temperatures[min(self.temperatures, key=lambda known: (abs(known - pictures), -known))]

    def unlike_scores(self, features: np.ndarray, present: np.ndarray, *, view_known: bool = True) -> np.ndarray:
        """How strange each row of features is, float (n,); NaN where this classifier cannot tell."""
        if self.rule is None or self.rule.space is None:
            return np.full(len(features), np.nan)
        blocks = features.reshape(len(features), self.blocks, -1)
        there = present if self.blocks > 1 else np.logical_or.reduce(present, axis=1, keepdims=True)
        return distances(self.rule.kind, blocks, there, self.rule.space, view_known=view_known or self.blocks == 1)


def load_classifier(run: Run | None) -> Classifier:
    """A classifier ready to name glitches.

    Args:
        run: a training whose best weights are taken; None for the classifier that came with the project.

    Raises:
        GlitchAuditError: it has no weights yet, or they cannot be read.
    """
    if run is None:
        from core.classify.naming.shipped import load_shipped

        return _warm(load_shipped())
    temperature = _temperature(run)
    classifier = Classifier(
        name=run.name,
        labels=run.labels,
        views=run.params.views,
        unit=run.params.unit,
        size=run.params.size,
        temperatures={len(run.params.views) if run.params.unit == SAMPLE else 1: temperature},
        rule=_rule(run),
        about=_about(run),
        fingerprint=f"{run.fingerprint}-{run.best_epoch}",
        score=_network_scorer(run),
        dataset_fingerprint=run.dataset_fingerprint,
        any_view=run.params.unit == PICTURE or len(run.params.views) == 1,
    )
    return _warm(classifier)


def _warm(classifier: Classifier) -> Classifier:
    """The classifier after a first answer: the first takes seconds, which nobody should wait for with a picture."""
    from_viridis(np.zeros((1, 1, 3), np.uint8))
    classifier.score(
        np.zeros((1, classifier.slots, *classifier.size), np.uint8), np.ones((1, classifier.slots), dtype=bool)
    )
    return classifier


def can_classify(run: Run) -> bool:
    """Whether the run has weights to name glitches with."""
    return run.state in ("done", "stopped") and (run.folder / WEIGHTS_FILE).is_file()


def read_reference(run: Run) -> tuple[pd.DataFrame, np.ndarray]:
    """The features of the run's training and validation rows.

    Returns:
        One row a feature with ``sample_id``, ``view``, ``split`` and ``label``, and float32 (n, d) unit features.

    Raises:
        GlitchAuditError: the run has not finished, or the file is damaged.
    """
    import json

    from safetensors import safe_open

    try:
        with safe_open(run.folder / REFERENCE_FILE, framework="numpy") as file:
            rows = json.loads((file.metadata() or {})["rows"])
            features = file.get_tensor("features").astype(np.float32)
    except Exception as error:  # safetensors raises its own kind for damaged files
        raise GlitchAuditError(
            f"The training {run.name} has kept no features of its samples: let it finish, or resume it."
        ) from error
    table = pd.DataFrame(rows, columns=["sample_id", "view", "split"]).astype(str)
    split = read_split(run).drop_duplicates(["sample_id", "view"])
    table = table.merge(split[["sample_id", "view", "label"]], on=["sample_id", "view"], how="left")
    return table.fillna({"label": ""}), features


def _network_scorer(run: Run) -> Scorer:
    import torch

    from core.classify.network.architectures import build_network
    from core.classify.training.augmentation import as_pictures
    from core.classify.training.network_answers import read_weights

    network = build_network(run.params, run.labels)
    read_weights(network, run.folder)
    network = network.float().eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no such overload

    def score(pictures: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with torch.inference_mode():
            scores, features = network(as_pictures(torch.from_numpy(pictures)), torch.from_numpy(present))
            return scores.numpy(), torch.nn.functional.normalize(features, dim=1).numpy()

    return score


def _held_out(run: Run) -> pd.DataFrame:
    predictions = read_predictions(run)
    return predictions[predictions["split"] == "validation"]


def _temperature(run: Run) -> float:
    from core.classify.evaluation.calibration import fit_temperature
    from core.classify.evaluation.evaluate import load_evaluation

    evaluation = load_evaluation(run)
    if evaluation is not None:
        return evaluation.temperature
    held_out = _held_out(run)
    scores = held_out[[f"score:{label}" for label in run.labels]].to_numpy(float)
    return fit_temperature(scores, pd.Index(run.labels).get_indexer(held_out["label"]))


def _rule(run: Run) -> UnlikeRule | None:
    """Distances of the validation rows from the training rows; a threshold for each number of pictures a sample has."""
    try:
        table, features = read_reference(run)
    except GlitchAuditError:
        return None
    train, validation = (table["split"] == "train").to_numpy(), (table["split"] == "validation").to_numpy()
    known = validation & table["label"].isin(run.labels).to_numpy()
    if not train.any() or not known.any():
        return None
    space = fit_space(features[train][:, None], table["label"][train], names=run.labels)
    scores = distances(MAHALANOBIS, features[known][:, None], np.ones((int(known.sum()), 1), bool), space)
    if run.params.unit == SAMPLE:
        return make_rule(MAHALANOBIS, {len(run.params.views): scores}, space=space)
    by_sample = pd.DataFrame({"sample_id": table["sample_id"][known].to_numpy(), "score": scores})
    by_sample = by_sample.groupby("sample_id")["score"].agg(["mean", "size"])
    by_count = {int(n): part["mean"].to_numpy() for n, part in by_sample.groupby("size")}
    return make_rule(MAHALANOBIS, {1: scores, **{n: part for n, part in by_count.items() if n > 1}}, space=space)


def _about(run: Run) -> str:
    learned = (run.counts or {}).get("samples", {}).get("train", 0)
    views = len(run.params.views)
    how = "all views of a glitch together" if run.params.unit == SAMPLE and views > 1 else "one picture at a time"
    return (
        f"{run.params.architecture}, trained here on {learned:,} samples, tells {len(run.labels)} labels apart, "
        f"reads {how}."
    )


def calibrated(classifier: Classifier, scores: np.ndarray, *, pictures: int) -> np.ndarray:
    """Calibrated probabilities (n, labels) of glitches with so many pictures each."""
    return probabilities(scores, temperature=classifier.temperature_for(pictures))

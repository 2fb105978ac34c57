"""A run's best weights as a classifier. Making one imports torch, inside the functions."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from core.classify.evaluation.calibration import fit_temperature
from core.classify.evaluation.evaluate import load_evaluation
from core.classify.naming.classifier import PICTURE, SAMPLE, Classifier, Scorer
from core.classify.naming.unknown import UnlikeRule, distances, fit_space, make_rule
from core.classify.training.runs import REFERENCE_FILE, WEIGHTS_FILE, Run, read_predictions, read_split
from core.errors import GlitchAuditError


def can_classify(run: Run) -> bool:
    """Whether the run has weights to name glitches with."""
    return run.state in ("done", "stopped") and (run.folder / WEIGHTS_FILE).is_file()


def trained_classifier(run: Run) -> Classifier:
    """Return the classifier that a training made; raises GlitchAuditError where it has no readable weights."""
    temperature = _temperature(run)
    return Classifier(
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
        ordinary=run.params.colours == "colour",
        colours=run.params.colours == "colour",
        any_view=run.params.unit == PICTURE or len(run.params.views) == 1,
    )


def read_reference(run: Run) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the run's training and validation rows, and their float32 (n, d) unit features.

    Columns ``sample_id``, ``view``, ``split``, ``label``. Raises GlitchAuditError before a run's end or for a damaged
    file.
    """
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
    network = network.float().eval()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no such overload

    def score(pictures: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with torch.inference_mode():
            scores, features = network(as_pictures(torch.from_numpy(pictures)), torch.from_numpy(present))
            return scores.numpy(), torch.nn.functional.normalize(features, dim=1).numpy()

    return score


def _held_out(run: Run) -> pd.DataFrame:
    predictions = read_predictions(run)
    return predictions[predictions["split"] == "validation"]


def _temperature(run: Run) -> float:
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
    scores = distances(features[known][:, None], np.ones((int(known.sum()), 1), bool), space)
    if run.params.unit == SAMPLE:
        return make_rule({len(run.params.views): scores}, space=space)
    by_sample = pd.DataFrame({"sample_id": table["sample_id"][known].to_numpy(), "score": scores})
    by_sample = by_sample.groupby("sample_id")["score"].agg(["mean", "size"])
    by_count = {int(n): part["mean"].to_numpy() for n, part in by_sample.groupby("size")}
    return make_rule({1: scores, **{n: part for n, part in by_count.items() if n > 1}}, space=space)


def _about(run: Run) -> str:
    learned = (run.counts or {}).get("samples", {}).get("train", 0)
    views = len(run.params.views)
    how = "all views of a sample together" if run.params.unit == SAMPLE and views > 1 else "one picture at a time"
    return (
        f"{run.params.architecture}, trained here on {learned:,} samples, tells {len(run.labels)} labels apart, "
        f"reads {how}."
    )

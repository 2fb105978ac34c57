"""A network's answers for the rows of a split, and the files that keep them; imports torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import load_file, save_file

from core.classify.network.architectures import Classifying
from core.classify.training.augmentation import as_pictures
from core.classify.training.batches import Rows
from core.classify.training.runs import PREDICTIONS_FILE, REFERENCE_FILE, WEIGHTS_FILE
from core.embed.combine import unit_rows
from core.errors import GlitchAuditError
from core.files import whole_file


def network_answers(
    network: Classifying,
    rows: Rows,
    *,
    batch: int,
    half: torch.dtype | None = None,
    on_batch: Callable[[int], None] = lambda done: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the network's scores (rows, labels) and features (rows, d), float32, for the pictures as they are.

    Sets evaluation mode. ``on_batch`` is told after each batch how many rows are done; it may raise ``Cancelled``.
    """
    device = next(network.parameters()).device
    network.eval()
    scores, features = [], []
    with torch.inference_mode():
        for first in range(0, len(rows), batch):
            chosen = np.arange(first, min(first + batch, len(rows)))
            tenths, present, _ = rows.read(chosen)
            with torch.autocast(device.type, dtype=half or torch.bfloat16, enabled=half is not None):
                score, feature = network(as_pictures(tenths.to(device)), present.to(device))
            scores.append(score.float().cpu().numpy())
            features.append(feature.float().cpu().numpy())
            on_batch(int(chosen[-1]) + 1)
    return np.concatenate(scores), np.concatenate(features)


def mean_loss(scores: np.ndarray, targets: np.ndarray) -> float:
    """Mean cross-entropy, nats: no label smoothing and no class weights, so that runs can be compared."""
    return float(torch.nn.functional.cross_entropy(torch.from_numpy(scores).double(), torch.from_numpy(targets)))


def write_weights(network: Classifying, folder: Path, about: Mapping[str, str]) -> None:
    """Keep the whole network in the run's folder; ``about`` becomes the file's metadata."""
    weights = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    _replace(folder / WEIGHTS_FILE, lambda path: save_file(weights, path, metadata=dict(about)))


def read_weights(network: Classifying, folder: Path) -> None:
    """Set the network to its kept weights; raises GlitchAuditError where they are missing, damaged or of another."""
    path = folder / WEIGHTS_FILE
    try:
        network.load_state_dict(load_file(path))
    except Exception as error:  # a damaged file fails in nearly any way
        raise GlitchAuditError(f"The weights {path} cannot be read ({error}): train the run again.") from error


def write_predictions(split: pd.DataFrame, scores: np.ndarray, labels: Sequence[str], folder: Path) -> None:
    """Keep the scores (rows, labels) of the rows of ``split``: ``predictions.parquet``."""
    table = split[["sample_id", "view", "glitch", "split", "label"]].reset_index(drop=True)
    columns = pd.DataFrame(scores.astype(np.float32), columns=[f"score:{label}" for label in labels])
    table = pd.concat([table, columns], axis=1)
    _replace(folder / PREDICTIONS_FILE, lambda path: table.to_parquet(path, index=False))


def write_reference(split: pd.DataFrame, features: np.ndarray, folder: Path) -> None:
    """Keep the features (rows, d) of the rows of ``split``, scaled to length 1: ``reference.safetensors``."""
    names = json.dumps(split[["sample_id", "view", "split"]].values.tolist(), ensure_ascii=False)
    arrays = {"features": unit_rows(features).astype(np.float16)}
    _replace(folder / REFERENCE_FILE, lambda path: save_arrays(arrays, path, metadata={"rows": names}))


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    try:
        with whole_file(path) as temporary:
            write(temporary)
    except (OSError, SafetensorError) as error:
        raise GlitchAuditError(f"{path} cannot be written ({error}): free some space, and resume.") from error

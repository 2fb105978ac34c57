"""Rows of a split as the network reads them, ordered by seed, epoch and step; imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from core.classify.params import TrainParams
from core.classify.training.picture_array import PictureArray
from core.dataset.model import Dataset

ORDER, AUGMENTATION, DROPOUT, WEIGHTS = 1, 2, 3, 4
"""Streams of chance that never meet."""


def derived_seed(*parts: int) -> int:
    """A seed of 63 bits that depends on all of ``parts`` and nothing else."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> 1)


@dataclass(frozen=True)
class Rows:
    """What stands in one part of the split.

    ``places`` is int64 (rows, views) into ``pixels``, uint8 tenths (pictures, height, width) or colours (pictures,
    height, width, 3), -1 for a missing view; ``targets`` is int64 (rows,) into the list of labels.
    """

    places: np.ndarray
    targets: np.ndarray
    pixels: np.ndarray

    def __len__(self) -> int:
        return len(self.places)

    def read(self, chosen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return pictures (batch, views, height, width[, 3]), present (batch, views), targets (batch,) of the rows."""
        places = self.places[chosen]
        present = places >= 0
        tenths = self.pixels[places.clip(min=0)]
        tenths[~present] = 0
        return torch.from_numpy(tenths), torch.from_numpy(present), torch.from_numpy(self.targets[chosen])


def rows_of(
    split: pd.DataFrame, dataset: Dataset, params: TrainParams, pictures: PictureArray, labels: Sequence[str]
) -> Rows:
    """The rows of a split (columns ``sample_id``, ``view``, ``label``), in its order."""
    table = dataset.pictures[["sample_id", "view"]].reset_index(drop=True)
    table = table[pictures.readable & table["view"].isin(params.views).to_numpy()]
    if params.unit == "picture":
        wanted = pd.MultiIndex.from_frame(split[["sample_id", "view"]].astype(object))
        places = table.index[pd.MultiIndex.from_frame(table.astype(object)).get_indexer(wanted)].to_numpy()[:, None]
    else:
        sample = pd.Index(split["sample_id"].astype(object)).get_indexer(table["sample_id"].astype(object))
        view = pd.Index(list(params.views)).get_indexer(table["view"].astype(object))
        places = np.full((len(split), len(params.views)), -1)
        places[sample[sample >= 0], view[sample >= 0]] = table.index[sample >= 0]
    targets = pd.Index(list(labels)).get_indexer(split["label"].astype(object))
    return Rows(places.astype(np.int64), targets.astype(np.int64), pictures.pixels)


def training_batches(rows: Rows, params: TrainParams, *, epoch: int) -> list[np.ndarray]:
    """Return the places of each batch's rows; a last batch of one joins the one before, as BatchNorm needs two."""
    generator = torch.Generator().manual_seed(derived_seed(params.seed, ORDER, epoch))
    if params.balance == "balanced sampling":
        counts = np.bincount(rows.targets)
        sampler = torch.utils.data.WeightedRandomSampler(
            (1.0 / counts[rows.targets]).tolist(), len(rows), replacement=True, generator=generator
        )
        order = np.fromiter(sampler, dtype=np.int64)
    else:
        order = torch.randperm(len(rows), generator=generator).numpy()
    batches = [order[first : first + params.batch] for first in range(0, len(order), params.batch)]
    if len(batches) > 1 and len(batches[-1]) == 1:
        last = batches.pop()
        batches[-1] = np.concatenate([batches[-1], last])
    return batches


def label_weights(targets: np.ndarray, labels: int) -> np.ndarray:
    """Return loss weights inverse to frequency, float32 (labels,); mean over ``targets`` 1, absent labels 0.

    The formula is scikit-learn's "balanced": rows / (labels present * count of the label).
    """
    counts = np.bincount(targets, minlength=labels)
    present = counts > 0
    weights = np.zeros(labels, dtype=np.float32)
    weights[present] = len(targets) / (present.sum() * counts[present])
    return weights

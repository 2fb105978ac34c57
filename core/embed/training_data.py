"""Endless fresh simulated glitches for training, drawn in worker processes. Importing this module imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from core.simulate.background import DETECTORS, draw_background
from core.simulate.real_noise import RealNoise
from core.simulate.series import SAMPLES
from core.simulate.variation import draw_varied
from core.simulate.waveforms import CLASSES, draw_glitch

_LARGEST_HALF = 6e4


@dataclass(frozen=True)
class GlitchBatch:
    """Whitened series, float16 (batch, SAMPLES), and their classes, int64 (batch,) in ``waveforms.CLASSES``."""

    series: torch.Tensor
    labels: torch.Tensor


def draw_batch(
    seed: int, number: int, size: int, *, varied: bool = False, noise: RealNoise | None = None
) -> GlitchBatch:
    """Return batch ``number`` of a stream: each class as often as ``size`` allows, detectors by chance.

    The same arguments give the same batch in every process. ``varied`` draws as in ``core.simulate.variation``, some of
    them in the real ``noise``.
    """
    rng = np.random.default_rng([seed, number])
    # The rest that does not divide by the classes goes to other classes in each batch.
    labels = rng.permutation(np.resize(rng.permutation(len(CLASSES)), size))
    series = np.empty((size, SAMPLES), dtype=np.float16)
    for row, label in enumerate(labels):
        if varied:
            whole = draw_varied(CLASSES[label], rng, noise=noise)
        else:
            whole = draw_background(str(rng.choice(DETECTORS)), rng) + draw_glitch(CLASSES[label], rng).series
        series[row] = np.clip(whole, -_LARGEST_HALF, _LARGEST_HALF)
    return GlitchBatch(torch.from_numpy(series), torch.from_numpy(labels.astype(np.int64)))


class GlitchStream(IterableDataset[tuple[torch.Tensor, torch.Tensor]]):
    """Batches ``first`` up to ``last``, shared out so that their order does not depend on the workers."""

    def __init__(
        self, *, seed: int, first: int, last: int, size: int, varied: bool = False, noise: RealNoise | None = None
    ) -> None:
        self.seed, self.first, self.last, self.size = seed, first, last, size
        self.varied, self.noise = varied, noise

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        worker = get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for number in range(self.first + offset, self.last, step):
            batch = draw_batch(self.seed, number, self.size, varied=self.varied, noise=self.noise)
            yield batch.series, batch.labels


def load_batches(
    *,
    seed: int,
    first: int,
    last: int,
    size: int,
    workers: int,
    pinned: bool,
    varied: bool = False,
    noise: RealNoise | None = None,
) -> DataLoader[tuple[torch.Tensor, torch.Tensor]]:
    """Return batches in order, drawn ahead in ``workers`` processes (0: in this one), as (series, labels) pairs."""
    return DataLoader(
        GlitchStream(seed=seed, first=first, last=last, size=size, varied=varied, noise=noise),
        batch_size=None,
        num_workers=workers,
        pin_memory=pinned,
        prefetch_factor=4 if workers else None,
    )

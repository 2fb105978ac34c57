"""Makes one shard: reads, decodes and embeds consecutive pictures, a batch a core."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np

from core.dataset.model import PictureStore, Problem
from core.embed.backbones import Backbone
from core.embed.decoding import Decoded, read_colours, read_picture
from core.embed.runner import Runner
from core.embed.shards import Shard

BATCH_SIZE = 8
BATCHES_AHEAD = 2
"""Batches in work or waiting for each core, beyond the one that is asked for; bounds the memory."""

OnPicture = Callable[[int, np.ndarray], None]
"""Called as ``on_picture(row, picture)`` with the row of ``dataset.pictures`` and what it shows: the decoded energy, or
the colours of an ordinary picture (see :class:`core.embed.decoding.Decoded`)."""


@dataclass(frozen=True, eq=False)
class ShardPictures:
    """The pictures of one shard: ``rows`` of ``dataset.pictures`` and the ``locations`` of these in ``store``.

    ``ordinary`` says that they are ordinary pictures, which are read in their colours.
    """

    rows: range
    locations: Sequence[str]
    store: PictureStore
    ordinary: bool = False


def make_shard(
    pictures: ShardPictures,
    runner: Runner,
    workers: Executor,
    *,
    cores: int,
    backbone: Backbone,
    batch_size: int = BATCH_SIZE,
    on_batch: Callable[[int], None],
    on_picture: OnPicture | None = None,
) -> Shard:
    """Return the features of the pictures, and what was met on the way; ``workers`` are threads, one a core.

    Batches begin with the shard, so the same pictures fall into the same batches wherever the shard is made.
    ``on_batch`` is told how many pictures are done and may raise; ``on_picture`` is shown each one in order. Raises
    SourceChangedError where the source is not what it was when the data set was read.
    """
    features = np.full((len(pictures.rows), backbone.dimensions), np.nan, dtype=np.float32)
    batches = _batches(pictures, runner, workers, cores=cores, backbone=backbone, batch_size=batch_size)
    problems: list[Problem] = []
    forms: Counter[str] = Counter()
    done = 0
    for decoded, found in batches:
        readable = [picture.problem is None for picture in decoded]
        if len(found):
            features[done : done + len(decoded)][readable] = found
        for picture in decoded:
            if picture.problem is not None:
                problems.append(picture.problem)
                continue
            forms[picture.form] += 1
            if on_picture is not None and picture.energy is not None:
                on_picture(picture.row, picture.energy)
        done += len(decoded)
        on_batch(done)
    return Shard(features, tuple(problems), dict(forms))


def _batches(
    pictures: ShardPictures, runner: Runner, workers: Executor, *, cores: int, backbone: Backbone, batch_size: int
) -> Iterator[tuple[list[Decoded], np.ndarray]]:
    rows, store = pictures.rows, pictures.store

    def read(location: str, row: int) -> Decoded:
        if pictures.ordinary:
            return read_colours(store, location, row=row, size=backbone.size, backbone=backbone)
        return read_picture(store, location, row=row, size=backbone.size)

    def work(part: range) -> tuple[list[Decoded], np.ndarray]:
        decoded = [read(pictures.locations[row - rows.start], row) for row in part]
        pixels = [picture.pixels for picture in decoded if picture.pixels is not None]
        return decoded, runner(np.stack(pixels)) if pixels else np.empty((0, 0), dtype=np.float32)

    pending: deque[Future[tuple[list[Decoded], np.ndarray]]] = deque()
    for first in range(rows.start, rows.stop, batch_size):
        pending.append(workers.submit(work, range(first, min(first + batch_size, rows.stop))))
        if len(pending) > BATCHES_AHEAD * cores:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()

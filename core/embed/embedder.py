"""The embedding stage: every picture read once, decoded and embedded in threads, kept in shards, joined to samples."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np

from core.dataset.model import Dataset, Problem
from core.embed.backbones import Backbone, backbone_named
from core.embed.combine import combine_views, one_row_a_picture
from core.embed.decoding import Decoded, read_colours, read_picture
from core.embed.general import resolved
from core.embed.likeness import seen_views
from core.embed.model import Embedding, EmbedParams, embedding_fingerprint, picture_fingerprint
from core.embed.runner import Runner, available_cores, batch_workers, make_runner
from core.embed.shards import Shard, read_shard, shard_rows, write_shard
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress

SHARD_SIZE = 512
BATCH_SIZE = 8
BATCHES_AHEAD = 2
"""Batches in work or waiting for each core, beyond the one that is asked for; bounds the memory."""

OnPicture = Callable[[int, np.ndarray], None]
"""Called as ``on_picture(row, picture)`` with the row of ``dataset.pictures`` and what it shows: the decoded energy, or
the colours of an ordinary picture (see :class:`core.embed.decoding.Decoded`)."""


def embed_pictures(
    dataset: Dataset,
    params: EmbedParams,
    *,
    folder: Path,
    on_progress: OnProgress = ignore_progress,
    on_picture: OnPicture | None = None,
    batch_size: int = BATCH_SIZE,
    shard_size: int = SHARD_SIZE,
) -> Embedding:
    """Embed every picture of a data set.

    One thread a core decodes a batch and runs the network on it. Each ``shard_size`` finished pictures are written to
    ``folder``; a later call with the same data set, backbone, precision and weights resumes from them. Pictures that
    cannot be read, and samples without a readable one, are left out and listed in ``Embedding.problems``.
    ``on_progress`` is told (pictures done, pictures in all) and may raise Cancelled; ``on_picture`` is shown each
    picture that this run decodes, in order, in the calling thread. Raises GlitchAuditError where no picture could be
    read, weights are missing, or openvino is not installed.
    """
    backbone = resolved(backbone_named(params.backbone))
    shards_folder = folder / f"shards-{picture_fingerprint(dataset.seen_fingerprint, params)}"
    total = len(dataset.pictures)
    shards = {rows: read_shard(shards_folder, rows, backbone.dimensions) for rows in shard_rows(total, shard_size)}
    done = sum(len(rows) for rows, shard in shards.items() if shard is not None)
    on_progress(done, total)
    left = [rows for rows, shard in shards.items() if shard is None]
    if left:
        runner = make_runner(backbone, precision=params.precision, colours=in_colour(dataset, backbone))
        with batch_workers() as workers:
            for rows in left:
                shard = _embed_rows(
                    _batches(dataset, rows, runner, workers, backbone=backbone, batch_size=batch_size),
                    np.full((len(rows), backbone.dimensions), np.nan, dtype=np.float32),
                    on_batch=lambda count, before=done: on_progress(before + count, total),
                    on_picture=on_picture,
                )
                write_shard(shards_folder, rows, shard)
                shards[rows] = shard
                done += len(rows)
    return _join(dataset, params, [shard for shard in shards.values() if shard is not None])


def in_colour(dataset: Dataset, backbone: Backbone) -> bool:
    """Return whether the network reads the data set's pictures in their colours."""
    return dataset.kind.in_colour and backbone.channels > 1


def _batches(
    dataset: Dataset, rows: range, runner: Runner, workers: Executor, *, backbone: Backbone, batch_size: int
) -> Iterator[tuple[list[Decoded], np.ndarray]]:
    locations = dataset.pictures["location"].iloc[rows.start : rows.stop].tolist()

    def read(location: str, row: int) -> Decoded:
        if dataset.kind.in_colour:
            return read_colours(dataset.store, location, row=row, size=backbone.size, backbone=backbone)
        return read_picture(dataset.store, location, row=row, size=backbone.size)

    def work(part: range) -> tuple[list[Decoded], np.ndarray]:
        pictures = [read(locations[row - rows.start], row) for row in part]
        pixels = [picture.pixels for picture in pictures if picture.pixels is not None]
        return pictures, runner(np.stack(pixels)) if pixels else np.empty((0, 0), dtype=np.float32)

    pending: deque[Future[tuple[list[Decoded], np.ndarray]]] = deque()
    for first in range(rows.start, rows.stop, batch_size):
        pending.append(workers.submit(work, range(first, min(first + batch_size, rows.stop))))
        if len(pending) > BATCHES_AHEAD * available_cores():
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _embed_rows(
    batches: Iterator[tuple[list[Decoded], np.ndarray]],
    features: np.ndarray,
    *,
    on_batch: Callable[[int], None],
    on_picture: OnPicture | None,
) -> Shard:
    """Fill ``features``, one row a picture in the order in which they come, and say what was met on the way."""
    problems: list[Problem] = []
    forms: Counter[str] = Counter()
    done = 0
    for pictures, rows in batches:
        readable = [picture.problem is None for picture in pictures]
        if len(rows):
            features[done : done + len(pictures)][readable] = rows
        for picture in pictures:
            if picture.problem is not None:
                problems.append(picture.problem)
                continue
            forms[picture.form] += 1
            if on_picture is not None and picture.energy is not None:
                on_picture(picture.row, picture.energy)
        done += len(pictures)
        on_batch(done)
    return Shard(features, tuple(problems), dict(forms))


def _join(dataset: Dataset, params: EmbedParams, shards: list[Shard]) -> Embedding:
    problems = [problem for shard in shards for problem in shard.problems]
    features = np.concatenate([shard.features for shard in shards]) if shards else np.empty((0, 1), dtype=np.float32)
    sample_ids, views = dataset.pictures["sample_id"].tolist(), dataset.pictures["view"].tolist()
    if not np.isfinite(features).all(axis=1).any():
        raise GlitchAuditError(
            f"None of the {len(features)} pictures of {dataset.name} could be read"
            + (f"; the first: {problems[0].where}: {problems[0].reason}" if problems else "")
            + ". Point to a folder or file with pictures in it."
        )
    if params.unit == "picture":
        ids, matrix = one_row_a_picture(features, sample_ids=sample_ids, views=views)
        seen = None
        present = {row.rsplit("/", 1)[0] for row in ids}
    else:
        ids, matrix = combine_views(features, sample_ids=sample_ids, views=views, order=dataset.views)
        seen = seen_views(matrix, len(dataset.views))
        present = set(ids)
    problems += [
        Problem(str(sample), "left out: none of its pictures could be read")
        for sample in dataset.samples.index
        if sample not in present
    ]
    return Embedding(
        ids=ids,
        matrix=matrix,
        unit=params.unit,
        source=params.backbone,
        problems=tuple(problems),
        forms=dict(sum((Counter(shard.forms) for shard in shards), Counter())),
        fingerprint=embedding_fingerprint(dataset.seen_fingerprint, params),
        seen=seen,
    )

"""The embedding stage: every picture read once, decoded and embedded in threads, kept in shards, joined to samples."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from core.dataset.model import Dataset, Problem
from core.embed.backbones import Backbone, backbone_named
from core.embed.combine import combine_views, one_row_a_picture
from core.embed.general import resolved
from core.embed.likeness import seen_views
from core.embed.model import Embedding, EmbedParams, embedding_fingerprint, picture_fingerprint
from core.embed.runner import available_cores, batch_workers, make_runner
from core.embed.shard_making import BATCH_SIZE, OnPicture, ShardPictures, make_shard
from core.embed.shards import Shard, read_shard, shard_rows, write_shard
from core.embed.shards_elsewhere import Machine, SmallPictures, shard_tasks, shards_from, unlike_machines
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress
from core.tasks.mapping import MapTasks

SHARD_SIZE = 512

_log = logging.getLogger(__name__)


def embed_pictures(
    dataset: Dataset,
    params: EmbedParams,
    *,
    folder: Path,
    on_progress: OnProgress = ignore_progress,
    on_picture: OnPicture | None = None,
    batch_size: int = BATCH_SIZE,
    shard_size: int = SHARD_SIZE,
    tasks: MapTasks | None = None,
    small: SmallPictures | None = None,
) -> Embedding:
    """Embed every picture of a data set.

    One thread a core decodes a batch and runs the network on it. Each ``shard_size`` finished pictures are written to
    ``folder``; a later call with the same data set, backbone, precision and weights resumes from them. Pictures that
    cannot be read, and samples without a readable one, are left out and listed in ``Embedding.problems``.
    ``on_progress`` is told (pictures done, pictures in all) and may raise Cancelled; ``on_picture`` is shown each
    picture that this run decodes, in order, in the calling thread. With ``tasks`` the shards are made by its workers,
    each on one core, in the same batches and so with the same bytes; then ``small`` takes the place of ``on_picture``.
    Raises GlitchAuditError where no picture could be read, weights are missing, or openvino is not installed; with
    ``tasks`` also where those say so, or a worker is not as this program.
    """
    backbone = resolved(backbone_named(params.backbone))
    shards_folder = folder / f"shards-{picture_fingerprint(dataset.seen_fingerprint, params)}"
    total = len(dataset.pictures)
    shards = {rows: read_shard(shards_folder, rows, backbone.dimensions) for rows in shard_rows(total, shard_size)}
    done = sum(len(rows) for rows, shard in shards.items() if shard is not None)

    def told(more: int = 0) -> None:
        on_progress(done + more, total)

    told()
    left = [rows for rows, shard in shards.items() if shard is None]
    if left:
        if tasks is None:
            found = _shards_here(
                dataset, left, params, backbone=backbone, batch_size=batch_size, on_batch=told, on_picture=on_picture
            )
        else:
            found = _shards_elsewhere(dataset, left, params, tasks, batch_size=batch_size, on_wait=told, small=small)
        with closing(found):
            for rows, shard in found:
                write_shard(shards_folder, rows, shard)
                shards[rows] = shard
                done += len(rows)
    return _join(dataset, params, [shard for shard in shards.values() if shard is not None])


def in_colour(dataset: Dataset, backbone: Backbone) -> bool:
    """Return whether the network reads the data set's pictures in their colours."""
    return dataset.kind.in_colour and backbone.channels > 1


def _shards_here(
    dataset: Dataset,
    left: Sequence[range],
    params: EmbedParams,
    *,
    backbone: Backbone,
    batch_size: int,
    on_batch: Callable[[int], None],
    on_picture: OnPicture | None,
) -> Generator[tuple[range, Shard]]:
    runner = make_runner(backbone, precision=params.precision, colours=in_colour(dataset, backbone))
    with batch_workers() as workers:
        for rows in left:
            locations = dataset.pictures["location"].iloc[rows.start : rows.stop].tolist()
            shard = make_shard(
                ShardPictures(rows, locations, dataset.store, dataset.kind.in_colour),
                runner,
                workers,
                cores=available_cores(),
                backbone=backbone,
                batch_size=batch_size,
                on_batch=on_batch,
                on_picture=on_picture,
            )
            yield rows, shard


def _shards_elsewhere(
    dataset: Dataset,
    left: Sequence[range],
    params: EmbedParams,
    tasks: MapTasks,
    *,
    batch_size: int,
    on_wait: Callable[[], None],
    small: SmallPictures | None,
) -> Generator[tuple[range, Shard]]:
    wanted = shard_tasks(dataset, params, left, batch_size=batch_size, small=small)
    machines: set[Machine] = set()
    for rows, made in shards_from(tasks, wanted, left, on_wait=on_wait):
        for row, kept in made.small:
            if small is not None:
                small.keep(row, kept)
        machines.add(made.machine)
        yield rows, made.shard
    if sentence := unlike_machines(machines, params.precision):
        _log.warning("%s", sentence)


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

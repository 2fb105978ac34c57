"""Shards made by other processes: what a worker is told, what it does, and what it gives back.

A worker reads the pictures itself, so it sees their folder or file at the same path, and returns the shard, which the
process that asked writes: there is one writer, and workers need not see the workspace.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.dataset.model import Dataset
from core.dataset.sources import SourceChangedError
from core.dataset.stores_in_parts import store_of
from core.embed.backbones import backbone_named
from core.embed.general import resolved
from core.embed.model import EmbedParams, picture_fingerprint
from core.embed.runner import Runner, batch_workers, make_runner
from core.embed.shard_making import BATCH_SIZE, ShardPictures, make_shard
from core.embed.shards import Shard
from core.errors import GlitchAuditError
from core.tasks.dask_cluster import still_wanted
from core.tasks.mapping import MapTasks, Unwanted
from core.version import APP_VERSION

LEAST_COSINE = {"float32": 0.999999, "bfloat16": 0.9999, "openvino-bfloat16": 0.9999}
"""By precision, how alike a picture's features from a worker with another processor or torch are to those made here, at
the least (``benchmarks/cluster.py`` measures it). Same kernels and same torch: the same bytes."""


@dataclass(frozen=True)
class SmallPictures:
    """What is kept of the pictures beside their features.

    ``make`` is a function of a module, which makes of a decoded picture what is kept; ``wanted`` says of which rows;
    ``keep`` is given a row and what was made.
    """

    make: Callable[[np.ndarray], Any]
    wanted: Callable[[range], Sequence[int]]
    keep: Callable[[int, Any], None]


@dataclass(frozen=True)
class Machine:
    """What may make numbers differ in their last digits: the version of torch and its kernels for this processor."""

    torch: str
    kernels: str


@dataclass(frozen=True, eq=False)
class ShardTask:
    """What a worker is told of a shard.

    ``source`` is the data set's file or folder; ``fingerprint`` and ``version`` what the pictures' features are called
    and the program that asks; ``small`` the rows of which ``make_small`` makes something to keep.
    """

    pictures: ShardPictures
    source: Path
    params: EmbedParams
    seen_fingerprint: str
    fingerprint: str
    version: str
    batch_size: int
    small: tuple[int, ...] = ()
    make_small: Callable[[np.ndarray], Any] | None = None


@dataclass(frozen=True, eq=False)
class ShardMade:
    """What a worker gives back: the shard, (row, what is kept) of pictures, and where it was made."""

    shard: Shard
    small: tuple[tuple[int, Any], ...]
    machine: Machine


def shard_tasks(
    dataset: Dataset,
    params: EmbedParams,
    left: Sequence[range],
    *,
    batch_size: int = BATCH_SIZE,
    small: SmallPictures | None = None,
) -> Iterator[ShardTask]:
    """Yield the task of each shard in ``left``; each carries the names and stamps of its own pictures alone."""
    fingerprint = picture_fingerprint(dataset.seen_fingerprint, params)
    for rows in left:
        locations = dataset.pictures["location"].iloc[rows.start : rows.stop].tolist()
        yield ShardTask(
            ShardPictures(rows, locations, store_of(dataset.store, locations), dataset.kind.in_colour),
            dataset.source,
            params,
            dataset.seen_fingerprint,
            fingerprint,
            APP_VERSION,
            batch_size,
            tuple(small.wanted(rows)) if small else (),
            small.make if small else None,
        )


def shards_from(
    tasks: MapTasks, wanted: Iterator[ShardTask], left: Sequence[range], *, on_wait: Callable[[], None]
) -> Iterator[tuple[range, ShardMade]]:
    """Yield each shard's rows and what a worker made, in the order in which they come.

    Raises GlitchAuditError where a worker has another version or other weights, or does not see the pictures.
    """
    with closing(tasks.results(work_on_shard, wanted, on_wait=on_wait)) as results:
        for number, made in results:
            yield left[number], made


def work_on_shard(task: ShardTask, _common: None = None) -> ShardMade:
    """Return what a worker makes of its task, on one core; what :func:`shards_from` raises begins here.

    Raises Unwanted where nobody waits for the shard any more.
    """
    _refuse_other_program(task)
    backbone = resolved(backbone_named(task.params.backbone))
    runner = _runner(task.params, task.pictures.ordinary and backbone.channels > 1, task.fingerprint)
    small: list[tuple[int, Any]] = []
    wanted = frozenset(task.small)

    def keep(row: int, picture: np.ndarray) -> None:
        if task.make_small is not None and row in wanted:
            small.append((row, task.make_small(picture)))

    def go_on(_done: int) -> None:
        if not still_wanted():
            raise Unwanted

    try:
        with batch_workers(cores=1) as workers:
            shard = make_shard(
                task.pictures,
                runner,
                workers,
                cores=1,
                backbone=backbone,
                batch_size=task.batch_size,
                on_batch=go_on,
                on_picture=keep,
            )
    except SourceChangedError as error:
        raise GlitchAuditError(
            f"The worker {platform.node()} does not see the pictures as they are here: {error}"
        ) from None
    return ShardMade(shard, tuple(small), this_machine())


def this_machine() -> Machine:
    """Return what makes this process's numbers what they are."""
    import torch

    return Machine(torch.__version__, f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}")


def unlike_machines(found: set[Machine], precision: str) -> str:
    """Return in a sentence what differs between the machines that made shards and this one; "" where nothing does."""
    others = sorted(found - {this_machine()}, key=str)
    if not others:
        return ""
    listed = ", ".join(f"torch {one.torch} with kernels for {one.kernels}" for one in others)
    return (
        f"Some pictures were embedded by {listed}, unlike this machine: the cosine of their features with those made "
        f"here is at least {LEAST_COSINE[precision]}, not 1, which is far from what tells two pictures apart."
    )


def _refuse_other_program(task: ShardTask) -> None:
    where = f"The worker {platform.node()}"
    if task.version != APP_VERSION:
        raise GlitchAuditError(
            f"{where} has version {APP_VERSION} of Glitch Audit, and {task.version} asks: install the same there."
        )
    if picture_fingerprint(task.seen_fingerprint, task.params) != task.fingerprint:
        raise GlitchAuditError(
            f"{where} has another version of Glitch Audit or other weights of {task.params.backbone}: install the same "
            "there."
        )
    if not task.source.exists():
        raise GlitchAuditError(
            f"{where} does not see the pictures: mount {task.source} there at the same path, and begin again."
        )


@lru_cache(maxsize=1)
def _runner(params: EmbedParams, colours: bool, _fingerprint: str) -> Runner:
    return make_runner(resolved(backbone_named(params.backbone)), precision=params.precision, colours=colours)

"""A stopped embedding goes on where it was, reads no picture twice, and ends with the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.dataset.model import Dataset
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams
from core.errors import Cancelled

MakeDataset = Callable[..., Dataset]
pytestmark = pytest.mark.usefixtures("random_backbone")


def stop_at(limit: int) -> Callable[[int, int], None]:
    def on_progress(done: int, total: int) -> None:
        if done >= limit:
            raise Cancelled("stopped")

    return on_progress


def test_resumed_run_gives_the_same_matrix_and_reads_only_the_rest(make_dataset: MakeDataset, tmp_path: Path) -> None:
    whole = embed_pictures(make_dataset(5), EmbedParams(), folder=tmp_path / "whole", batch_size=2, shard_size=4)

    stopped = make_dataset(5)
    with pytest.raises(Cancelled):
        embed_pictures(
            stopped, EmbedParams(), folder=tmp_path / "resumed", on_progress=stop_at(10), batch_size=2, shard_size=4
        )
    resumed = make_dataset(5)
    reports: list[tuple[int, int]] = []
    result = embed_pictures(
        resumed,
        EmbedParams(),
        folder=tmp_path / "resumed",
        on_progress=lambda done, total: reports.append((done, total)),
        batch_size=2,
        shard_size=4,
    )
    # Two shards of four were finished when the third was stopped half way.
    assert resumed.store.reads and set(resumed.store.reads) == set(resumed.pictures["location"][8:])
    assert np.array_equal(result.matrix, whole.matrix)
    assert result.ids == whole.ids
    assert result.forms == whole.forms
    assert result.fingerprint == whole.fingerprint
    assert reports[0] == (8, 20)
    assert reports[-1] == (20, 20)


def test_no_picture_is_read_twice(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(4)
    embed_pictures(dataset, EmbedParams(), folder=tmp_path, shard_size=5)
    assert sorted(dataset.store.reads) == sorted(dataset.pictures["location"])


def test_other_unit_takes_up_the_finished_shards(make_dataset: MakeDataset, tmp_path: Path) -> None:
    embed_pictures(make_dataset(2), EmbedParams(), folder=tmp_path)
    again = make_dataset(2)
    pictures = embed_pictures(again, EmbedParams(unit="picture"), folder=tmp_path)
    assert again.store.reads == []
    assert len(pictures.ids) == 8


def test_changed_data_set_and_other_precision_take_up_nothing(make_dataset: MakeDataset, tmp_path: Path) -> None:
    embed_pictures(make_dataset(1), EmbedParams(), folder=tmp_path)
    changed, halved = make_dataset(1, fingerprint="changed"), make_dataset(1)
    embed_pictures(changed, EmbedParams(), folder=tmp_path)
    embed_pictures(halved, EmbedParams(precision="bfloat16"), folder=tmp_path)
    assert len(changed.store.reads) == len(halved.store.reads) == 4


def test_damaged_shard_is_made_again(make_dataset: MakeDataset, tmp_path: Path) -> None:
    whole = embed_pictures(make_dataset(2), EmbedParams(), folder=tmp_path, shard_size=4)
    shard = sorted(tmp_path.rglob("*.npy"))[0]
    shard.write_bytes(shard.read_bytes()[:100])
    again = make_dataset(2)
    mended = embed_pictures(again, EmbedParams(), folder=tmp_path, shard_size=4)
    assert len(again.store.reads) == 4
    assert np.array_equal(mended.matrix, whole.matrix)


def test_observer_sees_each_picture_once_before_its_shard_is_kept(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(2)
    seen: list[tuple[int, int]] = []

    def look(row: int, energy: np.ndarray) -> None:
        assert energy.shape == (20, 24)
        seen.append((row, len(list(tmp_path.rglob("*.npy")))))

    embed_pictures(dataset, EmbedParams(), folder=tmp_path, on_picture=look, batch_size=3, shard_size=4)
    assert seen == [(row, row // 4) for row in range(8)]

"""What a worker does with its shard: the same bytes, its own refusals, nothing for whom nobody waits."""

import dataclasses
import pickle

import numpy as np
import pytest

from core.dataset.stores import FolderStore, Hdf5Store, ParquetStore
from core.dataset.stores_in_parts import store_of
from core.embed import shards_elsewhere
from core.embed.embedder import embed_pictures
from core.embed.model import PRECISIONS, EmbedParams
from core.embed.shards_elsewhere import (
    Machine,
    SmallPictures,
    shard_tasks,
    this_machine,
    unlike_machines,
    work_on_shard,
)
from core.errors import GlitchAuditError
from core.tasks.mapping import IN_PROCESS, Unwanted

pytestmark = pytest.mark.usefixtures("random_backbone")


@pytest.fixture
def dataset(make_dataset, tmp_path):
    return dataclasses.replace(make_dataset(5), source=tmp_path)


def mean_of(picture):
    return float(picture.mean())


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_shards_from_tasks_have_the_bytes_of_shards_made_here(dataset, tmp_path):
    seen = {}
    here = embed_pictures(
        dataset,
        EmbedParams(),
        folder=tmp_path / "here",
        batch_size=3,
        shard_size=8,
        on_picture=lambda row, picture: seen.update({row: mean_of(picture)}),
    )
    kept, told = {}, []
    there = embed_pictures(
        dataset,
        EmbedParams(),
        folder=tmp_path / "there",
        batch_size=3,
        shard_size=8,
        on_progress=lambda done, total: told.append((done, total)),
        tasks=IN_PROCESS,
        small=SmallPictures(mean_of, lambda rows: [row for row in rows if row % 2], lambda *one: kept.update([one])),
    )
    assert contents(tmp_path / "here") == contents(tmp_path / "there")
    assert np.array_equal(here.matrix, there.matrix) and here.fingerprint == there.fingerprint
    assert kept == {row: value for row, value in seen.items() if row % 2}
    assert told == [(0, 20), (8, 20), (16, 20), (20, 20)]


def test_only_what_is_left_is_asked_for(dataset, tmp_path):
    whole = embed_pictures(dataset, EmbedParams(), folder=tmp_path / "some", shard_size=8)
    for path in (tmp_path / "some").rglob("pictures-00000008-*"):
        path.unlink()
    dataset.store.reads.clear()
    again = embed_pictures(dataset, EmbedParams(), folder=tmp_path / "some", shard_size=8, tasks=IN_PROCESS)
    assert sorted(dataset.store.reads) == sorted(dataset.pictures["location"][8:16])
    assert np.array_equal(whole.matrix, again.matrix)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"version": "0.0.1"}, "has version .* and 0.0.1 asks"),
        ({"fingerprint": "another"}, "other weights of glitch-resnet18"),
        ({"source": None}, "does not see the pictures: mount .* at the same path"),
    ],
)
def test_a_worker_that_is_not_as_this_program_refuses(dataset, tmp_path, changed, sentence):
    if "source" in changed:
        changed = {"source": tmp_path / "elsewhere"}
    (task,) = shard_tasks(dataset, EmbedParams(), [range(4)])
    with pytest.raises(GlitchAuditError, match=sentence):
        work_on_shard(dataclasses.replace(task, **changed))


def test_a_shard_that_nobody_waits_for_is_given_up(dataset, monkeypatch):
    (task,) = shard_tasks(dataset, EmbedParams(), [range(20)], batch_size=1)
    monkeypatch.setattr(shards_elsewhere, "still_wanted", lambda: len(dataset.store.reads) < 6)
    with pytest.raises(Unwanted):
        work_on_shard(task)
    assert len(dataset.store.reads) < 12


def test_other_machines_are_named_with_the_tolerance():
    here = this_machine()
    assert unlike_machines(set(), "float32") == unlike_machines({here}, "float32") == ""
    sentence = unlike_machines({here, Machine("2.0.0", "x86_64 AVX2")}, "bfloat16")
    assert "torch 2.0.0 with kernels for x86_64 AVX2" in sentence and "at least 0.9999," in sentence
    assert set(shards_elsewhere.LEAST_COSINE) == set(PRECISIONS)


def test_a_part_of_a_store_carries_its_own_stamps_alone(tmp_path):
    stamps = {f"picture{number}.png": f"{number}:1" for number in range(10_000)}
    part = store_of(FolderStore(tmp_path, stamps=stamps), ["picture7.png", "unstamped.png"])
    assert part.stamps == {"picture7.png": "7:1"} and part.root == tmp_path.resolve()
    assert len(pickle.dumps(part)) < 1000
    table = store_of(ParquetStore(tmp_path / "a.parquet", "image", stamps=stamps), ["picture8.png"])
    assert (table.stamps, table.path, table.column) == ({"picture8.png": "8:1"}, tmp_path / "a.parquet", "image")
    without = Hdf5Store(tmp_path / "a.h5")
    assert store_of(without, ["x"]) is without

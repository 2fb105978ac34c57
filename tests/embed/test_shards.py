"""Finished pieces of an embedding: they come back as they were, and what is no longer whole is computed again."""

import json

import numpy as np
import pytest

from core.dataset.model import Problem
from core.embed.shards import Shard, read_shard, write_shard

ROWS = range(4, 7)
SHARD = Shard(np.arange(12, dtype=np.float32).reshape(3, 4), (Problem("a.png", "is empty"),), {"viridis figure": 3})


@pytest.fixture
def folder(tmp_path):
    write_shard(tmp_path, ROWS, SHARD)
    return tmp_path


def flipped(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_shard_comes_back_as_it_was(folder):
    found = read_shard(folder, ROWS, 4)
    np.testing.assert_array_equal(found.features, SHARD.features)
    assert (found.problems, found.forms) == (SHARD.problems, SHARD.forms)


@pytest.mark.parametrize("ending", ["npy", "json"])
@pytest.mark.parametrize(
    "harm", [flipped, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(path.read_bytes()[:-3])]
)
def test_one_that_is_no_longer_whole_is_none(folder, ending, harm):
    harm(next(folder.glob(f"*.{ending}")))
    assert read_shard(folder, ROWS, 4) is None


def test_one_of_an_older_version_without_a_sum_is_used(folder):
    about = next(folder.glob("*.json"))
    about.write_text(json.dumps({name: part for name, part in json.loads(about.read_text()).items() if name != "sum"}))
    assert read_shard(folder, ROWS, 4) is not None

"""The local cache keeps to its size: what the store has leaves first where it was unused longest, nothing else does."""

import os
import time

import pytest

from core.artifact_store import local_cache
from core.artifact_store.local_cache import kept_artifacts, trim
from core.artifact_store.store import LIMIT_VARIABLE, STORE_VARIABLE, artifact_store, cache_limit
from core.errors import GlitchAuditError
from core.files import locked
from core.seals import seal
from core.workspace import open_workspace, store_artifact, workspace_for
from tests.artifact_store.conftest import forget

DAY = 24 * 3600


def artifact(cache, name, *, size, unused):
    """A sealed artifact of about ``size`` bytes that nobody asked for within ``unused`` seconds."""
    folder = cache / name
    folder.mkdir(parents=True)
    (folder / "data").write_bytes(b"x" * size)
    seal(folder)
    then = time.time() - unused
    os.utime(folder, (then, then))
    return folder


@pytest.fixture
def cache(tmp_path):
    """Three artifacts of 10 kB: the second was unused longest, then the first, then the third."""
    for name, days in (("first", 2), ("second", 3), ("third", 1)):
        artifact(tmp_path / "cache", name, size=10_000, unused=days * DAY)
    return tmp_path / "cache"


def names(cache):
    return sorted(path.name for path in cache.iterdir() if path.is_dir())


def test_the_longest_unused_leaves_first(cache):
    size = sum(one.size for one in kept_artifacts(cache))
    removed = trim([cache], size - 1, in_store=lambda name: True)
    assert [folder.name for folder in removed] == ["second"] and names(cache) == ["first", "third"]
    removed = trim([cache], 1, in_store=lambda name: True)
    assert [folder.name for folder in removed] == ["first", "third"] and names(cache) == []


def test_nothing_leaves_below_the_limit(cache):
    assert trim([cache], 1_000_000, in_store=lambda name: True) == []


def test_what_the_store_lacks_stays(cache):
    removed = trim([cache], 0, in_store=lambda name: name == "third")
    assert [folder.name for folder in removed] == ["third"] and names(cache) == ["first", "second"]


def test_what_is_in_use_stays(cache):
    local_cache.note_use(cache / "second")
    removed = trim([cache], 0, in_store=lambda name: True)
    assert [folder.name for folder in removed] == ["first", "third"] and names(cache) == ["second"]


def test_nothing_leaves_where_work_is_under_way(cache):
    with locked(cache / ".job.lock"):
        assert trim([cache], 0, in_store=lambda name: True) == []
    assert len(trim([cache], 0, in_store=lambda name: True)) == 3


def test_one_that_is_asked_for_at_the_last_moment_stays(cache):
    def asked_meanwhile(name):
        local_cache.note_use(cache / name)
        return True

    assert trim([cache], 0, in_store=asked_meanwhile) == []
    assert names(cache) == ["first", "second", "third"]


def test_what_is_no_artifact_is_left_alone(cache):
    (cache / "partial" / "embedding-key").mkdir(parents=True)
    (cache / "unsealed").mkdir()
    artifact(cache, "layout-key.damaged-1", size=10, unused=DAY)
    trim([cache], 0, in_store=lambda name: True)
    assert names(cache) == ["layout-key.damaged-1", "partial", "unsealed"]


def test_caches_of_several_data_sets_count_together(tmp_path):
    for number, days in enumerate((1, 3, 2)):
        artifact(tmp_path / str(number), "layout-key", size=10_000, unused=days * DAY)
    caches = [tmp_path / str(number) for number in range(3)]
    limit = sum(one.size for cache in caches for one in kept_artifacts(cache)) - 1
    assert [folder.parent.name for folder in trim(caches, limit, in_store=lambda name: True)] == ["1"]


def test_what_left_comes_back_when_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv(STORE_VARIABLE, f"memory://{tmp_path.name}/far")
    monkeypatch.setenv(LIMIT_VARIABLE, "0.000000001")
    workspace = open_workspace(workspace_for(tmp_path))
    for key in ("one", "two"):
        store_artifact(workspace, "layout", key, lambda folder: (folder / "data").write_bytes(b"x" * 100))
    old = time.time() - DAY
    os.utime(workspace.cache / "layout-one", (old, old))
    assert workspace.find("layout", "two") == workspace.cache / "layout-two"
    assert names(workspace.cache) == [".unsent", "layout-two"]
    forget()
    assert (workspace.find("layout", "one") / "data").read_bytes() == b"x" * 100


@pytest.mark.parametrize(("text", "limit"), [("", None), ("1.5", 1_500_000_000), (" 20 ", 20_000_000_000)])
def test_the_limit_is_read_in_gigabytes(monkeypatch, text, limit):
    monkeypatch.setenv(LIMIT_VARIABLE, text)
    assert cache_limit() == limit


@pytest.mark.parametrize("text", ["much", "0", "-3", "nan", "inf"])
def test_a_limit_that_is_none_is_a_sentence(monkeypatch, text):
    monkeypatch.setenv(LIMIT_VARIABLE, text)
    with pytest.raises(GlitchAuditError, match=LIMIT_VARIABLE):
        cache_limit()


def test_without_a_store_nothing_ever_leaves(monkeypatch):
    monkeypatch.setenv(LIMIT_VARIABLE, "0.000000001")
    assert artifact_store() is None

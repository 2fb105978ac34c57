"""Pictures on a scheduler and two worker processes, one of them or the scheduler killed: the bytes of one machine."""

import numpy as np
import pytest
from PIL import Image

from core.dataset import open_dataset
from core.embed.embedder import embed_pictures
from core.embed.model import EmbedParams
from core.embed.shards_elsewhere import LEAST_COSINE, SmallPictures, this_machine
from core.errors import Cancelled, GlitchAuditError
from core.evidence.previews import PreviewCollector, small_picture
from core.tasks.dask_cluster import on_cluster
from tests.tasks.small_cluster import SmallCluster

pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-scale.txt")
PICTURES, SHARD = 144, 12


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(3)
    for number in range(PICTURES):
        (folder / f"kind{number % 3}").mkdir(exist_ok=True)
        pixels = rng.integers(0, 256, (40, 50), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"kind{number % 3}" / f"{number:03d}.png")
    return open_dataset(folder)


def embedded(dataset, folder, tasks=None, on_progress=lambda done, total: None):
    """Shards, embedding and previews below ``folder``; returns the embedding."""
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "previews").mkdir(exist_ok=True)
    collector = PreviewCollector(dataset, folder / "partial")
    found = embed_pictures(
        dataset,
        EmbedParams(),
        folder=folder / "shards",
        shard_size=SHARD,
        on_progress=on_progress,
        on_picture=collector.add,
        tasks=tasks,
        small=SmallPictures(small_picture, collector.wanted, collector.keep),
    )
    collector.fill_missing()
    collector.write(folder / "previews")
    return found


@pytest.fixture(scope="module")
def here(dataset, tmp_path_factory):
    folder = tmp_path_factory.mktemp("here")
    return folder, embedded(dataset, folder)


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shards_in(folder):
    return sorted(path.name for path in (folder / "shards").rglob("*.npy"))


def test_with_a_worker_killed_in_the_middle_the_bytes_are_those_of_one_machine(dataset, here, tmp_path):
    one_folder, one = here
    with SmallCluster(tmp_path, workers=2) as cluster, on_cluster(cluster.address) as tasks:

        def kill_one(done, total):
            if done and cluster.workers[0].poll() is None:
                cluster.kill(cluster.workers[0])

        many = embedded(dataset, tmp_path / "many", tasks, kill_one)
        assert cluster.workers[0].poll() is not None and tasks.workers == 1
        (tmp_path / "again").mkdir()
        alone = PreviewCollector(dataset, tmp_path / "again")
        assert alone.lacking == PICTURES and alone.fill_missing(tasks=tasks) == () and alone.lacking == 0
    assert contents(tmp_path / "again") == contents(tmp_path / "many" / "partial")
    assert contents(tmp_path / "many") == contents(one_folder)
    assert many.fingerprint == one.fingerprint and np.array_equal(many.matrix, one.matrix)


def test_after_a_killed_scheduler_and_after_a_stop_the_finished_shards_are_taken_up(dataset, here, tmp_path):
    one_folder, _ = here
    folder = tmp_path / "many"
    with SmallCluster(tmp_path, workers=2) as cluster:

        def kill_scheduler(done, total):
            if done >= 2 * SHARD and cluster.scheduler.poll() is None:
                cluster.kill(cluster.scheduler)

        with on_cluster(cluster.address, connect_seconds=2) as tasks, pytest.raises(GlitchAuditError, match="was lost"):
            embedded(dataset, folder, tasks, kill_scheduler)
    first = shards_in(folder)
    assert 2 <= len(first) < PICTURES // SHARD

    with SmallCluster(tmp_path, workers=1) as cluster, on_cluster(cluster.address) as tasks:

        def stop(done, total):
            if done > len(first) * SHARD:
                raise Cancelled("Stopped.")

        with pytest.raises(Cancelled):
            embedded(dataset, folder, tasks, stop)
    second = shards_in(folder)
    assert set(first) < set(second) and len(second) < PICTURES // SHARD

    told = []
    embedded(dataset, folder, on_progress=lambda done, total: told.append(done))
    assert told[0] == len(second) * SHARD
    assert contents(folder) == contents(one_folder)


def test_a_worker_with_other_kernels_stays_within_the_tolerance_and_is_named(dataset, here, tmp_path, caplog):
    _, one = here
    old = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"}
    with SmallCluster(tmp_path, workers=1, environment=old) as cluster, on_cluster(cluster.address) as tasks:
        other = embedded(dataset, tmp_path / "other", tasks)
    assert (one.matrix * other.matrix).sum(axis=1).min() >= LEAST_COSINE["float32"]
    if this_machine().kernels.endswith("DEFAULT"):
        pytest.skip("this machine has the plain kernels itself")
    assert "unlike this machine" in caplog.text and "DEFAULT" in caplog.text

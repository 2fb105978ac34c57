"""Workers and schedulers are killed, come late, or lack the project: all results once, or one sentence."""

import threading

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.space.clustering import Clustering, ClusterParams
from core.space.layout import LayoutParams
from core.space.stability import cluster_stability
from core.tasks.dask_cluster import on_cluster
from tests.tasks.small_cluster import SmallCluster, said
from tests.tasks.some_tasks import deadly, noted, squared

pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-scale.txt")


def test_a_worker_without_the_project_is_one_sentence(tmp_path):
    with SmallCluster(tmp_path, workers=0) as bare:
        bare.start_worker(cwd=tmp_path, environment={"PYTHONPATH": ""})
        with on_cluster(bare.address) as tasks, pytest.raises(GlitchAuditError, match="lacks what the work needs"):
            list(tasks.results(squared, [1]))


def test_a_killed_worker_costs_its_own_tasks_only(tmp_path):
    with SmallCluster(tmp_path, workers=2) as small, on_cluster(small.address) as tasks:
        found, killed = [], None
        for number, (task, process) in tasks.results(noted, range(8), common=(str(tmp_path), 0.4)):
            found.append((number, task))
            if killed is None:
                killed = next(worker for worker in small.workers if worker.pid == process)
                small.kill(killed)
        assert sorted(found) == [(number, number) for number in range(8)]
        begun = said(tmp_path / "begun")
        # The killed one had at most one in work, besides results that nobody had fetched.
        assert 8 <= len(begun) <= 8 + 3
        assert {one["process"] for one in begun if one["task"] == begun[-1]["task"]} != {killed.pid}
        assert tasks.workers == 1


def test_a_task_that_ends_its_workers_is_one_sentence(tmp_path):
    with (
        SmallCluster(tmp_path, workers=4) as small,
        on_cluster(small.address) as tasks,
        pytest.raises(GlitchAuditError, match="ended one worker after the other"),
    ):
        list(tasks.results(deadly, [1]))


def test_a_scheduler_that_dies_is_one_sentence_and_what_came_is_kept(tmp_path):
    found = []
    with SmallCluster(tmp_path, workers=1) as small, on_cluster(small.address, connect_seconds=3) as tasks:
        with pytest.raises(GlitchAuditError, match=r"connection to the scheduler .* was lost"):
            for number, _ in tasks.results(noted, range(50), common=(str(tmp_path), 0.1)):
                found.append(number)
                if len(found) == 3:
                    small.kill(small.scheduler)
        assert 3 <= len(found) < 50


def test_a_scheduler_that_comes_back_is_used_again(tmp_path):
    found = []
    with SmallCluster(tmp_path, workers=1) as small, on_cluster(small.address) as tasks:
        for number, _ in tasks.results(noted, range(12), common=(str(tmp_path), 0.1)):
            found.append(number)
            if len(found) == 3:
                small.kill(small.scheduler)
                small.kill(small.workers[0])
                small.start_scheduler()
                small.start_worker()
    assert sorted(found) == list(range(12))


def test_workers_that_come_later_are_used(tmp_path):
    with SmallCluster(tmp_path, workers=0) as small, on_cluster(small.address) as tasks:
        late = threading.Timer(1.0, small.start_worker)
        late.start()
        assert list(tasks.results(squared, [2])) == [(0, 4)]
        late.join()


def test_stability_on_two_workers_is_that_of_one_process(tmp_path):
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(3), 60).astype(np.int32)
    points = (np.array([(0, 0), (3, 0), (0, 3)])[truth] + random.normal(scale=0.3, size=(180, 2))).astype(np.float32)

    def stability(**options):
        clusters = Clustering(truth, np.ones(180, np.float32), "clusters")
        params = ClusterParams(min_cluster_size=12, min_samples=5)
        return cluster_stability(points, clusters, params, LayoutParams(), coordinates=points, runs=4, **options)

    with SmallCluster(tmp_path, workers=2) as small, on_cluster(small.address) as tasks:
        there = stability(tasks=tasks)
    assert np.array_equal(there.jaccard, stability().jaccard)

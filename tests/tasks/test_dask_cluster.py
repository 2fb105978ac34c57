"""Tasks on a scheduler and two worker processes: all results once, a stop ends them, each trouble is one sentence."""

import subprocess
import sys
import time

import pytest

from core.errors import Cancelled, GlitchAuditError
from core.tasks.dask_cluster import asked_cluster, on_cluster
from core.tasks.mapping import IN_PROCESS
from tests.tasks.small_cluster import PROJECT, SmallCluster, free_port, said
from tests.tasks.some_tasks import noted, refused, squared

pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-scale.txt")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with SmallCluster(tmp_path_factory.mktemp("cluster"), workers=2) as cluster:
        yield cluster


@pytest.fixture
def tasks(cluster):
    with on_cluster(cluster.address) as tasks:
        yield tasks


def wait_until(true, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_every_task_comes_back_once_under_its_number(tasks):
    found = list(tasks.results(squared, range(20), common=1))
    assert sorted(found) == [(number, number * number + 1) for number in range(20)]
    assert sorted(found) == list(IN_PROCESS.results(squared, range(20), common=1))
    assert tasks.workers == 2


def test_no_task_is_no_result(tasks):
    assert list(tasks.results(squared, [])) == []


def test_tasks_are_asked_for_when_somebody_can_run_them(tasks, tmp_path):
    asked = []

    def listed():
        for number in range(30):
            asked.append(number)
            yield number

    results = tasks.results(noted, listed(), common=(str(tmp_path), 0.05))
    next(results)
    assert len(asked) < 15
    assert len(list(results)) == 29


def test_what_a_task_refuses_comes_as_its_own_sentence(tasks):
    with pytest.raises(GlitchAuditError, match="Task 3 cannot be done: leave it"):
        list(tasks.results(refused, [3]))


def test_stopping_takes_back_what_has_not_begun_and_ends_what_has(tasks, tmp_path):
    def stop():
        if len(said(tmp_path / "begun")) >= 2:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        list(tasks.results(noted, range(10), common=(str(tmp_path), 20.0), on_wait=stop))
    wait_until(lambda: len(list(tmp_path.glob("given-up-*"))) == 2)
    assert len(said(tmp_path / "begun")) == 2


def test_no_worker_in_time_is_one_sentence(tmp_path):
    with (
        SmallCluster(tmp_path, workers=0) as small,
        on_cluster(small.address, worker_seconds=1) as tasks,
        pytest.raises(GlitchAuditError, match="has had no worker for 1 s: start some"),
    ):
        list(tasks.results(squared, [1]))


def test_a_wrong_address_is_one_sentence():
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(GlitchAuditError, match="No Dask scheduler answers at"), on_cluster(address, connect_seconds=1):
        pass
    for wrong in ("scheduler:8786", "http://scheduler", "tcp://scheduler", "locals"):
        with pytest.raises(GlitchAuditError, match="is no address of a Dask scheduler"):
            asked_cluster(wrong)


def test_what_was_given_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv("GLITCH_AUDIT_CLUSTER", "tcp://one:8786")
    assert asked_cluster(None) == "tcp://one:8786"
    assert asked_cluster("local") == "local"
    assert asked_cluster("") == ""
    monkeypatch.delenv("GLITCH_AUDIT_CLUSTER")
    assert asked_cluster(None) == ""


def test_without_dask_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("core.tasks.dask_cluster.missing_packages", lambda names: ("distributed",))
    with pytest.raises(GlitchAuditError, match=r"needs distributed, .* requirements-scale\.txt"), on_cluster("local"):
        pass


def test_what_uses_no_cluster_imports_nothing_of_dask():
    code = (
        "import sys, core.commands.prepare, core.embed.embedder, core.tasks.dask_cluster as found\n"
        "assert found.still_wanted()\n"
        "with found.tasks_on('') as tasks: assert tasks is None\n"
        "print(sorted({'dask', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

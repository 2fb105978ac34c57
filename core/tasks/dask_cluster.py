"""Tasks on a Dask cluster: a scheduler somewhere, its workers, and what happens when one of them dies."""

from __future__ import annotations

import os
import pickle
import re
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from core.errors import GlitchAuditError
from core.packages import missing_packages
from core.tasks import remote
from core.tasks.mapping import Result, Task, Unwanted, ignore_wait

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
"""Stands for a scheduler and workers of this machine's own, which live as long as the work."""
CLUSTER_VARIABLE = "GLITCH_AUDIT_CLUSTER"
"""Environment variable with the scheduler's address, for work that is started without ``--cluster``, as by the page."""
INSTALL = "pip install -r requirements-scale.txt"
CONNECT_SECONDS = 15.0
WORKER_SECONDS = 60.0
"""How long there may be no worker, at the beginning or in the middle."""
RETRIES = 2
"""How often a task that raised is tried again, perhaps on another worker."""

_AHEAD = 2
"""Tasks in work or waiting for each thread of the workers; bounds what is lost, and the memory."""
_POLL_SECONDS = 0.5
_MOST_SENT = 10
"""How often what is common to all tasks is sent again before it is given up."""
_MOST_LOCAL = 8
_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx|ucxx)://\S+:\d+/?")


def asked_cluster(given: str | None) -> str:
    """Return the address that was given, else that of the environment; "" where the work stays in this process.

    Raises GlitchAuditError where it is no address of a scheduler.
    """
    address = (given if given is not None else os.environ.get(CLUSTER_VARIABLE, "")).strip()
    if address and address != LOCAL and not _ADDRESS.fullmatch(address):
        raise GlitchAuditError(
            f"“{address}” is no address of a Dask scheduler: give one such as tcp://scheduler:8786, or “{LOCAL}” for "
            "workers of this machine."
        )
    return address


@contextmanager
def tasks_on(cluster: str) -> Iterator[OnDask | None]:
    """Give the cluster of this address, or "local", for the block; None where it is "": then nothing is started.

    Raises GlitchAuditError as :func:`on_cluster` does.
    """
    if not cluster:
        yield None
        return
    with on_cluster(cluster) as tasks:
        yield tasks


@contextmanager
def on_cluster(
    address: str, *, connect_seconds: float = CONNECT_SECONDS, worker_seconds: float = WORKER_SECONDS
) -> Iterator[OnDask]:
    """Give the cluster at ``address``, or "local", for the block; leaving it takes back all tasks.

    Raises GlitchAuditError where Dask is not installed, no scheduler answers, or it has no worker in time.
    """
    if missing := missing_packages(["dask", "distributed"]):
        raise GlitchAuditError(
            f"Work on a cluster needs {' and '.join(missing)}, not installed here: run {INSTALL}, or leave --cluster "
            "and GLITCH_AUDIT_CLUSTER away."
        )
    with ExitStack() as held:
        place = held.enter_context(_own_scheduler()) if address == LOCAL else address
        client = held.enter_context(_client(place, connect_seconds))
        yield OnDask(client, address, worker_seconds=worker_seconds)


@contextmanager
def _own_scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(cores, _MOST_LOCAL)
    with LocalCluster(
        n_workers=count,
        threads_per_worker=-(-cores // count),
        dashboard_address=None,
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


@contextmanager
def _client(address: str, seconds: float) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GlitchAuditError(
            f"No Dask scheduler answers at {address} within {seconds:.0f} s: start one there (docs/scale.md says how), "
            "or leave --cluster and GLITCH_AUDIT_CLUSTER away."
        ) from error
    try:
        yield client
    finally:
        # A scheduler that is gone cannot be told goodbye.
        with suppress(OSError, TimeoutError):
            client.close(timeout=2)


class _Lost(Exception):
    """The scheduler no longer knows of a task."""


class _ByValue:
    """Travels as the source of :func:`core.tasks.remote.run_parcel`, which it becomes where it arrives."""

    def __reduce__(self) -> tuple[Any, ...]:
        import cloudpickle

        if remote.__name__ not in cloudpickle.list_registry_pickle_by_value():
            cloudpickle.register_pickle_by_value(remote)
        return cloudpickle.loads, (cloudpickle.dumps(remote.run_parcel),)

    def __call__(self, parcel: bytes, common: Any) -> Any:
        return remote.run_parcel(parcel, common)


class OnDask:
    """Runs tasks on the workers of a Dask cluster; made by :func:`on_cluster`.

    A task whose worker dies runs again on another one, and so does one that raises, :data:`RETRIES` times.
    """

    def __init__(self, client: Client, address: str, *, worker_seconds: float = WORKER_SECONDS) -> None:
        self._client = client
        self._address = address
        self._patience = worker_seconds
        self._threads: dict[str, int] = {}
        self._seen = time.monotonic()

    @property
    def workers(self) -> int:
        """How many workers the scheduler had when it was last asked."""
        return len(self._threads)

    def results(
        self,
        function: Callable[[Task, Any], Result],
        tasks: Iterable[Task],
        *,
        common: Any = None,
        on_wait: Callable[[], None] = ignore_wait,
    ) -> Generator[tuple[int, Result]]:
        """Yield each task's number and result, as :class:`core.tasks.mapping.MapTasks` says.

        Raises GlitchAuditError where the scheduler is lost, there is no worker for too long, a worker lacks the
        project, or a task ended one worker after the other; what the task itself raises comes as it is.
        """
        numbered = iter(enumerate(tasks))
        again: list[tuple[int, Task]] = []
        waiting: dict[Future[Any], tuple[int, Task]] = {}
        finished: SimpleQueue[Future[Any]] = SimpleQueue()
        shared: Any = None
        sent, more = 0, True
        self._seen = time.monotonic()
        try:
            while more or again or waiting:
                self._look()
                while self._threads and (more or again) and len(waiting) < _AHEAD * sum(self._threads.values()):
                    one = again.pop() if again else next(numbered, None)
                    if one is None:
                        more = False
                        break
                    if shared is None and common is not None:
                        shared, sent = self._sent(common, sent), sent + 1
                    future = self._submit(function, one[1], shared)
                    waiting[future] = one
                    future.add_done_callback(finished.put)
                for future in _next_of(finished):
                    one = waiting.pop(future)
                    try:
                        result = self._result(future)
                    except _Lost:
                        # The scheduler, or those who had what is common to all, went; both may be there again.
                        again.append(one)
                        shared = None
                        continue
                    yield one[0], result
                on_wait()
        finally:
            # There is nothing to take back from a scheduler that is gone.
            if self._client.status == "running":
                self._client.cancel(list(waiting), force=True)

    def _sent(self, common: Any, before: int) -> Any:
        """Send each worker what all tasks have in common."""
        if before > _MOST_SENT:
            raise self._lost()
        try:
            return self._client.scatter([common], broadcast=True, hash=False)[0]
        except (OSError, TimeoutError) as error:
            raise self._lost() from error

    def _submit(self, function: Callable[..., Any], task: Any, common: Any) -> Future[Any]:
        parcel = pickle.dumps((function, task), protocol=pickle.HIGHEST_PROTOCOL)
        return self._client.submit(_ByValue(), parcel, common, retries=RETRIES, pure=False)

    def _look(self) -> None:
        """Ask how many workers there are; raise where the scheduler is gone, or has had none for too long."""
        if self._client.status == "connecting":
            # It tries for as long as the first time, and closes then.
            self._threads = {}
            return
        if self._client.status != "running":
            raise self._lost()
        try:
            self._threads = dict(self._client.nthreads())
        except (OSError, TimeoutError):
            # The next look sees whether it connects again.
            self._threads = {}
            time.sleep(_POLL_SECONDS)
            return
        if self._threads:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > self._patience:
            raise GlitchAuditError(
                f"The scheduler at {self._address} has had no worker for {self._patience:.0f} s: start some there "
                "(docs/scale.md says how), and begin again; what was finished is kept."
            )

    def _result(self, future: Future[Any]) -> Any:
        from distributed.scheduler import KilledWorker

        if future.cancelled():
            raise _Lost
        try:
            return future.result()
        except ImportError as error:
            raise GlitchAuditError(
                f"A worker at {self._address} lacks what the work needs ({error}): start its workers in the project's "
                "folder, with the version and the packages that run here."
            ) from error
        except Unwanted as error:
            raise _Lost from error
        except KilledWorker as error:
            raise GlitchAuditError(
                "A task ended one worker after the other, perhaps for lack of memory: give the workers more of it, or "
                "fewer threads each, and begin again; what was finished is kept."
            ) from error
        except Exception as error:
            # What the task itself raised, unless the scheduler went while it was fetched.
            if future.status == "error":
                raise
            raise _Lost from error

    def _lost(self) -> GlitchAuditError:
        return GlitchAuditError(
            f"The connection to the scheduler at {self._address} was lost: see that it runs, and begin again; what was "
            "finished is kept."
        )


def _next_of(finished: SimpleQueue[Future[Any]]) -> list[Future[Any]]:
    """Return what has finished, or nothing after a while; a future that the scheduler lost has finished too."""
    found = []
    with suppress(Empty):
        found.append(finished.get(timeout=_POLL_SECONDS))
        while True:
            found.append(finished.get_nowait())
    return found


def still_wanted() -> bool:
    """Return whether somebody still waits for the task that this thread runs; True outside of Dask's workers."""
    if "distributed" not in sys.modules:
        return True
    from distributed import get_worker

    try:
        worker = get_worker()
        task = worker.state.tasks.get(worker.get_current_task())
    except (ValueError, AttributeError):
        return True
    return task is None or task.state != "cancelled"

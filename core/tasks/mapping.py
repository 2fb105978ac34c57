"""What maps a function over tasks, wherever they run; in this process, one after the other, where nothing else is said.

A task says everything that its result depends on, its seed too, so that results are the same wherever it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Unwanted(Exception):
    """Raised by a task that found that nobody waits for it any more."""


def ignore_wait() -> None:
    """Do nothing while tasks are waited for."""


class MapTasks(Protocol):
    """Where tasks run."""

    @property
    def workers(self) -> int:
        """How many workers there are now; 0 where everything runs in this process."""

    def results(
        self,
        function: Callable[[Task, Any], Result],
        tasks: Iterable[Task],
        *,
        common: Any = None,
        on_wait: Callable[[], None] = ignore_wait,
    ) -> Generator[tuple[int, Result]]:
        """Yield (number of the task, ``function(task, common)``) as they are finished, in any order.

        ``function``, tasks and results can be pickled; ``common`` goes to each worker once. ``tasks`` are asked for
        when there is somebody to run them. ``on_wait`` is called every second or oftener and may raise Cancelled;
        leaving the iterator takes back what has not begun.
        """


class InProcess:
    """Runs tasks in this process and thread, in order."""

    @property
    def workers(self) -> int:
        """There are none but this process."""
        return 0

    def results(
        self,
        function: Callable[[Task, Any], Result],
        tasks: Iterable[Task],
        *,
        common: Any = None,
        on_wait: Callable[[], None] = ignore_wait,
    ) -> Generator[tuple[int, Result]]:
        """Yield each task's number and result; ``on_wait`` is called after each task."""
        for number, task in enumerate(tasks):
            yield number, function(task, common)
            on_wait()


IN_PROCESS = InProcess()

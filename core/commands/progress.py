"""What a command prints while it works, and the job that the app shows meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from core.dataset.model import Problem
from core.jobs.job import JobReporter
from core.progress import OnProgress, Progress, ProgressMeter, ProgressPrinter
from core.workspace import Workspace

Report = Callable[[Progress], None]


@contextmanager
def job_of(workspace: Workspace, what: str, *, quiet: bool) -> Iterator[tuple[JobReporter, Report]]:
    """The workspace's job, which the app shows too, and what tells it and the terminal how far the work is."""
    show = progress_printer(quiet=quiet)
    with JobReporter(workspace, subject=what) as job:

        def report(progress: Progress) -> None:
            show(progress)
            job.report(progress)

        yield job, report


def progress_printer(*, quiet: bool = False) -> Report:
    """A function that prints the progress it is given, or nothing."""
    return (lambda progress: None) if quiet else ProgressPrinter().show


def stage_printer(stage: str) -> OnProgress:
    """A function that prints how many of how many are done, under the stage's name."""
    meter, show = ProgressMeter(stage), progress_printer()
    return lambda done, total: show(meter.at(done, total))


def print_left_out(problems: Iterable[Problem]) -> None:
    """Print what could not be used, one line each."""
    for problem in problems:
        print(f"left out: {problem.where}: {problem.reason}")

"""Print what a command does while it works, and keep the job that the app shows meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from core.dataset.model import Problem
from core.jobs.job import JobReporter
from core.progress import OnProgress, Progress, ProgressMeter, ProgressPrinter, ShowProgress
from core.workspace import Workspace


@contextmanager
def job_of(workspace: Workspace, what: str, *, quiet: bool) -> Iterator[tuple[JobReporter, ShowProgress]]:
    """Yield the workspace's job, which the app shows, and a function that reports progress to it and the terminal."""
    show = progress_printer(quiet=quiet)
    with JobReporter(workspace, subject=what) as job:

        def report(progress: Progress) -> None:
            show(progress)
            job.report(progress)

        yield job, report


def progress_printer(*, quiet: bool = False) -> ShowProgress:
    """Return a function that prints the progress it is given, or nothing."""
    return (lambda progress: None) if quiet else ProgressPrinter().show


def stage_printer(stage: str) -> OnProgress:
    """Return a function that prints ``done`` of ``total`` under the stage's name."""
    meter, show = ProgressMeter(stage), progress_printer()
    return lambda done, total: show(meter.at(done, total))


def print_left_out(problems: Iterable[Problem]) -> None:
    """Print what could not be used, one line each."""
    for problem in problems:
        print(f"left out: {problem.where}: {problem.reason}")

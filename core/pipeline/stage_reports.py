"""Progress of the stages, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.progress import OnProgress, ProgressMeter, ShowProgress
from core.tasks.mapping import MapTasks


def stage_reports(report: ShowProgress, tasks: MapTasks | None = None) -> Callable[[str], OnProgress]:
    """Return a function that takes a stage's name and gives the callback for that stage's progress.

    With ``tasks`` the progress says how many workers these have at the moment.
    """

    def staged(name: str) -> OnProgress:
        meter = ProgressMeter(name)

        def tell(done: int, total: int) -> None:
            moment = meter.at(done, total)
            report(moment if tasks is None else replace(moment, workers=tasks.workers))

        return tell

    return staged

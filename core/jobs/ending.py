"""End a server well: the act that is being written is finished, none begins any more, and jobs are parked."""

from __future__ import annotations

import time
from collections.abc import Iterable

from core.jobs.job import GRACE_SECONDS, job_status, started_here, stop_job
from core.ledger import open_ledger
from core.workspace import Workspace, known_workspaces

_LOOK_SECONDS = 0.2


def end_well(workspaces: Iterable[Workspace] | None = None, *, wait: float = 20.0) -> tuple[str, ...]:
    """Finish the acts under way, let none begin, park the jobs that this process started; return what was not in time.

    To be called once, when the process ends: the ledgers stay locked for writers. ``wait`` is in seconds, for all of
    it together. A parked job keeps what it finished, and goes on from there when it is started again.
    """
    until = time.monotonic() + wait
    late = []
    jobs = [(workspace, name) for workspace, name in started_here() if job_status(workspace, name).running]
    for workspace, name in jobs:
        stop_job(workspace, name)
    for workspace in known_workspaces() if workspaces is None else workspaces:
        ledger = open_ledger(workspace.ledger_path)
        if not ledger.write_lock.close_for_good(wait=max(0.0, until - time.monotonic())):
            late.append(f"an act in the ledger of {workspace.name}")
    until = max(until, time.monotonic() + GRACE_SECONDS)
    for workspace, name in jobs:
        while job_status(workspace, name).running and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        if job_status(workspace, name).running:
            late.append(f"the {name} of {workspace.name}")
    return tuple(late)

"""Tasks that the workers of the tests can import."""

import json
import os
import time
from pathlib import Path

from core.errors import GlitchAuditError
from core.tasks.dask_cluster import still_wanted


def squared(task, common):
    return task * task + (common or 0)


def noted(task, common):
    """Write down who works on which task, and take a while."""
    folder, seconds = common
    with (Path(folder) / "begun").open("a") as file:
        file.write(json.dumps({"task": task, "process": os.getpid()}) + "\n")
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if not still_wanted():
            (Path(folder) / f"given-up-{task}").touch()
            raise GlitchAuditError("given up")
        time.sleep(0.05)
    return task, os.getpid()


def refused(task, _common):
    raise GlitchAuditError(f"Task {task} cannot be done: leave it.")


def deadly(_task, _common):
    os._exit(1)

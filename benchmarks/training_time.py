"""How long an epoch of a training takes, in seconds of one core, from its first few steps."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.classify.params import TrainParams
from core.dataset import Dataset
from core.progress import Progress

PROBE_STEPS = 8
# Validating costs no backward pass: a third of a step for a quarter of the glitches.
_VALIDATION = 1.08


def epoch_seconds(dataset: Dataset, params: TrainParams, folder: Path, *, steps: int = PROBE_STEPS) -> float:
    """Return the processor seconds of an epoch: what else the machine does hardly changes them.

    Pictures that were never read at this size are read first, and stay read. ``folder`` is used and taken away.
    """
    from core.classify.training.train import train_run

    moments: list[tuple[float, int, int]] = []

    def note(progress: Progress) -> None:
        if progress.stage.startswith("Training"):
            moments.append((time.process_time(), progress.done, progress.total))

    train_run(
        dataset,
        replace(params, epochs=1),
        folder,
        resume=False,
        report=note,
        stop=lambda: len(moments) >= steps,
    )
    shutil.rmtree(folder, ignore_errors=True)
    # The first step also warms up.
    (began, before, total), (ended, after, _) = moments[0], moments[-1]
    return _VALIDATION * total * (ended - began) / max(1, after - before) if len(moments) > 1 else 1.0


def shared_out(needs: Mapping[str, float], total: float) -> dict[str, float]:
    """Return what each gets of ``total``: its need, or a level that is the same for all whose need is greater.

    The level is such that all of ``total`` is given where the needs are greater.
    """
    left, given = total, dict.fromkeys(needs, 0.0)
    waiting = sorted(needs, key=lambda name: needs[name])
    while waiting:
        level = left / len(waiting)
        name = waiting.pop(0)
        given[name] = min(needs[name], level)
        left -= given[name]
    return given

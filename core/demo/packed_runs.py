"""The demo's classifiers: trained and evaluated once, and packed without their weights, so that no page is empty."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from core.classify.params import TrainParams
from core.classify.training.runs import run_folder
from core.pipeline.snapshot import read_dataset
from core.progress import ShowProgress
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, Workspace

DEMO_RUNS: Mapping[str, TrainParams] = MappingProxyType(
    {
        "small": TrainParams(
            colours="gray",
            architecture="small",
            size=(56, 68),
            epochs=12,
            learning_rate=2e-3,
            label_smoothing=0.05,
            mixed_precision=True,
        ),
        "backbone": TrainParams(
            colours="gray", weights="glitch", tune="frozen", epochs=5, label_smoothing=0.05, mixed_precision=True
        ),
    }
)
"""Name of each run, and what it is trained with."""

_LEFT_OUT = shutil.ignore_patterns("weights.safetensors", "reference.safetensors", "checkpoint", "events")


def pack_runs(*, report: ShowProgress, results: Path = DEMO_RESULTS) -> Iterator[str]:
    """Train and evaluate :data:`DEMO_RUNS` on the demo, replace ``results/runs``, and yield a line for each run.

    Weights, checkpoints and logs are left out: the packed runs can be looked at, but cannot classify.
    """
    from core.classify.evaluation.evaluate import evaluate_run
    from core.classify.training.train import train_run

    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(root=Path(folder), source=DEMO_SOURCE)
        dataset = read_dataset(workspace)
        shutil.rmtree(results / "runs", ignore_errors=True)
        for name, params in DEMO_RUNS.items():
            run = train_run(
                dataset, params, run_folder(workspace, name), on_epoch=None, report=report, stop=lambda: False
            )
            accuracy = evaluate_run(run).overall.loc["accuracy"]
            shutil.copytree(run.folder, results / "runs" / name, ignore=_LEFT_OUT)
            interval = f"{accuracy['low']:.3f} to {accuracy['high']:.3f}"
            yield f"packed run {name}: accuracy {accuracy['value']:.3f} ({interval})"

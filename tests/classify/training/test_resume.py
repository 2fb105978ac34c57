"""A training that was killed or stopped goes on to the same weights, bit by bit, as one that never was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from core.classify.training import loop
from core.classify.training.checkpoints import CHECKPOINT_FOLDER
from core.classify.training.runs import load_run, read_curves, read_predictions
from core.classify.training.train import train_run
from core.errors import GlitchAuditError

pytestmark = pytest.mark.usefixtures("one_thread")


HARD = {
    "epochs": 4,
    "dropout": 0.5,
    "mirror": True,
    "zoom": 0.1,
    "label_smoothing": 0.1,
    "plateau_patience": 0,
    "balance": "balanced sampling",
    "mixed_precision": True,
}


class Killed(BaseException):
    """Ends a training as a kill does: nothing gets the time to tidy up but files that are closed."""


def kill_in(epoch, *, after):
    """A reporter that kills the training at its ``after``-th report in an epoch."""
    seen = []

    def report(progress):
        if progress.stage.startswith(f"Training, epoch {epoch} "):
            seen.append(progress)
            if len(seen) == after:
                raise Killed

    return report


def assert_equal(one, other):
    weights, again = (load_file(run.folder / "weights.safetensors") for run in (one, other))
    assert weights.keys() == again.keys()
    assert all(np.array_equal(weights[name], again[name]) for name in weights)
    columns = ["epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "learning_rate"]
    assert read_curves(one)[columns].equals(read_curves(other)[columns])
    assert read_predictions(one).equals(read_predictions(other))
    assert one.fingerprint == other.fingerprint and one.best_epoch == other.best_epoch


@pytest.mark.parametrize(
    "changes", [{}, {"optimizer": "rmsprop"}, {"tune": "last stages", "architecture": "resnet18"}], ids=str
)
def test_killed_in_the_middle_of_an_epoch(make_drawn, quick, tmp_path, changes):
    dataset, params = make_drawn(36), quick(**{**HARD, **changes})
    whole = train_run(dataset, params, tmp_path / "whole")
    with pytest.raises(Killed):
        train_run(dataset, params, tmp_path / "killed", report=kill_in(3, after=2))
    assert load_run(tmp_path / "killed").epochs_done == 2
    resumed = train_run(dataset, params, tmp_path / "killed")
    assert_equal(whole, resumed)


def test_stopped_in_the_middle_of_an_epoch_goes_on_from_there(make_drawn, quick, tmp_path):
    dataset, params = make_drawn(36), quick(**HARD)
    whole = train_run(dataset, params, tmp_path / "whole")
    for call in range(1, 4):
        batches = []
        stopped = train_run(
            dataset,
            params,
            tmp_path / "stopped",
            report=lambda progress, seen=batches: seen.append(progress) if "Training" in progress.stage else None,
            stop=lambda seen=batches: len(seen) >= 3,
        )
        assert stopped.state == "stopped" and len(batches) == 3, call
    # Three batches and one of validation an epoch: nine reports are two epochs and a batch.
    assert stopped.epochs_done == 2
    assert_equal(whole, train_run(dataset, params, tmp_path / "stopped"))


def test_a_checkpoint_within_a_long_epoch_is_taken_up(make_drawn, quick, tmp_path, monkeypatch):
    dataset, params = make_drawn(36), quick(**HARD)
    whole = train_run(dataset, params, tmp_path / "whole")
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    with pytest.raises(Killed):
        train_run(dataset, params, tmp_path / "killed", report=kill_in(2, after=3))
    seen = []
    resumed = train_run(dataset, params, tmp_path / "killed", report=seen.append)
    first = next(progress for progress in seen if progress.stage.startswith("Training"))
    assert first.stage.startswith("Training, epoch 2 ") and first.done > first.total / 4
    assert_equal(whole, resumed)


def test_killed_while_answering(make_drawn, quick, tmp_path):
    dataset, params = make_drawn(36), quick(**HARD)
    whole = train_run(dataset, params, tmp_path / "whole")

    def report(progress):
        if progress.stage.startswith("Answering"):
            raise Killed

    with pytest.raises(Killed):
        train_run(dataset, params, tmp_path / "killed", report=report)
    assert_equal(whole, train_run(dataset, params, tmp_path / "killed"))


SCRIPT = """
import os, pickle, signal, sys
from pathlib import Path
import torch
from core.classify.training.train import train_run
torch.set_num_threads(1)
dataset, params = pickle.loads(Path(sys.argv[1]).read_bytes())
seen = []
def report(progress):
    if progress.stage.startswith("Training, epoch 3 "):
        seen.append(progress)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
train_run(dataset, params, Path(sys.argv[2]), report=report)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_process_is_resumed(make_drawn, quick, tmp_path):
    import dataclasses
    import pickle

    from core.dataset.stores import FolderStore

    dataset, params = make_drawn(30), quick(**HARD)
    for location, content in dataset.store.content.items():
        (tmp_path / "pictures" / location).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pictures" / location).write_bytes(content)
    dataset = dataclasses.replace(dataset, store=FolderStore(tmp_path / "pictures"))
    (tmp_path / "job").write_bytes(pickle.dumps((dataset, params)))
    project = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "job"), str(tmp_path / "killed")],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    os.utime(tmp_path / "killed" / "beat", (0, 0))
    killed = load_run(tmp_path / "killed")
    assert killed.state == "stopped" and killed.epochs_done == 2 and "resume it" in killed.message
    assert_equal(train_run(dataset, params, tmp_path / "whole"), train_run(dataset, params, tmp_path / "killed"))


def test_a_damaged_checkpoint_is_named(make_drawn, quick, tmp_path):
    dataset, params = make_drawn(36), quick()
    with pytest.raises(Killed):
        train_run(dataset, params, tmp_path / "killed", report=kill_in(2, after=1))
    (tmp_path / "killed" / CHECKPOINT_FOLDER / "state.pt").write_bytes(b"no checkpoint")
    with pytest.raises(GlitchAuditError, match=r"state\.pt cannot be read"):
        train_run(dataset, params, tmp_path / "killed")

"""The works that the benchmark ``faults`` kills and that write files beside the ledger: exports, training, settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.kill_sets import SAMPLES, ledger_of, workspace_of
from benchmarks.kills import Tell
from core.classify.training.checkpoints import Clock, load_checkpoint, save_checkpoint
from core.dataset import open_dataset
from core.ledger.exchange import export_label_folders, export_metadata, export_whole_ledger
from core.pipeline.settings import Settings, load_settings, save_settings
from core.workspace import known_workspaces
from core.workspace_titles import rename_workspace, workspace_title

STEPS = 6
_EXPORTS = {"folders": export_label_folders, "metadata": export_metadata, "whole": export_whole_ledger}


def export_all(folder: Path, tell: Tell) -> None:
    """Three exports into folders; what an earlier run finished is left."""
    ledger, dataset = ledger_of(folder), open_dataset(folder / "data")
    for name, export in _EXPORTS.items():
        if not (folder / "out" / name).exists():
            export(ledger, dataset, folder / "out" / name)
        tell(("export", name))
    ledger.close()


def exported(folder: Path) -> dict[str, int]:
    """How many files each finished export has."""
    places = {name: folder / "out" / name for name in _EXPORTS}
    return {name: sum(path.is_file() for path in place.rglob("*")) for name, place in places.items() if place.exists()}


def check_exports(folder: Path, told: list[object]) -> list[str]:
    """A folder with an export's name has all its files."""
    found = exported(folder)
    whole = {"folders": SAMPLES + 2}
    faults = [f"lost: the export {name}" for _, name in told if name not in found]
    for name, files in found.items():
        if files < whole.get(name, 2) or not (folder / "out" / name / "about.json").stat().st_size:
            faults.append(f"half: the export {name} has {files} files")
    return faults


def _parts() -> dict[str, torch.nn.Module]:
    torch.manual_seed(1)
    return {"network": torch.nn.Linear(40, 40)}


def train(folder: Path, tell: Tell) -> None:
    """Six steps of a network, each kept as a checkpoint; goes on where the last one was."""
    parts = _parts()
    clock = load_checkpoint(folder, fingerprint="f", parts=parts) or Clock()
    while clock.step < STEPS:
        with torch.no_grad():
            parts["network"].weight.mul_(0.5)
        clock.step += 1
        save_checkpoint(folder, fingerprint="f", clock=clock, parts=parts)
        tell(("step", clock.step))


def check_training(folder: Path, told: list[object]) -> list[str]:
    """The checkpoint loads, is of the last step that was told or the one after, and its weights are of that step."""
    parts = _parts()
    first = parts["network"].weight.detach().clone()
    clock = load_checkpoint(folder, fingerprint="f", parts=parts) or Clock()
    last = max((step for _, step in told), default=0)
    faults = [] if last <= clock.step <= last + 1 else [f"lost: step {last}, the checkpoint is of {clock.step}"]
    if not torch.allclose(parts["network"].weight, first * 0.5**clock.step):
        faults.append("half: the weights are of another step")
    return faults


def trained_outcome(folder: Path) -> object:
    """The last weights and step."""
    parts = _parts()
    clock = load_checkpoint(folder, fingerprint="f", parts=parts)
    return clock.step, parts["network"].weight.sum().item()


def keep_settings(folder: Path, tell: Tell) -> None:
    """Settings and a name, four times changed."""
    workspace = workspace_of(folder)
    for seed in range(1, 5):
        settings = Settings()
        save_settings(workspace, replace(settings, layout=replace(settings.layout, seed=seed)))
        tell(("seed", seed))
        rename_workspace(workspace, f"name {seed}")
        tell(("name", seed))


def check_settings(folder: Path, told: list[object]) -> list[str]:
    """What was kept last, or the change after it, is read; the workspace is known."""
    workspace, faults = workspace_of(folder), []
    last = dict(told)
    seed = load_settings(workspace).layout.seed
    if seed not in (last.get("seed", 42), last.get("seed", 0) + 1):
        faults.append(f"lost: seed {last.get('seed')}, found {seed}")
    title = workspace_title(workspace)
    if "name" in last and title not in (f"name {last['name']}", f"name {last['name'] + 1}"):
        faults.append(f"lost: name {last['name']}, found {title}")
    if "name" in last and workspace.root not in [known.root for known in known_workspaces()]:
        faults.append("lost: the workspace")
    return faults


def settings_outcome(folder: Path) -> object:
    """Seed and name."""
    workspace = workspace_of(folder)
    return load_settings(workspace).layout.seed, workspace_title(workspace)

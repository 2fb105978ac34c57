"""Run folders are listed, read, removed and brought back, without torch."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.classify.params import TrainParams, params_from_json, params_to_json
from core.classify.training.runs import (
    BEAT_FILE,
    CURVE_COLUMNS,
    Run,
    list_runs,
    load_run,
    new_run_name,
    read_curves,
    read_predictions,
    remove_run,
    removed_runs,
    restore_run,
    run_folder,
    runs_folder,
    save_run,
)
from core.errors import GlitchAuditError
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "own", source=tmp_path, shipped=tmp_path / "shipped")


def kept(folder, *, started="2026-11-20T10:00:00+00:00", **fields):
    folder.mkdir(parents=True)
    run = Run(folder, folder.name, TrainParams(views=("1.0",)), ("Blip", "Tomte"), "done", started=started)
    save_run(replace(run, **fields))


def test_a_run_reads_back_as_it_was(tmp_path):
    run = Run(
        folder=tmp_path,
        name=tmp_path.name,
        params=TrainParams(architecture="vgg16", views=("0.5", "2.0"), dense=(64, 32), size=(70, 85)),
        labels=("Blip", "Größe", "Tomte"),
        state="done",
        counts={"samples": {"train": 3}},
        seconds=1.5,
        leak="It leaks.",
    )
    save_run(run)
    assert load_run(tmp_path) == run
    assert params_from_json(params_to_json(run.params)) == run.params


def test_newest_first_and_shipped_ones_last(workspace):
    kept(runs_folder(workspace) / "old", started="2026-11-19T10:00:00+00:00")
    kept(runs_folder(workspace) / "new")
    kept(workspace.shipped / "runs" / "demo", started="2027-01-01T00:00:00+00:00")
    (runs_folder(workspace) / "no-run").mkdir()
    (runs_folder(workspace) / "damaged").mkdir()
    (runs_folder(workspace) / "damaged" / "run.json").write_text("{")
    runs = list_runs(workspace)
    assert [run.name for run in runs] == ["new", "old", "demo"]
    assert [run.shipped for run in runs] == [False, False, True]


def test_no_runs_at_all(workspace):
    assert list_runs(workspace) == () and removed_runs(workspace) == ()
    assert list_runs(replace(workspace, shipped=None)) == ()


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"params": {"speed": 3}, "labels": [], "state": "done"}'])
def test_an_unreadable_run_is_a_sentence(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(GlitchAuditError):
        load_run(tmp_path)


def test_a_silent_run_counts_as_stopped(tmp_path):
    kept(tmp_path / "run", state="running")
    assert load_run(tmp_path / "run").state == "stopped"
    (tmp_path / "run" / BEAT_FILE).touch()
    assert load_run(tmp_path / "run").state == "running"
    os.utime(tmp_path / "run" / BEAT_FILE, (0, 0))
    lost = load_run(tmp_path / "run")
    assert lost.state == "stopped" and "resume it" in lost.message


def test_removing_can_be_undone(workspace):
    kept(runs_folder(workspace) / "one")
    remove_run(workspace, "one")
    assert list_runs(workspace) == () and removed_runs(workspace) == ("one",)
    with pytest.raises(GlitchAuditError, match="no run one"):
        remove_run(workspace, "one")
    restore_run(workspace, "one")
    assert [run.name for run in list_runs(workspace)] == ["one"] and removed_runs(workspace) == ()
    with pytest.raises(GlitchAuditError, match="nothing to bring back"):
        restore_run(workspace, "one")


def test_a_new_run_of_that_name_is_not_overwritten(workspace):
    kept(runs_folder(workspace) / "one")
    remove_run(workspace, "one")
    kept(runs_folder(workspace) / "one", state="stopped")
    with pytest.raises(GlitchAuditError, match="new run one"):
        restore_run(workspace, "one")
    remove_run(workspace, "one")
    restore_run(workspace, "one")
    assert load_run(runs_folder(workspace) / "one").state == "stopped"


def test_running_and_shipped_runs_stay(workspace):
    kept(runs_folder(workspace) / "busy", state="running")
    (runs_folder(workspace) / "busy" / BEAT_FILE).touch()
    with pytest.raises(GlitchAuditError, match="still training"):
        remove_run(workspace, "busy")
    kept(workspace.shipped / "runs" / "demo")
    with pytest.raises(GlitchAuditError, match="came with the project"):
        remove_run(workspace, "demo")


@pytest.mark.parametrize("name", ["", "..", "../other", "a/b", ".pictures", "x" * 81, "a b"])
def test_names_cannot_leave_the_folder(workspace, name):
    for use in (run_folder, remove_run, restore_run):
        with pytest.raises(GlitchAuditError, match="cannot be named"):
            use(workspace, name)


def test_new_names_are_free(workspace):
    params = TrainParams(architecture="xception")
    assert new_run_name(workspace, params) == "xception-scratch-1"
    kept(runs_folder(workspace) / "xception-scratch-1")
    assert new_run_name(workspace, params) == "xception-scratch-2"
    remove_run(workspace, "xception-scratch-1")
    assert new_run_name(workspace, params) == "xception-scratch-2"
    assert new_run_name(workspace, replace(params, split_by="picture")) == "xception-scratch-by-picture-1"


def test_curves_and_predictions_that_are_not_there_yet(tmp_path):
    kept(tmp_path / "run", state="running")
    run = load_run(tmp_path / "run")
    assert list(read_curves(run).columns) == list(CURVE_COLUMNS) and read_curves(run).empty
    with pytest.raises(GlitchAuditError, match="no answers on held-out samples yet"):
        read_predictions(run)
    pd.DataFrame({"sample_id": ["a"]}).to_parquet(run.folder / "predictions.parquet")
    assert read_predictions(run)["sample_id"].tolist() == ["a"]


def test_reading_runs_needs_nothing_heavy():
    code = (
        "import sys, core.classify.training.runs, core.classify.params, core.classify.training.splits;"
        "import core.classify.training.picture_array;"
        "print([n for n in ('torch', 'timm', 'sklearn', 'scipy', 'safetensors', 'matplotlib', 'tensorboardX')"
        " if n in sys.modules])"
    )
    project = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

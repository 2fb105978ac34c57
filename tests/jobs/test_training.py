"""A workspace's trainings: planned, started, refused, stopped, resumed, listed."""

import argparse
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.classify.params import TrainParams, with_views
from core.classify.training.runs import CURVES_FILE, Run, load_run, read_curves, run_folder, save_run
from core.commands.train import add_arguments
from core.commands.train import run as run_train
from core.errors import Cancelled, GlitchAuditError
from core.jobs import job
from core.jobs.job import TRAINING, job_status, start_job
from core.jobs.training import (
    command_line,
    plan_training,
    resume_training,
    runs_table,
    start_training,
    stop_training,
    training_status,
    workspace_unit,
)
from core.jobs.training_arguments import arguments_of, params_from_arguments
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.snapshot import read_dataset

LABELS = ["Blip"] * 10 + ["Whistle"] * 10
TINY = ["--architecture", "small", "--size", "32", "40", "--dense", "8", "--batch", "8", "--device", "cpu"]


@pytest.fixture
def workspace(make_workspace):
    return make_workspace(LABELS, np.zeros((20, 3)))


@pytest.fixture
def commands(monkeypatch):
    """The commands that would have been started."""
    started = []

    def start(command, *, env, **_):
        # This process plays the one that was started.
        monkeypatch.setenv(job.TOKEN_VARIABLE, env[job.TOKEN_VARIABLE])
        started.append(command)

    monkeypatch.setattr(job.subprocess, "Popen", start)
    return started


def options_of(*arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args([str(argument) for argument in arguments])


def keep_run(workspace, name, *, state="done", accuracies=(), best_epoch=0, **facts):
    folder = run_folder(workspace, name)
    folder.mkdir(parents=True)
    run = Run(folder, name, TrainParams(views=("picture",), colours="gray"), ("Blip", "Whistle"), state, **facts)
    run = replace(run, epochs_done=len(accuracies), best_epoch=best_epoch)
    save_run(run)
    if accuracies:
        curves = pd.DataFrame(
            {"epoch": range(1, len(accuracies) + 1), "validation_accuracy": accuracies, "seconds": 4.0}
        )
        curves.to_csv(folder / CURVES_FILE, index=False)
    return run


@pytest.mark.parametrize(
    "params",
    [
        TrainParams(),
        TrainParams(unit="picture", views=("0.5", "4.0"), dense=(), size=(32, 40), mirror=True, learning_rate=3e-4),
        TrainParams(tune="last stages", balance="balanced sampling", dense=(512, 64), split_by="picture", seed=7),
        TrainParams(colours="gray"),
    ],
)
def test_arguments_say_all_parameters(params):
    assert params_from_arguments(options_of("data", *arguments_of(params)), unit="sample") == params


def test_the_unit_is_the_workspaces_unless_one_is_asked_for(workspace):
    assert workspace_unit(workspace) == "sample"
    settings = load_settings(workspace)
    save_settings(workspace, Settings(embed=replace(settings.embed, unit="picture"), vectors=settings.vectors))
    assert workspace_unit(workspace) == "picture"
    assert params_from_arguments(options_of("data"), unit="picture").unit == "picture"
    assert params_from_arguments(options_of("data", "--unit", "sample"), unit="picture").unit == "sample"


def test_parameters_that_cannot_be_trained_are_refused_before_anything_starts(workspace, commands):
    with pytest.raises(GlitchAuditError, match="dropout must be a number"):
        start_training(workspace, TrainParams(dropout=2.0))
    assert not commands


def test_the_plan_counts_every_sample_once(workspace):
    plan = plan_training(read_dataset(workspace), TrainParams(validation_share=0.2, test_share=0.1))
    # Of ten glitches a label: two to validate on, one to test on.
    assert plan.counts["samples"].to_dict() == {"train": 14, "validation": 4, "test": 2}
    assert plan.counts["pictures"].sum() == 20
    assert (plan.labels, plan.honoured, plan.epoch_seconds) == (2, False, None)


def test_the_plan_counts_pictures_of_the_chosen_views(tmp_path):
    from core.dataset import open_dataset
    from core.simulate.corpus import write_corpus

    write_corpus(tmp_path / "four.parquet", 22, seed=3)
    dataset = open_dataset(tmp_path / "four.parquet")
    whole, half = (plan_training(dataset, TrainParams(views=views)) for views in ((), ("0.5", "1.0")))
    assert (whole.counts["pictures"] == 4 * whole.counts["samples"]).all()
    assert (half.counts["pictures"] == 2 * half.counts["samples"]).all()
    by_picture = plan_training(dataset, TrainParams(unit="picture", views=("0.5",)))
    assert (by_picture.counts["pictures"] == by_picture.counts["samples"]).all()


def test_the_plan_knows_how_long_an_epoch_took(workspace):
    dataset = read_dataset(workspace)
    alike = keep_run(workspace, "before", accuracies=(0.5, 0.6), dataset_fingerprint=dataset.fingerprint)
    other = keep_run(workspace, "elsewhere", accuracies=(0.5,), dataset_fingerprint="other data")
    assert plan_training(dataset, TrainParams(), [other, alike]).epoch_seconds == pytest.approx(4.0)
    assert plan_training(dataset, TrainParams("small"), [other, alike]).epoch_seconds is None


def test_one_training_at_a_time_and_the_other_work_is_not_kept_waiting(workspace, commands):
    assert start_training(workspace, TrainParams(epochs=3), "first") == "first"
    assert commands[0][:4] == [sys.executable, "-m", "core", "train"]
    assert {"--name", "first", "--epochs", "3"} <= set(commands[0])
    assert training_status(workspace).subject == "first"
    with pytest.raises(GlitchAuditError, match="first is training"):
        start_training(workspace, TrainParams(), "second")
    assert not job_status(workspace).running
    start_job(workspace, ["prepare", "x"])
    assert len(commands) == 2


def test_a_name_is_taken_once_and_made_where_none_is_given(workspace, commands):
    keep_run(workspace, "resnet18-scratch-1")
    with pytest.raises(GlitchAuditError, match="already"):
        start_training(workspace, TrainParams(), "resnet18-scratch-1")
    with pytest.raises(GlitchAuditError, match="cannot be named"):
        start_training(workspace, TrainParams(), "../elsewhere")
    assert start_training(workspace, TrainParams()) == "resnet18-scratch-2"


def test_only_unfinished_runs_are_resumed(workspace, commands):
    keep_run(workspace, "whole", state="done")
    keep_run(workspace, "half", state="stopped")
    with pytest.raises(GlitchAuditError, match="nothing to resume"):
        resume_training(workspace, "whole")
    with pytest.raises(GlitchAuditError, match="holds no training"):
        resume_training(workspace, "nobody")
    resume_training(workspace, "half")
    assert commands[0][-3:] == ["--resume", "half", "--quiet"]


def test_the_command_line_can_be_pasted(workspace):
    text = command_line(workspace, TrainParams(tune="last stages"), "mine")
    assert text == f"python -m core train {workspace.source} --name mine --tune last-stages --unit sample"


def test_runs_are_listed_with_the_accuracy_of_the_weights_that_are_kept(workspace):
    runs = [keep_run(workspace, "done", accuracies=(0.5, 0.9, 0.8), best_epoch=2, seconds=1800.0)]
    runs.append(keep_run(workspace, "young", state="failed", started="2026-11-21T03:12:00+00:00"))
    table = runs_table(runs)
    assert table.loc["done", "accuracy"] == pytest.approx(0.9)
    assert np.isnan(table.loc["young", "accuracy"])
    assert table.loc["done", "hours"] == pytest.approx(0.5)
    assert table.loc["young", "started"] == pd.Timestamp("2026-11-21T03:12", tz="UTC")
    assert runs_table([]).empty


def test_training_says_how_it_goes_and_how_it_ended(workspace, capsys):
    run_train(options_of(workspace.source, "--name", "tiny", "--epochs", 2, *TINY))
    said = capsys.readouterr().out
    assert "epoch   2 of 2" in said and "samples: 12 train, 4 validation, 4 test" in said
    run = load_run(run_folder(workspace, "tiny"))
    assert (run.state, len(read_curves(run))) == ("done", 2)
    assert run.params == with_views(run.params, ("picture",))
    assert (training_status(workspace).state, training_status(workspace).message) == ("done", run.message)


def test_stopped_and_resumed_to_the_end(workspace, commands, capsys):
    start_training(workspace, TrainParams(), "tiny")
    stop_training(workspace)
    with pytest.raises(Cancelled):
        run_train(options_of(workspace.source, "--name", "tiny", "--epochs", 2, *TINY))
    assert training_status(workspace).state == "cancelled"
    assert load_run(run_folder(workspace, "tiny")).state == "stopped"
    run_train(options_of(workspace.source, "--resume", "tiny", "--quiet"))
    run = load_run(run_folder(workspace, "tiny"))
    assert (run.state, run.epochs_done, run.params.architecture) == ("done", 2, "small")
    assert capsys.readouterr().out.count("epoch ") == 0


def test_a_failure_is_one_sentence_in_the_terminal_and_on_the_page(workspace, capsys):
    with pytest.raises(GlitchAuditError, match="has no view"):
        run_train(options_of(workspace.source, "--name", "wrong", "--views", "0.5", *TINY))
    assert training_status(workspace).state == "failed"
    assert "has no view" in training_status(workspace).message
    with pytest.raises(GlitchAuditError, match="no run nobody"):
        run_train(options_of(workspace.source, "--resume", "nobody"))


def test_a_second_training_from_the_command_line_is_refused(workspace, capsys):
    with job.JobReporter(workspace, TRAINING, subject="first") as other:
        with pytest.raises(GlitchAuditError, match="first is training"):
            run_train(options_of(workspace.source, "--name", "second", *TINY))
        other.done("")


def test_a_run_is_started_with_the_reading_that_was_kept(workspace, monkeypatch):
    started = []
    monkeypatch.setattr(
        "core.jobs.training.start_job", lambda _, command, *about, **more: started.append(command) or True
    )
    start_training(workspace, TrainParams(architecture="small"), "now", reading_id="now-0123456789abcdef")
    start_training(workspace, TrainParams(architecture="small"), "brought")
    assert "--reading now-0123456789abcdef" in " ".join(started[0]) and "--reading" not in started[1]
    line = command_line(workspace, TrainParams(), "mine", reading="mine", author="Ada Lovelace")
    assert "--labels mine --author 'Ada Lovelace'" in line
    assert "--labels" not in command_line(workspace, TrainParams(), "brought")

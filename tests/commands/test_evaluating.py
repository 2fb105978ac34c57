"""Train and evaluate from the command line: each finished run is measured once and stands beside the others."""

import argparse
import contextlib
import io
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.classify.evaluation.evaluate import load_evaluation
from core.classify.training.runs import list_runs, load_run, run_folder
from core.commands.evaluate import evaluate_runs
from core.commands.parser import main
from core.errors import GlitchAuditError
from core.ledger import open_ledger
from core.pipeline.kept_readings import keep_reading
from core.workspace import Workspace, workspace_for
from tests.ledger.conftest import Desk


def write_folder(root: Path, *, each: int = 14) -> Path:
    rng = np.random.default_rng(0)
    for label in ("Column", "Row"):
        (root / label).mkdir(parents=True)
        for number in range(each):
            picture = rng.integers(0, 80, (32, 40))
            middle = int(rng.integers(10, 22))
            if label == "Column":
                picture[:, middle : middle + 6] += 150
            else:
                picture[middle : middle + 6] += 150
            Image.fromarray(picture.astype(np.uint8)).save(root / label / f"{number}.png")
    return root


def say(*words: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        main(list(words))
    return out.getvalue()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder of pictures, a run of one architecture on it, and what the commands printed."""
    home = tmp_path_factory.mktemp("evaluating")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLITCH_AUDIT_HOME", str(home / "home"))
        folder = write_folder(home / "pictures")
        network = ["--architecture", "small", "--size", "32", "40", "--dense", "8", "--device", "cpu"]
        said = say("train", str(folder), "--name", "first", *network, "--epochs", "2", "--batch", "8")
        yield workspace_for(folder), said


def test_training_says_the_split_and_each_epoch(trained):
    _, said = trained
    assert "epoch   1 of 2" in said and "epoch   2 of 2" in said
    assert "28 samples" in said and "train" in said


def test_runs_are_measured_once_and_shown_beside_the_published_ones(trained):
    workspace, _ = trained
    assert load_evaluation(list_runs(workspace)[0]) is None
    said = say("evaluate", str(workspace.source))
    assert "first: " in said and "accuracy" in said and "not comparable" in said
    evaluation = load_evaluation(list_runs(workspace)[0])
    # The printed figure is the saved one, in per cent.
    assert f"{evaluation.overall.loc['accuracy', 'value'] * 100:.2f}" in said
    table = pd.read_csv(io.StringIO(say("evaluate", workspace.name, "--csv")), index_col="name")
    assert table.loc["first", "accuracy_value"] == pytest.approx(evaluation.overall.loc["accuracy", "value"])
    assert table.loc["best of several CNNs, as published", "accuracy_value"] == 0.9631


def test_the_rare_are_told_and_a_card_is_written(trained, tmp_path):
    workspace, _ = trained
    assert "Mean F1 of the rarest third of the labels (1 of 2" in say("evaluate", str(workspace.source))
    said = say("evaluate", str(workspace.source), "--run", "first", "--card", str(tmp_path / "card.md"))
    assert str(tmp_path / "card.md") in said
    assert (tmp_path / "card.md").read_text(encoding="utf-8").startswith("# first\n")


def test_the_run_names_pictures_at_the_terminal(trained, tmp_path):
    workspace, _ = trained
    picture = workspace.source / "Row" / "0.png"
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    words = ("--data", str(workspace.source), "--run", "first", "--csv", str(tmp_path / "answers.csv"))
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit) as ended:
        main(["classify", str(picture), str(tmp_path / "notes.txt"), *words])
    assert ended.value.code == 0
    assert "nearest: " in out.getvalue() and "not a picture" in out.getvalue()
    answers = pd.read_csv(tmp_path / "answers.csv")
    assert len(answers) == 2 and set(answers.iloc[0]) & {"Row", "Column"}
    with pytest.raises(SystemExit, match=r"Error: .*night"):
        say("classify", str(picture), "--data", str(workspace.source), "--run", "night")


def test_without_a_run_it_says_how_to_train_one(tmp_path, trained):
    with pytest.raises(GlitchAuditError, match="core train"):
        list(evaluate_runs(Workspace(tmp_path / "home", tmp_path / "data")))
    with pytest.raises(GlitchAuditError, match="called night"):
        list(evaluate_runs(trained[0], name="night"))


def test_wrong_parameters_end_in_one_sentence(trained):
    with pytest.raises(SystemExit, match="Error: "):
        say("train", str(trained[0].source), "--architecture", "small", "--epochs", "0")
    with pytest.raises((SystemExit, argparse.ArgumentError)):
        say("train", str(trained[0].source), "--architecture", "alexnet")


def test_a_run_learns_the_labels_as_they_are_now_and_its_card_says_so(trained):
    workspace, _ = trained
    with contextlib.closing(open_ledger(workspace.ledger_path)) as ledger:
        Desk(ledger).tell("Row/0", "Mo decides Column")
    network = ["--architecture", "small", "--size", "32", "40", "--dense", "8", "--device", "cpu"]
    options = [*network, "--epochs", "1", "--batch", "8"]
    said = say("train", str(workspace.source), "--name", "now", *options, "--labels", "now")
    assert "It learns from the labels as they are now, with what was decided: 1 differ" in said
    run = load_run(run_folder(workspace, "now"))
    assert (run.reading, run.relabelled) == ("now", 1) and run.labels_fingerprint
    # Taken up again, it has the labels that it began with.
    assert "as they are now" in say("train", str(workspace.source), "--resume", "now")
    # The open workbench hands over a reading that it has kept, since it holds the ledger.
    kept = keep_reading(workspace, "now", pd.Series({"Row/1": "Column"}).rename_axis("sample_id"))
    say("train", str(workspace.source), "--name", "kept", *options, "--reading", kept, "--quiet")
    other = load_run(run_folder(workspace, "kept"))
    assert (other.reading, other.relabelled) == ("now", 1) and other.labels_fingerprint != run.labels_fingerprint
    with pytest.raises(SystemExit, match="Say who you are"):
        say("train", str(workspace.source), "--name", "mine", *options, "--labels", "mine")

"""A whole training: what it writes, what it says, and how it ends."""

import json
from itertools import pairwise

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file
from sklearn.utils.class_weight import compute_class_weight

from core.classify.network.architectures import build_network
from core.classify.params import ARCHITECTURES, params_from_json
from core.classify.training.batches import label_weights, rows_of, training_batches
from core.classify.training.network_answers import network_answers, read_weights
from core.classify.training.picture_array import picture_array
from core.classify.training.runs import list_runs, load_run, read_curves, read_predictions, read_split, runs_folder
from core.classify.training.splits import make_split
from core.classify.training.train import train_run
from core.errors import Cancelled, GlitchAuditError
from core.workspace import Workspace


@pytest.fixture
def trained(make_drawn, quick, tmp_path):
    def train(dataset=None, *, name="one", **changes):
        watch = {
            key: changes.pop(key) for key in ("stop", "report", "on_epoch", "on_start", "resume") if key in changes
        }
        return train_run(dataset or make_drawn(45), quick(**changes), tmp_path / "runs" / name, **watch)

    return train


def test_a_training_learns_and_keeps_everything(trained, make_drawn, tmp_path):
    dataset = make_drawn(45, missing=((3, "1.0"),), broken=((4, "2.0"),))
    rows = []
    run = trained(dataset, epochs=6, on_epoch=rows.append)
    assert (run.state, run.epochs_done, run.labels) == ("done", 6, ("Blip", "Power_Line", "Tomte"))
    assert run.params.views == ("1.0", "2.0") and "unreadable: 1; the first: glitch004/2.0.png" in run.message
    assert load_run(run.folder) == run
    curves = read_curves(run)
    assert curves.to_dict("records") == rows
    assert curves["train_loss"].iloc[-1] < 0.7 * curves["train_loss"].iloc[0]
    assert run.best_epoch == curves.loc[curves["validation_loss"].idxmin(), "epoch"]
    split = read_split(run)
    assert run.counts["samples"] == split["split"].value_counts().to_dict()
    assert sum(run.counts["pictures"].values()) == 88
    predictions = read_predictions(run)
    held_out = split[split["split"] != "train"]
    assert predictions["sample_id"].tolist() == held_out["sample_id"].tolist()
    scores = predictions[[f"score:{label}" for label in run.labels]].to_numpy()
    assert scores.dtype == np.float32
    right = np.array(run.labels)[scores.argmax(1)] == predictions["label"]
    assert right.mean() > 0.6
    validation = predictions["split"] == "validation"
    assert right[validation].mean() == pytest.approx(curves["validation_accuracy"].iloc[run.best_epoch - 1])


def test_the_weights_give_the_predictions_again(trained, make_drawn, tmp_path):
    dataset = make_drawn(45)
    run = trained(dataset)
    with safe_open(run.folder / "weights.safetensors", "pt") as file:
        about = file.metadata()
    network = build_network(params_from_json(json.loads(about["params"])), json.loads(about["labels"]))
    read_weights(network, run.folder)
    pictures = picture_array(dataset, run.params.size, tmp_path)
    predictions = read_predictions(run)
    rows = rows_of(predictions, dataset, run.params, pictures, run.labels)
    scores, features = network_answers(network, rows, batch=4)
    np.testing.assert_allclose(scores, predictions[[f"score:{label}" for label in run.labels]], atol=1e-4)

    kept = load_file(run.folder / "reference.safetensors")["features"]
    with safe_open(run.folder / "reference.safetensors", "np") as file:
        names = json.loads(file.metadata()["rows"])
    split = read_split(run)
    assert sorted(names) == sorted(split.loc[split["split"] != "test", ["sample_id", "view", "split"]].values.tolist())
    np.testing.assert_allclose(np.linalg.norm(kept.astype(np.float64), axis=1), 1, atol=2e-3)
    row = names.index([predictions["sample_id"][0], "", "validation"])
    own = features[0] / np.linalg.norm(features[0])
    np.testing.assert_allclose(kept[row].astype(np.float32), own, atol=2e-3)


@pytest.mark.parametrize("architecture", sorted(set(ARCHITECTURES) - {"small"}))
def test_every_architecture_goes_the_whole_way(trained, make_drawn, architecture):
    run = trained(make_drawn(14, views=("1.0",)), architecture=architecture, epochs=1, learning_rate=1e-3)
    assert run.state == "done" and np.isfinite(read_curves(run).to_numpy()).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "picture"},
        {"views": ("2.0",)},
        {"merge": "mean", "centring": "standardise"},
        {"optimizer": "rmsprop", "learning_rate": 1e-3, "balance": "class weights"},
        {"balance": "balanced sampling", "label_smoothing": 0.1},
        {"mixed_precision": True, "mirror": True, "zoom": 0.1},
        {"dense": (), "centring": "centre"},
    ],
    ids=str,
)
def test_the_choices_train(trained, changes):
    run = trained(**changes)
    curves = read_curves(run)
    assert run.state == "done" and len(curves) == 3
    assert curves["train_loss"].iloc[-1] < curves["train_loss"].iloc[0]


def test_pictures_by_themselves_keep_their_view(trained):
    run = trained(unit="picture", epochs=1)
    predictions = read_predictions(run)
    assert set(predictions["view"]) == {"1.0", "2.0"} and (predictions["glitch"] == predictions["sample_id"]).all()
    assert run.counts["pictures"]["train"] == 2 * run.counts["samples"]["train"]


def test_the_projects_own_weights_can_be_the_first(trained):
    run = trained(architecture="resnet18", weights="glitch", tune="frozen", epochs=1)
    trunk = load_file(run.folder / "weights.safetensors")["trunk.layer1.0.conv1.weight"]
    from core.embed.backbones import load_backbone

    np.testing.assert_array_equal(trunk, load_backbone("glitch-resnet18").state_dict()["layer1.0.conv1.weight"].numpy())


@pytest.mark.usefixtures("one_thread")
def test_the_same_seed_gives_the_same_weights_and_another_does_not(trained):
    weights = [
        load_file(trained(name=name, seed=seed).folder / "weights.safetensors")
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not np.array_equal(weights[0]["head.last.weight"], weights[2]["head.last.weight"])


def test_training_leaves_the_callers_chance_alone(trained):
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    trained(epochs=1)
    assert torch.equal(torch.rand(3), expected)


def test_it_ends_early_and_lowers_the_rate_where_the_loss_falls_no_more(trained):
    run = trained(epochs=40, patience=3, plateau_patience=0, learning_rate=0.05, batch=16)
    curves = read_curves(run)
    assert run.epochs_done == len(curves) == run.best_epoch + 3 < 40 and "ended early" in run.message
    assert curves["learning_rate"].iloc[-1] < curves["learning_rate"].iloc[0]


def test_a_split_by_picture_is_told_before_training_and_kept(trained):
    told = []
    run = trained(unit="picture", split_by="picture", epochs=1, on_start=lambda run: told.append(run.leak))
    assert told == [run.leak] and "inflated" in run.leak
    assert load_run(run.folder).leak == run.leak


def test_progress_has_rate_and_time_left(trained):
    seen = []
    trained(report=seen.append)
    training = [progress for progress in seen if progress.stage.startswith("Training")]
    assert training[-1].stage == "Training, epoch 3 of at most 3"
    assert training[-1].rate > 0 and all(a.done <= b.done for a, b in pairwise(training))
    assert {"Reading pictures", "Answering for held-out samples"} <= {progress.stage for progress in seen}


def test_stop_ends_between_batches_and_the_run_can_be_resumed(trained, make_drawn):
    asked = []
    dataset = make_drawn(45)
    run = trained(dataset, stop=lambda: len(asked) > 3, report=asked.append)
    assert run.state == "stopped" and "resume" in run.message and load_run(run.folder).state == "stopped"
    assert trained(dataset).state == "done"


def test_cancelled_by_the_reporter_is_passed_on(trained):
    def report(progress):
        if progress.stage.startswith("Training"):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        trained(report=report)
    assert trained().state == "done"


def test_a_finished_run_is_returned_and_another_one_refused(trained, make_drawn):
    dataset = make_drawn(45)
    first = trained(dataset)
    assert trained(dataset, on_epoch=lambda row: pytest.fail("trained again")) == first
    with pytest.raises(GlitchAuditError, match="with other parameters"):
        trained(dataset, seed=5)
    with pytest.raises(GlitchAuditError, match="on other data"):
        trained(make_drawn(48))
    again = trained(dataset, seed=5, resume=False)
    assert again.state == "done" and again.fingerprint != first.fingerprint


def test_a_run_that_trains_elsewhere_is_left_alone(trained):
    def report(progress):
        if progress.stage.startswith("Training"):
            with pytest.raises(GlitchAuditError, match="being trained by another process"):
                trained()

    assert trained(report=report, epochs=3).state == "done"


def test_a_loss_that_is_no_number_fails_with_a_sentence(trained, tmp_path):
    with pytest.raises(GlitchAuditError, match=r"stopped being a number in epoch \d"):
        trained(learning_rate=10.0, weight_decay=10.0, epochs=30)
    run = load_run(tmp_path / "runs" / "one")
    assert run.state == "failed" and "learning rate" in run.message


def test_an_unforeseen_error_is_kept_and_the_run_can_be_resumed(trained):
    def fail(row):
        raise ValueError("a surprise")

    with pytest.raises(ValueError, match="a surprise"):
        trained(on_epoch=fail, name="two")
    # The epoch was kept before anybody was told of it.
    run = trained(name="two", stop=lambda: True)
    assert run.state == "stopped" and run.epochs_done == 1
    assert trained(name="two").state == "done"


def test_too_little_memory_is_a_sentence(trained, tmp_path):
    def fail(row):
        raise MemoryError

    with pytest.raises(GlitchAuditError, match="too little memory for batches of 8 at 32 x 40"):
        trained(on_epoch=fail)
    assert load_run(tmp_path / "runs" / "one").state == "failed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"architecture": "alexnet"}, "no architecture 'alexnet'"),
        ({"views": ("9.0",)}, "no view 9.0"),
        ({"device": "cuda:99"}, "not on this machine"),
        ({"device": "abacus"}, "no device 'abacus'"),
        ({"architecture": "vgg16", "weights": "glitch"}, "are a resnet18"),
        ({"weights": "imagenet"}, "no ImageNet weights"),
        ({"learning_rate": float("nan")}, "learning_rate must be"),
        ({"batch": 1}, "batch must be"),
        ({"size": (8, 8)}, "32 to 2048"),
    ],
)
def test_what_cannot_be_trained_is_refused(trained, changes, sentence):
    with pytest.raises(GlitchAuditError, match=sentence):
        trained(**changes)


def test_label_weights_are_scikit_learns():
    targets = np.array([0] * 10 + [2] * 3 + [3])
    weights = label_weights(targets, 5)
    expected = compute_class_weight("balanced", classes=np.array([0, 2, 3]), y=targets)
    np.testing.assert_allclose(weights[[0, 2, 3]], expected, rtol=1e-6)
    assert weights[1] == weights[4] == 0 and weights[targets].mean() == pytest.approx(1)


def test_batches(make_drawn, quick, tmp_path):
    labels = ("Blip", "Tomte")
    dataset = make_drawn(33, labels=("Blip", "Blip", "Tomte"))
    pictures = picture_array(dataset, (32, 40), tmp_path)
    params = quick(views=("1.0", "2.0"))
    rows = rows_of(make_split(dataset, params).rows, dataset, params, pictures, labels)
    batches = training_batches(rows, params, epoch=1)
    # 33 rows in batches of 8: the last row joins the batch before it.
    assert [len(batch) for batch in batches] == [8, 8, 8, 9]
    assert sorted(np.concatenate(batches)) == list(range(33))
    assert not np.array_equal(batches[0], training_batches(rows, params, epoch=2)[0])
    balanced = quick(views=params.views, balance="balanced sampling")
    drawn = np.concatenate([np.concatenate(training_batches(rows, balanced, epoch=e)) for e in range(60)])
    assert rows.targets[drawn].mean() == pytest.approx(0.5, abs=0.05)


def test_runs_are_listed_where_they_were_trained(trained, tmp_path):
    trained(epochs=1)
    workspace = Workspace(root=tmp_path, source=tmp_path)
    assert [run.name for run in list_runs(workspace)] == ["one"]
    assert (runs_folder(workspace) / ".pictures").is_dir()

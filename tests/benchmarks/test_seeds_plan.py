"""The plan of benchmarks/seeds_table.py fits its hours, and what was begun keeps what it got."""

import json

import pytest

from benchmarks.seeds_contenders import EPOCHS_NEEDED, MOST_EPOCHS, begin, plan
from core.classify.params import TrainParams
from core.classify.training.runs import Run, save_run


@pytest.fixture
def planned(tmp_path):
    """``planned(total, each=0)``: the plan of two contenders whose epochs were measured before."""
    (tmp_path / "epoch_seconds.json").write_text(json.dumps({"small": 10.0, "vgg16": 60.0}))

    def make(total, each=0.0):
        found = plan(None, tmp_path, ["small", "vgg16"], total=total, each=each, smoke=False)
        return {(one.name, one.split): one for one in found}

    return make, tmp_path


def test_small_needs_are_met_and_the_others_are_cut(planned):
    make, _ = planned
    # small needs 36 epochs of 10 s, 6 minutes; vgg16 24 of 60 s, 24 minutes. 40 minutes leave 14 for each vgg16.
    assert EPOCHS_NEEDED["small"] == 36 and EPOCHS_NEEDED["other"] == 24
    found = make(40.0)
    for split in ("at-random", "in-time"):
        assert (found["small", split].epochs, found["small", split].cut) == (MOST_EPOCHS, False)
        assert (found["vgg16", split].epochs, found["vgg16", split].cut) == (14, True)
    assert sum(one.minutes for one in found.values()) == pytest.approx(40)
    assert not any(one.cut for one in make(60.0).values())
    assert make(60.0, each=5.0)["vgg16", "in-time"].epochs == 5


def test_what_was_begun_keeps_its_epochs_whatever_is_given_later(planned):
    make, folder = planned
    before = make(40.0)
    begin(before["vgg16", "at-random"], folder)
    after = make(60.0)
    assert after["vgg16", "at-random"] == before["vgg16", "at-random"]
    assert not after["vgg16", "in-time"].cut


def test_who_stopped_early_leaves_his_minutes_to_the_others(planned):
    make, folder = planned
    before = make(40.0)
    for split in ("at-random", "in-time"):
        begin(before["small", split], folder)
        run = Run(
            folder / "runs" / f"small-{split}", f"small-{split}", TrainParams(), ("A", "B"), "done", epochs_done=12
        )
        run.folder.mkdir(parents=True)
        save_run(run)
    # Each took 2 minutes of its 6: 36 are left for two.
    after = make(40.0)
    assert [after["vgg16", split].epochs for split in ("at-random", "in-time")] == [18, 18]

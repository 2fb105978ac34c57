"""Curves are a table that pages read and events that TensorBoard reads."""

import struct
import sys

import pytest
from tensorboardX.proto.event_pb2 import Event

from core.classify.params import TrainParams
from core.classify.training.logs import CurveLog
from core.classify.training.runs import Run, read_curves


def row(epoch, loss=0.5):
    return {
        "epoch": epoch,
        "train_loss": loss,
        "train_accuracy": 0.25,
        "validation_loss": 2 * loss,
        "validation_accuracy": 0.75,
        "learning_rate": 1e-3,
        "seconds": 3.0,
    }


def events_in(folder):
    """The events of all files, oldest first; TensorFlow's records: length, its sum, the event, its sum."""
    events = []
    for path in sorted(folder.glob("events/*"), key=lambda path: path.stat().st_mtime_ns):
        data = path.read_bytes()
        while data:
            length = struct.unpack("<Q", data[:8])[0]
            events.append(Event.FromString(data[12 : 12 + length]))
            data = data[16 + length :]
    return events


def curves_of(folder):
    return read_curves(Run(folder, "run", TrainParams(), (), "running"))


def test_rows_are_there_as_soon_as_they_are_added(tmp_path):
    with CurveLog(tmp_path, []) as log:
        assert curves_of(tmp_path).empty
        log.add(row(1, 1 / 3))
        assert curves_of(tmp_path).to_dict("records") == [row(1, 1 / 3)]
        log.add({**row(2), "something else": 1})
    assert curves_of(tmp_path).to_dict("records") == [row(1, 1 / 3), row(2)]


def test_tensorboard_reads_the_same(tmp_path):
    with CurveLog(tmp_path, []) as log:
        log.add(row(1))
        log.add(row(2, 0.25))
    found = {
        (value.tag, event.step): value.simple_value for event in events_in(tmp_path) for value in event.summary.value
    }
    assert found["loss/train", 1] == 0.5 and found["loss/validation", 2] == 0.5
    assert found["accuracy/validation", 2] == 0.75 and found["training/learning_rate", 1] == pytest.approx(1e-3)
    assert {step for _, step in found} == {1, 2} and len(found) == 12


def test_what_a_killed_call_wrote_after_its_checkpoint_is_dropped(tmp_path):
    with CurveLog(tmp_path, []) as log:
        for epoch in (1, 2, 3):
            log.add(row(epoch))
    with CurveLog(tmp_path, [row(1)]) as log:
        assert curves_of(tmp_path)["epoch"].tolist() == [1]
        log.add(row(2, 9.0))
    assert curves_of(tmp_path)["train_loss"].tolist() == [0.5, 9.0]
    starts = [event.step for event in events_in(tmp_path) if event.HasField("session_log")]
    assert starts == [2]


def test_without_tensorboardx_the_table_is_whole(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with CurveLog(tmp_path, []) as log:
        log.add(row(1))
    assert len(curves_of(tmp_path)) == 1 and not (tmp_path / "events").exists()

"""A workspace whose source changed: nothing is computed of it, and nothing is written about it."""

import os
from functools import partial

import numpy as np
import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.dataset.sources import SourceChangedError
from core.embed.decoding import read_picture
from core.errors import GlitchAuditError
from core.ledger import open_ledger, propose, withdraw
from core.pipeline.report import write_workspace_report
from core.pipeline.snapshot import read_dataset, read_snapshot, refuse_changed_source, source_trouble
from core.pipeline.stages import load_prepared, prepare

LABELS = ["Blip"] * 6 + ["Whistle"] * 6
MATRIX = np.random.default_rng(0).normal(size=(12, 4))


def quiet(progress):
    """Nobody watches."""


def propose_whistle(workspace, sample_id, **options):
    ledger = open_ledger(workspace.ledger_path)
    ledger.guard = partial(refuse_changed_source, workspace)
    before = read_snapshot(workspace).samples["label"]
    selection = Selection((sample_id,), "click", dataset_fingerprint=read_snapshot(workspace).fingerprint)
    return propose(ledger, selection, before, "Tomte", author="Ada", app_version="0.1", reason="so", **options)


def change(file):
    file.write_bytes(file.read_bytes() + b"x")
    os.utime(file, ns=(1, 1))


def test_previews_are_not_made_of_changed_pictures(make_workspace):
    workspace = make_workspace(LABELS, MATRIX)
    change(workspace.source / "Blip" / "sample003.png")
    with pytest.raises(SourceChangedError, match=r"sample003\.png has changed"):
        prepare(workspace, report=quiet)


def test_the_embedder_does_not_take_a_changed_picture_for_a_bad_one(make_workspace):
    workspace = make_workspace(LABELS, MATRIX)
    change(workspace.source / "Blip" / "sample003.png")
    with pytest.raises(SourceChangedError):
        read_picture(read_snapshot(workspace).store, "Blip/sample003.png", row=3, size=(8, 8))


def test_no_act_about_a_sample_whose_picture_changed(make_workspace):
    workspace = make_workspace(LABELS, MATRIX)
    first = propose_whistle(workspace, "Blip/sample000")
    change(workspace.source / "Blip" / "sample003.png")
    # Nobody has looked at it yet, so the others can still be spoken of.
    assert propose_whistle(workspace, "Blip/sample001").samples == 1
    with pytest.raises(GlitchAuditError, match=r"sample003\.png has changed.*read the data set again"):
        propose_whistle(workspace, "Blip/sample003")
    assert "sample003.png" in source_trouble(workspace)
    with pytest.raises(GlitchAuditError):
        propose_whistle(workspace, "Blip/sample001", batch_id="another")
    # What was written can be taken back at any time.
    assert withdraw(open_ledger(workspace.ledger_path), first.batch_id, author="Ada").samples == 1
    read_dataset(workspace)
    assert source_trouble(workspace) == ""
    assert propose_whistle(workspace, "Blip/sample003").samples == 1


def test_no_act_on_a_parquet_file_in_another_order(tmp_path, monkeypatch, make_workspace):
    from core.workspace import workspace_for

    folder = make_workspace(LABELS, MATRIX).source
    files = sorted(folder.rglob("*.png"))
    table = pd.DataFrame({"sample_id": [file.stem for file in files], "picture": [f.read_bytes() for f in files]})
    table.assign(label=LABELS).to_parquet(tmp_path / "set.parquet")
    workspace = workspace_for(tmp_path / "set.parquet")
    read_dataset(workspace)
    assert propose_whistle(workspace, "sample000").samples == 1
    table.assign(label=LABELS).iloc[::-1].to_parquet(tmp_path / "set.parquet", index=False)
    assert "set.parquet has changed" in source_trouble(workspace)
    with pytest.raises(GlitchAuditError, match=r"set\.parquet has changed"):
        propose_whistle(workspace, "sample001")


def test_no_report_of_a_changed_source(tmp_path, make_workspace):
    workspace = make_workspace(LABELS, MATRIX)
    prepared = prepare(workspace, report=quiet)
    file = workspace.source / "Blip" / "sample003.png"
    change(file)
    with pytest.raises(SourceChangedError):
        prepared.dataset.store.read("Blip/sample003.png")
    with pytest.raises(SourceChangedError):
        write_workspace_report(load_prepared(workspace), tmp_path / "report", report=quiet)

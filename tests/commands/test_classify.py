"""Naming glitches at the terminal: a table, JSON lines, CSV, and one sentence for what cannot be named."""

import io
import json

import pandas as pd
import pytest

from core.classify.naming.nearest import NeighbourSource
from core.commands import classify
from core.commands.classify import classify_command
from core.errors import GlitchAuditError
from tests.classify.fake_classifier import fake_classifier, png, stripe


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setattr(classify, "load_classifier", lambda run: fake_classifier())


@pytest.fixture
def folder(tmp_path):
    for view in ("0.5", "1.0", "2.0", "4.0"):
        (tmp_path / f"H1_abc_spectrogram_{view}.png").write_bytes(png(stripe(1)))
    (tmp_path / "broken.png").write_bytes(b"broken")
    (tmp_path / "zero.png").write_bytes(b"")
    return tmp_path


def said(*arguments, **options):
    out = io.StringIO()
    status = classify_command(*arguments, out=out, **options)
    return status, out.getvalue().splitlines()


def test_a_readable_table(folder):
    status, lines = said([folder])
    assert status == 0
    (answer,) = [line for line in lines if line.startswith("abc")]
    assert "Blip" in answer and "%" in answer
    assert any("broken.png" in line and "not a picture" in line for line in lines)
    assert any("zero.png" in line and "0 bytes" in line for line in lines)
    assert "1 named" in lines[-1] and "5 % of held-out" in lines[-1]


def test_json_lines(folder):
    _, lines = said([folder], as_json=True)
    answers = {item["name"]: item for item in map(json.loads, lines)}
    assert set(answers) == {"abc", "broken.png", "zero.png"}
    assert answers["abc"]["labels"][0]["label"] == "Blip"
    assert sum(item["probability"] for item in answers["abc"]["labels"]) == pytest.approx(1, abs=1e-4)
    assert answers["abc"]["views"] == ["0.5", "1.0", "2.0", "4.0"] and answers["abc"]["unlike"] is False
    assert "not a picture" in answers["broken.png"]["problem"]


def test_a_csv_beside_the_table(folder, tmp_path):
    said([folder], csv=tmp_path / "answers.csv")
    table = pd.read_csv(tmp_path / "answers.csv").set_index("name")
    assert table.loc["abc", "label"] == "Blip"
    with pytest.raises(GlitchAuditError, match="cannot be written"):
        said([folder], csv=tmp_path / "missing" / "answers.csv")


def test_pictures_said_to_be_one_glitch(tmp_path):
    paths = []
    for number in range(4):
        paths.append(tmp_path / f"{number}.png")
        paths[-1].write_bytes(png(stripe(2, seed=number)))
    _, lines = said(paths, as_json=True, one_glitch=True)
    (answer,) = map(json.loads, lines)
    assert answer["views"] == ["0.5", "1.0", "2.0", "4.0"] and answer["labels"][0]["label"] == "Helix"
    with pytest.raises(GlitchAuditError, match="names 1 views for 4 pictures"):
        said(paths, one_glitch=True, views=("1.0",))


def test_the_nearest_are_named(folder):
    import numpy as np

    known = NeighbourSource(("near",), ("Blip",), np.ones((1, 16), np.float32), ("0.5", "1.0", "2.0", "4.0"))
    _, lines = said([folder], neighbours=known)
    assert any("nearest: near (Blip)" in line for line in lines)


def test_nothing_named_is_a_failure(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"broken")
    status, lines = said([tmp_path / "broken.png"])
    assert status == 1 and lines[-1] == "No glitch was named."
    with pytest.raises(GlitchAuditError, match="no such file"):
        said([tmp_path / "missing.png"])

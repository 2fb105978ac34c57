"""The command line: what it says, what it makes, how it refuses."""

import numpy as np
import pytest

from core.cli import main
from core.workspace import HOME_VARIABLE

RNG = np.random.default_rng(3)
LABELS = ["Blip"] * 20 + ["Whistle"] * 20
MATRIX = np.concatenate([RNG.normal(0, 0.3, (20, 2)), RNG.normal((6, 0), 0.3, (20, 2))])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


def test_opening_says_what_was_recognised(tmp_path, capsys):
    from PIL import Image

    (tmp_path / "data" / "Blip").mkdir(parents=True)
    Image.new("L", (17, 14)).save(tmp_path / "data" / "Blip" / "one.png")
    (tmp_path / "data" / "Blip" / "two.png").write_bytes(b"")
    main(["open", str(tmp_path / "data")])
    said = capsys.readouterr().out
    assert "class folders" in said and "1 samples, 1 pictures, 1 labels" in said
    assert "left out" in said and "two.png" in said


def test_a_missing_folder_is_one_sentence_and_status_1(tmp_path):
    with pytest.raises(SystemExit) as stop:
        main(["open", str(tmp_path / "nowhere")])
    assert "there is no such file or folder" in str(stop.value)
    assert "\n" not in str(stop.value)


def test_zero_samples_are_refused(tmp_path):
    with pytest.raises(SystemExit, match="at least 1"):
        main(["simulate", "--samples", "0", "--out", str(tmp_path / "x.parquet")])


def test_simulating_writes_a_file_that_opens(tmp_path, capsys):
    main(["simulate", "--samples", "2", "--seed", "5", "--out", str(tmp_path / "s.parquet")])
    main(["open", str(tmp_path / "s.parquet")])
    assert "2 samples, 8 pictures" in capsys.readouterr().out


def test_status_of_a_data_set_that_was_never_opened(tmp_path, capsys):
    main(["status", str(tmp_path)])
    assert "results: not made yet" in capsys.readouterr().out


def test_auditing_before_there_is_a_map_says_what_to_do_first(make_workspace, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    with pytest.raises(SystemExit, match="has no map yet: make it first with: python -m core prepare"):
        main(["audit", str(workspace.source)])


def test_a_report_before_the_audit_says_what_to_do_first(make_workspace, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--no-audit", "--quiet"])
    with pytest.raises(SystemExit, match="has not been audited yet"):
        main(["report", "--workspace", str(workspace.source), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_preparing_audits_and_status_and_report_know_it(make_workspace, tmp_path, capsys):
    workspace = make_workspace(LABELS, MATRIX)
    main(["prepare", str(workspace.source), "--quiet"])
    assert "samples on the map" in capsys.readouterr().out
    main(["status", str(workspace.source)])
    said = capsys.readouterr().out
    assert "results: ready" in said and "audit: ready" in said
    # A workspace is named by its folder, its name, or its data set.
    for number, named in enumerate((workspace.root, workspace.name, workspace.source)):
        out = tmp_path / f"out{number}"
        main(["report", "--workspace", str(named), "--out", str(out), "--quiet"])
        assert (out / "report.html").is_file() and (out / "map.html").is_file()

"""The command line: what it says, what it makes, how it refuses."""

import pytest

from core.cli import main
from core.workspace import HOME_VARIABLE


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

"""From triggers to a data set: it opens, goes on where it was killed, says what it left out, is whole or not there."""

import io

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from core.commands import views as views_command
from core.commands.parser import main
from core.dataset import open_dataset
from core.detector.strain import picture_sets
from core.detector.strain.kept_place import kept_place
from core.detector.strain.picture_sets import draw_set, left_out_path
from core.detector.strain.source import open_strain
from core.detector.strain.trigger_files import read_table
from core.detector.strain.triggers import UNLABELLED, understand
from core.errors import Cancelled, GlitchAuditError
from core.workspace import HOME_VARIABLE, workspace_for
from tests.detector.strain.strain_files import START, noise, write_gwosc

COUNT = 12


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def strain(tmp_path, monkeypatch):
    # The command notes in a workspace where the strain lies.
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    folder = tmp_path / "strain"
    folder.mkdir()
    write_gwosc(folder / "h.hdf5", noise(64, seed=11, blips=(20.0,)))
    write_gwosc(folder / "l.hdf5", noise(40, seed=12), detector="L1")
    return folder


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "triggers.csv"
    times = START + 6 + 4.0 * np.arange(COUNT)
    frame = pd.DataFrame({"event_time": times, "ifo": "H1", "snr": 8.0 + np.arange(COUNT), "peak_frequency": 150.0})
    frame = pd.concat(
        [
            frame,
            pd.DataFrame({"event_time": [START + 20.0, START + 39.0], "ifo": "L1", "snr": 9.0, "peak_frequency": 60.0}),
            pd.DataFrame({"event_time": [START + 900.0], "ifo": "H1", "snr": 9.0, "peak_frequency": 60.0}),
        ]
    )
    frame.to_csv(path, index=False)
    return path


def triggers_of(path):
    return understand(read_table(path), path)


def test_the_command_writes_a_data_set_that_opens(strain, table, tmp_path, capsys):
    out = tmp_path / "sets" / "set.parquet"
    main(["views", "--strain", str(strain), "--triggers", str(table), "--out", str(out)])
    said = capsys.readouterr().out
    assert "13 glitches written" in said and "white noise of the usual strength stands there" in said
    assert "left out 1: there is no strain of its detector at that time (the first: triggers.csv row 15)" in said
    assert "left out 1: it lies within 5 s of an edge" in said
    assert pd.read_csv(left_out_path(out))["where"].tolist() == ["triggers.csv row 15", "triggers.csv row 14"]
    assert [path.name for path in out.parent.iterdir() if "parts" in path.name] == []

    assert f"A sample's page draws from {strain}" in said and kept_place(workspace_for(out)) == strain

    dataset = open_dataset(out)
    assert dataset.views == ("0.5", "1.0", "2.0", "4.0") and not dataset.problems
    assert len(dataset.samples) == COUNT + 1 and set(dataset.samples["label"]) == {UNLABELLED}
    assert dataset.kind.kind == "glitches"
    sample = dataset.samples.loc[f"H1_{START + 18}"]
    assert sample["event_time"] == START + 18 and sample["snr"] == 11.0 and sample["detector"] == "H1"
    assert sample["peak_frequency"] == 150.0 and sample["strain_to_hz"] == pytest.approx(1699.84)
    picture = pd.read_parquet(out)["picture"].iloc[0]
    assert np.asarray(Image.open(io.BytesIO(picture))).shape == (140, 170)


def test_open_strain_is_fetched_first_where_that_is_asked_for(strain, table, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        views_command,
        "fetch_strain",
        lambda detector, times, folder, on_progress: asked.append((detector, len(times), folder)),
    )
    out = tmp_path / "set.parquet"
    main(["views", "--strain", str(strain), "--triggers", str(table), "--out", str(out), "--fetch"])
    assert asked == [("H1", 13, strain), ("L1", 2, strain)] and out.exists()


def test_a_stopped_run_goes_on_and_ends_with_the_same_file(strain, table, tmp_path, monkeypatch):
    monkeypatch.setattr(picture_sets, "PART", 3)
    source, triggers = open_strain(strain), triggers_of(table)
    whole = tmp_path / "whole.parquet"
    draw_set(source, triggers, whole, workers=1)

    out, asked = tmp_path / "set.parquet", []

    def stop(done, total):
        if done >= 6:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        draw_set(source, triggers, out, workers=1, on_progress=stop)
    assert not out.exists() and (tmp_path / "set.parquet.parts").is_dir()

    drawn = picture_sets.draw_views
    monkeypatch.setattr(picture_sets, "draw_views", lambda *given: asked.append(len(given[2])) or drawn(*given))
    first = []
    report = draw_set(source, triggers, out, workers=1, on_progress=lambda done, total: first.append(done))
    assert first[0] >= 6 and sum(asked) <= len(triggers.table) - 6
    assert report.drawn == COUNT + 1
    assert out.read_bytes() == whole.read_bytes()
    assert not (tmp_path / "set.parquet.parts").exists()


def test_parts_of_other_triggers_or_another_strain_are_not_taken(strain, table, tmp_path, monkeypatch):
    monkeypatch.setattr(picture_sets, "PART", 3)
    out = tmp_path / "set.parquet"

    def stop(done, total):
        if done >= 3:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        draw_set(open_strain(strain), triggers_of(table), out, workers=1, on_progress=stop)
    write_gwosc(strain / "h.hdf5", noise(64, seed=99))
    first = []
    draw_set(
        open_strain(strain), triggers_of(table), out, workers=1, on_progress=lambda done, total: first.append(done)
    )
    assert first[0] == 0


def test_a_damaged_part_is_drawn_again(strain, table, tmp_path, monkeypatch):
    monkeypatch.setattr(picture_sets, "PART", 3)
    out = tmp_path / "set.parquet"

    def stop(done, total):
        if done >= 6:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        draw_set(open_strain(strain), triggers_of(table), out, workers=1, on_progress=stop)
    part = tmp_path / "set.parquet.parts" / "part-000000.parquet"
    part.write_bytes(part.read_bytes()[:-20])
    report = draw_set(open_strain(strain), triggers_of(table), out, workers=2)
    assert report.drawn == COUNT + 1 and len(open_dataset(out).samples) == COUNT + 1


def test_nothing_is_written_where_nothing_can_be_drawn(strain, tmp_path):
    table = tmp_path / "edge.csv"
    table.write_text(f"time,ifo\n{START + 1},H1\n{START + 2},H1\n")
    out = tmp_path / "set.parquet"
    out.write_bytes(b"what was there")
    with pytest.raises(GlitchAuditError) as error:
        draw_set(open_strain(strain), triggers_of(table), out)
    assert "None of the 2 triggers can be drawn, as for 2 of them it lies within 5 s of an edge" in str(error.value)
    assert out.read_bytes() == b"what was there"


def test_a_detector_without_strain_is_left_out_by_name(strain, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f"time,ifo\n{START + 20},H1\n{START + 21},V1\n")
    report = draw_set(open_strain(strain), triggers_of(table), tmp_path / "set.parquet")
    assert report.drawn == 1 and report.reasons == {"the strain is of H1 and L1 only": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "set.csv"], "--out has to end in .parquet or .pq"),
        (["--triggers", "none.csv"], "no such file of triggers"),
        (["--strain", "none"], "no such file or folder of strain"),
    ],
)
def test_what_is_typed_wrongly_is_one_sentence(strain, table, tmp_path, arguments, sentence):
    given = {"--strain": str(strain), "--triggers": str(table), "--out": str(tmp_path / "set.parquet")}
    given |= dict(zip(arguments[::2], arguments[1::2], strict=True))
    with pytest.raises(SystemExit) as stop:
        main(["views", *[word for pair in given.items() for word in pair]])
    assert sentence in str(stop.value) and "\n" not in str(stop.value)


def test_without_anything_left_out_no_list_stays_from_before(strain, tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "set.parquet"
    table.write_text(f"time,ifo\n{START + 20},H1\n")
    left_out_path(out).write_text("old")
    report = draw_set(open_strain(strain), triggers_of(table), out)
    assert report.left_out == () and not left_out_path(out).exists()
    assert all("left out" not in line for line in views_command._in_words(report, out))

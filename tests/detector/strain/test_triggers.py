"""Trigger tables of every form; what they lack, and times that are no GPS times, is one sentence each."""

import numpy as np
import pandas as pd
import pytest

from core.detector.strain.source import open_strain
from core.detector.strain.trigger_files import read_table
from core.detector.strain.triggers import UNLABELLED, refuse_elsewhere, understand
from core.errors import GlitchAuditError
from tests.detector.strain.strain_files import START, noise, write_gwosc

TIMES = [START + 30.5, START + 10.25, START + 20.0]


def said(error):
    text = str(error.value)
    assert "\n" not in text
    return text


def triggers_of(path, **given):
    return understand(read_table(path), path, **given)


def test_gravity_spys_own_columns_are_taken_along(tmp_path):
    path = tmp_path / "t.csv"
    pd.DataFrame(
        {
            "event_time": TIMES,
            "ifo": ["H1", "L1", "H1"],
            "peak_frequency": [100.0, 200.0, np.nan],
            "snr": [8.0, 9.0, 10.0],
            "gravityspy_id": ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"],
            "ml_label": ["Blip", "", "Whistle"],
        }
    ).to_csv(path, index=False)
    table = triggers_of(path).table
    assert table["sample_id"].tolist() == ["cccccccccc", "aaaaaaaaaa", "bbbbbbbbbb"]
    assert table["label"].tolist() == ["Whistle", "Blip", UNLABELLED]
    assert table["event_time"].tolist() == [START + 20.0, START + 30.5, START + 10.25]
    assert table["snr"].tolist() == [10.0, 8.0, 9.0] and table["where"].iloc[0] == "t.csv row 3"


def test_a_table_of_times_alone_is_enough(tmp_path):
    path = tmp_path / "L1_times.csv"
    path.write_text("# from somebody\n" + "Time\n" + "".join(f"{time}\n" for time in TIMES))
    table = triggers_of(path).table
    assert set(table["ifo"]) == {"L1"} and set(table["label"]) == {UNLABELLED}
    assert table["sample_id"].tolist() == [f"L1_{START + 10}.25", f"L1_{START + 20}", f"L1_{START + 30}.5"]


def test_parquet_is_read_as_csv_is(tmp_path):
    path = tmp_path / "t.parquet"
    pd.DataFrame({"GPS": TIMES, "channel": ["H1:GDS-CALIB_STRAIN"] * 3, "frequency": [1.0, 2.0, 3.0]}).to_parquet(path)
    table = triggers_of(path).table
    assert set(table["ifo"]) == {"H1"} and table["peak_frequency"].tolist() == [2.0, 3.0, 1.0]


def test_omicrons_hdf5_and_ligo_lw_are_read_through_gwpy(tmp_path):
    tables = pytest.importorskip("gwpy.table", reason="gwpy is not installed")
    pytest.importorskip("igwn_ligolw", reason="igwn-ligolw is not installed")
    omicron = {"time": TIMES, "frequency": [100.0] * 3, "snr": [8.0, 9.0, 10.0]}
    tables.EventTable(omicron).write(str(tmp_path / "H1-omicron.h5"), path="triggers")
    table = triggers_of(tmp_path / "H1-omicron.h5").table
    assert table["event_time"].tolist() == sorted(TIMES) and table["snr"].tolist() == [9.0, 10.0, 8.0]
    burst = {
        "peak_time": np.array([int(time) for time in TIMES], dtype="int32"),
        "peak_time_ns": np.array([round(time % 1 * 1e9) for time in TIMES], dtype="int32"),
        "peak_frequency": np.full(3, 100.0, dtype="f4"),
        "snr": np.full(3, 8.0, dtype="f4"),
        "ifo": ["L1"] * 3,
    }
    path = tmp_path / "L1-bursts.xml.gz"
    tables.EventTable(burst).write(str(path), format="ligolw", tablename="sngl_burst")
    table = triggers_of(path).table
    np.testing.assert_allclose(table["event_time"], sorted(TIMES), atol=1e-6)
    assert set(table["ifo"]) == {"L1"}


def test_rows_that_cannot_be_used_are_told_one_by_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        f"time,ifo,label\n{START + 1},H1,Blip\n,H1,Blip\n-5,H1,Blip\n{START + 2},X9,Blip\n{START + 3},,Blip\n"
        f"{START + 1},H1,Whistle\n"
    )
    triggers = triggers_of(path)
    assert len(triggers.table) == 1
    assert [(one.where.split()[-1], one.reason) for one in triggers.problems] == [
        ("2", "the time is no number"),
        ("3", "-5 is no GPS time"),
        ("4", "the detector is 'X9', none of H1, L1, V1, K1, G1"),
        ("5", "no detector is named"),
        ("6", f"H1_{START + 1} is there twice; the first is used"),
    ]
    assert len(triggers_of(path, detector="L1").table) == 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("t.csv", "", "the file is empty"),
        ("t.csv", "time,ifo\n", "no triggers, only its columns"),
        ("t.csv", "snr,ifo\n8,H1\n", "no column holds the triggers' times; it has snr, ifo"),
        ("t.csv", "time,ifo\n2015-09-14 09:50:45,H1\n", "GPS seconds: that one is 1126259462.000 if it is UTC"),
        ("t.csv", "time,ifo\nsoon,H1\n", "holds no numbers, but 'soon'"),
        ("t.csv", "time,ifo\n-1,H1\n", "none of its 1 rows can be used; the first: -1 is no GPS time"),
        ("t.csv", '"', "cannot be read as CSV"),
        ("t.parquet", "PAR1", "cannot be read as Parquet"),
        ("t.docx", "x", "triggers come as CSV, Parquet"),
    ],
)
def test_tables_that_cannot_be_used_are_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_text(content)
    with pytest.raises(GlitchAuditError) as error:
        triggers_of(tmp_path / name)
    assert sentence in said(error)


@pytest.mark.parametrize("name", ["t.h5", "t.xml", "t.xml.gz"])
def test_damaged_tables_of_gwpys_are_one_sentence(tmp_path, name):
    pytest.importorskip("gwpy.table", reason="gwpy is not installed")
    (tmp_path / name).write_bytes(b"\x89HDF nonsense")
    with pytest.raises(GlitchAuditError) as error:
        read_table(tmp_path / name)
    assert "cannot be read as" in said(error)


def test_no_file_is_one_sentence(tmp_path):
    with pytest.raises(GlitchAuditError, match="no such file of triggers"):
        read_table(tmp_path / "none.csv")


def refused(tmp_path, times, ifo="H1"):
    source = open_strain(write_gwosc(tmp_path / "strain.hdf5", noise(2)))
    path = tmp_path / "t.csv"
    pd.DataFrame({"time": times, "ifo": ifo}).to_csv(path, index=False)
    triggers = triggers_of(path)
    refuse_elsewhere(triggers, source, path)


def test_triggers_elsewhere_are_refused_and_those_inside_are_not(tmp_path):
    refused(tmp_path, [START + 1.0, START + 1000.0])
    with pytest.raises(GlitchAuditError) as error:
        refused(tmp_path, [START + 1.0], ifo="L1")
    assert "triggers are of L1, the strain" in said(error)
    with pytest.raises(GlitchAuditError) as error:
        refused(tmp_path, [START + 1000.0, START + 2000.0])
    assert f"run from {START + 1000} to {START + 2000}" in said(error) and "none of them lies in it" in said(error)
    # 2018-01-14 21:19:42.5 UTC, in seconds since 1970.
    with pytest.raises(GlitchAuditError) as error:
        refused(tmp_path, [START + 315964800 - 18 + 0.5])
    assert "look like Unix seconds" in said(error)

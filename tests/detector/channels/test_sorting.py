"""A folder of a detector's files: each is told for what it is."""

import numpy as np
import pandas as pd

from core.detector.channels.listing import channel_files
from core.detector.channels.recognising import sort_files
from tests.detector.channels.making import START, flag_file, series_file, trigger_file


def test_each_file_of_a_folder_is_told_for_what_it_is(tmp_path):
    series_file(tmp_path / "minutes.h5", {"L1:A": np.ones(3)})
    (tmp_path / "wind.csv").write_text("time,L1:WIND\n1187008800,1\n1187008860,2\n")
    (tmp_path / "L1-plain.txt").write_text("1187008800 1.5\n1187008860 2.5\n")
    flag_file(tmp_path / "flags.h5", {"L1:F:1": ([], [(START, START + 1)])})
    (tmp_path / "L1-locked.txt").write_text("1187008800 1187008900\n")
    trigger_file(tmp_path / "L1-A.h5", [START])
    (tmp_path / "L1-B.csv").write_text("time,snr\n1187008800,9\n")
    pd.DataFrame({"time": [START], "snr": [9]}).to_parquet(tmp_path / "L1-C.parquet")
    (tmp_path / "safe.csv").write_text("channel,safety\nL1:A,safe\n")
    (tmp_path / "list.ini").write_text("[safe]\nL1:A\n")
    (tmp_path / "glitches.csv").write_text("time,snr,label\n1187008800,9,Blip\n")
    (tmp_path / "broken.h5").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("call Ada\n")
    found = sort_files(channel_files([tmp_path]))
    names = {
        kind: [path.name for path in getattr(found, kind)] for kind in ("channels", "states", "triggers", "safety")
    }
    assert names == {
        "channels": ["L1-plain.txt", "minutes.h5", "wind.csv"],
        "states": ["L1-locked.txt", "flags.h5"],
        "triggers": ["L1-A.h5", "L1-B.csv", "L1-C.parquet"],
        "safety": ["list.ini", "safe.csv"],
    }
    said = {problem.where.rpartition("/")[2]: problem.reason for problem in found.problems}
    assert set(said) == {"broken.h5", "glitches.csv", "notes.txt"}
    assert "open it as a data set" in said["glitches.csv"] and "cannot be read as HDF5" in said["broken.h5"]

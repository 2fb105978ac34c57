"""``channels``: what lies in a detector's files, line by line; fetching needs a time and a place."""

import numpy as np
import pytest

from core.commands import channels
from core.commands.parser import main
from tests.detector.channels.making import START, flag_file, series_file, trigger_file


def test_channels_states_and_triggers_are_listed_and_the_rest_left_out(tmp_path, capsys):
    series_file(tmp_path / "a.h5", {"L1:WIND": np.ones(5)}, unit="m/s")
    series_file(tmp_path / "b.h5", {"L1:WIND": np.ones(5)}, start=START + 600, unit="m/s")
    flag_file(tmp_path / "flags.h5", {"L1:F:1": ([(START, START + 9)], [(START, START + 90)])})
    trigger_file(tmp_path / "L1-A.h5", [START])
    (tmp_path / "safe.ini").write_text("[unsafe]\nL1:WIND\n")
    (tmp_path / "notes.txt").write_text("call Ada\n")
    main(["channels", str(tmp_path)])
    said = capsys.readouterr().out
    assert f"L1:WIND: a value every 60 s, m/s, GPS {START:.0f} to {START + 900:.0f}, 1 gap, 300 s, unsafe" in said
    assert "state L1:F:1: 1 stretches, on 9 s" in said and "triggers of L1:A: 1" in said
    assert "left out" in said and "notes.txt" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "Name files or folders"), (["--fetch", "L1:A"], "--start GPS --end GPS --to DIR")],
)
def test_what_is_missing_is_told(arguments, said):
    with pytest.raises(SystemExit) as stop:
        main(["channels", *arguments])
    assert said in str(stop.value)


def test_what_is_fetched_is_listed(tmp_path, capsys, monkeypatch):
    path = series_file(tmp_path / "day.h5", {"L1:A": np.ones(5)})
    monkeypatch.setattr(channels, "fetch_channels", lambda names, **_: (path,))
    main(["channels", "--fetch", "L1:A", "--start", str(START), "--end", str(START + 300), "--to", str(tmp_path)])
    assert "L1:A: a value every 60 s" in capsys.readouterr().out
